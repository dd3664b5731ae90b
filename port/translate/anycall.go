package translate

import (
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// having returns the first classes of the program that have a method: none of them extends another.
func (p *program) having(method string) []*class {
	var list []*class
	for _, c := range p.classList {
		m := c.methods[strings.ToLower(method)]
		if m == nil || c.isInterface || c.isTrait || m.static || c.parent != nil && c.parent.method(method) != nil {
			continue
		}
		list = append(list, c)
	}
	return list
}

// callAny returns the call of a method of an object of which only the name of the method is known.
func (e *emitter) callAny(n ast.Vertex, object value, name string, args []argument) (value, bool) {
	classes := e.p.having(name)
	if len(classes) == 0 || e.p.libraryHas(name) || e.p.catchesCalls(name) {
		return value{}, false
	}
	object = e.toMixed(object)
	first := classes[0]
	m := first.methods[strings.ToLower(name)]
	if len(classes) == 1 {
		if m.abstract && !e.overridden(first, m) {
			return value{}, false
		}
		if len(first.children) == 0 {
			receiver := goCode(e.calleeAs("*"+first.goName, object, name), first.typ())
			return e.callOwn(n, receiver, first, m, args), true
		}
	}
	for _, c := range classes {
		o := c.methods[strings.ToLower(name)]
		if o.goName != m.goName || len(o.params) != len(m.params) {
			refuse(n, "the method %s of several classes has different parameters", name)
		}
		e.virtual(n, c, o)
		e.unify(c, o)
		e.alike(m, o)
	}
	described := "interface{ " + m.goName + e.p.signature(m) + " }"
	if len(classes) == 1 {
		described = lowerFirst(first.goName) + "Methods"
	}
	return e.callRoutine(n, m, e.calleeAs(described, object, name)+"."+m.goName, args), true
}

func (e *emitter) calleeAs(t string, object value, method string) string {
	return e.need("calleeAs") + "[" + t + "](" + object.code + ", " + quote(method) + ")"
}

// libraryHas reports whether a class of PHP or of port/library has a method.
func (p *program) libraryHas(method string) bool {
	suffix := "::" + strings.ToLower(method)
	for name := range p.lib {
		if strings.HasSuffix(name, suffix) && (p.iterates || !strings.HasPrefix(name, "arrayiterator::")) {
			return true
		}
	}
	return false
}

// catchesCalls reports whether an object of a class that does not have a method may take its calls.
func (p *program) catchesCalls(method string) bool {
	return slices.ContainsFunc(p.classList, func(c *class) bool {
		return c.method("__call") != nil && c.method(method) == nil
	})
}

// signature returns the parameters and results of a method in Go.
func (p *program) signature(m *routine) string {
	e := p.methodEmitter(m)
	var params []string
	for _, q := range m.params {
		params = append(params, e.parameter(q))
	}
	return "(" + strings.Join(params, ", ") + ") " + e.results()
}

// alike gives two methods of one name the same types.
func (e *emitter) alike(a, b *routine) {
	if a == b {
		return
	}
	for i := range a.params {
		s, t := a.params[i].slot, b.params[i].slot
		e.p.grow(s, t.typ)
		e.p.grow(t, s.typ)
		share(e.p, &s.distinct, &t.distinct)
	}
	e.p.grow(a.result, b.result.typ)
	e.p.grow(b.result, a.result.typ)
	share(e.p, &a.result.holdsAlias, &b.result.holdsAlias)
	share(e.p, &a.returns, &b.returns)
	share(e.p, &a.result.distinct, &b.result.distinct)
	share(e.p, &a.called, &b.called)
}

// callNothing writes the Error of a method that nothing in the program has.
func (e *emitter) callNothing(object value, name string) (value, bool) {
	switch object.typ.kind {
	case unknown, null, falsehood, mixed, boolean, integer, float, text, blank, list, dict:
	default:
		return value{}, false
	}
	if (object.typ.kind == mixed || object.typ.kind == unknown) && (len(e.p.having(name)) > 0 || e.p.libraryHas(name) || e.p.catchesCalls(name) || exceptionMethods[strings.ToLower(name)]) {
		return value{}, false
	}
	e.line("%s(%s, %s)", e.need("noMethod"), e.toMixed(object).code, quote(name))
	out := nullValue()
	if e.p.pass < earlyPasses {
		out.typ = unknownType // of an object that is not known yet
	}
	return out, true
}

// exceptionMethods are the methods of PHP's exceptions.
var exceptionMethods = map[string]bool{
	"getmessage": true, "getcode": true, "getprevious": true, "gettraceasstring": true, "getline": true, "getfile": true, "gettrace": true,
}
