package translate

import (
	"fmt"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// A lateMember is what static:: finds in the class of an object, or in the class by whose name a static
// method was called: a method in Go that each class of the hierarchy has. It uses nothing of its
// receiver, so that a nil pointer stands for the class.
type lateMember struct {
	goName string
	params []*slot
	spread []bool
	result *slot
	void   bool
	pass   int                                                                // in which the program used it last
	call   func(e *emitter, c *class, args []argument) (v value, exists bool) // of one class
	by     func(e *emitter, c *class) (code string, ok bool)                  // the whole result, where call is nil
}

// className is the interface that stands for a class of a hierarchy.
func (c *class) className() string { return lowerFirst(c.root().goName) + "Class" }

// static returns the class of static:: as Go code.
func (e *emitter) static() string {
	if e.lateOf != nil {
		e.lateOf.class.keepSelf(e.p)
		return e.lateOf.code
	}
	root := e.fn.root()
	if !e.fn.static {
		e.fn.class.keepSelf(e.p)
		return e.fn.receiver + ".self"
	}
	e.p.mark(&root.late)
	return root.staticName
}

// lateBase returns the class of which static:: is one that may extend it.
func (e *emitter) lateBase() *class {
	if e.lateOf != nil {
		return e.lateOf.class
	}
	return e.fn.class
}

// A lateObject is an object in whose class a member is looked up: $object::NAME.
type lateObject struct {
	class *class
	code  string
}

// ofObject returns what f does with the class of an object in place of static::.
func (e *emitter) ofObject(object value, f func() value) value {
	before := e.lateOf
	defer func() { e.lateOf = before }()
	e.lateOf = &lateObject{object.typ.class, object.in(precPrimary) + ".self"}
	return f()
}

// late returns a member of the class of static::, which make makes if this is its first use.
func (e *emitter) late(key, goName string, make func() *lateMember) *lateMember {
	root := e.lateBase().root()
	m := root.lateMembers[key]
	if m == nil {
		m = make()
		m.goName = root.names.unique(goName)
		if root.lateMembers == nil {
			root.lateMembers = map[string]*lateMember{}
		}
		root.lateMembers[key] = m
		root.lateList = append(root.lateList, m)
		e.p.changed = true
	}
	m.pass = e.p.pass
	return m
}

// callLate returns the call of a late member with arguments.
func (e *emitter) callLate(m *lateMember, args []argument) value {
	var codes []string
	for len(m.params) < len(args) {
		m.params = append(m.params, &slot{name: "a" + itoa(len(m.params)+1), kind: paramSlot, typ: unknownType})
		m.spread = append(m.spread, false)
		e.p.changed = true
	}
	for i, a := range args {
		if a.name != "" {
			refuse(a.node, "a named argument of static:: is not translated")
		}
		v := e.one(e.expr(a.node))
		if a.spread {
			m.spread[i] = true
			v = e.convert(v, listOf(mixedType))
		}
		e.p.grow(m.params[i], resultType(v))
		codes = append(codes, e.store(v, m.params[i]).code)
	}
	e.forgetCalled()
	out := value{code: e.static() + "." + m.goName + "(" + strings.Join(codes, ", ") + ")", prec: precPrimary, typ: m.result.typ, slot: m.result, fresh: !m.result.holdsAlias}
	switch {
	case m.void:
		out.typ, out.slot = nullType, nil
	case m.result.effective().kind == mixed && m.result.typ.kind != unknown:
		out.typ = mixedType
	}
	if e.p.early(m.result) && m.void {
		out.typ = unknownType
	}
	return out
}

func newLate() *lateMember {
	return &lateMember{result: &slot{name: "result", kind: resultSlot, typ: unknownType, noPair: true}}
}

// lateClass returns static::class.
func (e *emitter) lateClass() value {
	e.p.mark(&e.lateBase().root().tellsClass)
	return goCode(e.static()+".phpClass()", textType)
}

// lateConstant returns static::NAME.
func (e *emitter) lateConstant(n ast.Vertex, name string) value {
	m := e.late("const "+name, camel(strings.ToLower(name)), func() *lateMember {
		m := newLate()
		m.call = func(e *emitter, c *class, _ []argument) (value, bool) {
			if e.p.constantOf(c, name) == nil {
				return value{}, false
			}
			return e.constantValue(n, c, name), true
		}
		return m
	})
	return e.callLate(m, nil)
}

// lateNew returns new static(…).
func (e *emitter) lateNew(n ast.Vertex, args []argument) value {
	base := e.lateBase()
	key := fmt.Sprintf("new %s %d", base.goName, len(args))
	m := e.late(key, "newStatic", func() *lateMember {
		m := newLate()
		m.call = func(e *emitter, c *class, args []argument) (value, bool) {
			if c.abstract || !c.is(base) {
				return value{}, false
			}
			return e.construct(n, c, args), true
		}
		return m
	})
	e.p.grow(m.result, base.typ())
	return e.callLate(m, args)
}

// lateCall returns static::method(…) of a static method.
func (e *emitter) lateCall(n ast.Vertex, name string, args []argument) value {
	m := e.late(fmt.Sprintf("call %s %d", strings.ToLower(name), len(args)), camel("static_"+name), func() *lateMember {
		m := newLate()
		m.call = func(e *emitter, c *class, args []argument) (value, bool) {
			r := c.method(name)
			if r == nil || !r.static || r.abstract {
				return value{}, false
			}
			return e.callStatic(n, c, r, "(*"+c.goName+")(nil)", args), true
		}
		return m
	})
	return e.callLate(m, args)
}

// lateSlot returns the slot of static::$name, which is the variable of one of the classes.
func (e *emitter) lateSlot(name string) *slot {
	root := e.lateBase().root()
	proxy := root.lateSlots[name]
	if proxy == nil {
		proxy = &slot{name: name, kind: globalSlot, typ: unknownType, noPair: true, static: true}
		if root.lateSlots == nil {
			root.lateSlots = map[string]*slot{}
		}
		root.lateSlots[name] = proxy
	}
	m := e.late("static "+name, camel(name), func() *lateMember {
		m := newLate()
		m.by = func(e *emitter, c *class) (string, bool) {
			s := c.staticProperty(name)
			if s == nil {
				return "", false
			}
			return "&" + s.goName, true
		}
		m.result = proxy
		return m
	})
	var visit func(c *class)
	visit = func(c *class) {
		if s := c.statics[name]; s != nil {
			s.noPair = true
			e.p.grow(s, proxy.typ)
			e.p.grow(proxy, s.typ)
			share(e.p, &s.distinct, &proxy.distinct)
			share(e.p, &s.modified, &proxy.modified)
			share(e.p, &s.deep, &proxy.deep)
			share(e.p, &s.tested, &proxy.tested)
		}
		for _, child := range c.children {
			visit(child)
		}
	}
	visit(root)
	proxy.alias = "*" + e.static() + "." + m.goName + "()"
	return proxy
}

// lateCode writes the late members of a class, and for the first class of a hierarchy the interface.
func (p *program) lateCode(out *strings.Builder, c *class) {
	root := c.root()
	if len(root.lateList) == 0 && !root.tellsClass {
		return
	}
	r := &routine{name: c.name, file: c.file, class: c, static: true, vars: map[string]*slot{}}
	var rows []string
	for _, m := range root.lateList {
		e := p.emitter(r)
		head, text := e.lateMethod(c, m)
		fmt.Fprintf(out, "func (*%s) %s {\n%s}\n\n", c.goName, head, text)
		rows = append(rows, head)
	}
	if c != root {
		return
	}
	if root.tellsClass {
		rows = append(rows, "phpClass() string")
	}
	fmt.Fprintf(out, "// %s is a class: %s or one that extends it. PHP finds in it what static:: names.\ntype %s interface {\n%s\n}\n\n",
		c.className(), c.goName, c.className(), strings.Join(rows, "\n"))
}

// lateMethod returns the signature and the statements of a late member of a class.
func (e *emitter) lateMethod(c *class, m *lateMember) (head, text string) {
	if m.by != nil {
		code, ok := m.by(e, c)
		if !ok {
			code = "nil"
		}
		return m.goName + "() *" + m.result.effective().String(), "return " + code + "\n"
	}
	var params []string
	var args []argument
	for i, s := range m.params {
		params = append(params, s.name+" "+s.effective().String())
		v := e.slotValue(&slot{name: s.name, goName: s.name, kind: globalSlot, typ: s.typ, distinct: s.distinct, noPair: true})
		args = append(args, argument{node: &known{c.node, v}, spread: m.spread[i]})
	}
	var v value
	exists := false
	why := e.attempt(func() {
		text = e.capture(func() {
			v, exists = m.call(e, c, args)
			if exists {
				e.lateResult(m, v)
			}
		})
	})
	head = m.goName + "(" + strings.Join(params, ", ") + ")"
	if !m.void {
		head += " " + m.result.effective().String()
	}
	switch {
	case why != nil:
		e.p.report.todo(c.file, why.node, why, why.reason)
		e.need("todo")
		text = "panic(" + quote("TODO(port): line "+itoa(line(why.node))+": "+oneLine(why.reason)) + ")\n"
	case !exists:
		text = "panic(" + quote("PHP's class "+c.phpName+" has no such member") + ")\n"
	}
	return head, text
}

// lateResult writes the return of a late member.
func (e *emitter) lateResult(m *lateMember, v value) {
	if v.typ.kind == null && !v.literal && m.result.typ.kind == unknown {
		e.p.mark(&m.void)
		e.line("%s", v.code)
		return
	}
	m.void = m.void && m.result.typ.kind == unknown
	e.p.grow(m.result, resultType(v))
	e.line("return %s", e.store(v, m.result).code)
}
