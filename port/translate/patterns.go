package translate

import (
	"fmt"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"

	"github.com/imapcompat/imapcompat/port/library"
)

// pattern is a regular expression of the program: a variable of the package.
type pattern struct {
	name string // in Go
	code *library.PatternCode
}

// pattern returns the regular expression of an argument. Package regexp cannot do everything that
// PHP's expressions can: a literal is refused here, and what is made at run time throws there.
func (e *emitter) pattern(node ast.Vertex) value {
	if array, ok := strip1(node).(*ast.ExprArray); ok {
		return e.patternList(array)
	}
	v := e.one(e.expr(node))
	if !v.literal || v.typ.kind != text {
		out := goCode(e.need("compilePattern")+"("+e.convert(v, textType).code+")", objectOf("*pattern"))
		out.text = "named" // it may be
		return out
	}
	p := e.p.pattern(node, v.text)
	for _, name := range p.code.Needs {
		e.need(name)
	}
	out := goCode(p.name, objectOf("*pattern"))
	out.pure = true
	if p.code.Named {
		out.text = "named"
	}
	return out
}

func (e *emitter) patternList(array *ast.ExprArray) value {
	items, keyed, spread := arrayItems(array)
	if keyed || spread {
		refuse(array, "this list of regular expressions is not translated")
	}
	var codes []string
	for _, item := range items {
		codes = append(codes, e.pattern(item.Val).code)
	}
	e.need("pattern")
	return goCode("[]*pattern{"+strings.Join(codes, ", ")+"}", listOf(objectOf("*pattern")))
}

// pattern returns the variable of a regular expression.
func (p *program) pattern(node ast.Vertex, php string) *pattern {
	if found := p.patterns[php]; found != nil {
		return found
	}
	code, err := library.Pattern(php)
	if err != nil {
		refuse(node, "the regular expression %s is not translated: %v", php, err)
	}
	found := &pattern{name: p.taken.unique(fmt.Sprintf("pattern%d", len(p.patterns)+1)), code: code}
	p.reserved[found.name] = true
	p.patterns[php] = found
	p.patternOrder = append(p.patternOrder, found)
	return found
}

// fitsPattern reports whether a form is one for the groups of a regular expression: only arrays
// have the names of groups.
func fitsPattern(form *library.Form, values []value) bool {
	for _, v := range values {
		if v.typ.goName != "*pattern" || v.text != "named" {
			continue
		}
		for _, p := range form.Params {
			if strings.Contains(p.Type, "[]string") {
				return false
			}
		}
		for _, r := range form.Results {
			if strings.Contains(r.Type, "[][]") {
				return false
			}
		}
	}
	return true
}
