package idiomatic

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"regexp"
	"strconv"
	"strings"
)

func standardRules() []rule {
	return []rule{
		{Rule: Rule{Title: "strings.ReplaceAll for str_replace"}, find: (*program).replaceAll},
		{Rule: Rule{Title: "strings.EqualFold for a comparison in lower or upper case"}, find: (*program).equalFold},
		{Rule: Rule{Title: "fmt for sprintf and printf"}, find: (*program).format},
		{Rule: Rule{Title: "os.Getenv for getenv"}, find: (*program).environment},
	}
}

// replaceAll replaces str_replace of a text that is not empty. The program does the same.
func (p *program) replaceAll(s site) *match {
	e, ok := s.node.(ast.Expr)
	if !ok {
		return nil
	}
	args := p.helper(e, "strReplace")
	if len(args) != 3 {
		return nil
	}
	if search, ok := p.stringOf(args[0]); !ok || search == "" {
		return nil
	}
	code := fmt.Sprintf("strings.ReplaceAll(%s, %s, %s)", p.text(args[2]), p.text(args[0]), p.text(args[1]))
	if contains[*ast.CallExpr](args[1]) && contains[*ast.CallExpr](args[2]) {
		return nil // their order would change
	}
	return &match{edits: []edit{{e.Pos(), e.End(), code}}, imports: []string{"strings"}}
}

// folding are the letters that strings.EqualFold takes for others than those of ASCII: the Kelvin
// sign for k, and the long s.
const folding = "kKsS"

// equalFold replaces strtolower(text) == "word" and strtoupper(text) == "WORD", if PHP's functions,
// which know the letters of ASCII only, find the same. The program does the same.
func (p *program) equalFold(s site) *match {
	b, ok := s.node.(*ast.BinaryExpr)
	if !ok || b.Op != token.EQL && b.Op != token.NEQ {
		return nil
	}
	word, ok := p.stringOf(b.Y)
	if !ok || word == "" || strings.ContainsAny(word, folding) || !isASCII(word) {
		return nil
	}
	text := p.inside(b.X, "strtolower")
	if text == nil || word != strings.ToLower(word) {
		if text = p.inside(b.X, "strtoupper"); text == nil || word != strings.ToUpper(word) {
			return nil
		}
	}
	not := map[bool]string{true: "!"}[b.Op == token.NEQ]
	return &match{edits: []edit{{b.Pos(), b.End(), fmt.Sprintf("%sstrings.EqualFold(%s, %s)", not, p.text(text), p.text(b.Y))}}, imports: []string{"strings"}}
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > 0x7f }) < 0
}

// verb is a conversion that PHP and Go have in common, or what looks like one.
var verb = regexp.MustCompile(`%(?:%|(-?[0-9]*)([a-zA-Z])|)`)

// format replaces sprintf, and printf as a statement, if the format has no other conversions than %d of
// integers, with a width or without one, and %s of texts without one. The program does the same.
func (p *program) format(s site) *match {
	call, ok := s.node.(*ast.CallExpr)
	if !ok || call.Ellipsis.IsValid() {
		return nil
	}
	name, args := "fmt.Sprintf", p.helper(call, "sprintf")
	if args == nil {
		name, args = "fmt.Printf", p.helper(call, "printf")
		if _, ok := s.stack[len(s.stack)-1].(*ast.ExprStmt); !ok || p.buffers() {
			return nil
		}
	}
	if len(args) < 2 {
		return nil
	}
	format, ok := p.stringOf(args[0])
	if !ok || !p.sameFormat(format, args[1:]) {
		return nil
	}
	return &match{edits: []edit{{call.Pos(), call.Lparen, name}}, imports: []string{"fmt"}}
}

// buffers reports whether the port keeps output back at times.
func (p *program) buffers() bool {
	return p.pkg.Scope().Lookup("obStart") != nil || p.pkg.Scope().Lookup("obStartCallback") != nil
}

// sameFormat reports whether PHP and Go write the same.
func (p *program) sameFormat(format string, values []ast.Expr) bool {
	n := 0
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[0] == "%%" {
			continue
		}
		if n == len(values) {
			return false
		}
		t := p.info.TypeOf(values[n])
		n++
		switch {
		case m[2] == "d" && len(m[1]) < 3 && !strings.HasPrefix(m[1], "-0") && types.Identical(types.Default(t), types.Typ[types.Int]):
		case m[2] == "s" && m[1] == "" && types.Identical(types.Default(t), types.Typ[types.String]):
		default:
			return false
		}
	}
	return n == len(values)
}

// environment replaces getenv where a variable that is not set is "". The program does the same.
func (p *program) environment(s site) *match {
	e, ok := s.node.(ast.Expr)
	if !ok {
		return nil
	}
	args := p.helper(p.inside(e, "first"), "getenv")
	if len(args) != 2 {
		return nil
	}
	return &match{edits: []edit{{e.Pos(), e.End(), fmt.Sprintf("os.Getenv(%s)", p.text(args[0]))}}, imports: []string{"os"}}
}

// quote writes a text as Go, in the form that is easier to read.
func quote(s string) string {
	if strings.ContainsAny(s, `\"`) && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}
