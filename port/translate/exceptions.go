package translate

import (
	"strconv"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// region is the body of a try that is written as a func. What leaves it is done behind it.
type region struct {
	fn      *routine
	outer   *region
	returns string // the variable that says that the routine returns
	result  string // the variable with what it returns
	left    string // the variable that says which loop is left
	leaves  []leaving
}

// leaving is a break or continue out of a try.
type leaving struct {
	target *loop
	word   string
}

func exceptionClass(name string) bool {
	switch strings.ToLower(name) {
	case "exception", "error", "throwable", "errorexception", "runtimeexception", "logicexception", "invalidargumentexception",
		"domainexception", "lengthexception", "outofrangeexception", "outofboundsexception", "rangeexception", "overflowexception",
		"underflowexception", "unexpectedvalueexception", "badfunctioncallexception", "badmethodcallexception", "typeerror", "valueerror",
		"argumentcounterror", "arithmeticerror", "divisionbyzeroerror", "jsonexception", "pdoexception", "mysqli_sql_exception", "assertionerror":
		return true
	}
	return false
}

var exceptionType = objectOf("*Exception")

// newException returns new RuntimeException($message, $code).
func (e *emitter) newException(n ast.Vertex, name string, args []argument) value {
	if strings.EqualFold(name, "ErrorException") && len(args) > 2 {
		return e.newErrorException(n, args)
	}
	message, code, previous := e.exceptionArguments(n, args)
	v := value{code: e.need("newException") + "(" + quote(name) + ", " + message + ", " + code + ")", prec: precPrimary, typ: exceptionType}
	return e.causedBy(e.located(n, v), previous)
}

// newErrorException returns new ErrorException($message, $code, $severity, $file, $line, $previous).
func (e *emitter) newErrorException(n ast.Vertex, args []argument) value {
	var nodes []ast.Vertex
	for _, a := range args {
		if a.name != "" || a.spread {
			refuse(n, "these arguments of an exception are not translated")
		}
		nodes = append(nodes, a.node)
	}
	values := e.sequence(nodes)
	code := e.need("newException") + `("ErrorException", ` + e.convert(values[0], textType).code + ", " + e.convert(values[1], intType).code + ")"
	v := goCode(code, exceptionType)
	switch {
	case len(values) > 4:
		v.code = e.need("located") + "(" + code + ", " + e.convert(values[3], textType).code + ", " + e.convert(values[4], intType).code + ")"
	case len(values) == 4:
		refuse(n, "an ErrorException with a file and without a line is not translated")
	default:
		v = e.located(n, v)
	}
	if len(values) > 5 && values[5].typ.kind != null {
		return e.causedBy(v, e.one(values[5]))
	}
	return v
}

// located has an exception know where it was made, if the program asks for that.
func (e *emitter) located(n ast.Vertex, v value) value {
	if e.p.asksLines {
		v.code = e.need("located") + "(" + v.code + ", " + quote(baseName(e.f.name)) + ", " + itoa(line(n)) + ")"
	}
	return v
}

// causedBy sets the previous exception of one that was made.
func (e *emitter) causedBy(v, previous value) value {
	if previous.code == "" {
		return v
	}
	v = e.hold(v)
	e.line("%s.causedBy(%s)", v.code, e.toMixed(previous).code)
	return v
}

func (e *emitter) exceptionArguments(n ast.Vertex, args []argument) (message, code string, previous value) {
	message, code = `""`, "0"
	var nodes []ast.Vertex
	for _, a := range args {
		if a.name != "" || a.spread {
			refuse(n, "these arguments of an exception are not translated")
		}
		nodes = append(nodes, a.node)
	}
	values := e.sequence(nodes)
	if len(values) > 0 {
		message = e.convert(values[0], textType).code
	}
	if len(values) > 1 {
		code = e.convert(values[1], intType).code
	}
	if len(values) > 2 && values[2].typ.kind != null {
		previous = e.one(values[2])
	}
	return message, code, previous
}

// newOwnException returns an exception of the program whose class has no constructor.
func (e *emitter) newOwnException(n ast.Vertex, c *class, args []argument) value {
	message, code, previous := e.exceptionArguments(n, args)
	if len(args) < 1 {
		message = e.exceptionDefault(c, "message", message)
	}
	if len(args) < 2 {
		code = e.exceptionDefault(c, "code", code)
	}
	v := value{code: c.constructorName + "(" + message + ", " + code + ")", prec: precPrimary, typ: c.typ()}
	return e.causedBy(e.located(n, v), previous)
}

// exceptionProperties gives a class the properties that it may use of PHP's exceptions.
func (c *class) exceptionProperties() {
	for name, t := range map[string]*Type{"message": textType, "code": intType} {
		c.props[name] = &slot{
			name: name, goName: exported(name), kind: propertySlot, typ: t, declared: t.with(asNull), class: c, scope: "*",
			constructed: true, ofException: true,
		}
	}
}

// exceptionDefault returns the value that a class or one that it extends gives a property of PHP's
// exceptions, and otherwise the one that PHP gives it.
func (e *emitter) exceptionDefault(c *class, name, otherwise string) string {
	for q, n := c, 0; q != nil && n < 50; q, n = q.parent, n+1 {
		for _, o := range q.overrides {
			if o.slot.ofException && o.slot.name == name && o.def != nil {
				e.declaredIn(q, func() { otherwise = e.store(e.one(e.exprTo(o.def, o.slot.typ)), o.slot).code })
				return otherwise
			}
		}
	}
	return otherwise
}

// parentException writes parent::__construct($message, $code) of an exception.
func (e *emitter) parentException(n ast.Vertex, args []argument) value {
	if e.fn.class == nil || !e.fn.class.exception {
		refuse(n, "the constructor of the parent is not known")
	}
	message, code, previous := e.exceptionArguments(n, args)
	if len(args) > 0 {
		e.line("%s.Message = %s", e.fn.receiver, message)
	}
	if len(args) > 1 {
		e.line("%s.Code = %s", e.fn.receiver, code)
	}
	if previous.code != "" {
		e.line("%s.causedBy(%s)", e.fn.receiver, e.toMixed(previous).code)
	}
	return nullValue()
}

// exceptionMethod returns $e->getMessage() and the like.
func (e *emitter) exceptionMethod(n ast.Vertex, object value, name string, args []argument) (value, bool) {
	if object.typ.goName != "*Exception" && (object.typ.class == nil || !object.typ.class.exception) {
		return value{}, false
	}
	switch strings.ToLower(name) {
	case "getmessage":
		return goCode(object.in(precPrimary)+".Message", textType), true
	case "getcode":
		return goCode(object.in(precPrimary)+".Code", intType), true
	case "getprevious":
		return goCode(object.in(precPrimary)+".previous()", exceptionType.with(asNull)), true
	case "getline":
		e.p.mark(&e.p.asksLines)
		e.p.report.note(e.f, n, "getLine: the line of what PHP's functions throw is 0")
		return goCode(object.in(precPrimary)+".Line", intType), true
	case "getfile":
		e.p.mark(&e.p.asksLines)
		e.p.report.note(e.f, n, "getFile: the file of what PHP's functions throw is empty")
		return goCode(object.in(precPrimary)+".path()", textType), true
	case "gettraceasstring":
		e.p.report.note(e.f, n, "getTraceAsString: the text names no calls")
		return textValue("#0 {main}"), true
	case "__tostring":
		return goCode(object.in(precPrimary)+".Error()", textType), true
	}
	refuse(n, "%s of an exception is not translated", name)
	return value{}, false
}

func (e *emitter) exceptionProperty(n ast.Vertex, object value, name string) (value, bool) {
	if object.typ.class.exception && (name == "line" || name == "file") {
		return e.exceptionMethod(n, object, "get"+name, nil)
	}
	return value{}, false
}

func (e *emitter) throwStatement(expr ast.Vertex) {
	v := e.one(e.expr(expr))
	if v.typ.kind != object {
		e.line("panic(%s)", v.code)
		return
	}
	e.line("panic(%s)", v.code)
}

// try writes try, catch and finally. The body is a func, since Go ends only a func by a panic.
func (e *emitter) try(n *ast.StmtTry) bool {
	e.forgetAssigned(n)
	known := e.facts
	defer func() { e.facts = known }()
	if n.Finally != nil {
		e.finally(n)
		return false
	}
	e.tryCatch(n)
	return false
}

// enter begins a region. The func that leave returns ends it, and writes what is left.
func (e *emitter) enter() (r *region, leave func()) {
	r = &region{fn: e.fn, outer: e.block}
	e.block = r
	return r, func() { e.block = r.outer }
}

func (e *emitter) tryCatch(n *ast.StmtTry) {
	r, leave := e.enter()
	e.conditional++
	known := e.facts
	body := e.capture(func() { e.statements(n, n.Stmts, false) })
	e.facts = known
	leave()
	e.regionVariables(r)
	thrown := e.temp("thrown")
	e.line("%s := %s(func() {", thrown, e.need("try"))
	e.emit(body)
	e.line("})")
	e.line("if %s != nil {", thrown)
	e.line("switch {")
	catching := e.catching
	e.catching = len(e.loops)
	all := false
	for _, c := range n.Catches {
		if all {
			break
		}
		if catch, ok := c.(*ast.StmtCatch); ok {
			all = e.catch(catch, thrown)
		}
	}
	if !all {
		e.line("default:")
		e.line("panic(%s)", thrown)
	}
	e.line("}")
	e.line("}")
	e.catching = catching
	e.conditional--
	e.afterRegion(r)
}

// catch writes a case. It reports whether the case is the last one, as it catches all.
func (e *emitter) catch(n *ast.StmtCatch, thrown string) bool {
	var tests []string
	var caught *Type
	all := false
	for _, t := range n.Types {
		c, name := e.resolve(t)
		typ := exceptionType
		switch {
		case c != nil && c.exception:
			typ = c.typ()
			var visit func(q *class)
			visit = func(q *class) {
				tests = append(tests, e.need("isA")+"[*"+q.goName+"]("+thrown+")")
				for _, child := range q.children {
					visit(child)
				}
			}
			visit(c)
			if len(c.children) > 0 {
				typ = exceptionType
			}
		case strings.EqualFold(name, "Throwable"):
			all = true
		default:
			tests = append(tests, e.need("isException")+"("+thrown+", "+quote(name)+")")
		}
		if caught != nil && !caught.same(typ) {
			typ = exceptionType
		}
		caught = typ
	}
	if all {
		e.line("default:")
	} else {
		e.line("case %s:", strings.Join(tests, ", "))
	}
	e.path = append(e.path, frame{block: n, stmt: n})
	if name := variableName(n.Var); n.Var != nil && name != "" {
		item := goCode(thrown+".exception()", exceptionType)
		if caught.class != nil {
			item = goCode(thrown+".(*"+caught.class.goName+")", caught)
		}
		item.pure = true
		s, done := e.catchVariable(n, name)
		defer done()
		saved := e.conditional
		e.conditional = 0
		e.note(s, false, true)
		e.p.grow(s, item.typ)
		e.assignSlot(s, item, e.shortHere(s))
		e.conditional = saved
	}
	e.path = e.path[:len(e.path)-1]
	known := e.facts
	if n.Var != nil {
		e.know(factKey(n.Var))
	}
	e.statements(n, n.Stmts, false)
	e.facts = known
	return all
}

// finally writes try … finally: a func whose deferred func is the finally.
func (e *emitter) finally(n *ast.StmtTry) {
	r, leave := e.enter()
	body := e.capture(func() {
		if len(n.Catches) > 0 {
			e.tryCatch(n)
		} else {
			e.conditional++
			e.statements(n, n.Stmts, false)
			e.conditional--
		}
	})
	leave()
	var last string
	if f, ok := n.Finally.(*ast.StmtFinally); ok {
		inner, leave := e.enter()
		e.conditional++
		last = e.capture(func() { e.statements(f, f.Stmts, false) })
		e.conditional--
		leave()
		if inner.returns != "" || inner.left != "" {
			refuse(f, "a finally that returns is not translated")
		}
	}
	e.regionVariables(r)
	e.line("func() {")
	e.line("defer func() {")
	e.emit(last)
	e.line("}()")
	e.emit(body)
	e.line("}()")
	e.afterRegion(r)
}

// returnFromTry writes a return in the func of a try.
func (e *emitter) returnFromTry(code string) {
	r := e.block
	if r.returns == "" {
		r.returns = e.temp("returned")
	}
	if code != "" {
		if r.result == "" {
			r.result = e.temp("result")
		}
		names := r.result
		if e.fn.result.companion() {
			names += ", " + r.result + "OK"
		}
		e.line("%s = %s", names, code)
	}
	e.line("%s = true", r.returns)
	e.line("return")
}

// leaveTry writes a break or continue of a loop around a try.
func (e *emitter) leaveTry(target *loop, word string) {
	r := e.block
	if r.left == "" {
		r.left = e.temp("left")
	}
	n := 0
	for i, l := range r.leaves {
		if l.target == target && l.word == word {
			n = i + 1
		}
	}
	if n == 0 {
		r.leaves = append(r.leaves, leaving{target, word})
		n = len(r.leaves)
	}
	e.line("%s = %d", r.left, n)
	e.line("return")
}

func (e *emitter) regionVariables(r *region) {
	if r.result != "" {
		e.line("var %s %s", r.result, e.fn.result.effective())
		if e.fn.result.companion() {
			e.line("var %sOK bool", r.result)
		}
	}
	if r.returns != "" {
		e.line("%s := false", r.returns)
	}
	if r.left != "" {
		e.line("%s := 0", r.left)
	}
}

// afterRegion writes what a try did not do itself: it returns, or leaves a loop.
func (e *emitter) afterRegion(r *region) {
	if r.returns != "" {
		e.line("if %s {", r.returns)
		code := r.result
		if code != "" && e.fn.result.companion() {
			code += ", " + r.result + "OK"
		}
		e.returnCode(code)
		e.line("}")
	}
	for i, l := range r.leaves {
		e.line("if %s == %s {", r.left, strconv.Itoa(i+1))
		if l.target.region != e.block {
			e.leaveTry(l.target, l.word)
		} else if len(e.loops) > 0 && e.loops[len(e.loops)-1] == l.target && !e.leavesCatch(l.word) {
			e.line("%s", l.word)
		} else {
			e.jump(l.target, l.word)
		}
		e.line("}")
	}
}

// catchVariable returns the variable of a catch. Each catch has one of its own, unless the routine
// uses the name elsewhere.
func (e *emitter) catchVariable(n *ast.StmtCatch, name string) (s *slot, done func()) {
	shared := e.variable(n.Var, name)
	if shared.kind != localSlot || usedOutside(e.fn.body, name) || usedOutside(closureBody(e.fn.node), name) {
		return shared, func() {}
	}
	s = e.p.catches[n]
	if s == nil {
		s = &slot{name: name, typ: unknownType, owner: e.fn}
		e.p.catches[n] = s
	}
	s.uses, s.reads, s.epoch = nil, 0, s.epoch+1
	fn := e.fn
	key := name + " of line " + itoa(line(n)) + " at " + itoa(start(n))
	fn.vars[key] = s
	fn.vars[name] = s
	return s, func() { fn.vars[name] = shared }
}

func closureBody(n ast.Vertex) []ast.Vertex {
	if c, ok := n.(*ast.ExprClosure); ok {
		return c.Stmts
	}
	return nil
}

// usedOutside reports whether statements use a variable outside of the catches that set it.
func usedOutside(list []ast.Vertex, name string) bool {
	found := false
	for _, s := range list {
		inspect(s, func(n ast.Vertex) bool {
			if c, ok := n.(*ast.StmtCatch); ok && c.Var != nil && variableName(c.Var) == name {
				return false
			}
			found = found || variableName(n) == name
			return true
		})
	}
	return found
}

func itoa(n int) string { return strconv.Itoa(n) }
