package translate

import (
	"cmp"
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/VKCOM/php-parser/pkg/ast"

	"github.com/imapcompat/imapcompat/port/audit"
)

// imapFunction is a function of imapcompat that is one of PHP's.
type imapFunction struct {
	name   string // "UTF8", "Connection.Body"
	params []imapParam
	result *Type // nil if there is only an error

	notices, err bool // what it returns beside the result

	// failure says what PHP returns where the library has an error: "false", "true", "zero" for 0,
	// "empty" for an empty array, "none" for false which an empty array is too, and "array of int",
	// "array of string" or "array of any" for false where the result is an array with keys.
	failure string
}

// imapParam is a parameter of an imapFunction.
type imapParam struct {
	typ    string // in Go; of the option's argument, if there is one
	option string // the function that makes an option of it
	flags  bool   // it may be left out: 0
}

//go:embed imap.tsv
var imapTable string

// imapFunctions has the functions by the names in PHP.
var imapFunctions = sync.OnceValue(func() map[string]imapFunction {
	functions := map[string]imapFunction{}
	for line := range strings.Lines(imapTable) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 5 || strings.HasPrefix(line, "#") {
			continue
		}
		f := imapFunction{name: fields[1], failure: fields[4]}
		for _, text := range splitList(fields[2]) {
			f.params = append(f.params, parseImapParam(text))
		}
		for _, text := range splitList(fields[3]) {
			switch text {
			case "notices":
				f.notices = true
			case "error":
				f.err = true
			default:
				f.result = parseType(text)
			}
		}
		functions[fields[0]] = f
	}
	for alias, name := range imapAliases {
		functions[alias] = functions[name]
	}
	return functions
})

var imapAliases = map[string]string{
	"imap_create":         "imap_createmailbox",
	"imap_fetchtext":      "imap_body",
	"imap_header":         "imap_headerinfo",
	"imap_listmailbox":    "imap_list",
	"imap_listsubscribed": "imap_lsub",
	"imap_rename":         "imap_renamemailbox",
	"imap_scan":           "imap_listscan",
	"imap_scanmailbox":    "imap_listscan",
}

func splitList(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ", ")
}

func parseImapParam(text string) imapParam {
	if option, typ, ok := strings.Cut(text, ":"); ok {
		return imapParam{typ: typ, option: "imapcompat." + option}
	}
	name, required := strings.CutPrefix(text, "=")
	if name == "int" || name == "string" || name == "bool" {
		return imapParam{typ: name}
	}
	return imapParam{typ: "imapcompat." + name, flags: !required && name != "Sequence"}
}

var connectionType = objectOf("*imapcompat.Connection")

const imapcompatPath = "github.com/imapcompat/imapcompat"

// imapCall returns the call of an imap_* function.
func (e *emitter) imapCall(node ast.Vertex, name string, arguments []argument) value {
	if f := e.p.lib[name]; f != nil {
		return e.callLibrary(node, f, arguments)
	}
	args := positions(node, name, arguments)
	switch name {
	case "imap_open":
		return e.imapOpen(node, args)
	case "imap_savebody":
		return e.imapSaveBody(node, args)
	}
	f, ok := imapFunctions()[name]
	if !ok {
		refuse(node, "PHP has no function %s", name)
	}
	e.use(imapcompatPath)
	values := e.sequence(args)
	code, isMethod := strings.CutPrefix(f.name, "Connection.")
	if isMethod {
		if len(values) == 0 {
			refuse(node, "%s has no connection", name)
		}
		code = e.connection(values[0]) + "." + code
		args, values = args[1:], values[1:]
	} else {
		code = "imapcompat." + code
	}
	if len(values) > len(f.params) {
		refuse(node, "%s has too many arguments", name)
	}
	var list []string
	for i, v := range values {
		if f.params[i].typ == "imapcompat.OpenFlag" {
			list = append(list, e.imapOpenFlags(v)...)
		} else if arg := e.imapArgument(f.params[i], args[i], v); arg != "" {
			list = append(list, arg)
		}
	}
	for _, p := range f.params[len(values):] {
		if p.option == "" && !p.flags {
			refuse(node, "%s has too few arguments", name)
		}
	}
	return e.dynamicResult(e.imapResult(f, code+"("+strings.Join(list, ", ")+")"))
}

// connection returns the receiver of a method. A variable that nothing is known of must be one.
func (e *emitter) connection(v value) string {
	v = e.one(v)
	if v.slot != nil && v.slot.typ.kind == unknown {
		e.p.grow(v.slot, connectionType)
	}
	return e.convert(v, connectionType).in(precPrimary)
}

// positions returns the arguments of a call that names none of them.
func positions(node ast.Vertex, name string, arguments []argument) []ast.Vertex {
	var args []ast.Vertex
	for _, a := range arguments {
		if a.name != "" || a.spread {
			refuse(node, "%s with named arguments is not translated", name)
		}
		args = append(args, a.node)
	}
	return args
}

// imapArgument returns an argument in Go, "" if it is left out.
func (e *emitter) imapArgument(p imapParam, node ast.Vertex, v value) string {
	switch {
	case p.option != "" && v.typ.kind == null:
		return ""
	case p.option != "":
		return p.option + "(" + e.convert(v, parseType(p.typ)).code + ")"
	case p.typ == "imapcompat.Sequence":
		return e.imapSequence(node, v)
	case p.flags && (v.typ.kind == null || v.literal && v.text == "0"):
		return ""
	}
	return e.imapTyped(v, p.typ)
}

// imapTyped returns a value as one of a named integer type, such as a set of flags.
func (e *emitter) imapTyped(v value, typ string) string {
	if v.typ.kind == integer && v.typ.goName == typ {
		return v.code
	}
	if !strings.HasPrefix(typ, "imapcompat.") {
		return e.convert(v, parseType(typ)).code
	}
	return e.convert(v, &Type{kind: integer, goName: typ}).code
}

// imapSequence returns the messages that an argument names.
func (e *emitter) imapSequence(node ast.Vertex, v value) string {
	switch n := strip1(node).(type) {
	case *ast.ScalarEncapsed, *ast.ExprBinaryConcat:
		if parts := e.joinLiterals(e.texts(n)); len(parts) > 1 {
			if code, ok := imapRange(parts); ok {
				return code
			}
		}
	case *ast.ExprFunctionCall:
		if code, ok := e.imapImplode(n); ok {
			return code
		}
	}
	v = e.one(v)
	switch {
	case v.typ.kind == integer:
		return "imapcompat.SequenceOf(" + e.convert(v, intType).code + ")"
	case v.literal:
		return quote(v.text)
	}
	v = e.convert(v, textType)
	if number, ok := strings.CutPrefix(v.code, "strconv.Itoa("); ok && strings.Count(number, ")") == 1 {
		return "imapcompat.SequenceOf(" + number
	}
	return "imapcompat.Sequence(" + v.code + ")"
}

// imapRange returns the range "1:$n" of two numbers.
func imapRange(parts []value) (string, bool) {
	var ends []string
	colon := false
	for i, p := range parts {
		switch {
		case p.typ.kind == integer:
			ends = append(ends, p.code)
		case p.literal && p.text == ":" && i == 1:
			colon = true
		case p.literal && i == 0 && isNumber(strings.TrimSuffix(p.text, ":")) && strings.HasSuffix(p.text, ":"):
			ends, colon = append(ends, strings.TrimSuffix(p.text, ":")), true
		case p.literal && i == len(parts)-1 && isNumber(strings.TrimPrefix(p.text, ":")) && strings.HasPrefix(p.text, ":"):
			ends, colon = append(ends, strings.TrimPrefix(p.text, ":")), true
		default:
			return "", false
		}
	}
	if !colon || len(ends) != 2 {
		return "", false
	}
	return fmt.Sprintf("imapcompat.SequenceRange(%s, %s)", ends[0], ends[1]), true
}

func isNumber(s string) bool {
	return s != "" && len(s) < 10 && s[0] != '0' && strings.Trim(s, "0123456789") == ""
}

// imapImplode returns the sequence that implode makes of a list of numbers.
func (e *emitter) imapImplode(n *ast.ExprFunctionCall) (string, bool) {
	args := e.arguments(n.Args)
	if name := strings.ToLower(identifier(n.Function)); name != "implode" && name != "join" || len(args) != 2 {
		return "", false
	}
	if separator := e.expr(args[0].node); !separator.literal || separator.text != "," {
		return "", false
	}
	numbers := e.expr(args[1].node)
	if numbers.typ.kind != list || numbers.typ.elem.kind != integer || numbers.typ.elem.goName != "" || numbers.results != single {
		return "", false
	}
	return "imapcompat.SequenceOf(" + numbers.code + "...)", true
}

// imapResult returns what a call returns in PHP.
func (e *emitter) imapResult(f imapFunction, code string) value {
	wrap := func(helper string, t *Type) value { return goCode(e.need(helper)+"("+code+")", t) }
	if f.notices {
		helper := "imapNoted"
		if f.err {
			helper = "imapDecoded"
		}
		code = e.need(helper) + "(" + code + ")"
	}
	switch {
	case !f.err:
		return goCode(code, f.result).made()
	case f.failure == "true":
		return wrap("imapDone", boolType)
	case f.failure == "zero":
		return wrap("orWarn", f.result)
	case f.failure == "empty":
		return wrap("imapListed", f.result.with(asFalse)).made()
	case f.failure == "none":
		return wrap("imapFound", f.result.with(asFalse)).made()
	case strings.HasPrefix(f.failure, "array of "):
		elem := strings.TrimPrefix(f.failure, "array of ")
		return goCode(e.need("imapArray")+"["+elem+"]("+code+")", dictOf(parseType(elem)).with(asFalse)).made()
	case f.result == nil:
		return value{code: code, prec: precPrimary, results: errorOnly, typ: boolType}
	}
	v := goCode(code, f.result.with(asFalse)).made()
	v.results = withError
	return v
}

// made says that nothing else holds the value.
func (v value) made() value {
	v.fresh = true
	return v
}

// imapOpen returns the call of imap_open.
func (e *emitter) imapOpen(node ast.Vertex, args []ast.Vertex) value {
	if len(args) < 3 {
		refuse(node, "imap_open has too few arguments")
	}
	e.use(imapcompatPath)
	values := e.sequence(args)
	list := []string{}
	for _, v := range values[:3] {
		list = append(list, e.convert(v, textType).code)
	}
	if len(values) > 3 {
		list = append(list, e.imapOpenFlags(values[3])...)
	}
	if len(values) > 4 && !(values[4].literal && values[4].text == "0") {
		list = append(list, "imapcompat.WithRetries("+e.convert(values[4], intType).code+")")
	}
	if len(values) > 5 {
		list = append(list, e.imapOpenOptions(args[5], values[5])...)
	}
	v := goCode(e.need("imapOpen")+"("+strings.Join(list, ", ")+")", connectionType.with(asFalse))
	v.results = withError
	return v
}

// closesAndExpunges is PHP's CL_EXPUNGE.
const closesAndExpunges = 32768

// imapOpenFlags returns the options of a connection that flags are: CL_EXPUNGE is of another type than
// OP_READONLY and the like.
func (e *emitter) imapOpenFlags(v value) []string {
	const open, closing = "imapcompat.OpenFlag", "imapcompat.CloseFlag"
	switch {
	case v.typ.kind == null || v.literal && v.text == "0":
		return nil
	case v.literal && v.typ.goName == "" && v.typ.kind == integer:
		if n, err := strconv.Atoi(v.text); err == nil && n&closesAndExpunges == 0 {
			return []string{open + "(" + v.code + ")"}
		}
	case v.literal || v.typ.goName == open || v.typ.goName == closing:
		return []string{e.imapTyped(v, cmp.Or(v.typ.goName, open))}
	}
	v = e.convert(v, intType)
	if !v.pure {
		v = e.hold(v)
	}
	return []string{
		open + "(" + v.in(precMul) + " &^ int(imapcompat.CL_EXPUNGE))",
		closing + "(" + v.in(precMul) + " & int(imapcompat.CL_EXPUNGE))",
	}
}

// imapOpenOptions returns the options of imap_open's last argument.
func (e *emitter) imapOpenOptions(node ast.Vertex, v value) []string {
	array, ok := strip1(node).(*ast.ExprArray)
	if !ok {
		if v.typ.kind == null {
			return nil
		}
		return []string{e.need("imapDisabled") + "(" + e.convert(v, anyDict).code + ")"}
	}
	var list []string
	for _, item := range array.Items {
		i, ok := item.(*ast.ExprArrayItem)
		if !ok || i.Val == nil {
			continue
		}
		if key := e.expr(i.Key); i.Key == nil || !key.literal || key.text != "DISABLE_AUTHENTICATOR" {
			continue // PHP knows no other option
		}
		names := e.expr(i.Val)
		if names.typ.kind == text {
			list = append(list, "imapcompat.WithDisabledAuthenticators("+names.code+")")
			continue
		}
		list = append(list, "imapcompat.WithDisabledAuthenticators("+e.convert(names, listOf(textType)).code+"...)")
	}
	return list
}

// imapSaveBody returns the call of imap_savebody.
func (e *emitter) imapSaveBody(node ast.Vertex, args []ast.Vertex) value {
	if len(args) < 3 || len(args) > 5 {
		refuse(node, "imap_savebody has %d arguments", len(args))
	}
	e.use(imapcompatPath)
	values := e.sequence(args)
	section, flags := `""`, "0"
	if len(values) > 3 {
		section = e.convert(values[3], textType).code
	}
	if len(values) > 4 {
		flags = e.imapTyped(values[4], "imapcompat.FetchFlag")
	}
	return goCode(fmt.Sprintf("%s(%s, %s, %s, %s, %s)", e.need("imapSaveBody"),
		e.convert(values[0], connectionType).code, e.convert(values[1], mixedType).code,
		e.convert(values[2], intType).code, section, flags), boolType)
}

// imapKnown reports whether imapCall knows a function that port/library does not have.
func imapKnown(name string) bool {
	return imapFunctions()[name].name != "" || name == "imap_open" || name == "imap_savebody"
}

// imapDifference returns where docs/differences.md tells in what a function is not PHP's, "" if
// nowhere.
func imapDifference(name string) string {
	for _, d := range audit.Differences(name) {
		return strings.TrimPrefix(d.Link, "docs/differences.md#")
	}
	return ""
}
