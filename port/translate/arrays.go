package translate

import (
	"strconv"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// arrayLiteral returns [...] as a list, or as an array with keys, as its target needs it.
func (e *emitter) arrayLiteral(n *ast.ExprArray, want *Type) value {
	items, keyed, spread := arrayItems(n)
	if spread {
		return e.spreadLiteral(n, items)
	}
	elem := unknownType
	if want != nil && want.array() {
		elem = want.elem
	}
	nodes, values := e.arrayValues(items, elem)
	joined := elem
	if want == nil || !want.array() {
		joined = unknownType
	}
	own := unknownType
	for _, v := range values {
		own = join(own, element(resultType(v)))
	}
	joined = element(join(joined, own))
	asDict := keyed || want != nil && (want.kind == dict || want.kind == mixed)
	t := &Type{kind: list, elem: own}
	if keyed {
		t.kind = dict
	}
	if asDict {
		if want != nil && want.kind == mixed {
			joined = mixedType
			t = anyDict
		}
		return e.dictLiteral(items, nodes, values, joined, t)
	}
	if joined.kind == unknown {
		return value{code: "[]any{}", prec: precPrimary, typ: t, fresh: true, literal: false, pure: true}
	}
	var codes []string
	for _, v := range values {
		codes = append(codes, e.storeElement(v, joined, nil).code)
	}
	out := goCode("[]"+joined.String()+"{"+e.layout(n, codes)+"}", &Type{kind: list, elem: joined})
	out.fresh = true
	return out
}

// layout writes the items on lines of their own, if PHP has them so.
func (e *emitter) layout(n ast.Vertex, codes []string) string {
	p := n.GetPosition()
	total := 0
	for _, c := range codes {
		total += len(c)
	}
	if len(codes) > 0 && (p != nil && p.EndLine > p.StartLine && len(codes) > 1 || total > 100) {
		return "\n" + strings.Join(codes, ",\n") + ",\n"
	}
	return strings.Join(codes, ", ")
}

func arrayItems(n *ast.ExprArray) (items []*ast.ExprArrayItem, keyed, spread bool) {
	for _, v := range n.Items {
		item, ok := v.(*ast.ExprArrayItem)
		if !ok || item.Val == nil {
			continue
		}
		if item.EllipsisTkn != nil {
			spread = true
		}
		if item.AmpersandTkn != nil {
			refuse(item, "a reference in an array is not translated")
		}
		keyed = keyed || item.Key != nil
		items = append(items, item)
	}
	return items, keyed, spread
}

// arrayValues evaluates keys and values in their order. keys has zero values where there is no key.
func (e *emitter) arrayValues(items []*ast.ExprArrayItem, elem *Type) (keys, values []value) {
	var all []value
	for _, item := range items {
		for _, node := range []ast.Vertex{item.Key, item.Val} {
			var v value
			if node != nil {
				before := e.capture(func() {
					if node == item.Val {
						v = e.exprTo(node, elem)
					} else {
						v = e.expr(node)
					}
				})
				if before != "" {
					e.freeze(all, before)
					e.emit(before)
				}
			} else {
				v = value{code: "nil", prec: precPrimary, typ: nullType, literal: true, pure: true}
			}
			all = append(all, v)
		}
	}
	for i := 0; i < len(all); i += 2 {
		keys = append(keys, all[i])
		values = append(values, all[i+1])
	}
	return keys, values
}

func (e *emitter) dictLiteral(items []*ast.ExprArrayItem, keys, values []value, elem, t *Type) value {
	out := value{prec: precPrimary, typ: &Type{kind: dict, elem: elem}, fresh: true}
	if t.kind == list {
		out.typ = &Type{kind: dict, elem: elem}
	}
	if len(items) == 0 {
		out.code = e.need("newArray") + "[" + elem.String() + "]()"
		out.pure = true
		return out
	}
	var codes []string
	hasKeys := false
	for i, item := range items {
		hasKeys = hasKeys || item.Key != nil
		v := e.storeElement(values[i], elem, nil)
		codes = append(codes, v.code)
	}
	if !hasKeys {
		out.code = e.need("listOf") + "[" + elem.String() + "](" + strings.Join(codes, ", ") + ")"
		return out
	}
	e.need("pair")
	for i := range codes {
		codes[i] = "pair[" + elem.String() + "]{" + e.key(keys[i]) + ", " + codes[i] + "}"
	}
	sep := strings.Join(codes, ", ")
	if len(codes) > 1 {
		sep = "\n" + strings.Join(codes, ",\n") + ",\n"
	}
	out.code = e.need("mapOf") + "(" + sep + ")"
	return out
}

// key returns a key of an array in Go.
func (e *emitter) key(v value) string {
	v = e.one(v)
	if v.typ.kind == integer {
		v = e.plainInt(v)
	}
	if v.typ.kind == null {
		return "nil"
	}
	if v.typ.opt != present {
		v.typ = v.typ.with(present)
	}
	return e.toMixed(v).code
}

func (e *emitter) spreadLiteral(n *ast.ExprArray, items []*ast.ExprArrayItem) value {
	name := e.temp("all")
	e.line("%s := %s[any]()", name, e.need("newArray"))
	for _, item := range items {
		switch {
		case item.EllipsisTkn != nil:
			v := e.convert(e.expr(item.Val), anyDict)
			e.line("%s = %s(%s, %s)", name, e.need("arrayMerge"), name, v.code)
		case item.Key != nil:
			k := e.key(e.expr(item.Key))
			e.line("%s.Set(%s, %s)", name, k, e.storeElement(e.expr(item.Val), mixedType, nil).code)
		default:
			e.line("%s.Append(%s)", name, e.storeElement(e.expr(item.Val), mixedType, nil).code)
		}
	}
	return value{code: name, prec: precPrimary, typ: anyDict, pure: true, fresh: true}
}

// dim returns $a[$k].
func (e *emitter) dim(n *ast.ExprArrayDimFetch) value {
	if n.Dim == nil {
		refuse(n, "[] is not read in PHP")
	}
	if v, ok := e.superglobalDim(n); ok {
		return v
	}
	list := e.sequence([]ast.Vertex{n.Var, n.Dim})
	return e.element(n, list[0], list[1])
}

// element returns an array's value under a key, or a character of a string.
func (e *emitter) element(n ast.Vertex, base, key value) value {
	base, key = e.one(base), e.one(key)
	out := value{prec: precPrimary, slot: base.slot, held: base.held, within: base.within, pure: base.pure && (key.pure || key.literal), zeroOK: true}
	switch t := base.typ; t.kind {
	case text:
		out.slot = nil
		out.typ = textType
		out.code = e.need("charAt") + "(" + base.code + ", " + e.convert(key, intType).code + ")"
		return out
	case list:
		out.typ = optional(t.elem)
		if first, ok := e.firstOf(base, key); ok {
			return first
		}
		k := e.listIndex(key)
		if e.within(base, key) {
			out.code = base.in(precPrimary) + "[" + k.code + "]"
			out.typ = t.elem
			return out
		}
		out.code = e.need("at") + "(" + base.code + ", " + k.code + ")"
		out.lookup = func() string { return e.need("lookup") + "(" + base.code + ", " + k.code + ")" }
		if t.elem.kind == mixed {
			out.slot = base.slot
		}
		return out
	case dict:
		out.typ = optional(t.elem)
		k := e.key(key)
		out.code = base.in(precPrimary) + ".Get(" + k + ")"
		out.lookup = func() string { return base.in(precPrimary) + ".Lookup(" + k + ")" }
		return out
	case null, falsehood, blank:
		return nullValue()
	case mixed, unknown:
		out.typ = unknownOr(mixedType, base)
		index := "index"
		if e.silent > 0 {
			index = "indexQuietly"
		}
		out.code = e.need(index) + "(" + base.code + ", " + e.toMixed(key).code + ")"
		return out
	}
	if e.has(base.typ, "ArrayAccess") {
		return e.interfaceMethod(n, base, "offsetGet", key)
	}
	if v, ok := e.elementOfObject(n, base, key); ok {
		return v
	}
	refuse(n, "an element of %s is not translated", base.typ)
	return value{}
}

// listIndex returns a key of a list as an index. A text that is no integer is the key of no value.
func (e *emitter) listIndex(key value) value {
	if key.typ.kind != text && key.typ.kind != blank {
		return e.convert(key, intType)
	}
	if key.literal {
		if n, err := strconv.Atoi(key.text); err == nil && itoa(n) == key.text {
			return intValue(n)
		}
		return intValue(-1)
	}
	return goCode(e.need("listIndex")+"("+key.code+")", intType)
}

// optional is the type of a value that may not be there.
func optional(t *Type) *Type {
	if t.opt != present {
		return t
	}
	return t.with(asNull)
}

// within reports whether an index is surely one of a list: the key of a loop over it.
func (e *emitter) within(base, key value) bool {
	return false
}

// presence returns a value and the condition that it is there and not null: isset.
func (e *emitter) presence(node ast.Vertex) (v, there value) {
	switch n := strip1(node).(type) {
	case *ast.ExprVariable:
		return e.presenceOfVariable(n)
	case *ast.ExprArrayDimFetch:
		return e.presenceOfElement(n)
	case *ast.ExprPropertyFetch:
		return e.presenceOfProperty(n, n.Var, n.Prop)
	case *ast.ExprNullsafePropertyFetch:
		return e.presenceOfProperty(n, n.Var, n.Prop)
	case *ast.ExprStaticPropertyFetch:
		if e.staticSlot(n) == nil {
			return nullValue(), boolValue(false)
		}
	}
	v = e.expr(node)
	if v.results != single && v.typ.opt == asNull {
		return v, e.isAbsent(v, true)
	}
	v = e.one(v)
	return v, e.notNull(v)
}

// notNull returns the condition that a value is not null.
func (e *emitter) notNull(v value) value {
	switch {
	case v.typ.kind == null:
		return boolValue(false)
	case v.typ.kind == mixed || v.typ.kind == unknown:
		return binary(v.in(precCompare)+" != nil", precCompare, boolType)
	case v.typ.opt == asNull || v.typ.opt == asEither:
		return e.isAbsent(v, true)
	}
	return boolValue(true)
}

func (e *emitter) presenceOfVariable(n *ast.ExprVariable) (v, there value) {
	name := variableName(n)
	if name == "this" {
		v = e.expr(n)
		return v, boolValue(true)
	}
	if v, ok := e.superglobal(name); ok {
		return v, boolValue(true)
	}
	s := e.variable(n, name)
	if s.kind == localSlot && len(s.uses) == 0 && !s.byRef {
		e.p.grow(s, nullType) // nothing was assigned yet
	} else if s.kind == localSlot && !e.surely(s) {
		e.p.grow(s, nullType)
	} else if s.kind == globalSlot && !s.static {
		e.p.grow(s, nullType)
	}
	e.note(s, true, false)
	v = e.slotValue(s)
	there = e.notNull(v)
	v.zeroOK = true
	return v, there
}

// surely reports whether a variable has been assigned where it is used now.
func (e *emitter) surely(s *slot) bool {
	for _, u := range s.uses {
		if !u.definite {
			continue
		}
		base := 0
		if s.owner != nil {
			base = min(s.owner.base, len(e.path))
		}
		path := e.path[base:]
		if len(u.path) > len(path) {
			continue
		}
		ok := true
		for i, f := range u.path {
			if f.block != path[i].block || i < len(u.path)-1 && f.stmt != path[i].stmt {
				ok = false
				break
			}
		}
		if ok {
			return true
		}
	}
	return false
}

func (e *emitter) presenceOfElement(n *ast.ExprArrayDimFetch) (v, there value) {
	if n.Dim == nil {
		refuse(n, "[] is not read in PHP")
	}
	if v, there, ok := e.superglobalPresence(n); ok {
		return v, there
	}
	base, baseThere := e.presence(n.Var)
	base = e.one(base)
	if !base.pure {
		base = e.hold(base)
	}
	key := e.one(e.expr(n.Dim))
	if !key.pure && !key.literal {
		key = e.hold(key)
	}
	if e.has(base.typ, "ArrayAccess") {
		base = base.as(base.typ.with(present))
		has := e.truth(e.interfaceMethod(n, base, "offsetExists", key), false)
		return e.element(n, base, key), e.also(baseThere, has, base)
	}
	v = e.silenced(func() value { return e.element(n, base, key) })
	v.zeroOK = true
	has := e.hasElement(base, key, v)
	return v, e.also(baseThere, has, base)
}

// hasElement returns the condition that an array has a value that is not null under a key.
func (e *emitter) hasElement(base, key, v value) value {
	switch t := base.typ; t.kind {
	case list:
		k := e.listIndex(key)
		c := binary("len("+base.code+") > "+k.in(precAdd), precCompare, boolType)
		if !k.literal || strings.HasPrefix(k.code, "-") {
			c = goCode(e.need("hasIndex")+"("+base.code+", "+k.code+")", boolType)
		}
		if t.elem.kind == mixed || t.elem.opt == asNull {
			return binary(v.in(precCompare)+" != nil", precCompare, boolType)
		}
		c.pure = true
		return c
	case dict:
		if t.elem.kind == mixed || t.elem.opt == asNull || t.elem.kind == unknown {
			return binary(v.in(precCompare)+" != nil", precCompare, boolType)
		}
		c := goCode(base.in(precPrimary)+".Has("+e.key(key)+")", boolType)
		c.pure = true
		return c
	case text:
		if key.literal && key.typ.kind != integer && !numericText(key.text) {
			return boolValue(false)
		}
		k := e.convert(key, intType)
		return goCode(e.need("hasOffset")+"("+base.code+", "+k.code+")", boolType)
	case null, falsehood, blank:
		return boolValue(false)
	case object:
		return boolValue(true)
	}
	return binary(v.in(precCompare)+" != nil", precCompare, boolType)
}

// also joins the conditions of a base and its element. The methods of a nil array work, so that
// the base needs no test.
func (e *emitter) also(base, elem, v value) value {
	if base.literal && base.text == "true" || v.typ.array() || v.typ.kind == mixed {
		if base.literal && base.text == "false" {
			return base
		}
		return elem
	}
	if base.literal {
		return base
	}
	if elem.literal && elem.text == "true" {
		return base
	}
	return value{code: base.in(precAnd) + " && " + elem.in(precAnd), prec: precAnd, typ: boolType, pure: base.pure && elem.pure}
}

func (e *emitter) isset(n *ast.ExprIsset) value {
	out := boolValue(true)
	for i, v := range n.Vars {
		var there value
		before := e.capture(func() { _, there = e.presence(v) })
		if i > 0 && before != "" && !out.literal {
			e.line("%s", strings.TrimSuffix(before, "\n"))
		} else {
			e.emit(before)
		}
		switch {
		case out.literal && out.text == "true":
			out = there
		case there.literal && there.text == "true", out.literal:
		default:
			out = value{code: out.in(precAnd) + " && " + there.in(precAnd), prec: precAnd, typ: boolType}
		}
	}
	return out
}

// empty returns empty($x): $x is not there or is false.
func (e *emitter) empty(n *ast.ExprEmpty) value {
	var v value
	switch inner := strip1(n.Expr).(type) {
	case *ast.ExprArrayDimFetch:
		if c := e.classOf(inner.Var); c != nil && c.implementsNamed(e.p, "ArrayAccess") {
			v, there := e.presence(inner)
			full := e.truth(v, false)
			if full.literal {
				return not(there, true)
			}
			return value{code: "!(" + there.in(precAnd) + " && " + full.in(precAnd) + ")", prec: precUnary, typ: boolType}
		}
		v = e.quietly(inner)
	case *ast.ExprVariable, *ast.ExprPropertyFetch, *ast.ExprNullsafePropertyFetch, *ast.ExprStaticPropertyFetch:
		v = e.quietly(inner)
	default:
		v = e.expr(n.Expr)
	}
	return e.truth(v, true)
}

// quietly reads what may not be there. Go's zero values are as false as PHP's null.
func (e *emitter) quietly(node ast.Vertex) value {
	if d, ok := node.(*ast.ExprArrayDimFetch); ok && d.Dim != nil {
		if v, ok := e.superglobalDim(d); ok {
			return v
		}
		base := e.one(e.quietly(strip1(d.Var)))
		key := e.expr(d.Dim)
		return e.silenced(func() value { return e.element(d, base, key) })
	}
	return e.silenced(func() value { return e.expr(node) })
}

// growLvalue makes a place that is assigned to able to hold a type.
func (e *emitter) growLvalue(target ast.Vertex, t *Type) {
	switch n := target.(type) {
	case *ast.ExprVariable:
		if name := variableName(n); name != "" && name != "this" {
			s := e.variable(n, name)
			if s.typ.kind == text && t.array() {
				return
			}
			e.p.grow(s, t)
		}
	case *ast.ExprPropertyFetch:
		if s := e.propertySlot(n); s != nil {
			e.p.grow(s, t)
		}
	case *ast.ExprStaticPropertyFetch:
		if s := e.staticSlot(n); s != nil {
			e.p.grow(s, t)
		}
	case *ast.ExprArrayDimFetch:
		if s := e.globalsKey(n); s != nil {
			e.p.grow(s, t)
			return
		}
		if n.Dim == nil {
			if e.targetType(n.Var).kind == dict {
				e.growLvalue(n.Var, dictOf(t))
			} else {
				e.growLvalue(n.Var, listOf(t))
			}
			return
		}
		e.growLvalue(n.Var, dictOf(t))
	}
}

// lvalueSlot returns the slot in which a place is.
func (e *emitter) lvalueSlot(target ast.Vertex) *slot {
	for {
		switch n := target.(type) {
		case *ast.ExprVariable:
			if name := variableName(n); name != "" && name != "this" {
				return e.variable(n, name)
			}
			return nil
		case *ast.ExprPropertyFetch:
			return e.propertySlot(n)
		case *ast.ExprStaticPropertyFetch:
			return e.staticSlot(n)
		case *ast.ExprArrayDimFetch:
			if s := e.globalsKey(n); s != nil {
				return s
			}
			target = n.Var
		default:
			return nil
		}
	}
}

// assignDim writes $a[$k] = v and $a[] = v.
func (e *emitter) assignDim(n *ast.ExprArrayDimFetch, v value) {
	if name := variableName(n.Var); name != "" && e.isSuperglobal(name) {
		e.assignSuperglobal(n, name, v)
		return
	}
	if c := e.classOf(n.Var); c != nil && c.implementsNamed(e.p, "ArrayAccess") {
		e.assignOffset(n, v)
		return
	}
	into := e.lvalueSlot(n)
	e.modifies(into)
	if t := e.targetType(n.Var); t.kind == text && n.Dim != nil && e.setChar(n, v) {
		return
	}
	e.growLvalue(n, element(resultType(v)))
	t := e.targetType(n.Var)
	if t.kind == list {
		list := e.container(n.Var)
		e.assignTo(n.Var, value{code: "append(" + list.code + ", " + e.storeElement(v, t.elem, into).code + ")", prec: precPrimary, typ: t, fresh: true})
		return
	}
	var key string
	if n.Dim != nil {
		k := e.expr(n.Dim)
		if !k.pure && !k.literal {
			k = e.hold(k)
		}
		key = e.key(k)
	}
	if !v.literal && !v.pure {
		// The value is evaluated before the container is looked up, as in PHP.
		v = e.one(v)
	}
	if isDim(n.Var) && !v.literal && e.dependsOn(v, into) {
		v = e.before(v) // an array in the container is made
	}
	c := e.container(n.Var)
	elem := mixedType
	if c.typ.kind == dict {
		elem = c.typ.elem
	}
	item := e.storeElement(v, elem, into)
	if n.Dim == nil {
		e.line("%s.Append(%s)", c.in(precPrimary), item.code)
		return
	}
	e.line("%s.Set(%s, %s)", c.in(precPrimary), key, item.code)
}

// assignOffset writes $object[$k] = v of an object that implements ArrayAccess.
func (e *emitter) assignOffset(n *ast.ExprArrayDimFetch, v value) {
	object := e.object(n.Var)
	key := nullValue()
	if n.Dim != nil {
		key = e.one(e.expr(n.Dim))
	}
	e.drop(e.interfaceMethod(n, object, "offsetSet", key, v), false)
}

// setChar writes $text[$i] = v. A key that is no number is that of an array, in a variable that holds both.
func (e *emitter) setChar(n *ast.ExprArrayDimFetch, v value) bool {
	key := e.one(e.expr(n.Dim))
	if key.literal && key.typ.kind != integer {
		e.growLvalue(n.Var, mixedType)
		return false
	}
	target := e.stableTarget(n.Var)
	base := e.convert(e.expr(target), textType)
	code := e.need("setChar") + "(" + base.code + ", " + e.convert(key, intType).code + ", " + e.convert(v, textType).code + ")"
	e.assignTo(target, goCode(code, textType))
	return true
}

// container returns an array that is about to be changed. What is not there yet is made.
func (e *emitter) container(node ast.Vertex) value {
	switch n := strip1(node).(type) {
	case *ast.ExprArrayDimFetch:
		if s := e.globalsKey(n); s != nil {
			return e.containerOf(n, e.slotValue(s))
		}
		return e.innerContainer(n)
	case *ast.ExprVariable, *ast.ExprPropertyFetch, *ast.ExprStaticPropertyFetch:
		if c, ok := e.propertyContainer(n); ok {
			return c
		}
		return e.containerOf(n, e.one(e.changed(n)))
	}
	v := e.expr(node)
	if v.typ.kind == dict {
		return v
	}
	refuse(node, "this is not an array that can be changed")
	return value{}
}

// containerOf returns the array of a variable or property that is about to be changed.
func (e *emitter) containerOf(n ast.Vertex, v value) value {
	switch v.typ.kind {
	case list:
		return v
	case dict:
		if v.typ.opt != present || v.slot != nil && v.slot.kind == propertySlot && v.slot.def == nil {
			e.line("if %s == nil {", v.in(precCompare))
			e.line("%s = %s[%s]()", v.code, e.need("newArray"), v.typ.elem)
			e.line("}")
		}
		v.typ = v.typ.with(present)
		return v
	case mixed, unknown:
		if v.slot == nil || v.typ.kind == unknown || v.slot.effective().kind != mixed {
			return goCode(e.need("toArray")+"("+v.code+")", anyDict)
		}
		return goCode(e.need("arrayIn")+"("+address(v)+")", anyDict)
	case object:
		refuse(n, "an object used as an array is not translated")
	}
	refuse(n, "%s used as an array is not translated", v.typ)
	return value{}
}

// changed returns a variable or property whose array is about to be changed.
func (e *emitter) changed(node ast.Vertex) value {
	if n, ok := node.(*ast.ExprPropertyFetch); ok {
		if s := e.propertySlot(n); s != nil {
			return e.field(e.assigned(n), s)
		}
	}
	return e.expr(node)
}

// address returns the address of a variable.
func address(v value) string {
	if rest, ok := strings.CutPrefix(v.code, "*"); ok {
		return rest
	}
	return "&" + v.in(precUnary)
}

func (e *emitter) innerContainer(n *ast.ExprArrayDimFetch) value {
	e.modifiesWithin(e.lvalueSlot(n))
	outer := e.container(n.Var)
	key := "nil"
	if n.Dim != nil {
		k := e.expr(n.Dim)
		if !k.pure && !k.literal {
			k = e.hold(k)
		}
		key = e.key(k)
	}
	if outer.typ.kind == list {
		if outer.typ.elem.kind == dict && n.Dim != nil {
			return goCode(outer.in(precPrimary)+"["+key+"]", outer.typ.elem)
		}
		refuse(n, "this nested list is not changed in place")
	}
	elem := outer.typ.elem
	switch elem.kind {
	case mixed, unknown:
		return goCode(e.need("child")+"("+outer.code+", "+key+")", anyDict)
	case dict:
		return goCode(e.need("inner")+"("+outer.code+", "+key+")", elem.with(present))
	case list:
		// A list in an array: it is read, and the assignment stores it again.
		return goCode(outer.in(precPrimary)+".Get("+key+")", elem)
	}
	refuse(n, "%s used as an array is not translated", elem)
	return value{}
}

func (e *emitter) unsetDim(n *ast.ExprArrayDimFetch) {
	if n.Dim == nil {
		refuse(n, "unset of [] is not PHP")
	}
	if name := variableName(n.Var); name != "" && e.isSuperglobal(name) {
		e.unsetSuperglobal(n, name)
		return
	}
	if c := e.classOf(n.Var); c != nil && c.implementsNamed(e.p, "ArrayAccess") {
		object := e.object(n.Var)
		e.drop(e.interfaceMethod(n, object, "offsetUnset", e.one(e.expr(n.Dim))), false)
		return
	}
	s := e.lvalueSlot(n)
	if s == nil {
		refuse(n, "unset of this element is not translated")
	}
	e.modifiesIn(s, n.Var)
	if t := e.targetType(n.Var); t.kind == list || t.kind == unknown {
		e.growLvalue(n.Var, dictOf(unknownType))
	}
	key := e.key(e.expr(n.Dim))
	base := e.expr(n.Var)
	switch base.typ.kind {
	case dict:
		e.line("%s.Delete(%s)", base.in(precPrimary), key)
	case mixed:
		e.line("%s(%s, %s)", e.need("deleteKey"), base.code, key)
	default:
		if e.p.pass > 2 {
			refuse(n, "unset of an element of %s is not translated", base.typ)
		}
	}
}

// propertyContainer returns an array that is a property of an object of stdClass.
func (e *emitter) propertyContainer(node ast.Vertex) (value, bool) {
	n, ok := node.(*ast.ExprPropertyFetch)
	if !ok || e.propertySlot(n) != nil {
		return value{}, false
	}
	object := e.one(e.expr(n.Var))
	if object.typ.goName != "*Object" {
		return value{}, false
	}
	key := quote(identifier(n.Prop))
	if identifier(n.Prop) == "" {
		key = e.key(e.expr(n.Prop))
	}
	return goCode(e.need("child")+"("+object.in(precPrimary)+".Properties, "+key+")", anyDict), true
}
