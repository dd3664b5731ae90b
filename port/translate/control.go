package translate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// condition returns an expression as a condition, or its opposite.
func (e *emitter) condition(node ast.Vertex, negate bool) value {
	switch n := strip1(node).(type) {
	case *ast.ExprBooleanNot:
		return e.condition(n.Expr, !negate)
	case *ast.ExprBinaryBooleanAnd:
		return e.logical(n.Left, n.Right, true, negate)
	case *ast.ExprBinaryLogicalAnd:
		return e.logical(n.Left, n.Right, true, negate)
	case *ast.ExprBinaryBooleanOr:
		return e.logical(n.Left, n.Right, false, negate)
	case *ast.ExprBinaryLogicalOr:
		return e.logical(n.Left, n.Right, false, negate)
	case *ast.ExprErrorSuppress:
		return e.silenced(func() value { return e.condition(n.Expr, negate) })
	}
	if c, ok := e.comparison(node, negate); ok {
		return c
	}
	return e.truth(e.expr(node), negate)
}

// logical returns a && b or a || b. Its opposite is by De Morgan.
func (e *emitter) logical(left, right ast.Vertex, and, negate bool) value {
	l := e.condition(left, negate)
	var r value
	e.conditional++
	var before string
	e.given(left, and, func() {
		before = e.capture(func() { r = e.condition(right, negate) })
	})
	e.conditional--
	isAnd := and != negate
	if before != "" {
		name := e.temp("both")
		if !isAnd {
			name = e.temp("either")
		}
		e.line("%s := %s", name, l.code)
		if isAnd {
			e.line("if %s {", name)
		} else {
			e.line("if !%s {", name)
		}
		e.emit(before)
		e.line("%s = %s", name, r.code)
		e.line("}")
		return value{code: name, prec: precPrimary, typ: boolType, pure: true}
	}
	pure := l.pure && r.pure
	switch {
	case l.literal && (l.text == "true") == isAnd:
		return r
	case l.literal:
		return l
	case pure && (l.code == r.code || repeats(l, r.code, isAnd)):
		return l
	case r.literal && (r.text == "true") == isAnd:
		return l
	case isAnd:
		return value{code: l.in(precAnd) + " && " + r.in(precAnd), prec: precAnd, typ: boolType, pure: pure}
	}
	return value{code: l.in(precOr) + " || " + r.in(precOr), prec: precOr, typ: boolType, pure: pure}
}

// repeats reports whether an operand is one of those before it, of which go vet complains.
func repeats(before value, operand string, and bool) bool {
	operator, prec := " || ", precOr
	if and {
		operator, prec = " && ", precAnd
	}
	return before.prec == prec && !strings.ContainsAny(before.code, "\"`'(") && slices.Contains(strings.Split(before.code, operator), operand)
}

// header returns the condition of a compound statement. If it is refused, what follows is
// written all the same, after the panic.
func (e *emitter) header(node ast.Vertex) value {
	var cond value
	if why := e.attempt(func() { cond = e.condition(node, false) }); why != nil {
		e.todo(node, why)
		return boolValue(false)
	}
	return cond
}

func (e *emitter) ifStatement(n *ast.StmtIf) bool {
	cond, failed := e.ifAssign(n)
	if !failed {
		cond = e.header(n.Cond).code
	}
	ends := e.ifBranches(n, cond)
	e.failure = ""
	return ends
}

// ifAssign writes the assignment of if (!$x = f()).
func (e *emitter) ifAssign(n *ast.StmtIf) (cond string, ok bool) {
	node, negate := strip1(n.Cond), true
	if not, isNot := node.(*ast.ExprBooleanNot); isNot {
		node, negate = strip1(not.Expr), false
	}
	switch c := node.(type) {
	case *ast.ExprBinaryIdentical:
		if isFalse(c.Right) && negate {
			node, negate = strip1(c.Left), false
		}
	case *ast.ExprBinaryNotIdentical:
		if isFalse(c.Right) && negate {
			node = strip1(c.Left)
		}
	}
	a, isAssign := node.(*ast.ExprAssign)
	if !isAssign {
		return "", false
	}
	why := e.attempt(func() { cond, ok = e.assignChecked(a, negate) })
	return cond, ok && why == nil
}

// ifBranches writes the branches of an if. Its condition has been written.
func (e *emitter) ifBranches(n *ast.StmtIf, cond string) bool {
	if len(n.ElseIf) > maxBranches {
		refuse(n, "an if with more than %d branches is not translated", maxBranches)
	}
	e.line("if %s {", cond)
	e.conditional++
	defer func() { e.conditional-- }()
	failure := e.failure
	paths := &paths{known: e.facts}
	defer func() { e.facts = paths.joined() }()
	ends := e.branchOf(paths, n, n.Stmt, n.Cond)
	e.failure = ""
	closing := 0
	for _, branch := range n.ElseIf {
		elseIf, ok := branch.(*ast.StmtElseIf)
		if !ok {
			continue
		}
		var c value
		before := e.capture(func() { c = e.header(elseIf.Cond) })
		if before != "" {
			e.line("} else {")
			e.emit(before)
			closing++
			e.line("if %s {", c.code)
		} else {
			e.line("} else if %s {", c.code)
		}
		paths.known = e.facts
		ends = e.branchOf(paths, elseIf, elseIf.Stmt, elseIf.Cond) && ends
	}
	if other, ok := n.Else.(*ast.StmtElse); ok {
		e.failure = failure
		if only, ok := onlyIf(other.Stmt); ok && len(e.declarations(other, only)) == 0 {
			ends = e.elseIf(other, only) && ends
			paths.left = append(paths.left, e.facts)
		} else {
			e.line("} else {")
			ends = e.branchOf(paths, other, other.Stmt, nil) && ends
		}
	} else {
		paths.left = append(paths.left, e.facts)
		ends = false
	}
	e.line("}")
	for ; closing > 0; closing-- {
		e.line("}")
	}
	return ends
}

// maxBranches bounds the branches of an if. The Go compiler's time and memory for them grow with their square.
const maxBranches = 1000

// paths are the ways through an if.
type paths struct {
	known facts   // where the next branch begins
	left  []facts // where the ways end that lead to the statements behind the if
}

// joined returns what is known on all ways.
func (p *paths) joined() facts {
	if len(p.left) == 0 {
		return p.known
	}
	joined := p.left[0]
	for _, f := range p.left[1:] {
		joined = joined.within(f)
	}
	return joined
}

// branchOf writes the block of a branch whose condition has been written, nil for an else.
func (e *emitter) branchOf(paths *paths, owner, stmt, cond ast.Vertex) bool {
	if cond != nil {
		e.know(implied(cond, true)...)
	}
	ends := e.nested(owner, stmt)
	if !ends && !exits(body(stmt)) {
		paths.left = append(paths.left, e.facts)
	}
	e.facts = paths.known
	if cond != nil {
		e.know(implied(cond, false)...)
		paths.known = e.facts
	}
	return ends
}

func onlyIf(stmt ast.Vertex) (*ast.StmtIf, bool) {
	only, ok := stmt.(*ast.StmtIf)
	return only, ok
}

// elseIf writes "else if" as PHP has it: an if that is the whole else.
func (e *emitter) elseIf(owner ast.Vertex, n *ast.StmtIf) (ends bool) {
	e.branches++
	defer func() { e.branches-- }()
	if e.branches > maxBranches {
		refuse(n, "an if with more than %d branches is not translated", maxBranches)
	}
	e.path = append(e.path, frame{block: owner, stmt: n})
	text := e.capture(func() {
		_, ends = e.statement(owner, n, nil)
	})
	e.path = e.path[:len(e.path)-1]
	// A statement before the if needs a block.
	lines := strings.SplitN(text, "\n", 2)
	if len(lines) == 2 && strings.HasPrefix(lines[0], "// port:") && strings.HasPrefix(lines[1], "if ") {
		e.emit("} else " + strings.TrimSuffix(lines[1], "}\n"))
		return ends
	}
	e.line("} else {")
	e.emit(text)
	return ends
}

// nested writes the block of a compound statement.
func (e *emitter) nested(owner, stmt ast.Vertex) bool {
	return e.statements(owner, body(stmt), false)
}

// loopBody writes the body of a loop.
func (e *emitter) loopBody(l *loop, owner, stmt ast.Vertex) {
	l.region = e.block
	e.loops = append(e.loops, l)
	e.conditional++
	conditional := e.conditional
	e.conditional = 0
	before := e.facts
	e.know(l.known...)
	e.statements(owner, body(stmt), true)
	e.facts = before
	e.conditional = conditional
	e.conditional--
	e.loops = e.loops[:len(e.loops)-1]
}

// label writes the label of a loop that a break or continue names.
func (e *emitter) label(node ast.Vertex) {
	if e.p.labels[node] {
		e.emit(labelName(node) + ":\n")
	}
}

func labelName(node ast.Vertex) string {
	return "line" + strconv.Itoa(line(node)) + "at" + strconv.Itoa(start(node))
}

func (e *emitter) while(n *ast.StmtWhile) {
	e.forgetAssigned(n.Cond, n.Stmt)
	var cond value
	e.conditional++
	e.path = append(e.path, frame{block: n, stmt: n.Cond, loop: true})
	before := e.capture(func() { cond = e.header(n.Cond) })
	e.path = e.path[:len(e.path)-1]
	e.conditional--
	e.label(n)
	switch {
	case before != "":
		e.line("for {")
		e.emit(before)
		if cond.code != "true" {
			e.line("if %s {", negated(cond))
			e.line("break")
			e.line("}")
		}
	case cond.code == "true":
		e.line("for {")
	default:
		e.line("for %s {", cond.code)
	}
	e.loopBody(&loop{node: n, known: implied(n.Cond, true)}, n, n.Stmt)
	e.line("}")
}

// negated returns the opposite of a condition.
func negated(c value) string {
	for _, pair := range [][2]string{{" != ", " == "}, {" == ", " != "}, {" >= ", " < "}, {" <= ", " > "}, {" < ", " >= "}, {" > ", " <= "}} {
		if c.prec == precCompare && strings.Count(c.code, pair[0]) == 1 {
			return strings.Replace(c.code, pair[0], pair[1], 1)
		}
	}
	if rest, ok := strings.CutPrefix(c.code, "!"); ok && c.prec == precUnary {
		return rest
	}
	return "!" + c.in(precUnary)
}

func (e *emitter) doWhile(n *ast.StmtDo) {
	e.forgetAssigned(n.Cond, n.Stmt)
	e.label(n)
	e.line("for {")
	l := &loop{node: n}
	again := e.temp("again")
	if continues(n.Stmt) {
		// A continue goes to the condition.
		l.step = again
	}
	inner := e.capture(func() { e.loopBody(l, n, n.Stmt) })
	if l.step != "" {
		e.out = e.out[:len(e.out)-len("for {\n")]
		e.line("for %s := true; %s; {", again, again)
	}
	var cond value
	e.conditional++
	e.path = append(e.path, frame{block: n, stmt: n.Cond, loop: true})
	check := e.capture(func() { cond = e.header(n.Cond) })
	e.path = e.path[:len(e.path)-1]
	e.conditional--
	if l.step != "" {
		refuse(n, "continue in a do-while loop is not translated")
	}
	e.emit(inner)
	e.emit(check)
	if cond.code != "true" {
		e.line("if %s {", negated(cond))
		e.line("break")
		e.line("}")
	}
	e.line("}")
}

// continues reports whether a statement has a continue.
func continues(stmt ast.Vertex) bool {
	found := false
	inspect(stmt, func(n ast.Vertex) bool {
		switch n.(type) {
		case *ast.StmtContinue:
			found = true
		case *ast.StmtFor, *ast.StmtForeach, *ast.StmtWhile, *ast.StmtDo, *ast.ExprClosure:
			return false
		}
		return true
	})
	return found
}

// forStatement writes for (init; cond; loop).
func (e *emitter) forStatement(n *ast.StmtFor) {
	e.forgetAssigned(n)
	e.path = append(e.path, frame{block: n, stmt: n})
	defer func() { e.path = e.path[:len(e.path)-1] }()
	for _, s := range e.declarations(n, n) {
		e.declareSlot(s)
	}
	var inits []string
	for _, init := range n.Init {
		e.path[len(e.path)-1].stmt = init
		inits = append(inits, e.capture(func() {
			for _, s := range e.declarations(n, init) {
				e.declareSlot(s)
			}
			e.expressionStatement(init)
		}))
	}
	head := ""
	if len(inits) == 1 && simpleLine(inits[0]) && !strings.HasPrefix(inits[0], "var ") {
		head = strings.TrimSuffix(inits[0], "\n")
		inits = nil
	}
	opened := false
	if len(n.Init) > 0 && len(inits) > 0 && strings.Contains(strings.Join(inits, ""), " := ") || strings.Contains(strings.Join(inits, ""), "var ") {
		e.line("{")
		opened = true
	}
	for _, text := range inits {
		e.emit(text)
	}
	e.path[len(e.path)-1].stmt = n
	e.conditional++
	e.forgetAssigned(n)
	var known []string
	if k := len(n.Cond); k > 0 {
		known = implied(n.Cond[k-1], true)
	}
	var cond value
	check := e.capture(func() { cond = e.forCondition(n) })
	var posts []string
	for _, step := range n.Loop {
		before := e.facts
		e.know(e.stillKnown(known, n.Stmt)...)
		posts = append(posts, e.capture(func() { e.expressionStatement(step) }))
		e.facts = before
	}
	e.conditional--
	post, first := strings.Join(posts, ""), ""
	if simpleLine(post) {
		post = strings.TrimSuffix(post, "\n")
	} else if post != "" {
		first = e.temp("first")
	}
	e.label(n)
	code := cond.code
	if check != "" || code == "true" {
		code = ""
	}
	switch {
	case first != "":
		e.line("for %s := true; ; %s = false {", first, first)
		e.line("if !%s {", first)
		e.emit(post)
		e.line("}")
	case head == "" && post == "":
		e.line("for %s {", code)
	default:
		e.line("for %s; %s; %s {", head, code, post)
	}
	if first != "" && head != "" {
		refuse(n, "a loop with several steps is not translated")
	}
	if cond.code != "" && cond.code != "true" && (check != "" || first != "") {
		e.emit(check)
		e.line("if %s {", negated(cond))
		e.line("break")
		e.line("}")
	}
	e.loopBody(&loop{node: n, known: known}, owner(n, n.Stmt), n.Stmt)
	e.line("}")
	if opened {
		e.line("}")
	}
}

func (e *emitter) forCondition(n *ast.StmtFor) value {
	cond := value{typ: boolType}
	for i, c := range n.Cond {
		if i == len(n.Cond)-1 {
			return e.header(c)
		}
		e.expressionStatement(c)
	}
	return cond
}

func simpleLine(text string) bool {
	return strings.Count(text, "\n") == 1 && !strings.HasPrefix(text, "//") && !strings.ContainsAny(text, "{}")
}

// leave writes break and continue.
func (e *emitter) leave(node, levels ast.Vertex, word string) bool {
	n := 1
	if levels != nil {
		l, ok := strip1(levels).(*ast.ScalarLnumber)
		if !ok {
			refuse(node, "%s with a variable is not PHP", word)
		}
		n, _ = strconv.Atoi(string(l.Value))
	}
	if n < 1 || n > len(e.loops) {
		refuse(node, "%s outside of a loop", word)
	}
	target := e.loops[len(e.loops)-n]
	if target.isSwitch && word == "continue" {
		word = "break" // PHP treats it so
	}
	if target.region != e.block {
		e.leaveTry(target, word)
		return true
	}
	plain := n == 1
	if word == "continue" {
		plain = true
		for i := len(e.loops) - 1; i > len(e.loops)-n; i-- {
			if !e.loops[i].isSwitch {
				plain = false
			}
		}
	}
	if plain && !e.leavesCatch(word) {
		e.line("%s", word)
		return true
	}
	e.jump(target, word)
	return true
}

// leavesCatch reports whether a break without a label would only leave the switch of a catch.
func (e *emitter) leavesCatch(word string) bool { return word == "break" && e.catching == len(e.loops) }

func (e *emitter) jump(target *loop, word string) {
	if !e.p.labels[target.node] {
		e.p.labels[target.node] = true
		e.p.changed = true
	}
	e.line("%s %s", word, labelName(target.node))
}

func (e *emitter) returnStatement(n *ast.StmtReturn) bool {
	fn := e.fn
	if fn.top {
		e.topReturn(n)
		return true
	}
	if n.Expr == nil {
		if fn.returns {
			e.returnValue(nullValue())
		} else {
			e.returnPlain()
		}
		return true
	}
	e.p.mark(&fn.returns)
	v := e.exprTo(n.Expr, fn.result.typ)
	if v.typ.kind == null && v.code != "nil" { // a function that returns nothing
		e.drop(v, false)
		v = nullValue()
	}
	e.returnValue(v)
	return true
}

// returnValue writes the return of a value.
func (e *emitter) returnValue(v value) {
	fn := e.fn
	e.p.grow(fn.result, v.typ.with(v.typ.opt))
	if v.results == errorOnly {
		e.p.grow(fn.result, boolType)
	}
	v = e.store(v, fn.result)
	code := v.code
	if fn.result.companion() {
		code = e.paired(v)
	}
	e.returnCode(code)
}

func (e *emitter) returnPlain() { e.returnCode("") }

func (e *emitter) returnCode(code string) {
	if e.block != nil && e.block.fn == e.fn {
		e.returnFromTry(code)
		return
	}
	if code == "" {
		if e.fn.constructs {
			e.line("return %s", e.fn.receiver)
			return
		}
		e.line("return")
		return
	}
	e.line("return %s", code)
}

// paired returns a value and whether there is one, for a variable with a companion.
func (e *emitter) paired(v value) string {
	switch {
	case v.typ.kind <= falsehood && v.literal:
		return v.code + ", false"
	case v.present != "":
		return v.code + ", " + v.present
	case v.lookup != nil:
		return v.lookup()
	}
	return v.code + ", true"
}

// topReturn writes the return of a script: it ends.
func (e *emitter) topReturn(n *ast.StmtReturn) {
	if n.Expr != nil && e.f != e.p.files[0] {
		e.p.mark(&e.fn.returns)
		e.returnValue(e.expr(n.Expr))
		return
	}
	if n.Expr != nil {
		e.drop(e.expr(n.Expr), false)
	}
	e.returnCode("")
}

func (e *emitter) constStatement(n *ast.StmtConstList) {
	for _, c := range n.Consts {
		if k, ok := c.(*ast.StmtConstant); ok {
			e.defineConstant(identifier(k.Name), e.expr(k.Expr), k)
		}
	}
}

// ending writes the return that Go demands at the end of a function.
func (e *emitter) ending() string {
	r := e.fn.result
	if r == nil || !e.fn.returns {
		return ""
	}
	if r.companion() {
		return fmt.Sprintf("return %s, false\n", zero(r.effective()))
	}
	return fmt.Sprintf("return %s\n", zero(r.effective()))
}

// owner returns the node that stands for the block of a statement's body.
func owner(n, stmt ast.Vertex) ast.Vertex {
	if stmt != nil {
		return stmt
	}
	return n
}
