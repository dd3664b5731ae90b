package translate

import (
	"bytes"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// exprTo returns an expression that will be converted to a type. Literals of arrays and
// closures are written in that type at once.
func (e *emitter) exprTo(node ast.Vertex, want *Type) value {
	defer e.deeper(node)()
	switch n := strip1(node).(type) {
	case *ast.ExprArray:
		return e.arrayLiteral(n, want)
	case *ast.ExprClosure:
		return e.closure(n, want)
	case *ast.ExprArrowFunction:
		return e.arrow(n, want)
	case *ast.ExprTernary:
		return e.ternary(n, want)
	}
	return e.expr(node)
}

// expr returns an expression.
func (e *emitter) expr(node ast.Vertex) value {
	defer e.deeper(node)()
	switch n := node.(type) {
	case *known:
		return n.value
	case *ast.ExprBrackets:
		return e.expr(n.Expr)
	case *ast.ScalarString:
		return e.stringLiteral(n)
	case *ast.ScalarLnumber:
		return e.integerLiteral(n)
	case *ast.ScalarDnumber:
		return e.floatLiteral(n)
	case *ast.ScalarEncapsed:
		return e.concat(e.sequence(n.Parts))
	case *ast.ScalarHeredoc:
		return e.heredoc(n)
	case *ast.ScalarEncapsedStringPart:
		return textValue(unescape(string(n.Value), '"'))
	case *ast.ScalarEncapsedStringVar:
		return e.interpolated(n)
	case *ast.ScalarEncapsedStringBrackets:
		return e.expr(n.Var)
	case *ast.ScalarMagicConstant:
		return e.magic(n)
	case *ast.ExprConstFetch:
		return e.constant(n)
	case *ast.ExprVariable:
		return e.readVariable(n)
	case *ast.ExprArray:
		return e.arrayLiteral(n, unknownType)
	case *ast.ExprArrayDimFetch:
		return e.dim(n)
	case *ast.ExprPropertyFetch:
		return e.property(n, n.Var, n.Prop)
	case *ast.ExprNullsafePropertyFetch:
		return e.nullsafe(n, n.Var, func(v value) value { return e.propertyOf(n, v, n.Prop) })
	case *ast.ExprStaticPropertyFetch:
		return e.staticProperty(n)
	case *ast.ExprClassConstFetch:
		return e.classConstant(n)
	case *ast.ExprFunctionCall:
		return e.call(n)
	case *ast.ExprMethodCall:
		return e.methodCall(n)
	case *ast.ExprNullsafeMethodCall:
		return e.nullsafe(n, n.Var, func(v value) value { return e.callMethod(n, v, n.Method, n.Args) })
	case *ast.ExprStaticCall:
		return e.staticCall(n)
	case *ast.ExprNew:
		return e.newObject(n)
	case *ast.ExprClone:
		return e.clone(n)
	case *ast.ExprClosure:
		return e.closure(n, nil)
	case *ast.ExprArrowFunction:
		return e.arrow(n, nil)
	case *ast.ExprTernary:
		return e.ternary(n, unknownType)
	case *ast.ExprMatch:
		return e.match(n)
	case *ast.ExprIsset:
		return e.isset(n)
	case *ast.ExprEmpty:
		return e.empty(n)
	case *ast.ExprInstanceOf:
		return e.instanceOf(n)
	case *ast.ExprErrorSuppress:
		return e.silenced(func() value { return e.suppress(n) })
	case *ast.ExprPrint:
		e.echo([]ast.Vertex{n.Expr})
		return intValue(1)
	case *ast.ExprExit:
		e.exit(n)
		return nullValue()
	case *ast.ExprThrow:
		e.throwStatement(n.Expr)
		return nullValue()
	case *ast.ExprInclude, *ast.ExprIncludeOnce, *ast.ExprRequire, *ast.ExprRequireOnce:
		return e.includeValue(n)
	case *ast.ExprAssign:
		return e.assign(n, true)
	case *ast.ExprAssignReference:
		return e.assignReference(n)
	case *ast.ExprPreInc:
		e.increment(n.Var, 1, n)
		return e.expr(n.Var)
	case *ast.ExprPreDec:
		e.increment(n.Var, -1, n)
		return e.expr(n.Var)
	case *ast.ExprPostInc:
		return e.postIncrement(n.Var, 1, n)
	case *ast.ExprPostDec:
		return e.postIncrement(n.Var, -1, n)
	case *ast.ExprEval:
		refuse(n, "eval is not translated")
	case *ast.ExprYield, *ast.ExprYieldFrom:
		refuse(n, "generators are not translated")
	case *ast.ExprShellExec:
		return e.shellExec(n)
	}
	if v, ok := e.operator(node); ok {
		return v
	}
	if v, ok := e.cast(node); ok {
		return v
	}
	refuse(node, "%s is not translated", nodeName(node))
	return value{}
}

// silenced returns what f does, without warnings.
func (e *emitter) silenced(f func() value) value {
	e.silent++
	defer func() { e.silent-- }()
	return f()
}

func (e *emitter) stringLiteral(n *ast.ScalarString) value {
	raw := string(n.Value)
	var s string
	switch {
	case len(raw) >= 2 && raw[0] == '\'':
		s = unescapeSingle(raw[1 : len(raw)-1])
	case len(raw) >= 2 && raw[0] == '"':
		s = unescape(raw[1:len(raw)-1], '"')
	default: // in "$a[key]"
		s = raw
	}
	v := textValue(s)
	if s == "" {
		v.typ = blankType
	}
	return v
}

func (e *emitter) integerLiteral(n *ast.ScalarLnumber) value {
	text := strings.ReplaceAll(string(n.Value), "_", "")
	i, err := strconv.ParseInt(text, 0, 64)
	if err != nil {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			refuse(n, "the number %s is not translated", text)
		}
		return goCode(strconv.FormatFloat(f, 'g', -1, 64), floatType)
	}
	v := intValue(int(i))
	v.code = text
	if len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '7' {
		v.code = "0o" + text[1:]
	}
	return v
}

func (e *emitter) floatLiteral(n *ast.ScalarDnumber) value {
	text := strings.ReplaceAll(string(n.Value), "_", "")
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		refuse(n, "the number %s is not translated", text)
	}
	return floatValue(f)
}

func floatValue(f float64) value {
	text := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0"
	}
	return value{code: text, prec: precPrimary, typ: floatType, pure: true}
}

// heredoc returns a heredoc or nowdoc.
func (e *emitter) heredoc(n *ast.ScalarHeredoc) value {
	raw := n.OpenHeredocTkn != nil && strings.Contains(string(n.OpenHeredocTkn.Value), "'")
	indent := heredocIndent(n)
	var list []value
	atStart := true
	for i, part := range n.Parts {
		p, ok := part.(*ast.ScalarEncapsedStringPart)
		if !ok {
			list = append(list, e.sequence([]ast.Vertex{part})...)
			atStart = false
			continue
		}
		s := outdent(string(p.Value), indent, atStart)
		if i == len(n.Parts)-1 { // the line of the end does not belong to the text
			s = strings.TrimSuffix(strings.TrimRight(s, " \t"), "\n")
			s = strings.TrimSuffix(s, "\r")
		}
		if !raw {
			s = unescape(s, 0)
		}
		list = append(list, textValue(s))
		atStart = false
	}
	return e.concat(list)
}

// heredocIndent returns the indentation of a heredoc's end, which the lines have too.
func heredocIndent(n *ast.ScalarHeredoc) string {
	if len(n.Parts) == 0 {
		return ""
	}
	p, ok := n.Parts[len(n.Parts)-1].(*ast.ScalarEncapsedStringPart)
	if !ok {
		return ""
	}
	last := string(p.Value[bytes.LastIndexByte(p.Value, '\n')+1:])
	if strings.Trim(last, " \t") != "" {
		return ""
	}
	return last
}

// outdent removes the indentation of a heredoc's end from each line.
func outdent(s, indent string, atStart bool) string {
	if indent == "" {
		return s
	}
	lines := strings.Split(s, "\n")
	for i := range lines {
		if i > 0 || atStart {
			lines[i] = strings.TrimPrefix(lines[i], indent)
		}
	}
	return strings.Join(lines, "\n")
}

// interpolated returns "${name}" and "${name[key]}".
func (e *emitter) interpolated(n *ast.ScalarEncapsedStringVar) value {
	id, ok := n.Name.(*ast.Identifier)
	if !ok {
		refuse(n, "a variable variable is not translated")
	}
	v := &ast.ExprVariable{Position: n.Position, Name: id}
	if n.Dim == nil {
		return e.readVariable(v)
	}
	return e.dim(&ast.ExprArrayDimFetch{Position: n.Position, Var: v, Dim: n.Dim})
}

func (e *emitter) readVariable(n *ast.ExprVariable) value {
	name := variableName(n)
	if name == "" {
		refuse(n, "a variable variable is not translated")
	}
	if name == "this" {
		return e.this(n)
	}
	if v, ok := e.superglobal(name); ok {
		return v
	}
	s := e.variable(n, name)
	e.note(s, true, false)
	return e.slotValue(s)
}

// slotValue returns the value of a slot's Go variable.
func (e *emitter) slotValue(s *slot) value {
	code := e.place(s)
	t := s.typ
	if effective := s.effective(); effective.kind == mixed && t.kind != unknown {
		t = mixedType
	}
	if t.kind == null {
		t = mixedType
		if e.p.onlyNull(s) {
			t = unknownType
		}
	}
	v := value{code: code, prec: precPrimary, typ: t, slot: s, pure: true}
	if strings.HasPrefix(code, "*") {
		v.prec = precUnary
	}
	if s.companion() {
		v.present = s.goName + "OK"
	}
	switch t.kind {
	case falsehood:
		v.typ = boolType
	case blank:
		v.typ = textType
	}
	return v
}

// place returns the Go code of a slot, for reading and writing.
func (e *emitter) place(s *slot) string {
	if s.alias != "" {
		return s.alias
	}
	name := e.nameOf(s)
	if s.byRef {
		return "*" + name
	}
	return name
}

// variable returns the slot of a variable of the current routine.
func (e *emitter) variable(n ast.Vertex, name string) *slot {
	if name == "this" {
		refuse(n, "$this is not changed in PHP")
	}
	if e.fn.top {
		if s := e.p.globals[name]; s != nil {
			return s
		}
	}
	s := e.fn.vars[name]
	if s == nil {
		s = &slot{name: name, typ: unknownType, owner: e.fn}
		e.fn.vars[name] = s
	}
	return s
}

// ternary returns cond ? a : b by an if.
func (e *emitter) ternary(n *ast.ExprTernary, want *Type) value {
	if n.IfTrue == nil {
		return e.elvis(n, want)
	}
	cond := e.condition(n.Cond, false)
	if cond.literal && e.p.pass > 2 {
		if cond.text == "true" {
			return e.exprTo(n.IfTrue, want)
		}
		return e.exprTo(n.IfFalse, want)
	}
	before := e.facts
	return e.choose(n, cond.code, want, func(t *Type) value {
		e.know(implied(n.Cond, true)...)
		return e.exprTo(n.IfTrue, t)
	}, func(t *Type) value {
		e.facts = before
		e.know(implied(n.Cond, false)...)
		return e.exprTo(n.IfFalse, t)
	})
}

// choose writes a variable that is the one or the other value.
func (e *emitter) choose(n ast.Vertex, cond string, want *Type, a, b func(*Type) value) value {
	r := e.p.choice(n)
	t := r.typ
	if t.kind == unknown {
		t = want
	}
	e.conditional++
	before := e.facts
	var va, vb value
	ca := e.capture(func() { va = a(t) })
	after := e.facts
	cb := e.capture(func() { vb = b(t) })
	e.conditional--
	e.facts = e.facts.within(after).within(before)
	e.p.grow(r, resultType(va))
	e.p.grow(r, resultType(vb))
	typ := r.effective()
	va, pairA := e.storedPair(va, r)
	vb, pairB := e.storedPair(vb, r)
	name := e.temp("choice")
	out := value{code: name, prec: precPrimary, typ: r.typ, slot: r, pure: true, fresh: va.fresh && vb.fresh}
	if typ.kind == mixed && r.typ.kind != unknown {
		out.typ = mixedType
	}
	if r.companion() {
		out.present = name + "OK"
		e.line("var %s %s", name, typ)
		e.line("var %sOK bool", name)
		name = name + ", " + name + "OK"
		if !pairA {
			va.code = e.paired(va)
		}
		if !pairB {
			vb.code = e.paired(vb)
		}
	} else if cb == "" && vb.pure && typ.kind != mixed && vb.code != "nil" && !strings.Contains(vb.code, "[]") && sameConstant(typ, vb) {
		e.line("%s := %s", name, vb.code)
		e.line("if %s {", cond)
		e.emit(ca)
		e.line("%s = %s", name, va.code)
		e.line("}")
		return out
	} else {
		e.line("var %s %s", name, typ)
	}
	e.line("if %s {", cond)
	e.emit(ca)
	e.line("%s = %s", name, va.code)
	e.line("} else {")
	e.emit(cb)
	e.line("%s = %s", name, vb.code)
	e.line("}")
	return out
}

// sameConstant reports whether := gives a variable the type that it needs.
func sameConstant(t *Type, v value) bool {
	if !v.literal {
		return true
	}
	switch t.kind {
	case text, boolean:
		return true
	case integer:
		return t.goName == ""
	}
	return false
}

func resultType(v value) *Type {
	switch v.results {
	case withError:
		if v.typ.opt == present {
			return v.typ.with(asFalse)
		}
	case errorOnly:
		return boolType
	}
	return v.typ
}

// elvis returns a ?: b.
func (e *emitter) elvis(n *ast.ExprTernary, want *Type) value {
	v := e.one(e.exprTo(n.Cond, want))
	if !v.pure {
		v = e.hold(v)
	}
	cond := e.truth(v, false)
	return e.choose(n, cond.code, want, func(*Type) value { return v.as(v.typ.with(present)).without() }, func(t *Type) value { return e.exprTo(n.IfFalse, t) })
}

// without returns a value that is there.
func (v value) without() value {
	v.present, v.slot = "", nil
	return v
}

// choice returns the slot of an expression that has one of two values.
func (p *program) choice(n ast.Vertex) *slot {
	s := p.choices[n]
	if s == nil {
		s = &slot{name: "choice", kind: resultSlot, typ: unknownType}
		p.choices[n] = s
	}
	return s
}

// coalesce returns a ?? b.
func (e *emitter) coalesce(n ast.Vertex, left, right ast.Vertex) value {
	var l value
	var there value
	before := e.capture(func() { l, there = e.presence(left) })
	e.emit(before)
	if there.literal && there.text == "true" {
		return l
	}
	if there.literal && there.text == "false" {
		return e.expr(right)
	}
	// The zero value is what PHP has without a value, and the default is the zero value too.
	if l.results == single && l.present == "" && l.typ.kind != mixed {
		if d, ok := e.constantText(right); ok && zeroDefault(l.typ, d) && l.zeroOK {
			l.typ = l.typ.with(present)
			l.slot = nil
			return l
		}
	}
	return e.choose(n, there.code, unknownType, func(*Type) value { return l.as(l.typ.with(present)).without() }, func(t *Type) value { return e.exprTo(right, t) })
}

// constantText returns the text of a literal: "", 0, [], false, null.
func (e *emitter) constantText(node ast.Vertex) (string, bool) {
	switch n := strip1(node).(type) {
	case *ast.ScalarString:
		return e.stringLiteral(n).text, true
	case *ast.ScalarLnumber:
		return "int:" + string(n.Value), true
	case *ast.ExprArray:
		return "array", len(n.Items) == 0
	case *ast.ExprConstFetch:
		return "const:" + constantName(n), true
	}
	return "", false
}

func zeroDefault(t *Type, d string) bool {
	switch t.kind {
	case text:
		return d == ""
	case integer:
		return d == "int:0"
	case list, dict:
		return d == "array"
	case boolean:
		return d == "const:false"
	}
	return false
}

// scriptFolder returns the folder of the PHP file that is written, which is below the folder of the script or beside
// it, and what follows it.
func (e *emitter) scriptFolder(rest string) value {
	script := goCode(e.need("scriptDir")+"()", textType)
	below, err := filepath.Rel(filepath.Dir(e.p.files[0].name), filepath.Dir(e.f.name))
	if err != nil || below == "." {
		below = ""
	}
	switch below = filepath.ToSlash(below); {
	case below == "" && rest == "":
		return script
	case strings.HasPrefix(below, ".."):
		e.use("path/filepath")
		return goCode("filepath.Join("+script.code+", "+quote(below+rest)+")", textType)
	case below != "":
		rest = "/" + below + rest
	}
	return binary(script.code+" + "+quote(rest), precAdd, textType)
}

func (e *emitter) magic(n *ast.ScalarMagicConstant) value {
	switch strings.ToUpper(string(n.Value)) {
	case "__LINE__":
		return intValue(line(n))
	case "__FILE__":
		if e.f == e.p.files[0] {
			return goCode(e.need("scriptFile")+"()", textType)
		}
		return e.scriptFolder("/" + baseName(e.f.name))
	case "__DIR__":
		return e.scriptFolder("")
	case "__FUNCTION__":
		if e.fn.top {
			return textValue("")
		}
		return textValue(e.fn.name)
	case "__METHOD__":
		if e.fn.class != nil {
			return textValue(e.fn.class.phpName + "::" + e.fn.name)
		}
		return textValue(e.fn.name)
	case "__CLASS__":
		if e.fn.class != nil {
			return textValue(e.fn.class.phpName)
		}
		return textValue("")
	case "__NAMESPACE__":
		return textValue(strings.TrimSuffix(e.f.namespace(n), `\`))
	}
	refuse(n, "%s is not translated", n.Value)
	return value{}
}

// constant returns a constant: true, PHP's, the extension's or the program's.
func (e *emitter) constant(n *ast.ExprConstFetch) value {
	name := identifier(n.Const)
	switch strings.ToLower(name) {
	case "true":
		return boolValue(true)
	case "false":
		return boolValue(false)
	case "null":
		return nullValue()
	}
	if c := e.p.constants[name]; c != nil {
		if c.typ.kind == unknown {
			return goCode(c.goName, mixedType)
		}
		v := goCode(c.goName, c.typ)
		v.pure = true
		return v
	}
	if v, ok := e.imapConstant(name); ok {
		return v
	}
	if c, ok := e.p.libConst[name]; ok {
		for _, path := range c.Imports {
			e.use(path)
		}
		e.needAll(c.Go)
		v := goCode(c.Go, parseType(c.Type))
		v.pure = true
		if text, err := strconv.Unquote(c.Go); err == nil && c.Type == "string" {
			return textValue(text)
		}
		return v
	}
	if name != strings.ToUpper(name) { // no constant of an extension, all of which are in capitals
		e.line("%s(%s, %s)", e.need("throw"), quote("Error"), quote(`Undefined constant "`+name+`"`))
		return nullValue()
	}
	refuse(n, "the constant %s is not known", name)
	return value{}
}

// maxNesting bounds how deeply expressions are nested. The code of one is copied at each level.
const maxNesting = 400

// maxBlocks bounds how deeply blocks of statements are nested, those of closures too. The code of one is copied at
// each level.
const maxBlocks = 60

// deeper counts a level of nested expressions. The func that it returns leaves it.
func (e *emitter) deeper(node ast.Vertex) func() {
	e.work(node)
	if e.nesting++; e.nesting > maxNesting {
		e.nesting--
		refuse(node, "expressions are nested too deeply")
	}
	return func() { e.nesting-- }
}
