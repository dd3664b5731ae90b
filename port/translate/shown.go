package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// showing are the functions of port/library that look at the properties of an object.
var showing = map[string]bool{
	"printValue": true, "printOrReturn": true, "printR": true, "varDump": true, "exportOrReturn": true, "varExport": true, "jsonEncode": true,
	"toArray": true, "looseEqual": true, "compare": true, "each": true, "objectVars": true, "objectVarsIn": true, "property": true, "inArray": true,
	"arraySearch": true, "serialize": true,
}

// shows notes that a function looks at the properties of the objects in a value.
func (e *emitter) shows(t *Type) {
	if t.holdsObjects() {
		e.p.mark(&e.p.shown)
	}
}

// holdsObjects reports whether objects of the program's classes may be in a value.
func (t *Type) holdsObjects() bool {
	return t.kind == mixed || t.kind == object && t.class != nil || t.array() && t.elem.holdsObjects()
}

// box notes that objects become values of any type.
func (p *program) box(t *Type) {
	for ; t != nil; t = t.elem {
		if t.class != nil {
			p.mark(&t.class.root().boxed)
			if len(t.class.children) > 0 {
				t.class.keepSelf(p)
			}
		}
	}
}

// keepSelf has the objects of a hierarchy know which class they are of.
func (c *class) keepSelf(p *program) {
	if root := c.root(); len(root.virtual) == 0 {
		p.mark(&root.keepsSelf)
	}
}

func (c *class) root() *class {
	for n := 0; c.parent != nil && n < 50; n++ {
		c = c.parent
	}
	return c
}

// inherited reports whether an object in a variable of a type may be of a class that extends the
// type's class.
func (t *Type) inherited() bool { return t.class != nil && len(t.class.children) > 0 }

// shownCode writes the methods by which port/library sees an object's class and properties.
func (p *program) shownCode(out *strings.Builder, c *class) {
	root := c.root()
	if root.boxed && (root.keepsSelf || len(root.virtual) > 0) && (c == root || len(c.children) > 0) {
		receiver := receiverName(c)
		fmt.Fprintf(out, "// phpObject returns the object as one of its own class.\nfunc (%s *%s) phpObject() any {\nif %s == nil {\nreturn nil\n}\nreturn %s.self\n}\n\n",
			receiver, c.goName, receiver, receiver)
	}
	if c.unboxed {
		fmt.Fprintf(out, "func (%s *%s) as%s() *%s { return %s }\n\n", receiverName(c), c.goName, c.goName, c.goName, receiverName(c))
		fmt.Fprintf(out, "// %s returns an object as one of %s, nil if it is none.\nfunc %s(v any) *%s {\nif o, ok := v.(interface{ as%s() *%s }); ok {\nreturn o.as%s()\n}\nreturn nil\n}\n\n",
			c.unboxName, c.goName, c.unboxName, c.goName, c.goName, c.goName, c.goName)
	}
	if p.clones && root.boxed && !c.abstract && !c.exception {
		e := p.emitter(&routine{name: c.name, file: c.file, class: c, vars: map[string]*slot{}})
		e.fn.receiver = e.fn.names.unique(receiverName(c))
		var v value
		text := e.capture(func() { v = e.cloneOwn(e.this(c.node)) })
		fmt.Fprintf(out, "func (%s *%s) phpClone() any {\n%sreturn %s\n}\n\n", e.fn.receiver, c.goName, text, v.code)
	}
	if p.sets && root.boxed && !c.exception {
		p.setCode(out, c)
	}
	shown := p.shown && root.boxed && !c.exception
	if shown || root.tellsClass {
		fmt.Fprintf(out, "func (*%s) phpClass() string { return %s }\n\n", c.goName, quote(c.phpName))
	}
	if !shown {
		return
	}
	r := &routine{name: c.name, file: c.file, class: c, vars: map[string]*slot{}}
	e := p.emitter(r)
	r.receiver = r.names.unique(receiverName(c))
	e.need("classed")
	e.need("member")
	p.membersCode(out, e, c)
	p.traversableCode(out, c)
	if m := c.method("jsonSerialize"); m != nil && c.implementsNamed(p, "JsonSerializable") && !c.abstract {
		p.mark(&m.called)
		v := e.callOwn(c.node, e.this(c.node), c, m, nil)
		v.slot = nil
		fmt.Fprintf(out, "func (%s *%s) phpJSON() any { return %s }\n\n", r.receiver, c.goName, e.toMixed(v).code)
	}
}

// setCode writes the method that assigns a property by its name.
func (p *program) setCode(out *strings.Builder, c *class) {
	e := p.emitter(&routine{name: c.name, file: c.file, class: c, vars: map[string]*slot{}})
	e.fn.receiver = e.fn.names.unique(receiverName(c))
	if len(c.order) == 0 && c.parent != nil {
		return
	}
	fmt.Fprintf(out, "// phpSet assigns a property. It reports whether there is one of the name.\nfunc (%s *%s) phpSet(name string, value any) bool {\nswitch name {\n", e.fn.receiver, c.goName)
	for _, s := range c.order {
		v := goCode("value", mixedType)
		v.pure = true
		text := e.capture(func() { e.line("%s.%s = %s", e.fn.receiver, s.goName, e.convert(v, s.effective()).code) })
		if s.tracked {
			text += e.fn.receiver + "." + s.trackName() + " = true\n"
		}
		fmt.Fprintf(out, "case %s:\n%s", quote(s.name), text)
	}
	rest := "false"
	if c.parent != nil && !c.parent.exception {
		rest = e.fn.receiver + "." + c.parent.goName + ".phpSet(name, value)"
	}
	fmt.Fprintf(out, "default:\nreturn %s\n}\nreturn true\n}\n\n", rest)
}

// membersCode writes the method that lists the properties, those of the parent first.
func (p *program) membersCode(out *strings.Builder, e *emitter, c *class) {
	this := e.this(c.node)
	var rows []string
	lazy := ""
	for _, s := range c.order {
		v := e.field(this, s)
		if v.typ.kind == unknown {
			v.typ = mixedType
		}
		p.mark(&s.distinct)
		code := e.toMixed(v).code
		if s.late() {
			p.mark(&s.tracked)
			lazy += fmt.Sprintf("if !%s.%s {\nmembers[%d].value = uninitialized(%s)\n}\n", this.code, s.trackName(), len(rows), quote(s.typeText))
			e.need("uninitialized")
		}
		rows = append(rows, fmt.Sprintf("{%s, %s, %s},", quote(s.name), quote(s.scope), code))
	}
	body := "[]member{\n" + strings.Join(rows, "\n") + "\n}"
	if len(rows) == 0 {
		body = "nil"
	}
	fmt.Fprintf(out, "// phpMembers are the properties as PHP shows them.\nfunc (%s *%s) phpMembers() []member {\n", this.code, c.goName)
	if lazy != "" {
		fmt.Fprintf(out, "members := %s\n%s", body, lazy)
		body = "members"
	}
	if c.parent != nil && !c.parent.exception {
		inherited := this.code + "." + c.parent.goName + ".phpMembers()"
		if body == "nil" {
			body = inherited
		} else {
			body = "append(" + inherited + ", " + body + "...)"
		}
	}
	fmt.Fprintf(out, "return %s\n}\n\n", body)
}

// implementsNamed reports whether a class or one that it extends implements an interface of PHP,
// maybe by one of the program that extends it.
func (c *class) implementsNamed(p *program, name string) bool {
	return slices.ContainsFunc(p.interfacesOf(c), func(i string) bool { return strings.EqualFold(i, name) })
}

// interfacesOf returns the names of all interfaces that a class implements.
func (p *program) interfacesOf(c *class) []string {
	var list []string
	var add func(names []string, depth int)
	add = func(names []string, depth int) {
		for _, name := range names {
			list = append(list, name)
			if i := p.classes[strings.ToLower(name)]; i != nil && i.isInterface && depth < 20 {
				add(i.implements, depth+1)
			}
		}
	}
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		add(q.implements, 0)
	}
	for _, name := range list {
		if strings.EqualFold(name, "Iterator") || strings.EqualFold(name, "IteratorAggregate") {
			list = append(list, "Traversable")
			break
		}
	}
	if c.method("__toString") != nil {
		list = append(list, "Stringable")
	}
	return list
}

// late reports whether an object may be without the property: before something assigns it that is not
// the constructor.
func (s *slot) late() bool {
	return s.dynamic || s.typeText != "" && s.def == nil && !s.constructed
}

// trackName is the field that says whether a property has a value.
func (s *slot) trackName() string { return s.goName + "Assigned" }

// phpVars returns get_object_vars($object).
func specialObjectVars(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 1 || e.fn.class == nil {
		return value{}, false
	}
	v := e.one(e.expr(args[0].node))
	e.shows(v.typ)
	out := goCode(e.need("objectVarsIn")+"("+e.toMixed(v).code+", "+quote(e.fn.class.phpName)+")", anyDict)
	out.fresh = true
	return out, true
}
