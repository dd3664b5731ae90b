package translate

import (
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// closure returns function (…) use (…) { … } as a func literal.
func (e *emitter) closure(n *ast.ExprClosure, want *Type) value {
	r := e.closureRoutine(n, n.Params, n.ReturnType)
	if r.generator = yields(n.Stmts); r.generator {
		refuse(n, "generators are not translated")
	}
	for _, u := range n.Uses {
		use, ok := u.(*ast.ExprClosureUse)
		if !ok {
			continue
		}
		name := variableName(use.Var)
		s := e.variable(use.Var, name)
		e.note(s, true, false)
		if use.AmpersandTkn == nil && (assigns(n.Stmts, name) || e.changesLater(n, name)) {
			s = e.capturedCopy(r, s)
		}
		r.vars[name] = s
	}
	return e.funcLiteral(n, r, want, func() bool { return e.statements(n, n.Stmts, false) })
}

// arrow returns fn (…) => expr, which sees all variables around it.
func (e *emitter) arrow(n *ast.ExprArrowFunction, want *Type) value {
	r := e.closureRoutine(n, n.Params, n.ReturnType)
	inspect(n.Expr, func(v ast.Vertex) bool {
		if name := variableName(v); name != "" && name != "this" && r.vars[name] == nil {
			if s := e.fn.vars[name]; s != nil {
				if e.changesLater(n, name) {
					s = e.capturedCopy(r, s)
				}
				r.vars[name] = s
			} else if s := e.p.globals[name]; s != nil && e.fn.top {
				r.vars[name] = s
			}
		}
		return true
	})
	return e.funcLiteral(n, r, want, func() bool {
		if r.body == nil { // the same one in each pass, by which declarations are found
			r.body = []ast.Vertex{&ast.StmtReturn{Position: n.Expr.GetPosition(), Expr: n.Expr}}
		}
		return e.statements(n, r.body, false)
	})
}

// capturedCopy writes the copy that a closure has of a variable.
func (e *emitter) capturedCopy(r *routine, s *slot) *slot {
	e.note(s, true, false)
	own := r.captured[s.name]
	if own == nil {
		own = &slot{name: s.name, kind: globalSlot, typ: unknownType} // declared here, by hand
		if r.captured == nil {
			r.captured = map[string]*slot{}
		}
		r.captured[s.name] = own
	}
	e.p.grow(own, s.typ)
	if s.distinct != own.distinct {
		own.distinct = s.distinct
		e.p.changed = true
	}
	v := e.slotValue(s)
	own.goName = e.temp(camel(s.name))
	own.pass = e.p.pass
	if own.companion() {
		e.line("%s, %sOK := %s", own.goName, own.goName, e.paired(v))
	} else {
		e.line("%s := %s", own.goName, e.copied(v, own).code)
	}
	return own
}

// changesLater reports whether a variable may get another value after a closure captured it. One
// that is called at once and never again sees the value of now.
func (e *emitter) changesLater(n ast.Vertex, name string) bool {
	if e.immediate {
		return false
	}
	if len(e.loops) > 0 {
		return assigns(e.fn.body, name)
	}
	var later []ast.Vertex
	for _, s := range e.fn.body {
		if stop(s) > stop(n) {
			later = append(later, s)
		}
	}
	return assigns(later, name)
}

// closureRoutine returns the routine of a closure.
func (e *emitter) closureRoutine(n ast.Vertex, params []ast.Vertex, result ast.Vertex) *routine {
	r := e.p.closures[n]
	if r == nil {
		r = &routine{name: "{closure}", file: e.f, node: n, closure: true}
		r.parameters(e.p, params, result)
		e.p.closures[n] = r
	}
	r.outer, r.class, r.receiver, r.static = e.fn, e.fn.class, e.fn.receiver, e.fn.static
	r.base = len(e.path)
	for name, s := range r.vars {
		if s.kind != paramSlot {
			delete(r.vars, name)
			if s.owner == r {
				r.vars[name] = s
			}
		}
	}
	return r
}

// funcLiteral writes a closure. Its parameters are those that its user passes.
func (e *emitter) funcLiteral(n ast.Vertex, r *routine, want *Type, body func() bool) value {
	outer, block, loops, failure, conditional, known := e.fn, e.block, e.loops, e.failure, e.conditional, e.facts
	e.fn, e.block, e.loops, e.failure, e.conditional, e.facts = r, nil, nil, "", 0, nil
	reset(r)
	var params []string
	t := &Type{kind: function}
	if want != nil && want.kind == function {
		for i, p := range want.params {
			if i < len(r.params) {
				e.p.growParam(r.params[i], p)
			}
		}
	}
	for _, q := range r.params {
		if q.variadic {
			refuse(n, "this parameter of a closure is not translated")
		}
		if q.def != nil {
			v := e.exprTo(q.def, q.slot.typ)
			e.p.growParam(q, v.typ)
		}
		typ := q.slot.effective()
		if q.byRef {
			e.modifies(q.slot)
			address := *typ
			if address.byRef = true; q.slot.typ.kind == unknown {
				address.kind = unknown
			}
			typ = &address
		}
		params = append(params, e.nameOf(q.slot)+" "+typ.parameter())
		t.params = append(t.params, typ)
	}
	head := "func(" + strings.Join(params, ", ") + ")"
	var ends bool
	text := e.capture(func() {
		e.copyParameters(r)
		ends = body()
	})
	if want != nil && want.result != nil && want.result.kind == unknown {
		free := *want
		free.result = mixedType
		if r.returns {
			if t := r.result.typ; t.opt != present && !t.nilable() {
				e.p.mark(&r.result.distinct) // the results go into an array
			}
			free.result = r.result.effective()
		}
		want = &free
	}
	if r.returns {
		e.p.mark(&r.result.noPair)
		if t.result = r.result.effective(); r.result.typ.kind == unknown {
			t.result = unknownType
		}
		head += " " + t.result.String()
		if !ends {
			e.p.grow(r.result, nullType)
			text += e.ending()
		}
	}
	e.decide()
	e.fn, e.block, e.loops, e.failure, e.conditional, e.facts = outer, block, loops, failure, conditional, known
	v := goCode(head+" {\n"+text+"}", t)
	if want != nil && want.kind == function && want.result != nil && t.result != nil && !e.immediate {
		wider := *want // of a variable, which other closures may be assigned to
		wider.result = join(want.result, t.result)
		want = &wider
	}
	want = filled(want, t)
	if want != nil && want.kind == function && want.signature() != t.signature() {
		return e.fit(v, r, want)
	}
	return v
}

// copyParameters writes the copies of the arrays that a closure gets and changes: what calls it does not know that it
// does.
func (e *emitter) copyParameters(r *routine) {
	for _, q := range r.params {
		s := q.slot
		if v := e.slotValue(s); s.modified && !q.byRef && (v.typ.array() || v.typ.kind == mixed) {
			e.line("%s = %s", v.code, e.cloned(v).code)
		}
	}
}

// filled returns the type that a closure is wanted to have, with the parameters of its own where nothing
// is known of those.
func filled(want, own *Type) *Type {
	if want == nil || want.kind != function {
		return want
	}
	known := *want
	known.params = nil
	for i, q := range want.params {
		if i < len(own.params) && q.kind == unknown {
			q = own.params[i]
		}
		known.params = append(known.params, q)
	}
	return &known
}

// fit makes a closure of another signature of one whose parameters or result differ.
func (e *emitter) fit(v value, r *routine, want *Type) value {
	return goCode(e.adapt(value{code: v.code, prec: precPrimary, typ: v.typ}, want), want)
}

// reset clears what a routine's variables were used for in the last pass.
func reset(r *routine) {
	for _, s := range r.vars {
		if s.kind == localSlot && s.owner == r {
			s.uses, s.reads = nil, 0
			s.epoch++
		}
	}
}

// assigns reports whether statements assign to a variable.
func assigns(list []ast.Vertex, name string) bool {
	found := false
	for _, s := range list {
		inspect(s, func(n ast.Vertex) bool {
			var target ast.Vertex
			switch a := n.(type) {
			case *ast.ExprAssign:
				target = a.Var
			case *ast.ExprPostInc:
				target = a.Var
			case *ast.ExprPreInc:
				target = a.Var
			case *ast.ExprPostDec:
				target = a.Var
			case *ast.ExprPreDec:
				target = a.Var
			default:
				if op, ok := compoundAssign(n); ok {
					target = op.target
				}
			}
			for {
				d, ok := target.(*ast.ExprArrayDimFetch)
				if !ok {
					break
				}
				target = d.Var
			}
			found = found || target != nil && variableName(target) == name
			return true
		})
	}
	return found
}

// yields reports whether statements are those of a generator.
func yields(list []ast.Vertex) bool {
	found := false
	for _, s := range list {
		inspect(s, func(n ast.Vertex) bool {
			switch n.(type) {
			case *ast.ExprYield, *ast.ExprYieldFrom:
				found = true
			case *ast.ExprClosure, *ast.StmtFunction, *ast.StmtClass:
				return false
			}
			return true
		})
	}
	return found
}

// calls reports whether an expression calls a function of any kind when it is evaluated.
func calls(node ast.Vertex) bool {
	found := false
	inspect(node, func(n ast.Vertex) bool {
		switch n.(type) {
		case *ast.ExprFunctionCall, *ast.ExprMethodCall, *ast.ExprNullsafeMethodCall, *ast.ExprStaticCall, *ast.ExprNew:
			found = true
		case *ast.ExprClosure, *ast.ExprArrowFunction:
			return false
		}
		return !found
	})
	return found
}
