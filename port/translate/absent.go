package translate

import (
	"maps"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// facts are the expressions that are surely not null where code is written now, by their PHP in a
// short form. The map is never changed.
type facts map[string]bool

// factKey returns the short form of an expression whose value stays the same until something is
// assigned, "" for others.
func factKey(node ast.Vertex) string {
	switch n := strip1(node).(type) {
	case *ast.ExprVariable:
		if name := variableName(n); name != "" {
			return "$" + name
		}
	case *ast.ExprPropertyFetch:
		if base, name := factKey(n.Var), identifier(n.Prop); base != "" && name != "" {
			return base + "->" + name
		}
	case *ast.ExprNullsafePropertyFetch:
		if base, name := factKey(n.Var), identifier(n.Prop); base != "" && name != "" {
			return base + "->" + name
		}
	case *ast.ExprStaticPropertyFetch:
		return strings.ToLower(identifier(n.Class)) + "::" + variableName(n.Prop)
	case *ast.ExprAssign:
		return factKey(n.Var)
	case *ast.ExprErrorSuppress:
		return factKey(n.Expr)
	}
	return ""
}

// know notes that an expression is not null from here on.
func (e *emitter) know(keys ...string) {
	added := maps.Clone(e.facts)
	if added == nil {
		added = facts{}
	}
	for _, key := range keys {
		if key != "" {
			added[key] = true
		}
	}
	e.facts = added
}

// forget takes back what was known of a place that is assigned, and of what is reached by it.
func (e *emitter) forget(target ast.Vertex) {
	for {
		d, ok := strip1(target).(*ast.ExprArrayDimFetch)
		if !ok {
			break
		}
		target = d.Var
	}
	key := factKey(target)
	if key == "" {
		return
	}
	_, property, isProperty := cutLast(key, "->")
	e.forgetIf(func(known string) bool {
		known, _, _ = strings.Cut(known, "!")
		if isProperty { // of any object, which may be the same one
			return strings.HasSuffix(known, "->"+property) || strings.Contains(known, "->"+property+"->")
		}
		return known == key || strings.HasPrefix(known, key+"->")
	})
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func (e *emitter) forgetIf(stale func(string) bool) {
	if !slices.ContainsFunc(slices.Collect(maps.Keys(e.facts)), stale) {
		return
	}
	left := maps.Clone(e.facts)
	maps.DeleteFunc(left, func(key string, _ bool) bool { return stale(key) })
	e.facts = left
}

// forgetCalled takes back what a function of the program may have changed: properties that are set to
// null somewhere, and variables of the script.
func (e *emitter) forgetCalled() {
	e.forgetIf(func(known string) bool {
		known, _, _ = strings.Cut(known, "!")
		name, rest, _ := strings.Cut(known, "->")
		if strings.Contains(name, "::") || e.fn.top && e.p.globals[strings.TrimPrefix(name, "$")] != nil {
			return true
		}
		for _, property := range strings.Split(rest, "->") {
			if e.p.nulled[property] {
				return true
			}
		}
		return false
	})
}

// forgetAssigned takes back what is known of all that nodes assign: the statement is one that Go may
// run more than once, or leave in the middle.
func (e *emitter) forgetAssigned(nodes ...ast.Vertex) {
	for _, node := range nodes {
		if node == nil {
			continue
		}
		inspect(node, func(n ast.Vertex) bool {
			switch a := n.(type) {
			case *ast.ExprAssign:
				e.forgetTargets(a.Var)
			case *ast.ExprAssignReference:
				e.forgetTargets(a.Var)
			case *ast.StmtForeach:
				e.forgetTargets(a.Var)
				e.forgetTargets(a.Key)
			case *ast.StmtUnset:
				for _, v := range a.Vars {
					e.forget(v)
				}
			case *ast.StmtCatch:
				e.forgetTargets(a.Var)
			case *ast.ExprFunctionCall, *ast.ExprMethodCall, *ast.ExprStaticCall, *ast.ExprNew, *ast.ExprNullsafeMethodCall:
				e.forgetCalled()
				e.forgetArguments(n)
			default:
				if op, ok := compoundAssign(n); ok {
					e.forget(op.target)
				}
			}
			return true
		})
	}
}

// forgetArguments takes back what a function may change by a reference.
func (e *emitter) forgetArguments(call ast.Vertex) {
	var args []ast.Vertex
	switch n := call.(type) {
	case *ast.ExprFunctionCall:
		args = n.Args
	case *ast.ExprMethodCall:
		args = n.Args
	case *ast.ExprStaticCall:
		args = n.Args
	case *ast.ExprNew:
		args = n.Args
	}
	for _, v := range args {
		if a, ok := v.(*ast.Argument); ok && e.p.references {
			if _, isVariable := a.Expr.(*ast.ExprVariable); isVariable {
				e.forget(a.Expr)
			}
		}
	}
}

func (e *emitter) forgetTargets(target ast.Vertex) {
	var items []ast.Vertex
	switch n := target.(type) {
	case nil:
		return
	case *ast.ExprList:
		items = n.Items
	case *ast.ExprArray:
		items = n.Items
	default:
		e.forget(target)
	}
	for _, item := range items {
		if i, ok := item.(*ast.ExprArrayItem); ok {
			e.forgetTargets(i.Val)
		}
	}
}

// implied returns the expressions that are not null if a condition has a value.
func implied(cond ast.Vertex, truth bool) []string {
	switch n := strip1(cond).(type) {
	case *ast.ExprBooleanNot:
		return implied(n.Expr, !truth)
	case *ast.ExprBinaryBooleanAnd:
		return impliedByBoth(n.Left, n.Right, truth, true)
	case *ast.ExprBinaryLogicalAnd:
		return impliedByBoth(n.Left, n.Right, truth, true)
	case *ast.ExprBinaryBooleanOr:
		return impliedByBoth(n.Left, n.Right, truth, false)
	case *ast.ExprBinaryLogicalOr:
		return impliedByBoth(n.Left, n.Right, truth, false)
	case *ast.ExprBinaryIdentical:
		return impliedByNull(n.Left, n.Right, !truth)
	case *ast.ExprBinaryNotIdentical:
		return impliedByNull(n.Left, n.Right, truth)
	case *ast.ExprBinaryEqual:
		return impliedByNothing(n.Left, n.Right, !truth)
	case *ast.ExprBinaryNotEqual:
		return impliedByNothing(n.Left, n.Right, truth)
	case *ast.ExprIsset:
		if truth {
			return notNull(n.Vars...)
		}
		return nil
	case *ast.ExprEmpty:
		if !truth {
			return impliedByPresence(n.Expr)
		}
		return nil
	case *ast.ExprFunctionCall:
		return impliedByCall(n, truth)
	case *ast.ExprInstanceOf:
		cond = n.Expr
	}
	if truth {
		return impliedByPresence(cond)
	}
	return nil
}

// impliedByBoth returns what is implied by two conditions if both have the value that decides: true for
// those that "and" joins, false for "or".
func impliedByBoth(left, right ast.Vertex, truth, decides bool) []string {
	if truth != decides {
		return nil
	}
	return append(implied(left, truth), implied(right, truth)...)
}

// impliedByNull returns what differs from null, if one side of a comparison is null or false and the
// other is not.
func impliedByNull(left, right ast.Vertex, different bool) []string {
	if !different {
		return nil
	}
	if constantName(left) == "null" || isFalse(left) {
		left, right = right, left
	}
	switch {
	case constantName(right) == "null":
		return notNull(left)
	case isFalse(right):
		if key := factKey(left); key != "" {
			return []string{key + "!false"}
		}
	}
	return nil
}

// impliedByNothing is impliedByNull of == and !=, for which null and false are the same.
func impliedByNothing(left, right ast.Vertex, different bool) []string {
	switch {
	case !different:
		return nil
	case constantName(right) == "null" || isFalse(right):
		return impliedByPresence(left)
	case constantName(left) == "null" || isFalse(left):
		return impliedByPresence(right)
	}
	return nil
}

// notNull returns what is not null if values are not. They may be false.
func notNull(nodes ...ast.Vertex) []string {
	var keys []string
	for _, node := range nodes {
		list := impliedByPresence(node)
		if len(list) > 0 && list[0] == factKey(node) {
			list[0] += "!null"
		}
		keys = append(keys, list...)
	}
	return keys
}

// impliedByPresence returns what is not null if a value is not: the objects too that lead to it.
func impliedByPresence(nodes ...ast.Vertex) []string {
	var keys []string
	for _, node := range nodes {
		for node != nil {
			node = strip1(node)
			if key := factKey(node); key != "" {
				keys = append(keys, key)
			}
			switch n := node.(type) {
			case *ast.ExprPropertyFetch:
				node = n.Var
			case *ast.ExprNullsafePropertyFetch:
				node = n.Var
			case *ast.ExprNullsafeMethodCall:
				node = n.Var
			case *ast.ExprArrayDimFetch:
				node = n.Var
			default:
				node = nil
			}
		}
	}
	return keys
}

func impliedByCall(n *ast.ExprFunctionCall, truth bool) []string {
	args := argumentNodes(n)
	if len(args) == 0 {
		return nil
	}
	switch strings.ToLower(identifier(n.Function)) {
	case "is_null":
		if !truth {
			return notNull(args[0])
		}
	case "is_object", "is_a", "method_exists":
		if truth {
			return impliedByPresence(args[0])
		}
	}
	return nil
}

// given runs f with what a condition implies, and takes that back.
func (e *emitter) given(cond ast.Vertex, truth bool, f func()) {
	before := e.facts
	if cond != nil {
		e.know(implied(cond, truth)...)
	}
	f()
	e.facts = e.facts.within(before)
}

// stillKnown returns those of some expressions that are not null that statements do not assign.
func (e *emitter) stillKnown(keys []string, stmt ast.Vertex) []string {
	before := e.facts
	e.facts = nil
	e.know(keys...)
	e.forgetAssigned(stmt)
	left := slices.Collect(maps.Keys(e.facts))
	e.facts = before
	return left
}

// within returns the facts that others have too.
func (f facts) within(others facts) facts {
	both := maps.Clone(f)
	maps.DeleteFunc(both, func(key string, _ bool) bool { return !others[key] })
	return both
}

// object returns the value of an expression whose member is used.
func (e *emitter) object(node ast.Vertex) value {
	v := e.one(e.quiet(e.expr(node)))
	return e.narrowed(node, v)
}

// narrowed returns a value as one that is there, if that is known.
func (e *emitter) narrowed(node ast.Vertex, v value) value {
	key := factKey(node)
	if key == "" {
		return v
	}
	known := e.facts[key]
	switch v.typ.opt {
	case asNull:
		known = known || e.facts[key+"!null"]
	case asFalse:
		known = known || e.facts[key+"!false"]
	}
	if known {
		v.typ = v.typ.with(present)
	}
	return v
}

// maybeNull reports whether a value is an object of the program, or null in its place.
func (v value) maybeNull() bool { return v.typ.class != nil && v.typ.opt != present }

// callee returns an object whose method is called.
func (e *emitter) callee(object value, method string) value {
	switch {
	case !object.maybeNull():
		return object
	case object.typ.opt == asFalse || object.typ.opt == asBlank:
		object = e.named(object)
		e.line("if %s == nil {", object.code)
		e.line("%s(%s, %s)", e.need("throw"), quote("Error"), quote("Call to a member function "+method+"() on "+absentName(object.typ)))
		e.line("}")
		object.typ = object.typ.with(present)
		return object
	}
	out := goCode(e.need("callee")+"("+object.code+", "+quote(method)+")", object.typ.with(present))
	return out
}

// absentName is PHP's name of what is there in place of an object.
func absentName(t *Type) string {
	switch t.opt {
	case asFalse:
		return "bool"
	case asBlank:
		return "string"
	}
	return "null"
}

// assignee returns an object whose property is assigned.
func (e *emitter) assignee(object value, property string) value {
	if !object.maybeNull() {
		return object
	}
	return goCode(e.need("assigning")+"("+object.code+", "+quote(property)+")", object.typ.with(present))
}

// readField returns a property of an object that may be null: it is null then.
func (e *emitter) readField(object value, s *slot) value {
	if !object.maybeNull() {
		return e.field(object, s)
	}
	if !object.pure {
		object = e.hold(object)
	}
	helper := e.need("reading") + "(" + object.code + ", " + quote(s.name) + ")"
	if e.silent > 0 {
		helper = e.need("orNew") + "(" + object.code + ")"
	}
	v := e.field(goCode(helper, object.typ.with(present)), s)
	if v.typ.kind == unknown || v.typ.kind == mixed || v.typ.opt != present {
		return v
	}
	v.typ = v.typ.with(asNull)
	if !v.typ.nilable() {
		v.slot, v.present = nil, "("+object.in(precCompare)+" != nil)"
	}
	return v
}
