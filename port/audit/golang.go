package audit

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	variable = regexp.MustCompile(`^\$([a-zA-Z_]\w*)$`)
	number   = regexp.MustCompile(`^(?:0|[1-9]\d{0,8})$`)
	flags    = regexp.MustCompile(`^\\?[A-Z][A-Z0-9_]+(?:\s*\|\s*\\?[A-Z][A-Z0-9_]+)*$`)
	plain    = regexp.MustCompile(`^(?:'(?:[^'\\]|\\[\\'])*'|"(?:[^"\\$]|\\[\\"])*")$`)
	escaped  = regexp.MustCompile(`\\(.)`)
	// sequenceRange is "1:$n", "$a:$b", or the same with dots.
	sequenceRange = regexp.MustCompile(`^"?\{?(\$\w+|\d+)\}?(?:"?\s*\.\s*["'])?:(?:["']\s*\.\s*"?)?\{?(\$\w+|\d+)\}?"?$`)
	joined        = regexp.MustCompile(`^(?:implode|join)\(\s*["'],["']\s*,\s*\$(\w+)\s*\)$`)
	cast          = regexp.MustCompile(`(?i)^\((?:string|int|integer)\)\s*`)
	// leftOut is an argument that says the same as none.
	leftOut = regexp.MustCompile(`(?i)^(?:0|null|nil|''|""|\[\]|array\(\))$`)
)

// options are the library's functions for arguments that PHP has behind those that Go has too, by
// their positions in PHP.
var options = map[string]map[int]string{
	"imap_append":     {3: "WithAppendFlags", 4: "WithInternalDate"},
	"imap_headerinfo": {2: "WithFromLength", 3: "WithSubjectLength"},
	"imap_mail":       {3: "WithAdditionalHeaders", 4: "WithCc", 5: "WithBcc", 6: "WithReturnPath"},
	"imap_open":       {4: "WithRetries", 5: "WithDisabledAuthenticators"},
	"imap_reopen":     {3: "WithRetries"},
	"imap_search":     {3: "WithCharset"},
	"imap_sort":       {4: "WithCriteria", 5: "WithCharset"},
}

// optionKinds are the types of the arguments of options that are not strings.
var optionKinds = map[string]string{
	"WithFromLength": "int", "WithSubjectLength": "int", "WithRetries": "int",
}

// line is the call in Go, with its error. Arguments that are variables, numbers, plain
// strings or constants are those of the script. The others have the names of the signature's
// parameters.
func (f function) line(args []string) string {
	before := ""
	if f.name == "imap_savebody" && len(args) > 1 && !variable.MatchString(args[1]) { // PHP's argument is a file's name
		before = "f, err := os.Create(" + argument("name", "string", args[1]) + "); if err != nil { … }; "
		args = slices.Clone(args)
		args[1] = "$f"
	}
	call := f.receiver(args) + "." + f.goName + "(" + strings.Join(f.arguments(args), ", ") + ")"
	names := f.resultNames()
	switch {
	case len(names) == 0:
	case names[len(names)-1] != "err":
		call = strings.Join(names, ", ") + " := " + call
	case len(names) == 1:
		call = "if err := " + call + "; err != nil { … }"
	default:
		call = strings.Join(names, ", ") + " := " + call + "; if err != nil { … }"
	}
	return before + call
}

func (f function) receiver(args []string) string {
	if !f.method {
		return "imapcompat"
	}
	if len(args) > 0 {
		if m := variable.FindStringSubmatch(args[0]); m != nil {
			return identifier(m[1])
		}
	}
	return "mbox"
}

func (f function) resultNames() []string {
	var names []string
	for i, result := range f.results {
		name, _, named := strings.Cut(result, " ")
		switch {
		case result == "error":
			name = "err"
		case named:
		case i == 0 && f.name == "imap_open":
			name = "mbox"
		default:
			name = "result"
		}
		names = append(names, name)
	}
	return names
}

func (f function) arguments(args []string) []string {
	var list []string
	at := 0 // the position in PHP
	if f.method {
		at = 1
	}
	for i, param := range f.params {
		name, kind, _ := strings.Cut(param, " ")
		if kind == "" && i+1 < len(f.params) {
			kind = kindOfNext(f.params[i+1:])
		}
		if strings.HasPrefix(kind, "...") {
			return append(list, f.options(name, args, at)...)
		}
		value := name
		if len(args) > at && (name != "password" || variable.MatchString(args[at])) { // a report shows none
			value = argument(name, kind, args[at])
		}
		list = append(list, value)
		at++
	}
	return list
}

// kindOfNext is the type of parameters such as "mailbox, message string".
func kindOfNext(params []string) string {
	for _, param := range params {
		if _, kind, ok := strings.Cut(param, " "); ok {
			return kind
		}
	}
	return ""
}

// options are the arguments from a position on.
func (f function) options(name string, args []string, at int) []string {
	var list []string
	for ; at < len(args); at++ {
		php := args[at]
		function := options[f.name][at]
		switch {
		case leftOut.MatchString(php):
		case function == "" && flags.MatchString(php):
			list = append(list, qualified(php))
		case function == "WithDisabledAuthenticators":
			list = append(list, "imapcompat.WithDisabledAuthenticators(mechanisms...)")
		case function != "":
			list = append(list, "imapcompat."+function+"("+argument(strings.ToLower(function[4:5])+function[5:], optionKind(function), php)+")")
		default:
			return append(list, name+"...")
		}
	}
	return list
}

func optionKind(function string) string {
	if kind := optionKinds[function]; kind != "" {
		return kind
	}
	return "string"
}

// argument is an argument in Go, or the name of its parameter.
func argument(name, kind, php string) string {
	value := name
	php = cast.ReplaceAllString(php, "")
	if m := variable.FindStringSubmatch(php); m != nil {
		value = identifier(m[1])
	}
	switch {
	case kind == "string" && plain.MatchString(php):
		return quote(php)
	case kind == "bool" && (number.MatchString(php) || strings.EqualFold(php, "true") || strings.EqualFold(php, "false")):
		return strconv.FormatBool(php != "0" && !strings.EqualFold(php, "false"))
	case kind == "bool" && value != name:
		return value + " != 0"
	case kind == "Sequence" && plain.MatchString(php):
		return quote(php)
	case kind == "Sequence" && number.MatchString(php):
		return strconv.Quote(php)
	case kind == "Sequence" && sequenceRange.MatchString(php):
		m := sequenceRange.FindStringSubmatch(php)
		return "imapcompat.SequenceRange(" + argument("first", "int", m[1]) + ", " + argument("last", "int", m[2]) + ")"
	case kind == "Sequence" && joined.MatchString(php):
		return "imapcompat.SequenceOf(" + identifier(joined.FindStringSubmatch(php)[1]) + "...)"
	case kind == "Sequence" && value != name:
		return "imapcompat.SequenceOf(" + value + ")"
	case kind == "int" && number.MatchString(php):
		return php
	case (strings.HasSuffix(kind, "Flag") || strings.HasSuffix(kind, "Criteria") || strings.HasSuffix(kind, "Type")) && flags.MatchString(php):
		return qualified(php)
	}
	return value
}

// quote is a string of PHP without variables as one of Go.
func quote(php string) string {
	return strconv.Quote(escaped.ReplaceAllString(php[1:len(php)-1], "$1"))
}

func qualified(php string) string {
	var list []string
	for name := range strings.SplitSeq(php, "|") {
		list = append(list, "imapcompat."+strings.TrimPrefix(strings.TrimSpace(name), `\`))
	}
	return strings.Join(list, "|")
}

// identifier is a PHP variable as a name in Go.
func identifier(name string) string {
	switch name {
	case "type", "range", "map", "func", "var", "import", "package", "interface", "select", "go", "chan", "defer", "struct", "err":
		return name + "_"
	}
	return name
}
