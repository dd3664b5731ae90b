package translate

import (
	"go/token"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// predeclared are identifiers that generated code uses, and a variable must not hide.
var predeclared = map[string]bool{
	"any": true, "append": true, "bool": true, "byte": true, "cap": true, "copy": true, "delete": true, "err": true, "error": true,
	"false": true, "float64": true, "func": true, "int": true, "int64": true, "iota": true, "len": true, "make": true, "max": true, "min": true,
	"new": true, "nil": true, "panic": true, "print": true, "println": true, "recover": true, "rune": true, "string": true, "true": true,
	"clear": true, "close": true, "complex": true, "imag": true, "real": true, "main": true, "init": true, "uint": true, "uint8": true,
	"int8": true, "int16": true, "int32": true, "uint16": true, "uint32": true, "uint64": true, "uintptr": true, "float32": true,
	"complex64": true, "complex128": true, "comparable": true, "_": true,
}

// names are identifiers that are taken in one place of the Go code.
type names struct {
	next     map[string]int  // by taken names: a number from which on the name with a number may be free
	reserved map[string]bool // those of the package, for the names in a function
}

func newNames(reserved map[string]bool) *names { return &names{map[string]int{}, reserved} }

// unique returns the name, with a number if it is taken, and takes it.
func (n *names) unique(name string) string {
	found, number := name, max(2, n.next[name])
	for ; n.next[found] > 0 || n.reserved[found] || token.IsKeyword(found) || predeclared[found]; number++ {
		found = name + strconv.Itoa(number)
	}
	n.next[found] = max(2, n.next[found])
	n.next[name] = max(number, n.next[name])
	return found
}

// camel returns a name of PHP in camelCase: unread_mails is unreadMails.
func camel(name string) string {
	var out strings.Builder
	up := false
	for _, r := range strings.TrimLeft(name, "_") {
		switch {
		case r == '_' || r == '\\' || r == '-' || r == '.' || r == ' ':
			up = out.Len() > 0
			continue
		case r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			continue
		case out.Len() == 0 && unicode.IsDigit(r):
			out.WriteRune('v')
			out.WriteRune(r)
		case up:
			out.WriteRune(unicode.ToUpper(r))
		default:
			out.WriteRune(r)
		}
		up = false
	}
	return lowerFirst(out.String())
}

// lowerFirst writes the first word in small letters: "UID" is "uid", "HTMLText" is "htmlText".
func lowerFirst(name string) string {
	runes := []rune(name)
	for i := range runes {
		if !unicode.IsUpper(runes[i]) || i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) {
			break
		}
		runes[i] = unicode.ToLower(runes[i])
	}
	if len(runes) == 0 {
		return "v"
	}
	return string(runes)
}

func exported(name string) string {
	name = camel(name)
	r, n := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[n:]
}

// public returns the name in Go of what code outside of the program's files may use, if scope is "": it
// is exported from a package.
func (p *program) public(name, scope string) string {
	if p.importable && scope == "" {
		return exported(name)
	}
	return camel(name)
}

// identifier returns the text of a name.
func identifier(node ast.Vertex) string {
	switch n := node.(type) {
	case *ast.Identifier:
		return string(n.Value)
	case *ast.Name:
		return parts(n.Parts)
	case *ast.NameFullyQualified:
		return parts(n.Parts)
	case *ast.NameRelative:
		return parts(n.Parts)
	case *ast.NamePart:
		return string(n.Value)
	case *ast.Nullable:
		return identifier(n.Expr)
	}
	return ""
}

// qualified returns the text of a name with its namespace.
func qualified(node ast.Vertex) string {
	var list []ast.Vertex
	switch n := node.(type) {
	case *ast.Name:
		list = n.Parts
	case *ast.NameFullyQualified:
		list = n.Parts
	case *ast.NameRelative:
		list = n.Parts
	}
	var out []string
	for _, part := range list {
		out = append(out, identifier(part))
	}
	return strings.Join(out, `\`)
}

// parts returns the last part of a qualified name: the program is one package, so that
// namespaces have no meaning in Go.
func parts(list []ast.Vertex) string {
	if len(list) == 0 {
		return ""
	}
	return identifier(list[len(list)-1])
}

// variableName returns the name of $name, and "" of others.
func variableName(node ast.Vertex) string {
	if v, ok := node.(*ast.ExprVariable); ok {
		if id, ok := v.Name.(*ast.Identifier); ok {
			return strings.TrimPrefix(string(id.Value), "$")
		}
	}
	return ""
}

// goNameOf gives a slot its name in Go.
func (e *emitter) nameOf(s *slot) string {
	if s.goName == "" || s.pass != e.p.pass && s.kind != globalSlot {
		owner := e.fn.root()
		if s.owner != nil {
			owner = s.owner.root()
		}
		name := camel(s.name)
		if e.p.reserved[name] {
			name += "_"
		}
		s.goName = owner.unique(name)
		s.pass = e.p.pass
	}
	return s.goName
}
