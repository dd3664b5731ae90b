package translate

import (
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// iteration is how Go ranges over what PHP iterates.
type iteration struct {
	over       string
	key, value *Type
	indexed    bool // by the positions of a list
	seq        bool // by an iter.Seq2
}

func (e *emitter) foreach(n *ast.StmtForeach) {
	var over value
	if why := e.attempt(func() { over = e.one(e.expr(e.iterated(n.Expr))) }); why != nil {
		e.todo(n.Expr, why)
		over = goCode(e.need("newArray")+"[any]()", anyDict)
	}
	e.forgetAssigned(n)
	if n.AmpersandTkn != nil {
		e.foreachByReference(n, over)
		return
	}
	over = e.traversed(n, e.narrowed(n.Expr, over))
	if e.has(over.typ, "Iterator") && over.typ.opt == present {
		e.foreachIterator(n, over)
		return
	}
	it := e.iterate(n, over)
	e.path = append(e.path, frame{block: n, stmt: n, loop: true})
	key, keyCode := e.loopVariable(n, n.Key, value{typ: it.key}, "key")
	val, valCode := e.loopVariable(n, n.Var, itemOf(over, it.value), "item")
	e.path = e.path[:len(e.path)-1]
	e.label(n)
	e.rangeLine(it, key, val)
	e.emit(keyCode)
	e.emit(valCode)
	l := &loop{node: n}
	if key := factKey(n.Var); key != "" && it.value.class != nil && it.value.opt == present {
		l.known = []string{key}
	}
	e.loopBody(l, n, n.Stmt)
	e.line("}")
}

// iterated returns the array that new ArrayIterator($array) iterates.
func (e *emitter) iterated(node ast.Vertex) ast.Vertex {
	n, ok := strip1(node).(*ast.ExprNew)
	if !ok || len(n.Args) != 1 || !strings.EqualFold(strings.TrimPrefix(identifier(n.Class), `\`), "ArrayIterator") {
		return node
	}
	if c, _ := e.resolve(n.Class); c != nil {
		return node
	}
	return e.arguments(n.Args)[0].node
}

// rangeLine writes the for of a range with the names of its variables, "" for none.
func (e *emitter) rangeLine(it iteration, key, val string) {
	switch {
	case key == "" && val == "":
		e.line("for range %s {", it.over)
	case val == "":
		e.line("for %s := range %s {", key, it.over)
	case key == "":
		e.line("for _, %s := range %s {", val, it.over)
	default:
		e.line("for %s, %s := range %s {", key, val, it.over)
	}
}

// iterate returns how to range over a value.
func (e *emitter) iterate(n *ast.StmtForeach, over value) iteration {
	switch t := over.typ; t.kind {
	case list:
		code := over.code
		if over.slot != nil && over.slot.indexed {
			e.use("slices")
			code = "slices.Clone(" + code + ")"
		}
		return iteration{over: code, key: intType, value: t.elem, indexed: true}
	case dict:
		return iteration{over: over.in(precPrimary) + ".All()", key: mixedType, value: t.elem, seq: true}
	case object:
		if t.goName == "*Object" {
			return iteration{over: over.in(precPrimary) + ".Properties.All()", key: mixedType, value: mixedType, seq: true}
		}
		if it, ok := e.iterateObject(over); ok {
			return it
		}
		switch {
		case e.has(t, "Traversable"), e.has(t, "Iterator"), e.has(t, "IteratorAggregate"):
			e.shows(t)
			return iteration{over: e.need("each") + "(" + e.toMixed(over).code + ")", key: mixedType, value: mixedType, seq: true}
		case t.class != nil:
			return e.iterateProperties(over)
		case t.goName == "*arrayIterator":
			return iteration{over: over.in(precPrimary) + ".phpEach()", key: mixedType, value: mixedType, seq: true}
		}
		refuse(n, "foreach over an object")
	case null, falsehood, blank:
		return iteration{over: e.need("newArray") + "[any]().All()", key: mixedType, value: mixedType, seq: true}
	}
	e.shows(over.typ)
	return iteration{over: e.need("each") + "(" + e.toMixed(over).code + ")", key: unknownOr(mixedType, over), value: unknownOr(mixedType, over), seq: true}
}

// traversed returns what foreach ranges over: the iterator of an object that has one.
func (e *emitter) traversed(n *ast.StmtForeach, over value) value {
	for depth := 0; e.has(over.typ, "IteratorAggregate") && over.typ.opt == present && depth < 5; depth++ {
		over = e.one(e.interfaceMethod(n, over, "getIterator"))
	}
	return over
}

// iterateProperties returns how to range over the properties of an object of the program.
func (e *emitter) iterateProperties(over value) iteration {
	e.shows(over.typ)
	scope := ""
	if e.fn.class != nil {
		scope = e.fn.class.phpName
	}
	code := e.need("objectVarsIn") + "(" + e.toMixed(over).code + ", " + quote(scope) + ").All()"
	return iteration{over: code, key: mixedType, value: mixedType, seq: true}
}

// loopVariable returns the Go name of a variable of foreach, "" if nothing reads it, and the
// code that stores it if the variable lives outside of the loop.
func (e *emitter) loopVariable(n *ast.StmtForeach, target ast.Vertex, item value, hint string) (name, code string) {
	if target == nil {
		return "", ""
	}
	t := item.typ
	if plain := variableName(target); plain != "" {
		s := e.variable(target, plain)
		e.note(s, false, true)
		e.p.grow(s, t)
		d := e.fn.decls[s]
		if s.kind == localSlot && s.alias == "" && s.unused && d.short {
			return "", ""
		}
		if s.kind == localSlot && !s.byRef && s.alias == "" && d.short && d.stmt == ast.Vertex(n) && d.block == ast.Vertex(n) {
			name = e.nameOf(s)
			if s.effective().String() == t.String() && !s.companion() && !(item.aliases() && (s.modified || e.changedElsewhere(item))) {
				if item.aliases() {
					e.p.mark(&s.holdsAlias)
				}
				return name, ""
			}
		}
		raw := e.temp(hint)
		item = item.item(raw)
		code = e.capture(func() {
			e.assignSlot(s, item, d.short && d.stmt == ast.Vertex(n))
		})
		return raw, code
	}
	raw := e.temp(hint)
	item = item.item(raw)
	code = e.capture(func() { e.assignTo(target, item) })
	return raw, code
}

// foreachByReference writes foreach ($list as $key => &$value): the variable is another name
// for the element.
func (e *emitter) foreachByReference(n *ast.StmtForeach, over value) {
	name := variableName(n.Var)
	if name == "" || !(over.typ.kind == list || over.typ.kind == dict) || over.slot == nil {
		refuse(n, "foreach by reference over this expression")
	}
	e.modifiesWithin(over.slot)
	s := e.variable(n.Var, name)
	elem := over.typ.elem
	e.p.grow(s, elem)
	if s.alias != "" || s.kind != localSlot {
		refuse(n, "this reference of foreach is used twice")
	}
	// What is assigned in the body has to fit into the array.
	e.growLvalue(n.Expr, map[kind]func(*Type) *Type{list: listOf, dict: dictOf}[over.typ.kind](s.typ))
	var keyName, keyCode string
	e.path = append(e.path, frame{block: n, stmt: n, loop: true})
	keyType := intType
	if over.typ.kind == dict {
		keyType = mixedType
	}
	keyName, keyCode = e.loopVariable(n, n.Key, value{typ: keyType}, "key")
	e.path = e.path[:len(e.path)-1]
	if keyName == "" {
		keyName = e.temp("i")
	}
	e.label(n)
	ref := over.code + "[" + keyName + "]"
	if over.typ.kind == dict {
		e.line("for %s := range %s.All() {", keyName, over.in(precPrimary))
		p := e.temp(camel(name))
		e.emit(keyCode)
		e.line("%s := %s.Ref(%s)", p, over.in(precPrimary), keyName)
		ref = "*" + p
	} else {
		e.line("for %s := range %s {", keyName, over.code)
		e.emit(keyCode)
	}
	s.alias = ref
	defer func() { s.alias = "" }()
	e.loopBody(&loop{node: n}, n, n.Stmt)
	e.line("}")
}
