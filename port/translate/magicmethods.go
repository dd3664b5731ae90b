package translate

import (
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
	"github.com/VKCOM/php-parser/pkg/token"
)

// overloaded reports whether PHP asks a magic method for a property, as the class has no such property
// that the code here may use.
func (e *emitter) overloaded(c *class, name, method string) bool {
	if c == nil || name == "" || c.method(method) == nil {
		return false
	}
	s := c.ownProperty(name)
	return s == nil || s.dynamic || !e.mayUse(c, s.class, s.scope)
}

// mayUse reports whether the code here may use a member of a class with a scope.
func (e *emitter) mayUse(c, declaring *class, scope string) bool {
	switch scope {
	case "":
		return true
	case "*":
		return e.fn.class != nil && (e.fn.class.is(declaring) || declaring.is(e.fn.class) || e.fn.class.root() == c.root())
	}
	return e.fn.class == declaring
}

// magicCall calls a magic method.
func (e *emitter) magicCall(n ast.Vertex, object value, method string, args ...value) value {
	object = e.callee(object, method)
	m := object.typ.class.method(method)
	var list []argument
	for _, a := range args {
		list = append(list, argument{node: &known{n, a}})
	}
	return e.callOwn(n, object, object.typ.class, m, list)
}

// overload calls __call with the name of a method and its arguments.
func (e *emitter) overload(n ast.Vertex, name string, args []argument) []argument {
	array := &ast.ExprArray{Position: n.GetPosition()}
	for _, a := range args {
		if a.name != "" {
			refuse(n, "a named argument of __call is not translated")
		}
		item := &ast.ExprArrayItem{Position: n.GetPosition(), Val: a.node}
		if a.spread {
			item.EllipsisTkn = &token.Token{}
		}
		array.Items = append(array.Items, item)
	}
	return []argument{{node: &known{n, textValue(name)}}, {node: array}}
}

// presenceOfOverloaded returns a property that __get returns, and whether __isset says that it is there.
func (e *emitter) presenceOfOverloaded(n ast.Vertex, object, objectThere value, name string) (v, there value) {
	if object.typ.class.method("__isset") == nil {
		return nullValue(), boolValue(false)
	}
	object.typ = object.typ.with(present)
	there = e.also(objectThere, e.truth(e.magicCall(n, object, "__isset", textValue(name)), false), object)
	if object.typ.class.method("__get") == nil {
		return nullValue(), there
	}
	v = e.one(e.magicCall(n, object, "__get", textValue(name)))
	v.zeroOK = true
	return v, there
}

// An option is one of the ways that a name leads to at run time.
type option struct {
	name  string
	value func() value
}

// choices writes a switch over a name, and returns the value of the option that it leads to.
func (e *emitter) choices(n ast.Vertex, name value, options []option, none func(name string)) value {
	if len(options) == 0 {
		refuse(n, "nothing that this name may stand for is known")
	}
	name = e.named(e.convert(name, textType))
	e.use("strings")
	r := e.p.choice(n)
	e.p.mark(&r.noPair)
	result := e.temp("chosen")
	e.line("var %s %s", result, r.effective())
	e.line("switch strings.ToLower(%s) {", name.code)
	e.conditional++
	known := e.facts
	for _, o := range options {
		e.line("case %s:", quote(strings.ToLower(o.name)))
		v := o.value()
		if v.typ.kind == null && !v.literal {
			e.line("%s", v.code)
			e.p.grow(r, nullType)
			continue
		}
		e.p.grow(r, resultType(v))
		e.line("%s = %s", result, e.store(v, r).code)
		e.facts = known
	}
	e.line("default:")
	none(name.code)
	e.line("}")
	e.conditional--
	out := value{code: result, prec: precPrimary, typ: r.typ, slot: r, pure: true}
	if r.effective().kind == mixed && r.typ.kind != unknown {
		out.typ = mixedType
	}
	return out
}

// takesCount reports whether a function may be called with so many arguments.
func (r *routine) takesCount(n int) bool {
	required := 0
	for _, q := range r.params {
		if q.def == nil && !q.variadic {
			required++
		}
	}
	return n >= required
}

// callNamed returns $object->$method(…).
func (e *emitter) callNamed(n ast.Vertex, object value, method ast.Vertex, args []argument) value {
	c := object.typ.class
	name := e.one(e.expr(method))
	object = e.named(object)
	for i := range args {
		v := e.named(e.one(e.expr(args[i].node)))
		args[i].node = &known{args[i].node, v}
	}
	var options []option
	seen := map[string]bool{}
	for q := c; q != nil; q = q.parent {
		for _, m := range q.list {
			key := strings.ToLower(m.name)
			if seen[key] || strings.HasPrefix(key, "__") || !m.takesCount(len(args)) || !e.mayUse(c, m.class, m.scope()) || m.generator {
				continue
			}
			seen[key] = true
			options = append(options, option{m.name, func() value { return e.callOwn(n, object, c, m, args) }})
		}
	}
	return e.choices(n, name, options, func(name string) {
		e.line("%s(%s, %s)", e.need("noMethod"), e.toMixed(object).code, name)
	})
}

// scope returns who may call a method.
func (r *routine) scope() string {
	if m, ok := r.node.(*ast.StmtClassMethod); ok {
		return r.class.scopeOf(modifiers(m.Modifiers))
	}
	return ""
}

// newNamed returns new $class(…) of one of the program's classes.
func (e *emitter) newNamed(n *ast.ExprNew, args []argument) value {
	name := e.one(e.expr(n.Class))
	if name.typ.class != nil {
		refuse(n, "new of an object is not translated")
	}
	for i := range args {
		v := e.named(e.one(e.expr(args[i].node)))
		args[i].node = &known{args[i].node, v}
	}
	var options []option
	for _, c := range e.p.classList {
		ctor := c.constructor()
		if !c.makesObjects() || ctor != nil && !ctor.takesCount(len(args)) {
			continue
		}
		options = append(options, option{c.phpName, func() value { return e.construct(n, c, args) }})
	}
	return e.choices(n, name, options, func(name string) {
		e.line("%s(%s, %s)", e.need("throw"), quote("Error"), quote(`Class "`)+" + "+name+" + "+quote(`" not found`))
	})
}
