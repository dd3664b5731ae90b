package translate

import (
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
	"github.com/VKCOM/php-parser/pkg/token"
)

// specials are functions whose translation depends on more than the types of arguments. They
// return false where the function of port/library is right.
var specials map[string]func(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool)

func init() {
	specials = map[string]func(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool){
		"define":          specialDefine,
		"defined":         specialDefined,
		"function_exists": specialFunctionExists,
		"extract": func(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
			refuse(n, "extract is not translated")
			return value{}, false
		},
		"eval": func(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
			refuse(n, "eval is not translated")
			return value{}, false
		},
		"create_function": func(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
			refuse(n, "create_function is not translated")
			return value{}, false
		},
		"is_callable":                 specialIsCallable,
		"compact":                     specialCompact,
		"is_null":                     specialIsNull,
		"is_array":                    isKind("isArray", list, dict),
		"is_string":                   isKind("isString", text, blank),
		"is_int":                      isKind("isInt", integer),
		"is_integer":                  isKind("isInt", integer),
		"is_long":                     isKind("isInt", integer),
		"is_float":                    isKind("isFloat", float),
		"is_double":                   isKind("isFloat", float),
		"is_bool":                     isKind("isBool", boolean, falsehood),
		"is_object":                   isKind("isObject", object, function),
		"is_resource":                 specialIsResource,
		"array_push":                  specialArrayPush,
		"array_key_exists":            specialKeyExists,
		"key_exists":                  specialKeyExists,
		"call_user_func":              specialCallUserFunc,
		"call_user_func_array":        specialCallUserFuncArray,
		"get_class":                   specialGetClass,
		"intval":                      castTo(intType),
		"floatval":                    castTo(floatType),
		"strval":                      castTo(textType),
		"boolval":                     castTo(boolType),
		"class_exists":                specialClassExists,
		"spl_autoload_register":       specialAutoload,
		"method_exists":               specialMethodExists,
		"property_exists":             specialPropertyExists,
		"implode":                     specialImplode,
		"join":                        specialImplode,
		"count":                       specialCount,
		"sizeof":                      specialCount,
		"settype":                     specialSettype,
		"constant":                    specialConstant,
		"set_error_handler":           specialSetErrorHandler,
		"array_map":                   specialArrayMap,
		"preg_replace_callback_array": specialPregReplaceCallbackArray,
		"file_put_contents":           specialFilePutContents,
		"preg_replace":                specialPregReplace,
		"array_filter":                specialArrayFilter,
		"array_walk":                  specialArrayWalk,
		"array_multisort":             specialMultisort,
		"array_walk_recursive":        specialArrayWalkRecursive,
		"register_shutdown_function":  specialRegisterShutdown,
		"func_get_args":               specialFuncGetArgs,
		"func_num_args":               specialFuncNumArgs,
		"func_get_arg":                specialFuncGetArg,
		"get_object_vars":             specialObjectVars,
		"get_called_class":            specialCalledClass,
	}
}

// text of a literal argument
func (e *emitter) literalText(node ast.Vertex) (string, bool) {
	s, ok := strip1(node).(*ast.ScalarString)
	if !ok {
		return "", false
	}
	return e.stringLiteral(s).text, true
}

func specialDefine(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) < 2 {
		return value{}, false
	}
	name, ok := e.literalText(args[0].node)
	if !ok {
		refuse(n, "a constant with a variable name is not translated")
	}
	e.defineConstant(name, e.expr(args[1].node), n)
	return boolValue(true), true
}

func specialDefined(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 1 {
		return value{}, false
	}
	name, ok := e.literalText(args[0].node)
	if !ok {
		refuse(n, "defined with a name that is known at run time only is not translated")
	}
	if _, known := e.imapConstant(name); known {
		return boolValue(true), true
	}
	if _, known := e.p.libConst[name]; known {
		return boolValue(true), true
	}
	name = strings.TrimPrefix(name, `\`)
	if e.p.constants[name] != nil {
		return e.definedYet(n, name), true
	}
	if class, constant, ok := strings.Cut(name, "::"); ok {
		c, _ := e.resolve(nameNode(class))
		if _, known := e.p.libConst[name]; known || c == nil {
			return boolValue(known), true
		}
		return boolValue(c.constant(constant) != nil), true
	}
	return boolValue(false), true
}

// definedYet returns whether a constant of the program is defined where a statement of its main script
// asks: the place of its first definition says so.
func (e *emitter) definedYet(n ast.Vertex, name string) value {
	var first ast.Vertex
	always := false
	for _, f := range e.p.files {
		f.parsed.Walk(func(node ast.Vertex, around []ast.Vertex) {
			if definedName(node) != name {
				return
			}
			if f != e.f || first != nil && start(node) > start(first) {
				return
			}
			first, always = node, len(around) <= 2 // the root and the statement
		})
	}
	switch {
	case !e.fn.top || first == nil || len(e.loops) > 0:
	case start(n) < start(first):
		return boolValue(false)
	case always:
		return boolValue(true)
	}
	c := e.p.constants[name]
	e.p.mark(&c.asked)
	return goCode(c.defined, boolType)
}

// definedName returns the name of the constant that define or const defines.
func definedName(node ast.Vertex) string {
	switch c := node.(type) {
	case *ast.StmtConstant:
		return identifier(c.Name)
	case *ast.ExprFunctionCall:
		if len(c.Args) == 2 && strings.EqualFold(identifier(c.Function), "define") {
			if a, ok := c.Args[0].(*ast.Argument); ok {
				if s, ok := strip1(a.Expr).(*ast.ScalarString); ok {
					return strings.Trim(string(s.Value), `'"`)
				}
			}
		}
	}
	return ""
}

func specialFunctionExists(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 1 {
		return value{}, false
	}
	name, ok := e.literalText(args[0].node)
	if !ok {
		refuse(n, "function_exists with a variable name is not translated")
	}
	name = strings.ToLower(name)
	_, special := specials[name]
	return boolValue(e.p.functions[name] != nil || e.p.lib[name] != nil || special || strings.HasPrefix(name, "imap_") && imapKnown(name)), true
}

func specialClassExists(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) == 0 {
		return value{}, false
	}
	name, ok := e.literalText(args[0].node)
	if !ok {
		refuse(n, "class_exists with a variable name is not translated")
	}
	return boolValue(e.p.classes[strings.ToLower(strings.TrimPrefix(name, `\`))] != nil), true
}

// specialAutoload leaves out the function that loads the files of classes, which are those of the port.
func specialAutoload(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	e.p.report.note(e.f, n, "spl_autoload_register: the classes are those of the files that were ported, and the function is not called")
	return boolValue(true), true
}

func specialMethodExists(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 2 {
		return value{}, false
	}
	name, ok := e.literalText(args[1].node)
	c := e.classOf(args[0].node)
	if c == nil || len(c.children) > 0 {
		refuse(n, "method_exists of what is not known is not translated")
	}
	if !ok {
		var names []string
		for q := c; q != nil; q = q.parent {
			for _, m := range q.list {
				names = append(names, strings.ToLower(m.name))
			}
		}
		e.use("strings")
		return e.oneOf(names, "strings.ToLower("+e.convert(e.one(e.expr(args[1].node)), textType).code+")"), true
	}
	return boolValue(c.method(name) != nil), true
}

// oneOf returns the condition that a text is one of some.
func (e *emitter) oneOf(names []string, code string) value {
	e.use("slices")
	for i, name := range names {
		names[i] = quote(name)
	}
	slices.Sort(names)
	return goCode("slices.Contains([]string{"+strings.Join(slices.Compact(names), ", ")+"}, "+code+")", boolType)
}

func specialPropertyExists(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 2 {
		return value{}, false
	}
	name, ok := e.literalText(args[1].node)
	if c := e.classOf(args[0].node); !ok && c != nil && len(c.children) == 0 {
		var names []string
		for q := c; q != nil; q = q.parent {
			for _, s := range q.order {
				if s.dynamic {
					refuse(n, "property_exists of a class that gets other properties is not translated")
				}
				names = append(names, s.name)
			}
		}
		return e.oneOf(names, e.convert(e.one(e.expr(args[1].node)), textType).code), true
	}
	if !ok {
		refuse(n, "property_exists with a variable name is not translated")
	}
	if c := e.classOf(args[0].node); c != nil {
		return boolValue(c.ownProperty(name) != nil), true
	}
	// The objects of the library have no properties that are null.
	prop := &ast.Identifier{Position: n.Position, Value: []byte(name)}
	_, there := e.presenceOfProperty(n, args[0].node, prop)
	return there, true
}

func specialCompact(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	var items []ast.Vertex
	for _, a := range args {
		name, ok := e.literalText(a.node)
		if !ok {
			refuse(n, "compact with a variable name is not translated")
		}
		id := &ast.Identifier{Position: n.Position, Value: []byte("$" + name)}
		items = append(items, &ast.ExprArrayItem{Position: n.Position, Key: a.node, Val: &ast.ExprVariable{Position: n.Position, Name: id}})
	}
	return e.arrayLiteral(&ast.ExprArray{Position: n.Position, Items: items}, unknownType), true
}

func specialIsNull(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 1 {
		return value{}, false
	}
	return e.identical(e.expr(args[0].node), nullValue(), true), true
}

// isKind is a function that asks for the kind of a value. A value whose type is known needs no
// question at run time.
func isKind(helper string, kinds ...kind) func(*emitter, *ast.ExprFunctionCall, []argument) (value, bool) {
	return func(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
		if len(args) != 1 {
			return value{}, false
		}
		v := e.expr(args[0].node)
		t := v.typ
		if t.digit {
			t = intType
		}
		if v.results == errorOnly {
			t = boolType
		}
		if v.results == withError && t.opt == present {
			t = t.with(asFalse)
		}
		if t.kind == mixed || t.kind == unknown || t.quotient {
			if e.p.pass == 0 && t.kind == unknown {
				return boolValue(true).asUnknown(), true
			}
			return goCode(e.need(helper)+"("+e.toMixed(v).code+")", boolType), true
		}
		is := false
		for _, k := range kinds {
			is = is || t.kind == k
		}
		switch {
		case helper == "isBool" && t.opt == asFalse && !is:
			return e.isAbsent(v, false), true
		case is && t.opt != present && helper != "isBool":
			return e.isAbsent(v, true), true
		}
		return boolValue(is), true
	}
}

func (v value) asUnknown() value {
	v.literal = false
	return v
}

func specialIsResource(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 1 {
		return value{}, false
	}
	v := e.one(e.expr(args[0].node))
	if v.typ.kind == object && v.typ.goName != "*imapcompat.Connection" && v.typ.class == nil {
		return e.truth(v, false), true
	}
	// A connection is an object since PHP 8.1.
	if v.typ.kind == mixed || v.typ.kind == unknown {
		return goCode(e.need("isResource")+"("+v.code+")", boolType), true
	}
	return boolValue(false), true
}

func specialArrayPush(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) < 2 {
		return value{}, false
	}
	for _, a := range args[1:] {
		if a.spread {
			refuse(n, "an argument list by ... is not translated here")
		}
		e.assignDim(&ast.ExprArrayDimFetch{Position: n.Position, Var: args[0].node}, e.exprTo(a.node, e.elementType(args[0].node)))
	}
	v := e.expr(args[0].node)
	if v.typ.kind == list {
		return value{code: "len(" + v.code + ")", prec: precPrimary, typ: intType, pure: true}, true
	}
	if v.typ.kind == dict {
		return value{code: v.in(precPrimary) + ".Len()", prec: precPrimary, typ: intType, pure: true}, true
	}
	return nullValue(), true
}

func (e *emitter) elementType(node ast.Vertex) *Type {
	if t := e.targetType(node); t.array() {
		return t.elem
	}
	return unknownType
}

func specialKeyExists(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 2 {
		return value{}, false
	}
	list := e.sequence([]ast.Vertex{args[0].node, args[1].node})
	key, base := e.one(list[0]), e.one(list[1])
	switch base.typ.kind {
	case dict:
		return goCode(base.in(precPrimary)+".Has("+e.key(key)+")", boolType), true
	case listKind:
		return goCode(e.need("hasIndex")+"("+base.code+", "+e.convert(key, intType).code+")", boolType), true
	case mixed, unknown:
		return goCode(e.need("toArray")+"("+base.code+").Has("+e.key(key)+")", boolType), true
	case object:
		if name, ok := e.literalText(args[0].node); ok {
			prop := &ast.Identifier{Position: n.Position, Value: []byte(name)}
			_, there := e.presenceOfProperty(n, args[1].node, prop)
			return there, true
		}
	}
	refuse(n, "array_key_exists of %s is not translated", base.typ)
	return value{}, false
}

func specialCallUserFunc(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) == 0 {
		return value{}, false
	}
	if name, ok := e.literalText(args[0].node); ok {
		if class, method, static := strings.Cut(name, "::"); static {
			id := &ast.Identifier{Position: n.Position, Value: []byte(method)}
			return e.staticCall(&ast.ExprStaticCall{Position: n.Position, Class: nameNode(class), Call: id, Args: n.Args[1:]}), true
		}
		return e.call(&ast.ExprFunctionCall{Position: n.Position, Function: nameNode(name), Args: n.Args[1:]}), true
	}
	if arr, ok := strip1(args[0].node).(*ast.ExprArray); ok {
		items, keyed, _ := arrayItems(arr)
		if len(items) == 2 && !keyed {
			if _, ok := e.literalText(items[1].Val); !ok {
				return e.methodCall(&ast.ExprMethodCall{Position: n.Position, Var: items[0].Val, Method: items[1].Val, Args: n.Args[1:]}), true
			}
			if method, ok := e.literalText(items[1].Val); ok {
				id := &ast.Identifier{Position: n.Position, Value: []byte(method)}
				if class, ok := e.className(items[0].Val); ok {
					return e.staticCall(&ast.ExprStaticCall{Position: n.Position, Class: nameNode(class), Call: id, Args: n.Args[1:]}), true
				}
				return e.methodCall(&ast.ExprMethodCall{Position: n.Position, Var: items[0].Val, Method: id, Args: n.Args[1:]}), true
			}
		}
	}
	v := e.one(e.expr(args[0].node))
	if v.typ.kind != function {
		refuse(n, "the function that is called is known at run time only: a switch over the names that there are does the same")
	}
	return e.callClosure(n, v, n.Args[1:]), true
}

// specialCallUserFuncArray is a call with the values of a list.
func specialCallUserFuncArray(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 2 {
		return value{}, false
	}
	if array, ok := strip1(args[1].node).(*ast.ExprArray); ok {
		items, keyed, spread := arrayItems(array)
		if !keyed && !spread {
			call := []ast.Vertex{n.Args[0]}
			for _, item := range items {
				call = append(call, &ast.Argument{Position: n.Position, Expr: item.Val})
			}
			return specialCallUserFunc(e, &ast.ExprFunctionCall{Position: n.Position, Args: call}, args)
		}
	}
	list := &ast.Argument{Position: n.Position, Expr: args[1].node, VariadicTkn: &token.Token{}}
	return specialCallUserFunc(e, &ast.ExprFunctionCall{Position: n.Position, Args: []ast.Vertex{n.Args[0], list}}, args)
}

func specialGetClass(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) == 0 && e.fn.class != nil {
		return textValue(e.fn.class.phpName), true
	}
	if len(args) == 1 {
		v := e.object(args[0].node)
		if c := v.typ.class; c != nil && v.typ.opt == present {
			if len(c.children) == 0 {
				return textValue(c.phpName), true
			}
			v = e.named(v)
			return e.ofObject(v, e.lateClass), true
		}
		if v.typ.goName == "*Exception" {
			return goCode(v.in(precPrimary)+".Class", textType), true
		}
	}
	if len(args) == 1 {
		v := e.object(args[0].node)
		e.shows(v.typ)
		return goCode(e.need("getClass")+"("+e.toMixed(v).code+")", textType), true
	}
	refuse(n, "get_class of this is not translated")
	return value{}, false
}

// specialCalledClass is static::class.
func specialCalledClass(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if e.fn.class == nil {
		refuse(n, "get_called_class outside of a class")
	}
	id := &ast.Identifier{Position: n.Position, Value: []byte("class")}
	return e.classConstant(&ast.ExprClassConstFetch{Position: n.Position, Class: nameNode("static"), Const: id}), true
}

func castTo(t *Type) func(*emitter, *ast.ExprFunctionCall, []argument) (value, bool) {
	return func(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
		if len(args) != 1 {
			return value{}, false
		}
		if t == boolType {
			return e.truth(e.expr(args[0].node), false), true
		}
		return e.convert(e.expr(args[0].node), t).settled(), true
	}
}

func specialCount(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 1 {
		return value{}, false
	}
	v := e.object(args[0].node)
	e.givenArray(v, args[0].node, "count", 0, "value", "Countable|array")
	switch v.typ.kind {
	case list:
		return value{code: "len(" + v.code + ")", prec: precPrimary, typ: intType, pure: v.pure}, true
	case dict:
		return value{code: v.in(precPrimary) + ".Len()", prec: precPrimary, typ: intType, pure: v.pure}, true
	}
	if e.has(v.typ, "Countable") && v.typ.opt == present {
		return e.convert(e.interfaceMethod(n, v, "count"), intType), true
	}
	e.shows(v.typ)
	return goCode(e.need("countOf")+"("+e.toMixed(v).code+")", intType), true
}

// specialImplode knows implode with the array only, or before the separator.
func specialImplode(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 1 {
		return value{}, false
	}
	return e.callLibrary(n, e.p.lib["implode"], []argument{{node: &known{n, textValue("")}}, args[0]}), true
}

// specialIsCallable knows closures, names of functions, and methods of objects whose class is known.
func specialIsCallable(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	if len(args) != 1 {
		return value{}, false
	}
	if name, ok := e.literalText(args[0].node); ok {
		name = strings.ToLower(name)
		return boolValue(e.p.functions[name] != nil || e.p.lib[name] != nil), true
	}
	if array, ok := strip1(args[0].node).(*ast.ExprArray); ok && len(array.Items) == 2 {
		items, _, _ := arrayItems(array)
		if c := e.classOf(items[0].Val); c != nil {
			if name, ok := e.literalText(items[1].Val); ok {
				return boolValue(c.method(name) != nil), true
			}
		}
	}
	v := e.one(e.expr(args[0].node))
	if v.typ.kind == function {
		return e.truth(v, false), true
	}
	refuse(n, "is_callable of this is not translated")
	return value{}, false
}
