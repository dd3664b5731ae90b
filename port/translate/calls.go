package translate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"

	"github.com/imapcompat/imapcompat/port/library"
)

// argument is an argument of a call.
type argument struct {
	node   ast.Vertex
	name   string
	spread bool
}

func (e *emitter) arguments(list []ast.Vertex) []argument {
	var args []argument
	for _, v := range list {
		a, ok := v.(*ast.Argument)
		if !ok {
			refuse(v, "a callable f(...) is not translated")
		}
		if a.Expr == nil {
			refuse(v, "a callable f(...) is not translated")
		}
		arg := argument{node: a.Expr, spread: a.VariadicTkn != nil}
		if a.Name != nil {
			arg.name = identifier(a.Name)
		}
		args = append(args, arg)
	}
	return args
}

// call returns a call of a function.
func (e *emitter) call(n *ast.ExprFunctionCall) value {
	name := strings.ToLower(identifier(n.Function))
	if name == "" {
		return e.callClosure(n, e.expr(n.Function), n.Args)
	}
	args := e.arguments(n.Args)
	if r := e.p.functions[name]; r != nil {
		return e.callRoutine(n, r, r.goName, args)
	}
	if special, ok := specials[name]; ok {
		if v, ok := special(e, n, args); ok {
			return v
		}
	}
	if strings.HasPrefix(name, "imap_") {
		e.p.report.imap(e.f, n, name)
		v := e.imapCall(n, name, args)
		e.p.report.imapDone(n)
		return v
	}
	if f := e.p.lib[name]; f != nil {
		return e.callLibrary(n, f, args)
	}
	if gone[name] && !e.f.namespaced() {
		return e.goneCall(n)
	}
	refuse(n, "%s", notKnown(name))
	return value{}
}

// callRoutine returns a call of a function of the program.
func (e *emitter) callRoutine(n ast.Vertex, r *routine, callee string, args []argument) value {
	e.p.mark(&r.called)
	if r.generator {
		refuse(n, "%s is a generator, which is not translated", r.name)
	}
	before := e.afterCall
	e.afterCall = nil
	static := e.first
	e.first = ""
	codes := e.routineArguments(n, r, args)
	if r.late && static != "" {
		codes = append([]string{static}, codes...)
	}
	v := e.routineResult(r, callee+"("+strings.Join(codes, ", ")+")")
	after := e.afterCall
	e.afterCall = before
	e.forgetCalled()
	e.forgetArguments(n)
	return e.finished(v, after)
}

// finished writes a call and what has to be done after it.
func (e *emitter) finished(v value, after []func()) value {
	if len(after) == 0 {
		return v
	}
	if v.typ.kind == null {
		e.line("%s", v.code)
		v = nullValue()
	} else {
		v = e.hold(v)
	}
	for _, f := range after {
		f()
	}
	return v
}

func (e *emitter) routineResult(r *routine, code string) value {
	if !r.returns {
		t := nullType
		if e.p.early(r.result) {
			t = unknownType // its statements are written later
		}
		return value{code: code, prec: precPrimary, typ: t}
	}
	v := goCode(code, r.result.typ)
	v.slot = r.result
	v.fresh = !r.result.holdsAlias
	if t := r.result.effective(); t.kind == mixed && v.typ.kind != unknown {
		v.typ = mixedType
	}
	if r.result.companion() {
		v.results = withOK
	}
	return v
}

// routineArguments evaluates the arguments of a call and makes the parameters able to hold them.
func (e *emitter) routineArguments(n ast.Vertex, r *routine, args []argument) []string {
	values := make([]value, len(r.params))
	given := make([]bool, len(r.params))
	var rest []value
	var more string // the list with the rest
	var all []*value
	for i, a := range args {
		index := i
		if a.name != "" {
			index = r.paramIndex(a.name)
		}
		if a.spread {
			more = e.spreadArguments(n, r, i, a, values, given)
			continue
		}
		variadic := len(r.params) > 0 && r.params[len(r.params)-1].variadic && index >= len(r.params)-1
		if index >= len(r.params) && !variadic {
			if _, evaluated := a.node.(*known); !evaluated {
				e.drop(e.expr(a.node), false) // PHP evaluates and ignores it
			}
			continue
		}
		var q *param
		if variadic {
			q = r.params[len(r.params)-1]
		} else if index >= 0 {
			q = r.params[index]
		} else {
			refuse(n, "%s has no parameter %s", r.name, a.name)
		}
		var v value
		before := e.capture(func() { v = e.routineArgument(n, r, q, a, i) })
		if before != "" {
			e.freezePointers(all, before)
			e.emit(before)
		}
		if variadic {
			rest = append(rest, v)
			continue
		}
		values[index] = v
		given[index] = true
		all = append(all, &values[index])
	}
	var codes []string
	if r.given != nil {
		codes = append(codes, argumentNumber(n, args))
	}
	for i, q := range r.params {
		if q.variadic {
			for _, v := range rest {
				codes = append(codes, v.code)
			}
			if more != "" && len(rest) > 0 {
				head := "[]" + q.slot.typ.elem.String() + "{" + strings.Join(codes[len(codes)-len(rest):], ", ") + "}"
				codes = codes[:len(codes)-len(rest)]
				more = "append(" + head + ", " + more + "...)"
			}
			if more != "" {
				codes = append(codes, more+"...")
			}
			break
		}
		if !given[i] {
			codes = append(codes, e.defaultArgument(n, r, q, len(args)))
			continue
		}
		codes = append(codes, values[i].code)
	}
	return codes
}

// argumentNumber returns the number of arguments of a call.
func argumentNumber(n ast.Vertex, args []argument) string {
	for _, a := range args {
		if a.spread || a.name != "" {
			refuse(n, "this list of arguments is not translated for a function that calls func_get_args")
		}
	}
	return itoa(len(args))
}

// spreadArguments gives the parameters from the i-th on the values of a list: f(...$list). It returns the
// list with the values of a variadic parameter.
func (e *emitter) spreadArguments(n ast.Vertex, r *routine, i int, a argument, values []value, given []bool) string {
	v := e.hold(e.convert(e.one(e.expr(a.node)), listOf(mixedType)))
	if last := len(r.params) - 1; last >= 0 && r.params[last].variadic && i > last {
		i = last
	}
	for first := i; i < len(r.params); i++ {
		q := r.params[i]
		switch {
		case q.variadic && i > first:
			e.p.grow(q.slot, listOf(mixedType))
			return v.code + "[" + itoa(i-first) + ":]"
		case q.variadic:
			e.p.grow(q.slot, listOf(mixedType))
			return v.code
		case q.byRef:
			refuse(n, "an argument list by ... is not translated here")
		}
		item := e.argumentOf(r, q, goCode(e.need("at")+"("+v.code+", "+itoa(i-first)+")", mixedType))
		e.p.growParam(q, mixedType)
		item = e.store(item, q.slot)
		if q.def != nil {
			name := e.temp(camel(q.name))
			e.line("var %s %s = %s", name, q.slot.effective(), e.defaultArgument(n, r, q, i))
			e.line("if len(%s) > %d {", v.code, i-first)
			e.line("%s = %s", name, item.code)
			e.line("}")
			item = goCode(name, q.slot.effective())
		}
		values[i], given[i] = item, true
	}
	return ""
}

func (e *emitter) freezePointers(list []*value, before string) {
	for _, v := range list {
		if v.literal || v.pure && !mentions(before, leading(v.code)) || strings.HasPrefix(v.code, "&") {
			continue
		}
		*v = e.hold(*v)
	}
}

func (r *routine) paramIndex(name string) int {
	for i, q := range r.params {
		if q.name == name {
			return i
		}
	}
	return -1
}

func (e *emitter) routineArgument(n ast.Vertex, r *routine, q *param, a argument, at int) value {
	if q.byRef {
		return e.reference(n, a.node, q.slot)
	}
	if q.variadic {
		return e.variadicArgument(r, q, a, at)
	}
	if q.slot.typ.kind == function {
		if c, ok := e.callable(a.node, q.slot.typ); ok {
			return c
		}
	}
	v := e.argumentOf(r, q, e.exprTo(a.node, q.slot.typ))
	e.p.growParam(q, resultType(v))
	return e.store(v, q.slot)
}

// variadicArgument returns one of the values of a variadic parameter, the at-th argument.
func (e *emitter) variadicArgument(r *routine, q *param, a argument, at int) value {
	v := e.one(e.exprTo(a.node, q.slot.typ.elem))
	if t := e.p.hint(r, q.node.Type); t != nil {
		v = e.one(e.declared(v, t, r.calledAs()+"(): Argument #"+itoa(at+1)+" must be of type ", ", %s given"))
	}
	e.p.grow(q.slot, listOf(resultType(v)))
	if q.slot.typ.kind != listKind {
		refuse(a.node, "a variadic parameter that becomes %s is not translated", q.slot.typ)
	}
	return e.storeElement(v, q.slot.typ.elem, q.slot)
}

// defaultArgument returns the default value of a parameter in a call with so many arguments. A
// parameter without a default value is an error when the call is made.
func (e *emitter) defaultArgument(n ast.Vertex, r *routine, q *param, given int) string {
	if q.def == nil {
		if q.byRef {
			refuse(n, "an argument of %s is missing", r.name)
		}
		e.line("throw(%s, %s)", quote("ArgumentCountError"), quote(r.tooFew(given)))
		e.need("throw")
		e.p.growParam(q, nullType)
		return e.store(nullValue(), q.slot).code
	}
	var v value
	e.declaredIn(r.class, func() { v = e.exprTo(q.def, q.slot.typ) })
	if q.byRef {
		refuse(n, "a reference has a default value")
	}
	e.p.growParam(q, v.typ)
	return e.store(v, q.slot).code
}

// reference returns the address of a variable that a function changes.
func (e *emitter) reference(n, target ast.Vertex, to *slot) value {
	s := e.lvalueSlot(target)
	if s == nil {
		refuse(target, "a reference to this is not translated")
	}
	if d, isDim := target.(*ast.ExprArrayDimFetch); isDim {
		return e.elementReference(n, d, to)
	}
	e.note(s, true, false)
	e.p.grow(s, to.typ)
	e.p.grow(to, s.typ)
	e.modifies(to)
	e.modifies(s)
	if s.companion() {
		e.p.grow(s, mixedType)
	}
	v := e.expr(target)
	return value{code: address(v), prec: precUnary, typ: s.typ, pure: true}
}

// elementReference returns the address of a variable that stands for an element of an array. What the
// function makes of it is assigned to the element after the call.
func (e *emitter) elementReference(n ast.Vertex, d *ast.ExprArrayDimFetch, to *slot) value {
	if d.Dim == nil {
		refuse(d, "a reference to a new element is not translated")
	}
	target := e.stableTarget(d)
	e.p.grow(to, element(e.targetType(target)))
	e.growLvalue(target, element(to.typ))
	e.modifies(to)
	e.modifiesWithin(e.lvalueSlot(target))
	v := e.one(e.expr(target))
	if v.typ.kind == dict {
		v = e.container(target)
	}
	name := e.temp("changed")
	t := to.effective()
	e.line("var %s %s = %s", name, t, e.convert(v, t).code)
	item := goCode(name, to.typ)
	item.pure, item.fresh = true, true
	e.afterCall = append(e.afterCall, func() { e.assignTo(target, item) })
	return value{code: "&" + name, prec: precUnary, typ: to.typ, pure: true}
}

// opensDatabase are the functions behind which database/sql looks for a driver.
var opensDatabase = wordSet("pdo::__construct mysqli::__construct mysqli_connect")

// callLibrary returns a call of a function of PHP.
func (e *emitter) callLibrary(n ast.Vertex, f *library.Function, args []argument) value {
	general := generalForm(f, len(args))
	if len(args) > len(general.Params) && !variadic(general) {
		refuse(n, "%s has fewer parameters here", f.Name)
	}
	if opensDatabase[f.Name] && !(f.Name == "pdo::__construct" && e.p.opensSQLite()) {
		e.p.report.note(e.f, n, "the port has no driver of a database: import one in its main.go, such as modernc.org/sqlite or github.com/go-sql-driver/mysql")
	}
	args = namedArguments(n, general, args)
	values := e.libraryArguments(n, f, general, args)
	for _, form := range f.Forms {
		if !takes(form, len(values)) || !fitsPattern(form, values) {
			continue
		}
		types := argumentTypes(form, values)
		if results, ok := form.Bind(types...); ok {
			return e.typedLater(values, e.libraryCall(n, form, formParams(form, types), results, values))
		}
	}
	general = keyed(f, general, values)
	types := argumentTypes(general, values)
	for i, v := range values {
		if v.typ.kind == list && v.typ.elem.kind == unknown {
			types[i] = ""
		}
	}
	params, results := general.Instance(types...)
	return e.typedLater(values, e.libraryCall(n, general, params, results, values))
}

// keyed returns the form for an array with keys, where the most general one is for a list. A value of any type may be
// such an array.
func keyed(f *library.Function, general *library.Form, values []value) *library.Form {
	for i, v := range values {
		p := paramOf(general, i)
		if p == nil || !strings.HasPrefix(p.Type, "[]") || v.typ.kind != mixed && !(v.typ.kind == dict && p.ByRef) {
			continue
		}
		for _, form := range f.Forms {
			if p := paramOf(form, i); takes(form, len(values)) && p != nil && (p.InPlace || strings.HasPrefix(p.Type, "*Array[")) {
				return form
			}
		}
	}
	return general
}

// typedLater returns what a function returns whose callback has no type yet: a later pass shows that of
// the array's values.
func (e *emitter) typedLater(values []value, v value) value {
	for _, f := range values {
		if f.typ.kind == function && f.typ.result != nil && f.typ.result.kind == unknown && v.typ.array() && e.p.waits() {
			t := *v.typ
			t.elem = unknownType
			v.typ = &t
		}
	}
	return v
}

// argumentTypes returns the Go types of arguments. A variable that nothing is known of gets the
// type that the form gives it.
func argumentTypes(form *library.Form, values []value) []string {
	var types []string
	for i, v := range values {
		if p := paramOf(form, i); p.ByRef && v.slot != nil && v.slot.typ.kind <= null && !typeParameter(p.Type) {
			types = append(types, p.Type)
			continue
		}
		types = append(types, argumentType(v))
	}
	return types
}

// generalForm returns the last form that takes so many arguments.
func generalForm(f *library.Function, n int) *library.Form {
	for i := len(f.Forms) - 1; i >= 0; i-- {
		if takes(f.Forms[i], n) {
			return f.Forms[i]
		}
	}
	return f.Forms[len(f.Forms)-1]
}

// takes reports whether a form can be called with so many arguments.
func takes(form *library.Form, n int) bool {
	for i := n; i < len(form.Params); i++ {
		if p := form.Params[i]; p.Default == "" && !p.Variadic {
			return false
		}
	}
	return n <= len(form.Params) || variadic(form)
}

func formParams(form *library.Form, types []string) []string {
	params, _ := form.Instance(types...)
	return params
}

func variadic(f *library.Form) bool {
	return len(f.Params) > 0 && f.Params[len(f.Params)-1].Variadic
}

// argumentType returns the Go type of an argument as the forms name it.
func argumentType(v value) string {
	t := v.typ
	switch {
	case t.kind == list && t.goName == "" && t.elem.kind == unknown:
		return "[]any"
	case t.kind == blank:
		return "string"
	case t.kind == falsehood:
		return "bool"
	case t.digit, t.kind == integer:
		return "int"
	}
	return t.String()
}

func namedArguments(n ast.Vertex, form *library.Form, args []argument) []argument {
	named := false
	for _, a := range args {
		named = named || a.name != ""
	}
	if !named {
		return args
	}
	out := make([]argument, 0, len(args))
	for i, a := range args {
		if a.name == "" {
			out = append(out, a)
			continue
		}
		if i >= len(form.Params) || form.Params[i].Name != a.name {
			refuse(n, "named arguments in another order are not translated")
		}
		out = append(out, a)
	}
	return out
}

// libraryArguments evaluates arguments with what the general form says of them.
func (e *emitter) libraryArguments(n ast.Vertex, f *library.Function, form *library.Form, args []argument) []value {
	args = e.expandSpread(n, form, args)
	var values []value
	callbacks := map[int]bool{}
	for i, a := range args {
		p := paramOf(form, i)
		v := value{typ: unknownType}
		before := e.capture(func() {
			switch {
			case p != nil && strings.HasPrefix(p.Type, "func(") && i < len(args)-1 && literalCallback(a.node):
				callbacks[i] = true // the arguments behind it say what its parameters are
			case a.spread:
				v = e.spreadArgument(n, p, a, i == len(args)-1)
			case p != nil && (p.ByRef || p.InPlace):
				v = e.libraryReference(a, p)
			case p != nil && strings.HasSuffix(p.Type, "*pattern"):
				v = e.pattern(a.node)
			case p != nil && strings.HasPrefix(p.Type, "func("):
				v = e.libraryCallback(a, callbackForm(f, form, values, i, len(args)), i, values)
			default:
				v = e.exprTo(a.node, unknownType)
			}
		})
		if before != "" {
			e.freeze(values, before)
			e.emit(before)
		}
		if p != nil && takesArray(f.Name, p) {
			e.givenArray(v, a.node, f.Name, i, cmp.Or(p.Name, "array"), "array")
		}
		values = append(values, v)
	}
	for i := range values {
		if !callbacks[i] {
			continue
		}
		values[i] = e.libraryCallback(args[i], callbackForm(f, form, values, i, len(args)), i, values)
	}
	return values
}

// expandSpread gives the parameters before the variadic one their values of a list: sprintf(...$list).
func (e *emitter) expandSpread(n ast.Vertex, form *library.Form, args []argument) []argument {
	last := len(args) - 1
	if last < 0 || !args[last].spread || paramOf(form, last) == nil || paramOf(form, last).Variadic {
		return args
	}
	for _, p := range form.Params[last:] {
		if p.Default != "" || p.ByRef || p.InPlace || strings.HasPrefix(p.Type, "func(") || strings.HasSuffix(p.Type, "pattern") {
			refuse(n, "an argument list by ... is not translated here")
		}
	}
	list := e.hold(e.convert(e.one(e.expr(args[last].node)), listOf(mixedType)))
	out := slices.Clone(args[:last])
	for i, p := range form.Params[last:] {
		v := goCode(e.need("at")+"("+list.code+", "+itoa(i)+")", mixedType)
		if p.Variadic {
			v = goCode(list.code+"[min("+itoa(i)+", len("+list.code+")):]", listOf(mixedType))
		}
		v.pure = true
		out = append(out, argument{node: &known{args[last].node, v}, spread: p.Variadic})
	}
	return out
}

// literalCallback reports whether the evaluation of a callback does nothing.
func literalCallback(node ast.Vertex) bool {
	switch strip1(node).(type) {
	case *ast.ExprClosure, *ast.ExprArrowFunction, *ast.ScalarString:
		return true
	}
	return false
}

func paramOf(form *library.Form, i int) *library.Param {
	switch {
	case i < len(form.Params):
		return &form.Params[i]
	case variadic(form):
		return &form.Params[len(form.Params)-1]
	}
	return nil
}

func (e *emitter) spreadArgument(n ast.Vertex, p *library.Param, a argument, last bool) value {
	if p == nil || !p.Variadic || !last {
		refuse(n, "an argument list by ... is not translated here")
	}
	v := e.convert(e.one(e.expr(a.node)), listOf(parseType(p.Type)))
	v.code += "..."
	v.typ = parseType(p.Type)
	return v
}

// libraryReference returns the variable whose address a function gets, or the array that it
// changes.
func (e *emitter) libraryReference(a argument, p *library.Param) value {
	s := e.lvalueSlot(a.node)
	if s == nil {
		return e.expr(a.node)
	}
	e.modifiesIn(s, a.node)
	if d, isDim := a.node.(*ast.ExprArrayDimFetch); isDim {
		if d.Dim == nil {
			refuse(d, "a reference to a new element is not translated")
		}
		target := e.stableTarget(d)
		v := e.one(e.expr(target))
		if p.InPlace && v.typ.kind != listKind {
			return e.container(target)
		}
		v.target = target
		return v
	}
	return e.expr(a.node)
}

func typeParameter(code string) bool {
	for _, c := range []string{"T", "V", "K"} {
		if mentions(code, c) {
			return true
		}
	}
	return false
}

// callbackForm returns the form that a call with a callback will have, from the other arguments that are
// known.
func callbackForm(f *library.Function, general *library.Form, others []value, at, n int) *library.Form {
	for _, form := range f.Forms {
		if !takes(form, n) || !fitsPattern(form, others) || at >= len(form.Params) || !strings.HasPrefix(form.Params[at].Type, "func(") {
			continue
		}
		fits := true
		for i, v := range others {
			if i == at {
				continue
			}
			t := paramOf(form, i).Type
			fits = fits && (t == argumentType(v) || len(form.TypeParams) > 0 && strings.HasPrefix(t, "[]") == (v.typ.kind == list))
		}
		if fits {
			return form
		}
	}
	return general
}

// libraryCallback returns a callback with the types that the other arguments give it.
func (e *emitter) libraryCallback(a argument, form *library.Form, at int, others []value) value {
	types := argumentTypes(form, others)
	if at < len(types) {
		types[at] = ""
	}
	params, _ := form.Instance(types...)
	want := parseType(params[min(at, len(params)-1)])
	want = e.p.ownTypes(want)
	if freeResult(form, at) {
		want.result = unknownType
	}
	if e.untyped(others) {
		for i, q := range want.params {
			if q.kind == mixed {
				want.params[i] = unknownType
			}
		}
	}
	if c, ok := e.callable(a.node, want); ok {
		return c
	}
	e.immediate = true
	defer func() { e.immediate = false }()
	return e.exprTo(a.node, want)
}

// untyped reports whether a later pass may show the type of an argument.
func (e *emitter) untyped(values []value) bool {
	for _, v := range values {
		t := v.typ
		if t != nil && t.array() {
			t = t.elem
		}
		if t != nil && t.kind == unknown && v.code != "" && e.p.waits() {
			return true
		}
	}
	return false
}

// freeResult reports whether a callback of a form may return values of any type: no other parameter
// has it.
func freeResult(form *library.Form, at int) bool {
	for _, name := range form.TypeParams {
		if !strings.HasSuffix(form.Params[at].Type, ") "+name) {
			continue
		}
		for i, p := range form.Params {
			if i != at && mentions(p.Type, name) {
				return false
			}
		}
		return !mentions(strings.TrimSuffix(form.Params[at].Type, name), name)
	}
	return false
}

// ownTypes returns a function's type whose parameters of classes of the program are known as such.
func (p *program) ownTypes(t *Type) *Type {
	if t.kind != function {
		return t
	}
	own := *t
	own.params = nil
	for _, q := range t.params {
		own.params = append(own.params, p.ownType(q))
	}
	return &own
}

func (p *program) ownType(t *Type) *Type {
	name, pointer := strings.CutPrefix(t.goName, "*")
	for _, c := range p.classList {
		if pointer && c.goName == name {
			return c.typ()
		}
	}
	return t
}

// callable makes a closure of the name of a function, or of an object and a method.
func (e *emitter) callable(node ast.Vertex, want *Type) (value, bool) {
	var call func(args []argument) value
	switch n := strip1(node).(type) {
	case *ast.ScalarString:
		name := e.stringLiteral(n).text
		if name == "" {
			return value{}, false
		}
		if class, method, ok := strings.Cut(name, "::"); ok {
			id := &ast.Identifier{Position: n.Position, Value: []byte(method)}
			call = func(args []argument) value {
				return e.staticCall(&ast.ExprStaticCall{Position: n.Position, Class: nameNode(class), Call: id, Args: argumentVertices(args)})
			}
			break
		}
		call = func(args []argument) value {
			return e.call(&ast.ExprFunctionCall{Position: n.Position, Function: nameNode(name), Args: argumentVertices(args)})
		}
	case *ast.ExprArray:
		items, keyed, spread := arrayItems(n)
		if len(items) != 2 || keyed || spread {
			return value{}, false
		}
		method, ok := strip1(items[1].Val).(*ast.ScalarString)
		if !ok {
			return value{}, false
		}
		id := &ast.Identifier{Position: n.Position, Value: []byte(e.stringLiteral(method).text)}
		if class, ok := e.className(items[0].Val); ok {
			call = func(args []argument) value {
				return e.staticCall(&ast.ExprStaticCall{Position: n.Position, Class: nameNode(class), Call: id, Args: argumentVertices(args)})
			}
			break
		}
		call = func(args []argument) value {
			return e.methodCall(&ast.ExprMethodCall{Position: n.Position, Var: items[0].Val, Method: id, Args: argumentVertices(args)})
		}
	default:
		return value{}, false
	}
	return e.wrapCall(node, want, call), true
}

func nameNode(name string) *ast.Name {
	return &ast.Name{Parts: []ast.Vertex{&ast.NamePart{Value: []byte(strings.TrimPrefix(name, `\`))}}}
}

func argumentVertices(args []argument) []ast.Vertex {
	var list []ast.Vertex
	for _, a := range args {
		list = append(list, &ast.Argument{Position: a.node.GetPosition(), Expr: a.node})
	}
	return list
}

// wrapCall returns a closure around a call.
func (e *emitter) wrapCall(node ast.Vertex, want *Type, call func([]argument) value) value {
	var params []string
	var args []argument
	for i, t := range want.params {
		name := e.temp([]string{"a", "b", "c"}[min(i, 2)])
		params = append(params, name+" "+t.String())
		v := goCode(name, t)
		v.pure = true
		args = append(args, argument{node: &known{node, v}})
	}
	head := "func(" + strings.Join(params, ", ") + ")"
	var v value
	before := e.capture(func() { v = call(args) })
	if want.result == nil {
		text := e.capture(func() { e.drop(v, false) })
		return goCode(head+" {\n"+before+text+"}", want)
	}
	if want.orders() && (v.typ.kind == boolean || v.results == errorOnly) {
		return goCode(e.need("boolOrder")+"("+head+" bool {\n"+before+"return "+e.truth(v, false).code+"\n})", want)
	}
	if want.result.kind == unknown {
		returning := *want
		returning.result = element(resultType(v))
		if returning.result.kind <= null {
			returning.result = mixedType
		}
		want = &returning
	}
	var result value
	before += e.capture(func() { result = e.convert(v, want.result) })
	return goCode(head+" "+want.result.String()+" {\n"+before+"return "+result.code+"\n}", want)
}

// libraryCall writes a call of a form.
func (e *emitter) libraryCall(n ast.Vertex, form *library.Form, params, results []string, values []value) value {
	var codes []string
	var after []func()
	pure := form.Template != ""
	for i, v := range values {
		if showing[form.Go] {
			e.shows(v.typ)
		}
		p := paramOf(form, i)
		t := parseType(params[min(i, len(params)-1)])
		pure = pure && (v.pure || v.literal)
		switch {
		case p.InPlace:
			codes = append(codes, e.inPlace(n, v, t).code)
		case p.ByRef:
			code, store := e.libraryAddress(n, v, t)
			codes = append(codes, code)
			if store != nil {
				after = append(after, store)
			}
		case strings.HasSuffix(v.code, "..."):
			codes = append(codes, v.code)
		case t.scalar() && v.typ.array():
			refuse(n, "an array for the parameter %s of %s is not translated", p.Name, form.Go)
		default:
			code := e.convert(v, t).code
			if slices.Contains(form.TypeParams, p.Type) && t.kind == mixed && v.typ.kind != mixed {
				code = "any(" + code + ")" // the compiler infers the type parameter from it
			}
			codes = append(codes, code)
		}
	}
	for i := len(values); i < len(form.Params); i++ {
		if p := form.Params[i]; !p.Variadic {
			if p.Default == "" {
				refuse(n, "an argument is missing")
			}
			codes = append(codes, p.Default)
			e.needAll(p.Default)
			if name, _, ok := strings.Cut(p.Default, "."); ok && knownImports[name] != "" {
				e.use(knownImports[name])
			}
		}
	}
	e.needAll(form.Template)
	out := libraryResult(form, results)
	out = fromArguments(out, values)
	out.pure = pure && out.results == single
	for _, path := range form.Imports {
		e.use(path)
	}
	if form.Template != "" {
		out.code, out.prec = fill(form.Template, codes)
	} else if _, method, ok := strings.Cut(form.Go, "."); ok {
		out.code = strings.TrimPrefix(codes[0], "&") + "." + method + "(" + strings.Join(codes[1:], ", ") + ")"
	} else {
		out.code = e.need(form.Go) + "(" + strings.Join(codes, ", ") + ")"
	}
	if out.typ.kind == mixed && out.results == withOK && form.Results[1].Null {
		out.code, out.prec, out.results, out.typ = e.need("first")+"("+out.code+")", precPrimary, single, mixedType
	}
	if len(after) > 0 && out.typ.kind != null {
		out = e.hold(out)
	} else if len(after) > 0 {
		e.line("%s", out.code)
		out = nullValue()
	}
	for _, store := range after {
		store()
	}
	return out
}

// needAll notes the names of port/library in code.
func (e *emitter) needAll(code string) {
	for word := range strings.FieldsFuncSeq(code, func(r rune) bool { return r > 127 || !identByte(byte(r)) }) {
		if e.p.libNames[word] {
			e.need(word)
		}
	}
}

// inPlace returns the array that a function changes. A list becomes an array with keys.
func (e *emitter) inPlace(n ast.Vertex, v value, t *Type) value {
	v = e.one(v)
	switch {
	case v.typ.kind == dict && v.slot != nil:
		e.p.grow(v.slot, t)
		return v
	case v.typ.kind == dict:
		return v
	case v.slot == nil:
		refuse(n, "a reference to this is not translated")
	case v.typ.kind == list || v.typ.kind <= blank:
		e.p.grow(v.slot, dictOf(unknownType))
		return e.convert(v, t)
	case v.typ.kind == mixed && v.target == nil:
		return goCode(e.need("arrayIn")+"("+address(v)+")", anyDict)
	}
	refuse(n, "a reference to %s is not translated", v.typ)
	return value{}
}

// libraryAddress returns the address of a variable that a function changes. If its type is
// another, a variable of the right type takes its place.
func (e *emitter) libraryAddress(n ast.Vertex, v value, t *Type) (string, func()) {
	if v.slot == nil || v.code == "" {
		refuse(n, "a reference to this is not translated")
	}
	if v.target != nil {
		name := e.temp("changed")
		e.line("var %s %s = %s", name, t, e.convert(v, t).code)
		item := goCode(name, t)
		item.pure, item.fresh = true, true
		return "&" + name, func() { e.assignTo(v.target, item) }
	}
	if v.slot.effective().String() == t.String() && !v.slot.companion() {
		return address(v), nil
	}
	s := v.slot
	if t.kind != mixed {
		e.p.grow(s, t)
	}
	name := e.temp("changed")
	e.line("var %s %s = %s", name, t, e.convert(v, t).code)
	return "&" + name, func() {
		item := goCode(name, t)
		item.pure, item.fresh = true, true
		e.line("%s = %s", v.code, e.store(item, s).code)
	}
}

// libraryResult returns what a call returns.
func libraryResult(form *library.Form, results []string) value {
	out := value{prec: precPrimary, typ: nullType, fresh: true}
	if len(results) == 0 {
		return out
	}
	last := results[len(results)-1]
	out.typ = parseType(results[0])
	switch {
	case len(results) == 1 && last == "error":
		out.typ, out.results = boolType, errorOnly
	case len(results) == 2 && last == "error":
		out.typ, out.results = out.typ.with(asFalse), withError
	case len(results) == 2:
		out.results = withOK
		out.typ = out.typ.with(asFalse)
		if form.Results[1].Null {
			out.typ = out.typ.with(asNull)
		}
	}
	return out
}

// fill puts arguments into a template.
func fill(template string, codes []string) (string, int) {
	var out strings.Builder
	for i := 0; i < len(template); i++ {
		if template[i] == '$' && i+1 < len(template) && template[i+1] >= '1' && template[i+1] <= '9' {
			i++
			if n := int(template[i] - '1'); n < len(codes) {
				code := codes[n]
				if operand(template, i) && strings.ContainsAny(code, " +-*/<>=!&|") {
					code = "(" + code + ")"
				}
				out.WriteString(code)
			}
			continue
		}
		out.WriteByte(template[i])
	}
	code := out.String()
	if strings.HasSuffix(code, ")") && !strings.ContainsAny(template, "=<>!") || !strings.Contains(template, " ") {
		return code, precPrimary
	}
	return code, precOr
}

// operand reports whether the argument at the end of template[:i+1] stands beside an operator.
func operand(template string, i int) bool {
	after := byte(0)
	if i+1 < len(template) {
		after = template[i+1]
	}
	before := byte('(')
	if i >= 2 {
		before = template[i-2]
	}
	return after != ',' && after != ')' && after != 0 || before != '(' && before != ' ' && before != 0 || after == 0 && i < 2
}

// addressFor returns the address of a variable for a closure that changes it.
func (e *emitter) addressFor(target ast.Vertex, t *Type) string {
	s := e.lvalueSlot(target)
	if isDim(target) || s == nil {
		refuse(target, "a reference to this is not translated")
	}
	e.note(s, true, false)
	value := *t
	value.byRef = false
	if value.array() && value.elem.kind == unknown && !e.p.waits() {
		value.elem = mixedType // no later pass shows what it is
	}
	e.p.grow(s, &value)
	e.modifies(s)
	if s.companion() {
		e.p.grow(s, mixedType)
	}
	if s.effective().String() != t.String() && e.p.pass > earlyPasses {
		refuse(target, "a reference to %s for one to %s is not translated", s.effective(), t)
	}
	return address(e.expr(target))
}

// callClosure returns the call of a value: $f($x).
func (e *emitter) callClosure(n ast.Vertex, f value, list []ast.Vertex) value {
	f = e.one(f)
	if c := f.typ.class; c != nil && c.method("__invoke") != nil {
		id := &ast.Identifier{Position: n.GetPosition(), Value: []byte("__invoke")}
		return e.callMethod(n, e.callee(f, "__invoke"), id, list)
	}
	if f.typ.kind != function {
		refuse(n, "the function that is called is known at run time only: a switch over the names that there are does the same")
	}
	args := e.arguments(list)
	var codes []string
	for i, t := range f.typ.params {
		if i >= len(args) {
			codes = append(codes, zeroArgument(t))
			continue
		}
		if t.byRef {
			codes = append(codes, e.addressFor(args[i].node, t))
			continue
		}
		v := e.exprTo(args[i].node, t)
		if v.aliases() && e.changedElsewhere(v) {
			v = e.cloned(v)
		}
		codes = append(codes, e.convert(v, t).code)
	}
	out := goCode(f.in(precPrimary)+"("+strings.Join(codes, ", ")+")", nullType)
	if f.typ.result != nil {
		out.typ = f.typ.result
		out.held = true // maybe the closure returns an array that it got
	}
	return out
}
