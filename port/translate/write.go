package translate

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// write writes all files once, with the types known so far.
func (p *program) write() {
	if p.hopeless != "" {
		p.writeNothing()
		return
	}
	p.report = newReport()
	p.imports, p.needs = map[string]bool{}, map[string]bool{}
	p.output = map[*file]*strings.Builder{}
	for i, f := range p.files {
		out := &strings.Builder{}
		p.output[f] = out
		p.scripts(out, f, i == 0)
		for _, c := range p.classList {
			if c.file == f && !c.isTrait {
				out.WriteString(p.classCode(c))
			}
		}
		for _, r := range p.order {
			if r.file == f && r.class == nil {
				out.WriteString(p.routineCode(r))
			}
		}
	}
	p.output[p.files[0]].WriteString(p.importableCode())
	if p.pass >= firstAssumed {
		p.assume()
	}
	for name := range p.needs {
		if !p.reserved[name] {
			p.reserved[name] = true
			p.changed = true
		}
	}
	for path := range p.imports {
		name := path[strings.LastIndexByte(path, '/')+1:]
		if !p.reserved[name] {
			p.reserved[name] = true
			p.changed = true
		}
	}
}

// writeNothing writes a program that says why it is not translated. The report is the one of the last pass.
func (p *program) writeNothing() {
	p.report.abandon()
	p.imports, p.needs = map[string]bool{}, map[string]bool{}
	p.globals, p.constants, p.patternOrder, p.staticOrder = nil, nil, nil, nil
	main := p.files[0].main
	e := p.emitter(main)
	e.todo(main.node, &refusal{main.node, p.hopeless})
	for _, f := range p.files {
		p.output[f] = &strings.Builder{}
	}
	fmt.Fprintf(p.output[p.files[0]], "func main() {\n%s}\n\n", e.out)
}

func (p *program) emitter(r *routine) *emitter {
	e := &emitter{p: p, fn: r, f: r.file, referenced: map[*slot]bool{}}
	reset(r)
	r.names = newNames(p.reserved)
	return e
}

// methodEmitter is emitter, and names the receiver of a method before anything else.
func (p *program) methodEmitter(r *routine) *emitter {
	e := p.emitter(r)
	switch {
	case r.class == nil:
	case r.static:
		r.staticName = r.names.unique("static")
	default:
		r.receiver = r.names.unique(receiverName(r.class))
	}
	return e
}

// scripts writes the statements of a file outside of functions.
func (p *program) scripts(out *strings.Builder, f *file, first bool) {
	if f.pure && (!first || p.importable) || f.main == nil || f.inlined() {
		return
	}
	f.main.result = cmpSlot(f.main.result)
	e := p.emitter(f.main)
	e.syntaxErrors()
	ends := e.statements(f.main.node, f.main.body, false)
	e.decide()
	head := "func " + f.main.goName + "() "
	if f.main.returns && !first {
		head += e.results()
		if !ends {
			e.emit(e.ending())
		}
	}
	if !first {
		fmt.Fprintf(out, "// %s is %s.\n", f.main.goName, baseName(f.name))
	}
	out.WriteString(head + "{\n")
	e.out = append(bytes.TrimRight(e.out, "\n"), '\n') // of declarations that are elsewhere
	if first && !p.importable {
		if p.ends() {
			out.WriteString("defer " + e.need("runAtExit") + "()\n")
		}
		if p.catchable() {
			out.WriteString("defer " + e.need("uncaught") + "()\n")
		}
	}
	out.Write(e.out)
	out.WriteString("}\n\n")
}

func cmpSlot(s *slot) *slot {
	if s == nil {
		return &slot{kind: resultSlot, typ: unknownType}
	}
	return s
}

// It is in comments of the port, which a control character would end.
func baseName(path string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '-'
		}
		return r
	}, path[strings.LastIndexAny(path, `/\`)+1:])
}

// ends reports whether the program has to do something when it ends.
func (p *program) ends() bool {
	return p.needs["atExit"] || p.needs["obStart"] || p.needs["obStartWith"] || p.needs["imapOpen"] || p.needs["atDestroy"]
}

// results returns the results of the routine in Go.
func (e *emitter) results() string {
	r := e.fn.result
	if !e.fn.returns {
		return ""
	}
	if r.companion() {
		return fmt.Sprintf("(%s, bool) ", r.effective())
	}
	return r.effective().String() + " "
}

// routineCode returns a function or method.
func (p *program) routineCode(r *routine) string {
	e := p.methodEmitter(r)
	var params []string
	prologue := ""
	if r.given != nil {
		params = append(params, e.nameOf(r.given)+" int")
	}
	for _, q := range r.params {
		params = append(params, e.parameter(q))
		prologue += e.promote(q)
	}
	ends := false
	if r.generator {
		e.todo(r.node, &refusal{r.node, "generators are not translated"})
	} else {
		ends = e.statements(r.node, r.body, false)
	}
	if r.returns && !ends {
		p.grow(r.result, nullType)
		e.emit(e.ending())
	}
	e.decide()
	if r.late {
		params = append([]string{r.staticName + " " + r.class.className()}, params...)
	}
	head := "func "
	if r.receiver != "" && r.class != nil && !r.static {
		head += "(" + r.receiver + " *" + r.class.goName + ") "
	}
	head += r.goName + "(" + strings.Join(params, ", ") + ") " + e.results()
	doc := p.docOf(r.file, r.node)
	switch {
	case !p.importable:
	case r.class != nil && isConstructor(r):
		doc = "" // New has it
	default:
		doc = e.doc(r)
	}
	return p.declarationMarker(r.node) + doc + head + "{\n" + prologue + string(e.out) + "}\n\n"
}

// parameter returns a parameter in Go.
func (e *emitter) parameter(q *param) string {
	t := q.slot.effective()
	switch {
	case q.variadic:
		elem := unknownType
		if q.slot.typ.kind == listKind {
			elem = q.slot.typ.elem
		}
		return e.nameOf(q.slot) + " ..." + elem.String()
	case q.byRef:
		return e.nameOf(q.slot) + " *" + t.String()
	}
	return e.nameOf(q.slot) + " " + t.String()
}

// promote stores a parameter that is a property too.
func (e *emitter) promote(q *param) string {
	if !q.promoted || e.fn.class == nil {
		return ""
	}
	s := e.fn.class.ownProperty(q.name)
	if s == nil {
		return ""
	}
	v := e.slotValue(q.slot)
	e.p.grow(s, v.typ)
	text := e.capture(func() { e.line("%s.%s = %s", e.fn.receiver, s.goName, e.store(v, s).code) })
	return text
}

// docOf returns the comment before a declaration.
func (p *program) docOf(f *file, n ast.Vertex) string {
	var out strings.Builder
	from := previousEnd(f, n)
	for _, c := range f.comments {
		if c.start >= from && c.end <= start(n) && !f.trailing(c) {
			for _, l := range goComment(c.text) {
				out.WriteString(l + "\n")
			}
		}
	}
	return out.String()
}

// trailing reports whether a comment is on the line of a statement that ends before it.
func (f *file) trailing(c comment) bool {
	before := f.parsed.Source[:min(c.start, len(f.parsed.Source))]
	before = bytes.TrimRight(before[bytes.LastIndexByte(before, '\n')+1:], " \t")
	return bytes.HasSuffix(before, []byte(";")) || bytes.HasSuffix(before, []byte("}"))
}

// trailingOf returns the comment on the line of a declaration, behind it.
func (p *program) trailingOf(f *file, n ast.Vertex) string {
	end := stop(n)
	for _, c := range f.comments {
		if c.start < end {
			continue
		}
		between := f.parsed.Source[min(end, len(f.parsed.Source)):min(c.start, len(f.parsed.Source))]
		if lines := goComment(c.text); len(lines) == 1 && !bytes.ContainsRune(between, '\n') && len(bytes.TrimSpace(between)) == 0 {
			return lines[0]
		}
		break
	}
	return ""
}

// previousEnd returns where what is before a declaration ends: only blanks and comments follow.
func previousEnd(f *file, n ast.Vertex) int {
	at := start(n)
	source := f.parsed.Source
	for i := len(f.comments) - 1; i >= 0; i-- {
		c := f.comments[i]
		if c.end > at || c.start >= start(n) {
			continue
		}
		between := strings.TrimSpace(string(source[min(c.end, len(source)):min(at, len(source))]))
		if between != "" && !onlyModifiers(between) {
			break
		}
		at = c.start
	}
	return at
}

func onlyModifiers(text string) bool {
	for _, word := range strings.Fields(text) {
		switch strings.ToLower(word) {
		case "public", "private", "protected", "static", "final", "abstract":
		default:
			return false
		}
	}
	return true
}

// classCode returns a class: its struct, constructor, methods, static properties and constants.
func (p *program) classCode(c *class) string {
	var out strings.Builder
	out.WriteString(p.classConstants(c))
	if c.isInterface {
		return out.String()
	}
	r := &routine{name: c.name, file: c.file, class: c, vars: map[string]*slot{}}
	e := p.emitter(r)
	r.receiver = r.names.unique(receiverName(c))
	var fields strings.Builder
	if c.parent != nil {
		fields.WriteString(c.parent.goName + "\n")
	} else if c.exception {
		fields.WriteString(e.need("Exception") + "\n")
	}
	if len(c.virtual) > 0 || c.keepsSelf {
		fmt.Fprintf(&fields, "self %sMethods // the methods of the object's own class\n", lowerFirst(c.goName))
	}
	var defaults []string
	for _, s := range c.order {
		if code := p.propertyCode(e, s, &fields); code != "" {
			defaults = append(defaults, code)
		}
	}
	doc := p.docOf(c.file, c.node)
	fmt.Fprintf(&out, "%s%stype %s struct {\n%s}\n\n", p.declarationMarker(c.node), doc, c.goName, fields.String())
	p.virtualCode(&out, c)
	out.WriteString(p.declarationMarker(c.node))
	defaults = append(defaults, p.overridesCode(e, c)...)
	p.constructorCode(&out, c, e, strings.Join(defaults, ""))
	for _, m := range c.list {
		if !m.abstract {
			out.WriteString(p.routineCode(m))
		}
	}
	p.shownCode(&out, c)
	p.lateCode(&out, c)
	return out.String()
}

// receiverName is the first letter of the class's name.
func receiverName(c *class) string {
	_, n := utf8.DecodeRuneInString(c.goName)
	return strings.ToLower(c.goName[:n])
}

// propertyCode writes the field of a property. It returns the statement that gives it its value, if that is not the zero
// value.
func (p *program) propertyCode(e *emitter, s *slot, fields *strings.Builder) (first string) {
	if s.def != nil {
		why := p.refusalOf(s.def)
		if why == nil {
			why = e.attempt(func() { first = p.propertyValue(e, s) })
		}
		if why != nil {
			first = e.capture(func() { e.todo(s.def, why) })
		}
		fmt.Fprintf(fields, "// port:%d\n", p.number(s.def))
	}
	doc, behind := "", ""
	if s.list != nil {
		doc, behind = p.docOf(s.class.file, s.list), p.trailingOf(s.class.file, s.list)
	}
	fmt.Fprintf(fields, "%s%s %s %s\n", doc, s.goName, s.effective(), behind)
	if s.tracked {
		fmt.Fprintf(fields, "%s bool\n", s.trackName())
	}
	return first
}

// overridesCode returns the statements that give the properties of its parent other values.
func (p *program) overridesCode(e *emitter, c *class) []string {
	var list []string
	for _, o := range c.overrides {
		if o.def == nil || o.slot.ofException && c.constructor() == nil && !c.needsDefaults {
			continue // what makes the exception passes the value
		}
		text := e.capture(func() {
			why := p.refusalOf(o.def)
			if why == nil {
				why = e.attempt(func() {
					v := e.exprTo(o.def, o.slot.typ)
					p.grow(o.slot, v.typ)
					e.line("%s.%s = %s", e.fn.receiver, o.slot.goName, e.store(v, o.slot).code)
				})
			}
			if why != nil {
				e.todo(o.def, why)
			}
		})
		list = append(list, text)
	}
	return list
}

// propertyValue returns the statement that gives a property its first value.
func (p *program) propertyValue(e *emitter, s *slot) string {
	var v value
	before := e.capture(func() { v = e.exprTo(s.def, s.typ) })
	if s.constructed && v.typ.kind == null {
		return before
	}
	p.grow(s, v.typ)
	code := e.store(v, s).code
	switch t := s.effective(); {
	case before != "":
	case t.kind == dict && t.opt == present && code == "nil":
		code = e.need("newArray") + "[" + t.elem.String() + "]()"
	case code == zero(s.effective()):
		return ""
	}
	return before + e.fn.receiver + "." + s.goName + " = " + code + "\n"
}

// refusalOf returns why the compiler refuses what is no statement.
func (p *program) refusalOf(node ast.Vertex) *refusal {
	if reason, ok := p.refused[node]; ok {
		return &refusal{node, reason}
	}
	return nil
}

// virtualCode writes the interface of the methods that children override.
func (p *program) virtualCode(out *strings.Builder, c *class) {
	if len(c.virtual) == 0 && !c.keepsSelf {
		return
	}
	fmt.Fprintf(out, "// %sMethods are the methods that classes override which extend %s.\ntype %sMethods interface {\n", lowerFirst(c.goName), c.goName, lowerFirst(c.goName))
	if root := c.root(); len(root.lateList) > 0 || root.tellsClass {
		out.WriteString(root.className() + "\n")
	}
	for _, m := range c.list {
		if !c.virtual[m.goName] {
			continue
		}
		e := p.methodEmitter(m)
		e.unify(c, m) // also where the call that needed the interface became a plain one
		var params []string
		if m.given != nil {
			params = append(params, e.nameOf(m.given)+" int")
		}
		for _, q := range m.params {
			params = append(params, e.parameter(q))
		}
		fmt.Fprintf(out, "%s(%s) %s\n", m.goName, strings.Join(params, ", "), e.results())
	}
	out.WriteString("}\n\n")
}

// constructorCode writes newClass.
func (p *program) constructorCode(out *strings.Builder, c *class, e *emitter, defaults string) {
	if c.abstract {
		p.defaultsCode(out, c, e, defaults)
		return
	}
	ctor := c.constructor()
	var params, names []string
	if ctor != nil {
		ce := p.methodEmitter(ctor)
		if ctor.given != nil {
			params = append(params, ce.nameOf(ctor.given)+" int")
			names = append(names, ce.nameOf(ctor.given))
		}
		for _, q := range ctor.params {
			params = append(params, ce.parameter(q))
			name := ce.nameOf(q.slot)
			if q.variadic {
				name += "..."
			}
			names = append(names, name)
		}
	} else if c.exception {
		params, names = []string{"message string", "code int"}, nil
	}
	receiver := e.fn.receiver
	if ctor != nil {
		receiver = ctor.receiver
	}
	if ctor != nil && p.importable {
		out.WriteString(p.methodEmitter(ctor).doc(ctor))
	}
	fmt.Fprintf(out, "func %s(%s) *%s {\n", c.constructorName, strings.Join(params, ", "), c.goName)
	if c.exception {
		root := c
		for root.parent != nil {
			root = root.parent
		}
		fmt.Fprintf(out, "%s := &%s{}\n%s.Class, %s.Extends = %q, %q\n", receiver, c.goName, receiver, receiver, c.phpName, root.extends)
	} else {
		fmt.Fprintf(out, "%s := &%s{}\n", receiver, c.goName)
	}
	if c.needsDefaults {
		fmt.Fprintf(out, "%s.defaults()\n", receiver)
	} else {
		out.WriteString(p.inheritedDefaults(c, receiver) + defaults)
	}
	for _, self := range c.selves() {
		fmt.Fprintf(out, "%s.%s = %s\n", receiver, self, receiver)
	}
	if ctor == nil && c.exception {
		fmt.Fprintf(out, "%s.Message, %s.Code = message, code\n", receiver, receiver)
	}
	if ctor != nil {
		fmt.Fprintf(out, "%s.%s(%s)\n", receiver, ctor.goName, strings.Join(names, ", "))
	}
	if d := c.method("__destruct"); d != nil {
		p.mark(&d.called)
		out.WriteString("// PHP does this when the last reference to the object is gone.\n")
		destroy := receiver + "." + d.goName
		if d.returns {
			destroy = "func() { " + destroy + "() }"
		}
		fmt.Fprintf(out, "%s(%s)\n", e.need("atDestroy"), destroy)
		p.report.note(d.file, d.node, c.name+": PHP calls __destruct when the last reference to the object is gone, the port when the program ends")
	}
	fmt.Fprintf(out, "return %s\n}\n\n", receiver)
	if c.needsDefaults {
		p.defaultsCode(out, c, e, defaults)
	}
}

// defaultsCode writes the method that gives the properties of a class and of those that it extends their
// first values.
func (p *program) defaultsCode(out *strings.Builder, c *class, e *emitter, defaults string) {
	fmt.Fprintf(out, "// defaults sets the properties to their first values.\nfunc (%s *%s) defaults() {\n%s}\n\n",
		e.fn.receiver, c.goName, p.inheritedDefaults(c, e.fn.receiver)+defaults)
}

// inheritedDefaults returns the call of the parent's method defaults.
func (p *program) inheritedDefaults(c *class, receiver string) string {
	if c.parent == nil {
		return ""
	}
	p.mark(&c.parent.needsDefaults)
	return receiver + "." + c.parent.goName + ".defaults()\n"
}

// selves returns the fields self of a class and of those that it extends.
func (c *class) selves() []string {
	var list []string
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		if len(q.virtual) == 0 && !q.keepsSelf {
			continue
		}
		if len(list) == 0 {
			list = append(list, "self")
		} else {
			list = append(list, q.goName+".self")
		}
	}
	return list
}

// classConstants writes the constants and static properties of a class.
func (p *program) classConstants(c *class) string {
	r := &routine{name: c.name, file: c.file, class: c, static: true, vars: map[string]*slot{}}
	e := p.emitter(r)
	var out strings.Builder
	for _, k := range c.constList {
		d, ok := k.node.(*ast.StmtConstant)
		if !ok {
			continue
		}
		out.WriteString(p.declarationMarker(d))
		var v value
		why := p.refusalOf(d)
		if why == nil {
			before := ""
			why = e.attempt(func() { before = e.capture(func() { v = e.expr(d.Expr) }) })
			if before != "" {
				why = &refusal{d, "this value of a constant is not translated"}
			}
		}
		if why != nil {
			p.report.todo(c.file, d, why, c.file.text(d))
			p.mark(&k.broken)
			continue
		}
		s := &slot{kind: globalSlot, typ: k.typ, noPair: true}
		p.grow(s, v.typ)
		k.typ = s.effective()
		v = e.store(v, s)
		out.WriteString(p.docOf(c.file, d))
		if len(e.definedFor(d.Expr)) > 0 {
			p.mark(&k.lazy)
			out.WriteString(lazyConstant(k, v.code))
			continue
		}
		if v.literal && v.typ.kind != null && v.code != "nil" {
			fmt.Fprintf(&out, "const %s = %s\n\n", k.goName, v.code)
			continue
		}
		fmt.Fprintf(&out, "var %s %s = %s\n\n", k.goName, k.typ, v.code)
	}
	for _, name := range sortedSlots(c.statics) {
		s := c.statics[name]
		v := nullValue()
		if s.def != nil {
			out.WriteString(p.declarationMarker(s.def))
			why := p.refusalOf(s.def)
			if why == nil {
				before := ""
				why = e.attempt(func() { before = e.capture(func() { v = e.exprTo(s.def, s.typ) }) })
				if before != "" {
					why = &refusal{s.def, "this value of a static property is not translated"}
				}
			}
			if why != nil {
				p.report.todo(c.file, s.def, why, c.file.text(s.def))
				p.mark(&s.broken)
				continue
			}
		}
		p.grow(s, v.typ)
		if s.def != nil && e.dependOn(s, s.def) {
			out.WriteString(declarationOf(s))
			continue
		}
		out.WriteString(variableCode(e, s, v))
	}
	return out.String()
}

// declarationOf returns the declaration of a variable of the package without a value.
func declarationOf(s *slot) string {
	out := fmt.Sprintf("var %s %s\n\n", s.goName, s.effective())
	if s.companion() {
		out += fmt.Sprintf("var %sOK bool\n\n", s.goName)
	}
	return out
}

func sortedSlots(m map[string]*slot) []string {
	set := map[string]bool{}
	for name := range m {
		set[name] = true
	}
	return sorted(set)
}

// variableCode returns the declaration of a variable of the package.
func variableCode(e *emitter, s *slot, v value) string {
	code := e.store(v, s).code
	t := s.effective()
	if code == "nil" && t.kind == dict && t.opt == present {
		code = e.need("newArray") + "[" + t.elem.String() + "]()"
	}
	out := fmt.Sprintf("var %s %s = %s\n\n", s.goName, t, code)
	if code == zero(t) {
		out = fmt.Sprintf("var %s %s\n\n", s.goName, t)
	}
	if s.companion() {
		out += fmt.Sprintf("var %sOK bool\n\n", s.goName)
	}
	return out
}

// variables returns the variables of the package: globals, static variables and constants.
func (p *program) variables() string {
	var out strings.Builder
	for _, name := range sortedSlots(p.globals) {
		s := p.globals[name]
		e := p.emitter(p.files[0].main)
		out.WriteString(variableCode(e, s, nullValue()))
	}
	for _, x := range p.patternOrder {
		fmt.Fprintf(&out, "var %s = %s\n\n", x.name, x.code.Go)
	}
	for _, s := range p.staticOrder {
		init := s.initial
		if init == "" || init == zero(s.effective()) {
			out.WriteString(declarationOf(s))
			continue
		}
		fmt.Fprintf(&out, "var %s %s = %s\n\n", s.goName, s.effective(), init)
		if s.companion() {
			fmt.Fprintf(&out, "var %sOK bool\n\n", s.goName)
		}
	}
	var names []string
	set := map[string]bool{}
	for name := range p.constants {
		set[name] = true
	}
	names = sorted(set)
	for _, name := range names {
		c := p.constants[name]
		t := (&slot{kind: globalSlot, typ: c.typ, noPair: true}).effective()
		fmt.Fprintf(&out, "var %s %s // %s\n\n", c.goName, t, plain(excerpt(name)))
		if c.asked {
			fmt.Fprintf(&out, "var %s bool\n\n", c.defined)
		}
	}
	return out.String()
}
