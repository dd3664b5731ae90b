package translate

import (
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// switchStatement writes a switch. If Go's comparison of subject and cases is PHP's, it is a switch
// over the subject, else one over conditions.
func (e *emitter) switchStatement(n *ast.StmtSwitch) bool {
	var subject value
	if why := e.attempt(func() { subject = e.expr(n.Cond) }); why != nil {
		e.todo(n.Cond, why)
		subject = nullValue()
		subject.typ = mixedType
		subject.literal = false
	}
	cases, isDefault := e.caseValues(n)
	if slices.ContainsFunc(cases, func(c value) bool { return c.code != "" && subject.differsFromZero(c) }) {
		subject = e.toMixed(subject)
	}
	subject = e.one(subject)
	direct := e.direct(subject, cases)
	if !direct && !subject.pure {
		subject = e.hold(subject)
	}
	e.forgetAssigned(n)
	known := e.facts
	defer func() { e.facts = known }()
	l := &loop{node: n, isSwitch: true, region: e.block}
	e.label(n)
	if direct {
		e.line("switch %s {", subject.code)
	} else {
		e.line("switch {")
	}
	e.loops = append(e.loops, l)
	e.conditional++
	ends := isDefault
	for i := 0; i < len(n.Cases); i++ {
		ends = e.switchCase(n, i, subject, cases, direct) && ends
	}
	e.conditional--
	e.loops = e.loops[:len(e.loops)-1]
	e.line("}")
	return ends && !breaks(n) && !e.p.labels[n]
}

// breaks reports whether a break leaves a switch before the end of a case.
func breaks(n *ast.StmtSwitch) bool {
	found := false
	for _, c := range n.Cases {
		list := caseBody(c)
		for i, s := range list {
			if _, ok := s.(*ast.StmtBreak); ok && i == len(list)-1 {
				continue // it is left out
			}
			inspect(s, func(v ast.Vertex) bool {
				switch v.(type) {
				case *ast.StmtBreak, *ast.StmtContinue:
					found = true
				case *ast.StmtFor, *ast.StmtForeach, *ast.StmtWhile, *ast.StmtDo, *ast.StmtSwitch, *ast.ExprClosure:
					return false
				}
				return true
			})
		}
	}
	return found
}

func caseBody(c ast.Vertex) []ast.Vertex {
	switch n := c.(type) {
	case *ast.StmtCase:
		return n.Stmts
	case *ast.StmtDefault:
		return n.Stmts
	}
	return nil
}

func (e *emitter) caseValues(n *ast.StmtSwitch) (values []value, isDefault bool) {
	for _, c := range n.Cases {
		k, ok := c.(*ast.StmtCase)
		if !ok {
			isDefault = true
			values = append(values, value{})
			continue
		}
		before := e.capture(func() { values = append(values, e.one(e.expr(k.Cond))) })
		if before != "" {
			refuse(k, "a case with a side effect is not translated")
		}
	}
	return values, isDefault
}

// direct reports whether Go compares the subject with all cases as PHP does.
func (e *emitter) direct(subject value, cases []value) bool {
	seen := map[string]bool{}
	for _, c := range cases {
		if c.code == "" {
			continue
		}
		constant := c.literal || c.pure && c.typ.kind == integer
		if !constant || seen[c.code] {
			return false
		}
		seen[c.code] = true
		switch {
		case subject.typ.kind == text && c.literal && (c.typ.kind == text && !numericText(c.text) || c.typ.kind == blank):
		case subject.typ.kind == integer && c.typ.kind == integer && (c.typ.goName == subject.typ.goName || c.literal):
		default:
			return false
		}
	}
	return true
}

func (e *emitter) switchCase(n *ast.StmtSwitch, i int, subject value, cases []value, direct bool) bool {
	c := n.Cases[i]
	// Cases without statements belong to the next one, unless default is among them.
	if len(caseBody(c)) == 0 && i+1 < len(n.Cases) && cases[i].code != "" && cases[i+1].code != "" {
		return true
	}
	if cases[i].code == "" {
		e.line("default:")
	} else {
		first := i
		for first > 0 && len(caseBody(n.Cases[first-1])) == 0 && cases[first-1].code != "" {
			first--
		}
		var codes []string
		for _, v := range cases[first : i+1] {
			if !direct {
				v = e.equal(subject, v, true)
			}
			codes = append(codes, v.code)
		}
		e.line("case %s:", strings.Join(codes, ", "))
	}
	list := caseBody(c)
	stops := false
	if k := len(list); k > 0 {
		if b, ok := list[k-1].(*ast.StmtBreak); ok && b.Expr == nil {
			list = list[:k-1]
			stops = true
			e.p.report.Statements++
		}
	}
	known := e.facts
	ends := e.statements(c, list, false)
	e.facts = known
	if !ends && !stops && i+1 < len(n.Cases) {
		if exits(list) {
			return false
		}
		e.line("fallthrough")
		return true
	}
	return ends
}

// exits reports whether statements end with exit: Go does not know that nothing follows.
func exits(list []ast.Vertex) bool {
	if len(list) == 0 {
		return false
	}
	s, ok := list[len(list)-1].(*ast.StmtExpression)
	if !ok {
		return false
	}
	_, ok = strip1(s.Expr).(*ast.ExprExit)
	return ok
}

// match returns match (…) { … }.
func (e *emitter) match(n *ast.ExprMatch) value {
	subject := e.one(e.expr(n.Expr))
	if !subject.pure {
		subject = e.hold(subject)
	}
	r := e.p.choice(n)
	name := e.temp("matched")
	e.line("var %s %s", name, r.effective())
	e.line("switch {")
	e.conditional++
	isDefault := false
	for _, a := range n.Arms {
		arm, ok := a.(*ast.MatchArm)
		if !ok {
			continue
		}
		var tests []string
		for _, x := range arm.Exprs {
			before := e.capture(func() { tests = append(tests, e.matches(subject, x).code) })
			if before != "" {
				refuse(x, "an arm with a side effect is not translated")
			}
		}
		if len(arm.Exprs) == 0 {
			isDefault = true
			e.line("default:")
		} else {
			e.line("case %s:", strings.Join(tests, ", "))
		}
		known := e.facts
		if truthy, ok := strip1(n.Expr).(*ast.ExprConstFetch); ok && constantName(truthy) == "true" && len(arm.Exprs) == 1 {
			e.know(implied(arm.Exprs[0], true)...)
		}
		v := e.exprTo(arm.ReturnExpr, r.typ)
		e.facts = known
		if _, throws := strip1(arm.ReturnExpr).(*ast.ExprThrow); throws {
			continue
		}
		e.p.mark(&r.noPair)
		e.p.grow(r, resultType(v))
		e.line("%s = %s", name, e.store(v, r).code)
	}
	e.conditional--
	if !isDefault {
		e.line("default:")
		e.line("%s(%s)", e.need("unhandledMatch"), e.toMixed(subject).code)
	}
	e.line("}")
	out := value{code: name, prec: precPrimary, typ: r.typ, slot: r, pure: true}
	if r.effective().kind == mixed {
		out.typ = mixedType
	}
	return out
}

func (e *emitter) matches(subject value, x ast.Vertex) value {
	if subject.literal && subject.text == "true" && subject.typ.kind == boolean {
		return e.condition(x, false)
	}
	return e.identical(subject, e.one(e.expr(x)), true)
}
