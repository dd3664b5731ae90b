package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// has reports whether objects of a type are of a class that implements one of PHP's interfaces.
func (e *emitter) has(t *Type, name string) bool {
	return t.class != nil && t.class.implementsNamed(e.p, name)
}

// instances are the classes whose objects are of a class or interface of the program.
func (p *program) instances(c *class) []*class {
	return slices.DeleteFunc(slices.Clone(p.classList), func(q *class) bool {
		return q.isInterface || q.isTrait || !q.is(c) && !implements(p, q, c)
	})
}

// implementing are the classes that implement one of PHP's interfaces.
func (p *program) implementing(name string) []*class {
	return slices.DeleteFunc(slices.Clone(p.classList), func(q *class) bool {
		return q.isInterface || q.isTrait || !q.implementsNamed(p, name)
	})
}

// instanceTest asks at run time whether a value is of one of some classes of the program.
func (e *emitter) instanceTest(v value, classes []*class) value {
	if v.typ.class != nil {
		classes = slices.DeleteFunc(classes, func(q *class) bool { return !q.is(v.typ.class) })
		if slices.Contains(classes, v.typ.class) {
			return e.truth(v, false)
		}
	}
	if len(classes) == 0 {
		return boolValue(false)
	}
	v = e.toMixed(v)
	if len(classes) > 1 {
		v = e.named(v)
	}
	var tests []string
	for _, q := range classes {
		tests = append(tests, e.need("isA")+"[*"+q.goName+"]("+v.code+")")
	}
	if len(tests) == 1 {
		return goCode(tests[0], boolType)
	}
	return value{code: strings.Join(tests, " || "), prec: precOr, typ: boolType}
}

// interfaceMethod calls a method that one of PHP's interfaces demands.
func (e *emitter) interfaceMethod(n ast.Vertex, object value, name string, args ...value) value {
	var list []ast.Vertex
	for _, a := range args {
		list = append(list, &ast.Argument{Position: n.GetPosition(), Expr: &known{n, a}})
	}
	id := &ast.Identifier{Position: n.GetPosition(), Value: []byte(name)}
	return e.callMethod(n, e.callee(object, name), id, list)
}

// foreachIterator writes foreach over an object of a class that implements Iterator.
func (e *emitter) foreachIterator(n *ast.StmtForeach, over value) {
	over = e.named(over)
	step := func(name string) string { return e.interfaceMethod(n, over, name).code }
	e.path = append(e.path, frame{block: n, stmt: n, loop: true})
	current := e.one(e.interfaceMethod(n, over, "current"))
	var key value
	var keyName, keyCode string
	if n.Key != nil {
		key = e.one(e.interfaceMethod(n, over, "key"))
		keyName, keyCode = e.loopVariable(n, n.Key, key, "key")
	}
	name, code := e.loopVariable(n, n.Var, current, "item")
	e.path = e.path[:len(e.path)-1]
	e.label(n)
	valid := e.truth(e.interfaceMethod(n, over, "valid"), false)
	e.line("for %s; %s; %s {", step("rewind"), valid.code, step("next"))
	e.received(name, current)
	e.emit(code)
	if n.Key != nil {
		e.received(keyName, key)
		e.emit(keyCode)
	}
	e.loopBody(&loop{node: n}, n, n.Stmt)
	e.line("}")
}

// received writes the variable of what a method of an iterator returns.
func (e *emitter) received(name string, v value) {
	if name == "" {
		e.drop(v, false)
		return
	}
	t := (&slot{kind: resultSlot, typ: v.typ}).effective()
	e.line("var %s %s = %s", name, t, v.code)
}

// traversableCode writes the methods by which port/library ranges over an object, and counts.
func (p *program) traversableCode(out *strings.Builder, c *class) {
	if c.abstract || !c.root().boxed {
		return
	}
	r := &routine{name: c.name, file: c.file, class: c, vars: map[string]*slot{}}
	e := p.emitter(r)
	r.receiver = r.names.unique(receiverName(c))
	this := e.this(c.node)
	var text string
	switch {
	case c.implementsNamed(p, "Iterator"):
		e.use("iter")
		why := e.attempt(func() {
			text = e.capture(func() {
				step := func(name string) string { return e.interfaceMethod(c.node, this, name).code }
				e.line("return func(yield func(key, value any) bool) {")
				e.line("for %s; %s; %s {", step("rewind"), e.truth(e.interfaceMethod(c.node, this, "valid"), false).code, step("next"))
				e.line("value := %s", e.toMixed(e.one(e.interfaceMethod(c.node, this, "current"))).code)
				e.line("if !yield(%s, value) {\nreturn\n}", e.toMixed(e.one(e.interfaceMethod(c.node, this, "key"))).code)
				e.line("}\n}")
			})
		})
		if why != nil {
			return
		}
	case c.implementsNamed(p, "IteratorAggregate"):
		e.use("iter")
		text = "return " + e.need("each") + "(" + e.toMixed(e.one(e.interfaceMethod(c.node, this, "getIterator"))).code + ")\n"
	}
	if text != "" {
		fmt.Fprintf(out, "// phpEach ranges over the object as foreach does.\nfunc (%s *%s) phpEach() iter.Seq2[any, any] {\n%s}\n\n", r.receiver, c.goName, text)
	}
	if c.implementsNamed(p, "Countable") && c.method("count") != nil {
		fmt.Fprintf(out, "func (%s *%s) phpCount() int { return %s }\n\n", r.receiver, c.goName, e.convert(e.interfaceMethod(c.node, this, "count"), intType).code)
	}
}
