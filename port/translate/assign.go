package translate

import (
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// assign writes $target = expr. It returns the value if it is used.
func (e *emitter) assign(n *ast.ExprAssign, used bool) value {
	switch t := n.Var.(type) {
	case *ast.ExprList:
		return e.destructure(t.Items, n.Expr, used)
	case *ast.ExprArray:
		return e.destructure(t.Items, n.Expr, used)
	}
	if choice, ok := n.Expr.(*ast.ExprTernary); ok && !used && choice.IfTrue != nil && e.assignChoice(n.Var, choice) {
		return value{}
	}
	var v value
	inner := e.innerAssignments(n.Var)
	e.repeatedly(n.Var, func() { v = e.exprTo(n.Expr, e.targetType(n.Var)) })
	if v.code == "" {
		refuse(n, "the value is not translated")
	}
	if used && variableName(n.Var) == "" && !v.pure {
		v = e.hold(v)
	}
	if s := e.assignedLocal(n.Var); s != nil {
		if s.inner > inner {
			e.p.mark(&s.twice)
		}
		if used {
			s.inner++
		}
	}
	e.assignTo(n.Var, v)
	if !used {
		return value{}
	}
	if variableName(n.Var) != "" {
		return e.expr(n.Var)
	}
	return v
}

// assignedLocal returns the variable that an assignment is to, nil if it is to something else.
func (e *emitter) assignedLocal(target ast.Vertex) *slot {
	name := variableName(target)
	if name == "" {
		return nil
	}
	return e.fn.vars[name]
}

// innerAssignments counts the assignments to a variable that were operands of an expression.
func (e *emitter) innerAssignments(target ast.Vertex) int {
	if s := e.assignedLocal(target); s != nil {
		return s.inner
	}
	return 0
}

// assignChoice writes $target = condition ? a : b as a statement if the target is a variable.
func (e *emitter) assignChoice(target ast.Vertex, n *ast.ExprTernary) bool {
	name := variableName(target)
	if name == "" || name == "this" || e.isSuperglobal(name) {
		return false
	}
	s := e.variable(target, name)
	var cond value
	before := e.capture(func() { cond = e.condition(n.Cond, false) })
	if cond.literal && e.p.pass > 2 {
		return false
	}
	e.note(s, false, true) // by one of the branches
	_, otherwise := n.IfFalse.(*ast.ScalarString)
	short := e.shortHere(s)
	switch {
	case !short:
		otherwise = false
	case otherwise:
		e.assignBranch(target, n.IfFalse)
	case s.companion():
		return false
	default:
		e.line("var %s %s", e.place(s), s.effective())
	}
	e.emit(before)
	e.line("if %s {", cond.code)
	e.conditional++
	known := e.facts
	e.know(implied(n.Cond, true)...)
	e.assignBranch(target, n.IfTrue)
	then := e.facts
	e.facts = known
	if !otherwise {
		e.line("} else {")
		e.know(implied(n.Cond, false)...)
		e.assignBranch(target, n.IfFalse)
	}
	e.facts = e.facts.within(then)
	e.conditional--
	e.line("}")
	return true
}

func (e *emitter) assignBranch(target, expr ast.Vertex) {
	e.assignTo(target, e.exprTo(expr, e.targetType(target)))
}

// targetType is the type that an assignment's target has so far.
func (e *emitter) targetType(target ast.Vertex) *Type {
	switch n := target.(type) {
	case *ast.ExprVariable:
		if name := variableName(n); name != "" && name != "this" {
			return e.variable(n, name).typ
		}
	case *ast.ExprPropertyFetch:
		if s := e.propertySlot(n); s != nil {
			return s.typ
		}
	case *ast.ExprStaticPropertyFetch:
		if s := e.staticSlot(n); s != nil {
			return s.typ
		}
	case *ast.ExprArrayDimFetch:
		if s := e.globalsKey(n); s != nil {
			return s.typ
		}
		if t := e.targetType(n.Var); t.array() {
			return t.elem
		}
	}
	return unknownType
}

// assignTo writes an assignment of a value.
func (e *emitter) assignTo(target ast.Vertex, v value) {
	t := resultType(v)
	e.assignPlace(target, v)
	e.forget(target)
	if t.class != nil && t.opt == present {
		e.know(factKey(target))
	}
}

func (e *emitter) assignPlace(target ast.Vertex, v value) {
	switch n := target.(type) {
	case *ast.ExprVariable:
		name := variableName(n)
		if name == "" {
			refuse(n, "a variable variable is not translated")
		}
		if base, ok := e.superglobal(name); ok && base.typ.kind == dict {
			e.line("*%s = *%s.Clone()", base.code, e.convert(v, anyDict).in(precPrimary))
			return
		}
		if e.isSuperglobal(name) {
			refuse(n, "an assignment to $%s is not translated", name)
		}
		s := e.variable(n, name)
		e.note(s, false, true)
		e.p.grow(s, resultType(v))
		e.assignSlot(s, v, e.shortHere(s))
	case *ast.ExprArrayDimFetch:
		e.assignDim(n, v)
	case *ast.ExprPropertyFetch:
		e.assignProperty(n, v)
	case *ast.ExprStaticPropertyFetch:
		s := e.staticSlot(n)
		if s == nil {
			refuse(n, "the static property is not known")
		}
		e.p.grow(s, resultType(v))
		e.assignSlot(s, v, false)
	case *ast.ExprList:
		e.destructureValue(n.Items, v)
	case *ast.ExprArray:
		e.destructureValue(n.Items, v)
	default:
		refuse(target, "an assignment to %s is not translated", nodeName(target))
	}
}

// shortHere reports whether a variable is declared by := at the current statement.
func (e *emitter) shortHere(s *slot) bool {
	if s.kind != localSlot || s.alias != "" || s.byRef || e.conditional > 0 || s.owner != e.fn {
		return false
	}
	d := e.fn.decls[s]
	top := e.path[len(e.path)-1]
	return d.short && d.block == top.block && d.stmt == top.stmt
}

// storedPair is store, but leaves a call alone whose two results are the value and whether there is one.
func (e *emitter) storedPair(v value, s *slot) (value, bool) {
	if s.companion() && v.results == withError && !s.typ.nilable() {
		v.code, v.results = e.need("valueOK")+"("+v.code+")", withOK
	}
	if s.companion() && v.results == withOK && v.typ.String() == s.effective().String() {
		return v, true
	}
	stored := e.store(v, s)
	if stored.code != v.code {
		stored.lookup = nil // of what it was before
	}
	return stored, false
}

// heldPair returns a value of which another result says whether it is there, with both results in variables.
func (e *emitter) heldPair(v value) value {
	if v.results == withError && !v.typ.nilable() {
		v.code, v.results = e.need("valueOK")+"("+v.code+")", withOK
	}
	if v.results != withOK {
		return v
	}
	name := e.temp("value")
	e.line("%s, %sOK := %s", name, name, v.code)
	v.code, v.present, v.results, v.pure, v.prec = name, name+"OK", single, true, precPrimary
	return v
}

// assignSlot writes the assignment of a value to a variable, or its declaration.
func (e *emitter) assignSlot(s *slot, v value, short bool) {
	v, pair := e.storedPair(v, s)
	name := e.place(s)
	if e.dropped(s) {
		e.drop(v, false)
		return
	}
	if s.companion() {
		code := v.code
		if !pair {
			code = e.paired(v)
		}
		op := "="
		if code == name+", "+s.goName+"OK" {
			return // a conversion to the type that it has
		}
		if short {
			op = ":="
			if strings.HasPrefix(code, "nil,") || s.effective().kind == float {
				e.line("var %s %s", name, s.effective())
				e.line("var %sOK bool", s.goName)
				op = "="
			}
		}
		e.line("%s, %sOK %s %s", name, s.goName, op, code)
		return
	}
	switch t := s.effective(); {
	case !short && v.code == name: // a conversion to the type that it has
	case !short:
		e.line("%s = %s", name, v.code)
	case t.kind == mixed || v.code == "nil":
		if v.code == "nil" && t.kind == dict && t.opt == present {
			v.code = e.need("newArray") + "[" + t.elem.String() + "]()"
			e.line("%s := %s", name, v.code)
			break
		}
		e.line("var %s %s = %s", name, t, v.code)
	case v.literal && !sameConstant(t, v):
		if t.kind == float {
			e.line("%s := %s", name, floatText(v.code))
			break
		}
		e.line("%s := %s(%s)", name, t, v.code)
	case t.goName != "" && t.kind == list:
		e.line("var %s %s = %s", name, t, v.code)
	default:
		e.line("%s := %s", name, v.code)
	}
}

func floatText(code string) string {
	if strings.ContainsAny(code, ".exX") {
		return code
	}
	return code + ".0"
}

// dropped reports whether a variable is left out because nothing reads it.
func (e *emitter) dropped(s *slot) bool {
	return s.kind == localSlot && s.unused && s.alias == "" && !s.companion() && !e.declaredLong(s)
}

// declaredLong reports whether a variable has a declaration of its own.
func (e *emitter) declaredLong(s *slot) bool {
	d, ok := s.owner.decls[s]
	return ok && !d.short && d.stmt != nil
}

// store returns a value as a slot holds it: converted, and copied if PHP would copy.
func (e *emitter) store(v value, s *slot) value {
	e.p.assumeStored(v, s)
	v = e.orNew(e.copied(e.stored(v, s), s), s)
	t := s.effective()
	if s.distinct && v.slot != nil && v.typ.opt != present {
		e.p.mark(&v.slot.distinct)
	}
	if s.companion() {
		v = e.one(e.heldPair(v))
		opt := v.typ.opt
		there := v.present
		if absent := map[absence]string{asNull: "nil", asFalse: "false"}[t.opt]; v.typ.kind == mixed && absent != "" {
			v = e.hold(v)
			opt, there = t.opt, v.code+" != "+absent
		}
		literal := v.literal && v.typ.kind <= falsehood
		c := e.convert(v, t.with(present))
		if literal {
			return value{code: zero(t), prec: precPrimary, typ: v.typ, literal: true}
		}
		if opt == asNull || opt == asFalse {
			c.present = there
		}
		return c
	}
	if t.kind == mixed {
		return e.toMixed(v)
	}
	if t.kind == dict && (v.typ.kind == null || v.typ.kind == falsehood || v.typ.kind == blank) && t.opt != present {
		v.code, v.prec = "nil", precPrimary
		return v
	}
	return e.convert(v, t)
}

// destructure writes [$a, $b] = expr.
func (e *emitter) destructure(items []ast.Vertex, expr ast.Vertex, used bool) value {
	if literal, ok := strip1(expr).(*ast.ExprArray); ok && !used && e.destructureLiteral(items, literal) {
		return nullValue()
	}
	v := e.one(e.expr(expr))
	if !v.pure {
		v = e.hold(v)
	}
	e.destructureValue(items, v)
	return v
}

// destructureLiteral writes [$a, $b] = [$x, $y], such as a swap.
func (e *emitter) destructureLiteral(items []ast.Vertex, literal *ast.ExprArray) bool {
	if len(items) != len(literal.Items) {
		return false
	}
	var nodes []ast.Vertex
	for i := range items {
		a, ok1 := items[i].(*ast.ExprArrayItem)
		b, ok2 := literal.Items[i].(*ast.ExprArrayItem)
		if !ok1 || !ok2 || a.Key != nil || b.Key != nil || a.Val == nil || b.Val == nil || variableName(a.Val) == "" || b.AmpersandTkn != nil {
			return false
		}
		nodes = append(nodes, b.Val)
	}
	values := e.sequence(nodes)
	for i := range values {
		if len(values) > 1 && !values[i].literal {
			if values[i].results != single {
				values[i] = e.toMixed(values[i]) // one variable holds it
			}
			values[i] = e.hold(values[i])
		}
	}
	for i, v := range values {
		e.assignTo(items[i].(*ast.ExprArrayItem).Val, v)
	}
	return true
}

func (e *emitter) destructureValue(items []ast.Vertex, v value) {
	for i, item := range items {
		it, ok := item.(*ast.ExprArrayItem)
		if !ok || it.Val == nil {
			continue
		}
		if it.AmpersandTkn != nil {
			refuse(it, "a reference in a list is not translated")
		}
		key := intValue(i)
		if it.Key != nil {
			key = e.expr(it.Key)
		}
		e.assignTo(it.Val, e.element(it, v, key))
	}
}

// assignReference writes $a = &$b.
func (e *emitter) assignReference(n *ast.ExprAssignReference) value {
	if _, ok := strip1(n.Expr).(*ast.ExprNew); ok {
		e.assignTo(n.Var, e.expr(n.Expr))
		return e.expr(n.Var)
	}
	// A reference to an object or to the result of a call is the value itself.
	switch strip1(n.Expr).(type) {
	case *ast.ExprFunctionCall, *ast.ExprMethodCall, *ast.ExprStaticCall:
		e.assignTo(n.Var, e.expr(n.Expr))
		return e.expr(n.Var)
	}
	refuse(n, "a reference between variables is not translated")
	return value{}
}

// compoundAssign writes $target op= $operand.
func (e *emitter) compoundAssign(op assignOp) {
	if op.op == "??" {
		e.assignIfAbsent(op)
		return
	}
	if op.op == "." {
		e.appendText(op)
		return
	}
	target := e.stableTarget(op.target)
	l := e.expr(target)
	r := e.expr(op.operand)
	var v value
	e.repeatedly(target, func() { v = e.arithmetic(op.node, l, r, op.op) })
	if s := e.simple(target); s != nil {
		e.p.grow(s, v.typ)
		if e.dropped(s) {
			e.drop(v, false)
			return
		}
		t := s.effective()
		plain := t.kind == integer && r.typ.kind == integer && t.String() == e.plainInt(r).typ.String() || t.kind == float && calculable(r.typ)
		if plain && len(op.op) == 1 && l.typ.kind == t.kind && op.op != "%" && op.op != "/" && r.results == single {
			operand := e.plainInt(r)
			if t.kind == float {
				operand = e.toFloat(r)
			}
			e.line("%s %s= %s", e.place(s), op.op, operand.code)
			return
		}
	}
	e.assignTo(target, v)
}

// repeatedly calls f, which writes the value of a variable. In a loop the variable grows with each
// multiplication by itself, beyond the integers in the end.
func (e *emitter) repeatedly(target ast.Vertex, f func()) {
	outer := e.multiplied
	e.multiplied = nil
	if slices.ContainsFunc(e.loops, func(l *loop) bool { return !l.isSwitch }) {
		e.multiplied = e.simple(target)
	}
	f()
	e.multiplied = outer
}

// simple returns the slot of a variable or property of $this.
func (e *emitter) simple(target ast.Vertex) *slot {
	if name := variableName(target); name != "" {
		if e.isSuperglobal(name) {
			return nil
		}
		return e.variable(target, name)
	}
	return nil
}

// appendText writes $target .= $operand.
func (e *emitter) appendText(op assignOp) {
	target := e.stableTarget(op.target)
	list := e.texts(op.operand)
	v := e.concat(list)
	switch t := target.(type) {
	case *ast.ExprVariable:
		s := e.variable(t, variableName(t))
		e.p.grow(s, textType)
		e.note(s, s.typ.kind == mixed, false)
		if e.dropped(s) {
			e.drop(v, false)
			return
		}
		if k := s.effective().kind; (k == text || k == blank) && !s.companion() {
			e.line("%s += %s", e.place(s), v.code)
			return
		}
		e.note(s, true, false)
		l := e.slotValue(s)
		e.assignSlot(s, e.concat([]value{l, v}), false)
		return
	case *ast.ExprPropertyFetch:
		if s := e.propertySlot(t); s != nil {
			e.p.grow(s, textType)
			if s.effective().kind == text {
				e.line("%s += %s", e.field(e.assigned(t), s).code, v.code)
				return
			}
		}
	}
	l := e.expr(target)
	e.assignTo(target, e.concat([]value{l, v}))
}

// stableTarget makes the keys of a target variables, so that reading and writing it evaluates
// them once.
func (e *emitter) stableTarget(target ast.Vertex) ast.Vertex {
	d, ok := target.(*ast.ExprArrayDimFetch)
	if !ok || d.Dim == nil {
		return target
	}
	base := e.stableTarget(d.Var)
	key := e.expr(d.Dim)
	if !key.pure && !key.literal {
		key = e.hold(key)
	}
	return &ast.ExprArrayDimFetch{Position: d.Position, Var: base, Dim: &known{d.Dim, key}}
}

// known is a node whose value has been evaluated.
type known struct {
	ast.Vertex
	value value
}

func (e *emitter) assignIfAbsent(op assignOp) {
	l, there := e.presence(op.target)
	_ = l
	if there.literal && there.text == "true" {
		return
	}
	e.line("if %s {", not(there, true).code)
	e.conditional++
	v := e.exprTo(op.operand, e.targetType(op.target))
	e.assignTo(op.target, v)
	e.conditional--
	e.line("}")
	if t := resultType(v); t.class != nil && t.opt == present {
		e.know(factKey(op.target)) // it was there, or has been assigned
	}
}

// increment writes $x++ and $x--.
func (e *emitter) increment(target ast.Vertex, by int, n ast.Vertex) {
	op := "++"
	if by < 0 {
		op = "--"
	}
	if name := variableName(target); name != "" {
		s := e.variable(target, name)
		e.p.grow(s, intType)
		e.note(s, false, false)
		if e.dropped(s) {
			return
		}
		if t := s.effective(); (t.kind == integer || t.kind == float) && !s.companion() {
			code := e.place(s)
			if strings.HasPrefix(code, "*") {
				code = "(" + code + ")"
			}
			e.line("%s%s", code, op)
			return
		}
		e.note(s, true, false)
	} else if p, ok := target.(*ast.ExprPropertyFetch); ok {
		if s := e.propertySlot(p); s != nil && (s.typ.kind == integer || s.typ.kind == unknown) && s.effective().kind == integer {
			e.p.grow(s, intType)
			e.line("%s%s", e.field(e.assigned(p), s).code, op)
			return
		}
	} else if sp, ok := target.(*ast.ExprStaticPropertyFetch); ok {
		if s := e.staticSlot(sp); s != nil && s.effective().kind == integer {
			e.line("%s%s", e.place(s), op)
			return
		}
	}
	target = e.stableTarget(target)
	e.assignTo(target, e.stepped(e.expr(target), by))
}

// stepped returns a value plus or minus one.
func (e *emitter) stepped(v value, by int) value {
	v = e.one(v)
	sign := " + 1"
	helper := "increment"
	if by < 0 {
		sign, helper = " - 1", "decrement"
	}
	switch v.typ.kind {
	case integer, float:
		v = e.plainInt(v)
		return value{code: v.in(precAdd) + sign, prec: precAdd, typ: v.typ.with(present), pure: v.pure}
	case null, falsehood, unknown:
		if by > 0 {
			return intValue(1)
		}
	}
	return goCode(e.need(helper)+"("+e.toMixed(v).code+")", mixedType)
}

// postIncrement returns the value of $x++: that before the step.
func (e *emitter) postIncrement(target ast.Vertex, by int, n ast.Vertex) value {
	v := e.expr(target)
	if v.typ.kind == unknown {
		e.p.changed = e.p.changed || e.p.pass < 3
	}
	v = e.hold(v)
	e.increment(target, by, n)
	return v
}

// globalStatement makes variables of the function those of the script.
func (e *emitter) globalStatement(n *ast.StmtGlobal) {
	for _, v := range n.Vars {
		name := variableName(v)
		if name == "" {
			refuse(v, "a variable variable is not translated")
		}
		if s := e.p.globals[name]; s != nil {
			e.fn.vars[name] = s
		}
	}
}

// staticStatement makes variables of the function ones of the package.
func (e *emitter) staticStatement(n *ast.StmtStatic) {
	for _, v := range n.Vars {
		sv, ok := v.(*ast.StmtStaticVar)
		if !ok {
			continue
		}
		name := variableName(sv.Var)
		s := e.p.statics[sv]
		if s == nil {
			s = &slot{name: name, kind: globalSlot, typ: unknownType, static: true}
			s.goName = e.p.taken.unique(camel(e.fn.root().goName + "_" + name))
			e.p.reserved[s.goName] = true
			e.p.statics[sv] = s
			e.p.staticOrder = append(e.p.staticOrder, s)
		}
		e.fn.vars[name] = s
		s.initial = ""
		v := nullValue()
		if sv.Expr != nil {
			if before := e.capture(func() { v = e.exprTo(sv.Expr, s.typ) }); before != "" || calls(sv.Expr) {
				refuse(n, "this value of a static variable is not translated")
			}
		}
		e.p.grow(s, v.typ)
		if sv.Expr == nil || !e.dependOn(s, sv.Expr) {
			s.initial = e.store(v, s).code
		}
	}
}

// unset writes unset($x).
func (e *emitter) unset(target ast.Vertex) {
	switch n := target.(type) {
	case *ast.ExprVariable:
		s := e.variable(n, variableName(n))
		if s.alias != "" || e.referenced[s] {
			return // a reference of foreach ends
		}
		e.note(s, false, false)
		e.p.grow(s, nullType)
		e.assignSlot(s, nullValue(), false)
		e.forget(n)
	case *ast.ExprArrayDimFetch:
		e.unsetDim(n)
	case *ast.ExprPropertyFetch:
		if e.unsetOther(n) {
			return
		}
		s := e.propertySlot(n)
		if s == nil {
			refuse(n, "unset of this property is not translated")
		}
		if e.p.shown && e.p.pass > 0 && s.class.root().boxed {
			refuse(n, "unset of a property of an object that is printed is not translated")
		}
		e.p.grow(s, nullType)
		e.assignProperty(n, nullValue())
		e.forget(n)
	default:
		refuse(target, "unset of %s is not translated", nodeName(target))
	}
}

// unsetOther writes unset of a property of stdClass, and of one that a magic method takes care of.
func (e *emitter) unsetOther(n *ast.ExprPropertyFetch) bool {
	name := identifier(n.Prop)
	if c := e.classOf(n.Var); c != nil {
		if !e.overloaded(c, name, "__unset") {
			return false
		}
		e.drop(e.magicCall(n, e.object(n.Var), "__unset", textValue(name)), false)
		return true
	}
	object := e.object(n.Var)
	key := quote(name)
	if name == "" {
		key = e.key(e.expr(n.Prop))
	}
	switch {
	case object.typ.goName == "*Object":
		e.line("%s.Properties.Delete(%s)", object.in(precPrimary), key)
	case object.typ.kind == mixed && len(e.p.classList) == 0, object.typ.kind == unknown:
		e.line("%s(%s, %s)", e.need("deleteProperty"), object.code, key)
	default:
		return false
	}
	return true
}
