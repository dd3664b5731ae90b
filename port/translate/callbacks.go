package translate

import (
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// specialArrayMap knows array_map without a callback, which joins the values of several arrays, and
// array_map of several arrays.
func specialArrayMap(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) < 2 || slices.ContainsFunc(args, func(a argument) bool { return a.spread }) {
		return value{}, false
	}
	none := constantName(args[0].node) == "null"
	switch {
	case none && len(args) == 2:
		return e.one(e.expr(args[1].node)), true
	case none:
		return e.callLibrary(n, e.p.lib["array_map of several"], args[1:]), true
	case len(args) > 4:
		refuse(n, "array_map of more than three arrays is not translated")
	}
	return value{}, false
}

// specialArrayFilter knows the flags of array_filter.
func specialArrayFilter(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) < 2 {
		return value{}, false
	}
	if len(args) == 2 {
		if constantName(args[1].node) == "null" {
			return e.callLibrary(n, e.p.lib["array_filter"], args[:1]), true
		}
		return value{}, false
	}
	name := constantName(args[2].node)
	if number, ok := strip1(args[2].node).(*ast.ScalarLnumber); ok {
		name = string(number.Value)
	}
	switch name {
	case "array_filter_use_key", "2":
		return e.callLibrary(n, e.p.lib["array_filter by key"], args[:2]), true
	case "array_filter_use_both", "1":
		return e.callLibrary(n, e.p.lib["array_filter by value and key"], args[:2]), true
	case "0":
		return e.callLibrary(n, e.p.lib["array_filter"], args[:2]), true
	}
	refuse(n, "array_filter with a mode that is known at run time only")
	return value{}, false
}

// calledRoutine returns the function or method of the program that a callback names, nil if it is
// none or not known.
func (e *emitter) calledRoutine(node ast.Vertex) *routine {
	switch c := strip1(node).(type) {
	case *ast.ScalarString:
		name := e.stringLiteral(c).text
		if class, method, ok := strings.Cut(name, "::"); ok {
			if found, _ := e.resolve(nameNode(class)); found != nil {
				return found.method(method)
			}
			return nil
		}
		return e.p.functions[strings.ToLower(strings.TrimPrefix(name, `\`))]
	case *ast.ExprArray:
		items, keyed, spread := arrayItems(c)
		if len(items) != 2 || keyed || spread {
			return nil
		}
		method, ok := e.literalText(items[1].Val)
		if !ok {
			return nil
		}
		found := e.classOf(items[0].Val)
		if name, ok := e.className(items[0].Val); ok {
			found, _ = e.resolve(nameNode(name))
		}
		if found != nil {
			return found.method(method)
		}
	}
	return nil
}

// className returns the class that the first value of a callback names: "Mailer", Mailer::class.
func (e *emitter) className(node ast.Vertex) (string, bool) {
	if name, ok := e.literalText(node); ok {
		return name, true
	}
	if c, ok := strip1(node).(*ast.ExprClassConstFetch); ok && strings.EqualFold(identifier(c.Const), "class") {
		return identifier(c.Class), true
	}
	return "", false
}

// changesArgument reports whether a callback's first parameter is a reference.
func (e *emitter) changesArgument(node ast.Vertex) bool {
	var params []ast.Vertex
	switch c := strip1(node).(type) {
	case *ast.ExprClosure:
		params = c.Params
	case *ast.ExprArrowFunction:
		params = c.Params
	default:
		r := e.calledRoutine(node)
		return r != nil && len(r.params) > 0 && r.params[0].byRef
	}
	if len(params) == 0 {
		return false
	}
	p, ok := params[0].(*ast.Parameter)
	return ok && p.AmpersandTkn != nil
}

// walk is the loop that an array_walk becomes, with the call in it.
type walk struct {
	loop *ast.StmtForeach
	call *ast.ExprFunctionCall
}

// walkOf returns the loop of a call of array_walk: foreach ($array as $key => &$item) callback($item, $key).
func (p *program) walkOf(n *ast.ExprFunctionCall, args []argument, byReference bool) walk {
	w, ok := p.walks[n]
	if ok {
		return w
	}
	at := "of the walk at " + itoa(start(n))
	item, key := variableNode(n, "item "+at), variableNode(n, "key "+at)
	w.call = &ast.ExprFunctionCall{Position: n.Position, Function: nameNode("call_user_func")}
	for _, node := range []ast.Vertex{args[1].node, item, key} {
		w.call.Args = append(w.call.Args, &ast.Argument{Position: n.Position, Expr: node})
	}
	for _, extra := range args[2:] {
		w.call.Args = append(w.call.Args, &ast.Argument{Position: n.Position, Expr: extra.node})
	}
	w.loop = &ast.StmtForeach{Position: n.Position, Expr: args[0].node, Var: item, Key: key, Stmt: &ast.StmtExpression{Position: n.Position, Expr: w.call}}
	if byReference {
		w.loop.AmpersandTkn = n.OpenParenthesisTkn
	}
	p.walks[n] = w
	return w
}

// specialArrayWalk writes array_walk as a loop if the callback changes the values, or gets a further
// argument.
func specialArrayWalk(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) < 2 || len(args) > 3 {
		return value{}, false
	}
	byReference := e.changesArgument(args[1].node)
	if !byReference && len(args) == 2 {
		return value{}, false
	}
	w := e.p.walkOf(n, args, byReference)
	over := e.one(e.expr(args[0].node))
	if over.typ.kind == mixed && byReference {
		over = e.container(args[0].node)
		over.slot = e.lvalueSlot(args[0].node)
	}
	types := []*Type{unknownType, mixedType}
	switch over.typ.kind {
	case list:
		types = []*Type{over.typ.elem, intType}
	case dict:
		types[0] = over.typ.elem
	}
	if len(args) == 3 {
		w.call.Args[3].(*ast.Argument).Expr = e.evaluated(args[2].node)
		types = append(types, e.expr(w.call.Args[3].(*ast.Argument).Expr).typ)
	}
	e.growParameters(args[1].node, types)
	w.call.Args[0].(*ast.Argument).Expr = e.evaluated(args[1].node)
	if byReference {
		e.foreachByReference(w.loop, over)
	} else {
		e.foreach(w.loop)
	}
	return boolValue(true), true
}

// growParameters makes the parameters of a closure able to hold what it is called with.
func (e *emitter) growParameters(node ast.Vertex, types []*Type) {
	c, ok := strip1(node).(*ast.ExprClosure)
	if !ok {
		return
	}
	for i, q := range e.closureRoutine(c, c.Params, c.ReturnType).params {
		if i < len(types) {
			e.p.grow(q.slot, types[i])
		}
	}
}

// evaluated returns a node whose evaluation does nothing more: a closure, or another value in a variable.
func (e *emitter) evaluated(node ast.Vertex) ast.Vertex {
	switch n := strip1(node).(type) {
	case *ast.ScalarString, *ast.ScalarLnumber:
		return node
	case *ast.ExprArray:
		if len(n.Items) == 2 {
			return node // an object or a class, and a method
		}
	}
	v := e.expr(node)
	if v.literal {
		return node
	}
	if v.typ.kind == unknown || v.typ.kind == null {
		return &known{node, v}
	}
	return &known{node, e.hold(v)}
}

// specialArrayWalkRecursive writes array_walk_recursive with a callback that changes the values.
func specialArrayWalkRecursive(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 2 || !e.changesArgument(args[1].node) {
		return value{}, false
	}
	s := e.lvalueSlot(args[0].node)
	if s == nil {
		refuse(n, "a reference to this is not translated")
	}
	e.growLvalue(args[0].node, anyDict)
	e.modifiesWithin(s)
	over := e.container(args[0].node)
	w := e.p.walkOf(n, args, true)
	w.call.Args[0].(*ast.Argument).Expr = e.evaluated(args[1].node)
	item, key := e.temp("v"), e.temp("key")
	e.line("%s(%s, func(%s *any, %s any) {", e.need("arrayWalkRecursiveRef"), over.code, item, key)
	e.alias(w.loop.Var, "*"+item, func() {
		e.alias(w.loop.Key, key, func() { e.drop(e.expr(w.call), false) })
	})
	e.line("})")
	return boolValue(true), true
}

// alias has a variable be another name for a place of type any, while f writes code.
func (e *emitter) alias(node ast.Vertex, code string, f func()) {
	s := e.variable(node, variableName(node))
	e.p.grow(s, mixedType)
	s.alias = code
	defer func() { s.alias = "" }()
	f()
}

// specialRegisterShutdown evaluates the arguments of a function that is called at the end now.
func specialRegisterShutdown(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) < 2 {
		return value{}, false
	}
	call := &ast.ExprFunctionCall{Position: n.Position, Function: nameNode("call_user_func")}
	for _, a := range args {
		if a.spread {
			refuse(n, "an argument list by ... is not translated here")
		}
		call.Args = append(call.Args, &ast.Argument{Position: n.Position, Expr: e.evaluated(a.node)})
	}
	e.line("%s(func() {", e.need("atExit"))
	e.drop(e.expr(call), false)
	e.line("})")
	return nullValue(), true
}

// specialFilePutContents notes that there is no lock.
func specialFilePutContents(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) == 3 {
		inspect(args[2].node, func(flag ast.Vertex) bool {
			if constantName(flag) == "lock_ex" {
				e.p.report.note(e.f, n, "LOCK_EX: the port writes the file without a lock")
			}
			return true
		})
	}
	return value{}, false
}

// specialPregReplace knows preg_replace of the values of an array.
func specialPregReplace(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) < 3 || args[2].name != "" {
		return value{}, false
	}
	if subject, ok := e.early(args[:2], args[2].node); ok {
		args = slices.Clone(args)
		args[2].node = &known{args[2].node, subject}
		if subject.typ.array() {
			return e.callLibrary(n, e.p.lib["preg_replace of arrays"], args), true
		}
	}
	return e.callLibrary(n, e.p.lib["preg_replace"], args), true
}

// specialPregReplaceCallbackArray writes preg_replace_callback of each pattern, one after the other.
func specialPregReplaceCallbackArray(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 2 {
		refuse(n, "preg_replace_callback_array with a limit or a count is not translated")
	}
	array, ok := strip1(args[0].node).(*ast.ExprArray)
	if !ok {
		refuse(n, "preg_replace_callback_array of patterns that are known at run time only")
	}
	items, _, spread := arrayItems(array)
	subject := e.one(e.expr(args[1].node))
	for _, item := range items {
		if spread || item.Key == nil {
			refuse(n, "these patterns of preg_replace_callback_array are not translated")
		}
		call := []argument{{node: item.Key}, {node: item.Val}, {node: &known{args[1].node, subject}}}
		subject = e.hold(e.callLibrary(n, e.p.lib["preg_replace_callback"], call))
	}
	return subject, true
}

// early returns an argument that is evaluated before others, if the evaluation of those does nothing.
func (e *emitter) early(others []argument, node ast.Vertex) (value, bool) {
	for _, a := range others {
		quiet := true
		inspect(a.node, func(n ast.Vertex) bool {
			switch n.(type) {
			case *ast.ExprFunctionCall, *ast.ExprMethodCall, *ast.ExprStaticCall, *ast.ExprNew, *ast.ExprAssign, *ast.ExprVariable:
				quiet = false
			}
			return quiet
		})
		if !quiet || a.spread {
			return value{}, false
		}
	}
	return e.one(e.expr(node)), true
}

// specialSettype writes settype as an assignment of the converted value.
func specialSettype(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 2 {
		return value{}, false
	}
	name, ok := e.literalText(args[1].node)
	if !ok {
		refuse(n, "settype with a type that is known at run time only")
	}
	var cast ast.Vertex
	switch strings.ToLower(name) {
	case "int", "integer":
		cast = &ast.ExprCastInt{Position: n.Position, Expr: args[0].node}
	case "float", "double":
		cast = &ast.ExprCastDouble{Position: n.Position, Expr: args[0].node}
	case "string":
		cast = &ast.ExprCastString{Position: n.Position, Expr: args[0].node}
	case "bool", "boolean":
		cast = &ast.ExprCastBool{Position: n.Position, Expr: args[0].node}
	case "array":
		cast = &ast.ExprCastArray{Position: n.Position, Expr: args[0].node}
	case "null":
		cast = &known{n, nullValue()}
	default:
		refuse(n, "settype to %s is not translated", name)
	}
	e.assign(&ast.ExprAssign{Position: n.Position, Var: args[0].node, Expr: cast}, false)
	return boolValue(true), true
}

// multisortColumn is an array that array_multisort sorts.
type multisortColumn struct {
	node    ast.Vertex
	options []string // fields of sortColumn
}

// specialMultisort writes array_multisort: the order of the rows, and the assignments that put the arrays
// in it.
func specialMultisort(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	var columns []multisortColumn
	for _, a := range args {
		switch {
		case a.spread:
			refuse(n, "an argument list by ... is not translated here")
		case !sortOption(a.node):
			columns = append(columns, multisortColumn{node: a.node})
		case len(columns) == 0:
			refuse(n, "array_multisort without an array")
		default:
			last := &columns[len(columns)-1]
			v := e.expr(a.node)
			e.needAll(v.code)
			switch constantName(a.node) {
			case "sort_asc", "sort_desc":
				last.options = append(last.options, "order: "+v.code)
			default:
				last.options = append(last.options, "flags: "+v.code)
			}
		}
	}
	var nodes []ast.Vertex
	for i, c := range columns {
		target := e.lvalueSlot(c.node) != nil
		if target {
			c.node = e.stableTarget(c.node)
			columns[i].node = c.node
		}
		nodes = append(nodes, c.node)
	}
	var codes []string
	for i, v := range e.sequence(nodes) {
		list := e.convert(e.one(v), listOf(mixedType))
		codes = append(codes, e.need("sortColumn")+"{"+strings.Join(append([]string{"values: " + list.code}, columns[i].options...), ", ")+"}")
	}
	order := e.temp("order")
	e.line("%s := %s(%s)", order, e.need("multisort"), e.layout(n, codes))
	used := false
	for _, c := range columns {
		if e.lvalueSlot(c.node) == nil {
			continue
		}
		used = true
		v := e.one(e.expr(c.node))
		helper := "arrayInOrder"
		if v.typ.kind == list {
			helper = "inOrder"
		} else {
			v = e.convert(v, dictOf(dictElem(v.typ)))
		}
		item := goCode(e.need(helper)+"("+v.code+", "+order+")", v.typ)
		item.fresh = true
		e.assignTo(c.node, item)
	}
	if !used {
		e.line("_ = %s", order)
	}
	return boolValue(true), true
}

func dictElem(t *Type) *Type {
	if t.kind == dict {
		return t.elem
	}
	return mixedType
}

// sortOption reports whether an argument of array_multisort is an order or a flag.
func sortOption(node ast.Vertex) bool {
	switch c := strip1(node).(type) {
	case *ast.ExprConstFetch:
		return strings.HasPrefix(constantName(c), "sort_")
	case *ast.ExprBinaryBitwiseOr:
		return sortOption(c.Left)
	}
	return false
}

// suppress returns @expr. Only the function of set_error_handler can tell it from the expression.
func (e *emitter) suppress(n *ast.ExprErrorSuppress) value {
	if !e.p.handles {
		return e.expr(n.Expr)
	}
	e.conditional++
	var v value
	before := e.capture(func() {
		v = e.expr(n.Expr)
		if v.results != single {
			v = e.toMixed(v)
		}
	})
	e.conditional--
	if before == "" && v.pure {
		return v
	}
	if v.typ.kind == null || v.code == "" {
		refuse(n, "@ of this is not translated in a program with set_error_handler")
	}
	v.code = e.need("suppressed") + "(func() " + v.typ.String() + " {\n" + before + "return " + v.code + "\n})"
	v.prec, v.pure, v.literal, v.present, v.lookup = precPrimary, false, false, "", nil
	return v
}

// specialSetErrorHandler notes what the function is not called for.
func specialSetErrorHandler(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	e.p.report.note(e.f, n, "set_error_handler: the function is called for trigger_error and for warnings of functions, not for variables and keys that are not defined; it gets no file, and the line 0")
	return value{}, false
}

// specialConstant knows constants whose name is a literal.
func specialConstant(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 1 {
		return value{}, false
	}
	name, ok := e.literalText(args[0].node)
	if !ok {
		refuse(n, "constant of a name that is known at run time only: a switch over the names that there are does the same")
	}
	name = strings.TrimPrefix(name, `\`)
	if class, constant, ok := strings.Cut(name, "::"); ok {
		id := &ast.Identifier{Position: n.Position, Value: []byte(constant)}
		return e.classConstant(&ast.ExprClassConstFetch{Position: n.Position, Class: nameNode(class), Const: id}), true
	}
	return e.constant(&ast.ExprConstFetch{Position: n.Position, Const: nameNode(name)}), true
}
