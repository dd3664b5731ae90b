package translate

import (
	"fmt"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// statements writes the statements of a block. It reports whether Go knows that what follows
// is never reached.
func (e *emitter) statements(owner ast.Vertex, list []ast.Vertex, isLoop bool) bool {
	e.blocks++
	defer func() { e.blocks-- }()
	if e.blocks > maxBlocks {
		refuse(owner, "blocks are nested too deeply")
	}
	e.path = append(e.path, frame{block: owner, loop: isLoop})
	depth := len(e.path)
	end, last := start(owner), stop(owner)
	if _, ok := owner.(*ast.Root); ok { // it begins at its first statement
		end, last = 0, len(e.f.parsed.Source)
	}
	ends := false
	for i := 0; i < len(list); i++ {
		stmt := list[i]
		if nop(stmt) {
			continue
		}
		e.path[depth-1].stmt = stmt
		e.comments(end, e.commentsEnd(stmt))
		end = stop(stmt)
		rest := list[i+1:]
		used, terminates := e.statement(owner, stmt, rest)
		for ; used > 0; used-- {
			i++
			end = stop(list[i])
		}
		if terminates {
			ends = true
			break
		}
	}
	if !ends {
		e.comments(end, last)
	}
	e.path = e.path[:depth-1]
	return ends
}

// commentsEnd returns the place up to which comments belong to the statements before a statement. Those
// of a declaration are written above it.
func (e *emitter) commentsEnd(stmt ast.Vertex) int {
	switch stmt.(type) {
	case *ast.StmtFunction, *ast.StmtClass, *ast.StmtInterface, *ast.StmtTrait:
		return previousEnd(e.f, stmt)
	}
	return start(stmt)
}

func nop(stmt ast.Vertex) bool {
	_, ok := stmt.(*ast.StmtNop)
	return ok
}

// statement writes a statement, with the declarations that it needs. It returns how many of
// the statements that follow it has written too.
func (e *emitter) statement(owner, stmt ast.Vertex, rest []ast.Vertex) (used int, terminates bool) {
	if structural(stmt) {
		return 0, e.structure(stmt)
	}
	e.marker(stmt)
	e.work(stmt)
	for _, s := range e.declarations(owner, stmt) {
		e.declareSlot(s)
	}
	e.p.report.Statements++
	if reason, ok := e.p.refused[stmt]; ok {
		e.p.report.Refused++
		e.todo(stmt, &refusal{stmt, reason})
		return 0, false
	}
	depth := len(e.path)
	todos := e.p.report.count()
	if why := e.attempt(func() { used, terminates = e.dispatch(stmt, rest) }); why != nil {
		e.path = e.path[:depth]
		e.p.report.Refused++
		e.todo(stmt, why)
		return 0, false
	}
	if e.p.report.count() > todos && !compound(stmt) {
		e.p.report.Refused++
	}
	return used, terminates
}

// syntaxErrors writes the panics of what the parser did not understand of a file. The statements around it
// are missing.
func (e *emitter) syntaxErrors() {
	for _, x := range e.f.parsed.Errors {
		reason := "this does not parse as PHP: " + oneLine(x.Text)
		e.p.report.lost(e.f, x.Line, reason)
		e.line("// TODO(port): line %d: %s", x.Line, reason)
		e.line("%s(%s)", e.need("todo"), quote(fmt.Sprintf("line %d: %s", x.Line, reason)))
	}
}

// structural are statements that declare something elsewhere, or only hold others.
func structural(stmt ast.Vertex) bool {
	switch stmt.(type) {
	case *ast.StmtFunction, *ast.StmtClass, *ast.StmtInterface, *ast.StmtTrait, *ast.StmtUseList, *ast.StmtGroupUseList,
		*ast.StmtNamespace, *ast.StmtStmtList, *ast.StmtDeclare, *ast.StmtHaltCompiler:
		return true
	}
	return false
}

func compound(stmt ast.Vertex) bool {
	switch stmt.(type) {
	case *ast.StmtIf, *ast.StmtWhile, *ast.StmtDo, *ast.StmtFor, *ast.StmtForeach, *ast.StmtSwitch, *ast.StmtTry:
		return true
	}
	return false
}

func (e *emitter) structure(stmt ast.Vertex) bool {
	switch n := stmt.(type) {
	case *ast.StmtNamespace:
		return e.inline(n.Stmts)
	case *ast.StmtStmtList:
		return e.inline(n.Stmts)
	case *ast.StmtDeclare:
		if declaresStrict(n) {
			e.p.report.note(e.f, n, "declare(strict_types=1) is followed for functions of the program: a value of another type that one of PHP's functions gets is converted, where PHP throws a TypeError")
		}
		if n.Stmt != nil {
			return e.inline(body(n.Stmt))
		}
	}
	return false
}

// inline writes statements into the block around them: PHP's blocks have no scope.
func (e *emitter) inline(list []ast.Vertex) bool {
	top := len(e.path) - 1
	owner, stmt := e.path[top].block, e.path[top].stmt
	defer func() { e.path[top].stmt = stmt }()
	for i := 0; i < len(list); i++ {
		if nop(list[i]) {
			continue
		}
		e.path[top].stmt = list[i]
		if i == 0 {
			e.comments(start(stmt), start(list[i]))
		} else {
			e.comments(stop(list[i-1]), start(list[i]))
		}
		used, terminates := e.statement(owner, list[i], list[i+1:])
		if i += used; terminates {
			return true
		}
	}
	return false
}

// marker numbers a statement, so that a complaint of the compiler can be traced to it.
func (e *emitter) marker(stmt ast.Vertex) { e.line("// port:%d %d", e.p.number(stmt), line(stmt)) }

// declarationMarker is the marker of what is no statement. The empty line keeps it out of the comment that follows.
func (p *program) declarationMarker(node ast.Vertex) string {
	return fmt.Sprintf("// port:%d\n\n", p.number(node))
}

func (p *program) number(node ast.Vertex) int {
	n, ok := p.numbers[node]
	if !ok {
		n = len(p.nodes)
		p.numbers[node] = n
		p.nodes = append(p.nodes, node)
	}
	return n
}

func (e *emitter) declareSlot(s *slot) {
	name := e.nameOf(s)
	t := s.effective()
	switch {
	case t.kind == dict && t.opt == present:
		e.line("%s := %s[%s]()", name, e.need("newArray"), t.elem)
	default:
		e.line("var %s %s%s", name, t, e.typeNote(s))
	}
	if s.companion() {
		e.line("var %sOK bool", name)
	}
}

// typeNote says of a variable of type any what it holds.
func (e *emitter) typeNote(s *slot) string { return "" }

// body returns the statements of a statement that may be a block.
func body(stmt ast.Vertex) []ast.Vertex {
	switch n := stmt.(type) {
	case *ast.StmtStmtList:
		return n.Stmts
	case nil:
		return nil
	}
	return []ast.Vertex{stmt}
}

// dispatch writes a statement by its type.
func (e *emitter) dispatch(stmt ast.Vertex, rest []ast.Vertex) (used int, terminates bool) {
	switch n := stmt.(type) {
	case *ast.StmtExpression:
		if used, terminates, ok := e.checked(n, rest); ok {
			return used, terminates
		}
		return 0, e.expressionStatement(n.Expr)
	case *ast.StmtEcho:
		e.echo(n.Exprs)
	case *ast.StmtInlineHtml:
		e.printTexts([]value{textValue(string(n.Value))})
	case *ast.StmtIf:
		return 0, e.ifStatement(n)
	case *ast.StmtWhile:
		e.while(n)
	case *ast.StmtDo:
		e.doWhile(n)
	case *ast.StmtFor:
		e.forStatement(n)
	case *ast.StmtForeach:
		e.foreach(n)
	case *ast.StmtSwitch:
		return 0, e.switchStatement(n)
	case *ast.StmtBreak:
		return 0, e.leave(n, n.Expr, "break")
	case *ast.StmtContinue:
		return 0, e.leave(n, n.Expr, "continue")
	case *ast.StmtReturn:
		return 0, e.returnStatement(n)
	case *ast.StmtThrow:
		e.throwStatement(n.Expr)
		return 0, true
	case *ast.StmtTry:
		return 0, e.try(n)
	case *ast.StmtGlobal:
		e.globalStatement(n)
	case *ast.StmtStatic:
		e.staticStatement(n)
	case *ast.StmtUnset:
		for _, v := range n.Vars {
			e.unset(v)
		}
	case *ast.StmtConstList:
		e.constStatement(n)
	case *ast.StmtGoto:
		refuse(n, "goto is not translated")
	case *ast.StmtLabel:
		refuse(n, "a label of goto is not translated")
	case *ast.StmtEnum:
		refuse(n, "enums are not translated")
	default:
		refuse(stmt, "%s is not translated", nodeName(stmt))
	}
	return 0, false
}

func nodeName(node ast.Vertex) string {
	return strings.TrimPrefix(fmt.Sprintf("%T", node), "*ast.")
}

// expressionStatement writes an expression whose value nobody uses.
func (e *emitter) expressionStatement(expr ast.Vertex) (terminates bool) {
	switch n := strip1(expr).(type) {
	case *ast.ExprAssign:
		e.assign(n, false)
		return false
	case *ast.ExprPostInc:
		e.increment(n.Var, 1, n)
		return false
	case *ast.ExprPreInc:
		e.increment(n.Var, 1, n)
		return false
	case *ast.ExprPostDec:
		e.increment(n.Var, -1, n)
		return false
	case *ast.ExprPreDec:
		e.increment(n.Var, -1, n)
		return false
	case *ast.ExprBinaryLogicalOr:
		return e.orElse(n.Left, n.Right, true)
	case *ast.ExprBinaryBooleanOr:
		return e.orElse(n.Left, n.Right, true)
	case *ast.ExprBinaryLogicalAnd:
		return e.orElse(n.Left, n.Right, false)
	case *ast.ExprBinaryBooleanAnd:
		return e.orElse(n.Left, n.Right, false)
	case *ast.ExprTernary:
		if n.IfTrue != nil {
			e.ternaryStatement(n)
			return false
		}
	case *ast.ExprErrorSuppress:
		return e.silently(n)
	case *ast.ExprPrint:
		e.echo([]ast.Vertex{n.Expr})
		return false
	case *ast.ExprExit:
		e.exit(n)
		return false
	case *ast.ExprThrow:
		e.throwStatement(n.Expr)
		return true
	case *ast.ExprInclude, *ast.ExprIncludeOnce, *ast.ExprRequire, *ast.ExprRequireOnce:
		e.includeStatement(n)
		return false
	}
	if op, ok := compoundAssign(expr); ok {
		e.compoundAssign(op)
		return false
	}
	e.drop(e.expr(expr), false)
	return false
}

// drop writes an expression for its effects only.
func (e *emitter) drop(v value, silent bool) {
	switch {
	case v.pure || v.literal || v.code == "":
		if !v.literal && v.code != "" {
			e.line("_ = %s", v.code)
		}
	case v.results == errorOnly && !silent:
		e.use("errors")
		e.line("if err := %s; err != nil {", v.code)
		e.line("%s(err)", e.need("warn"))
		e.line("}")
	case v.results == withError && !silent:
		e.line("%s(%s)", e.need("orWarn"), v.code)
	case v.prec == precPrimary && strings.HasSuffix(v.code, ")") && !conversion(v.code):
		e.line("%s", v.code)
	default:
		e.line("_ = %s", v.code)
	}
}

// conversion reports whether code is a conversion or a builtin whose result Go wants used.
func conversion(code string) bool {
	for _, prefix := range []string{"int(", "float64(", "string(", "len(", "append(", "imapcompat.FetchFlag(", "[]", "("} {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

// silently writes @expression.
func (e *emitter) silently(n *ast.ExprErrorSuppress) bool {
	e.silent++
	defer func() { e.silent-- }()
	switch inner := strip1(n.Expr).(type) {
	case *ast.ExprFunctionCall, *ast.ExprMethodCall, *ast.ExprStaticCall:
		e.drop(e.expr(inner), true)
		return false
	}
	return e.expressionStatement(n.Expr)
}

// strip1 removes parentheses.
func strip1(node ast.Vertex) ast.Vertex {
	for {
		b, ok := node.(*ast.ExprBrackets)
		if !ok {
			return node
		}
		node = b.Expr
	}
}

// orElse writes "a or b": b runs unless a is true. With isOr false it is "a and b".
func (e *emitter) orElse(left, right ast.Vertex, isOr bool) bool {
	defer func() {
		if endsAll(right) {
			e.know(implied(left, isOr)...)
		}
	}()
	if a, ok := strip1(left).(*ast.ExprAssign); ok && isOr {
		if cond, ok := e.assignChecked(a, false); ok {
			e.branch(cond, right)
			return false
		}
	}
	e.branch(e.condition(left, isOr).code, right)
	return false
}

// endsAll reports whether nothing behind an expression is reached.
func endsAll(node ast.Vertex) bool {
	switch strip1(node).(type) {
	case *ast.ExprExit, *ast.ExprThrow:
		return true
	}
	return false
}

// branch writes an if with one expression.
func (e *emitter) branch(cond string, then ast.Vertex) {
	e.line("if %s {", cond)
	e.conditional++
	known := e.facts
	if why := e.attempt(func() { e.expressionStatement(then) }); why != nil {
		e.todo(then, why)
	}
	e.facts = e.facts.within(known)
	e.conditional--
	e.line("}")
	e.failure = ""
}

func (e *emitter) ternaryStatement(n *ast.ExprTernary) {
	e.line("if %s {", e.condition(n.Cond, false).code)
	e.conditional++
	e.given(n.Cond, true, func() { e.expressionStatement(n.IfTrue) })
	var other string
	e.given(n.Cond, false, func() { other = e.capture(func() { e.expressionStatement(n.IfFalse) }) })
	e.conditional--
	if other != "" {
		e.line("} else {")
		e.emit(other)
	}
	e.line("}")
}

func (e *emitter) exit(n *ast.ExprExit) {
	inner := strip1(n.Expr)
	if inner == nil {
		e.line("%s(0)", e.need("exit"))
		return
	}
	v := e.expr(inner)
	switch v.typ.kind {
	case integer:
		e.line("%s(%s)", e.need("exit"), e.plainInt(e.one(v)).code)
	case mixed, unknown:
		e.line("%s(%s)", e.need("exitWith"), e.toMixed(v).code)
	default:
		e.line("%s(%s)", e.need("die"), e.convert(v, textType).code)
	}
}

// assignChecked writes $x = f() whose failure is asked for at once, and returns the condition that
// it failed, or with negate that it did not.
func (e *emitter) assignChecked(n *ast.ExprAssign, negate bool) (cond string, ok bool) {
	name := variableName(n.Var)
	if name == "" {
		return "", false
	}
	silent := n.Expr
	if s, ok := strip1(n.Expr).(*ast.ExprErrorSuppress); ok {
		silent = s.Expr
	}
	if _, ok := strip1(silent).(*ast.ExprFunctionCall); !ok {
		return "", false
	}
	mark := e.state()
	out := e.out
	v := e.expr(silent)
	if v.results != withError || v.typ.kind != object {
		e.restore(mark, out)
		return "", false
	}
	s := e.variable(n.Var, name)
	e.p.grow(s, v.typ)
	if s.effective().String() != v.typ.String() || s.byRef {
		e.restore(mark, out)
		return "", false
	}
	e.note(s, false, true)
	d := e.fn.decls[s]
	target := e.nameOf(s)
	if s.unused && s.kind == localSlot {
		target = "_"
	}
	if d.short && d.stmt == e.path[len(e.path)-1].stmt && e.conditional == 0 {
		e.line("%s, err := %s", target, v.code)
	} else {
		if !e.errs[e.path[len(e.path)-1].block] {
			e.line("var err error")
		}
		e.line("%s, err = %s", target, v.code)
	}
	if e.errs == nil {
		e.errs = map[ast.Vertex]bool{}
	}
	e.errs[e.path[len(e.path)-1].block] = true
	e.failure = "err"
	if negate {
		return "err == nil", true
	}
	return "err != nil", true
}

// checked writes $x = f(); if (!$x) … as one.
func (e *emitter) checked(n *ast.StmtExpression, rest []ast.Vertex) (used int, terminates, ok bool) {
	a, isAssign := strip1(n.Expr).(*ast.ExprAssign)
	if !isAssign || len(rest) == 0 {
		return 0, false, false
	}
	next, isIf := rest[0].(*ast.StmtIf)
	if !isIf || e.p.refused[next] != "" {
		return 0, false, false
	}
	name := variableName(a.Var)
	failed, tests := testsFailure(next.Cond, name)
	if !tests || name == "" {
		return 0, false, false
	}
	cond, ok := e.assignChecked(a, !failed)
	if !ok {
		return 0, false, false
	}
	e.p.report.Statements++
	e.marker(next)
	terminates = e.ifBranches(next, cond)
	e.failure = ""
	return 1, terminates, true
}

// testsFailure reports whether a condition says that a variable is false, or that it is not.
func testsFailure(cond ast.Vertex, name string) (failed, ok bool) {
	switch n := strip1(cond).(type) {
	case *ast.ExprVariable:
		return false, variableName(n) == name
	case *ast.ExprBooleanNot:
		failed, ok := testsFailure(n.Expr, name)
		return !failed, ok
	case *ast.ExprBinaryIdentical:
		return true, isFalse(n.Right) && variableName(n.Left) == name || isFalse(n.Left) && variableName(n.Right) == name
	case *ast.ExprBinaryEqual:
		return true, isFalse(n.Right) && variableName(n.Left) == name
	case *ast.ExprBinaryNotIdentical:
		return false, isFalse(n.Right) && variableName(n.Left) == name
	case *ast.ExprBinaryNotEqual:
		return false, isFalse(n.Right) && variableName(n.Left) == name
	}
	return false, false
}

func isFalse(node ast.Vertex) bool { return constantName(node) == "false" }

func constantName(node ast.Vertex) string {
	if c, ok := strip1(node).(*ast.ExprConstFetch); ok {
		return strings.ToLower(identifier(c.Const))
	}
	return ""
}
