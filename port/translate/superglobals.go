package translate

import (
	"github.com/VKCOM/php-parser/pkg/ast"
)

// superglobals are the functions of port/library that return PHP's variables, and argv.
var superglobals = map[string]string{
	"_GET": "getVars", "_POST": "postVars", "_REQUEST": "requestVars", "_SERVER": "serverVars", "_COOKIE": "cookieVars",
	"_FILES": "filesVars", "_ENV": "envVars", "_SESSION": "sessionVars", "argv": "argv", "argc": "argc", "GLOBALS": "",
}

func (e *emitter) isSuperglobal(name string) bool {
	_, ok := superglobals[name]
	return ok && !((name == "argv" || name == "argc") && !e.fn.top)
}

// superglobal returns $_GET and the like.
func (e *emitter) superglobal(name string) (value, bool) {
	if !e.isSuperglobal(name) {
		return value{}, false
	}
	goName := superglobals[name]
	if name == "argc" {
		return value{code: "len(" + e.need("argv") + ")", prec: precPrimary, typ: intType, pure: true}, true
	}
	if !e.p.libNames[goName] {
		return value{}, false
	}
	if name == "argv" {
		return value{code: e.need(goName), prec: precPrimary, typ: listOf(textType), pure: true}, true
	}
	return value{code: e.need(goName) + "()", prec: precPrimary, typ: anyDict, pure: true, held: true}, true
}

// globalsKey returns the slot of $GLOBALS['name'].
func (e *emitter) globalsKey(n *ast.ExprArrayDimFetch) *slot {
	if variableName(n.Var) != "GLOBALS" || n.Dim == nil {
		return nil
	}
	s, ok := strip1(n.Dim).(*ast.ScalarString)
	if !ok {
		refuse(n, "$GLOBALS with a variable key is not translated")
	}
	return e.p.globals[e.stringLiteral(s).text]
}

func (e *emitter) superglobalDim(n *ast.ExprArrayDimFetch) (value, bool) {
	if s := e.globalsKey(n); s != nil {
		return e.slotValue(s), true
	}
	return value{}, false
}

func (e *emitter) superglobalPresence(n *ast.ExprArrayDimFetch) (v, there value, ok bool) {
	if s := e.globalsKey(n); s != nil {
		e.p.grow(s, nullType)
		v = e.slotValue(s)
		return v, e.notNull(v), true
	}
	return v, there, false
}

func (e *emitter) assignSuperglobal(n *ast.ExprArrayDimFetch, name string, v value) {
	if s := e.globalsKey(n); s != nil {
		e.p.grow(s, resultType(v))
		e.assignSlot(s, v, false)
		return
	}
	base, ok := e.superglobal(name)
	if !ok || base.typ.kind != dict {
		refuse(n, "$%s is not translated", name)
	}
	if n.Dim == nil {
		e.line("%s.Append(%s)", base.code, e.storeElement(v, mixedType, nil).code)
		return
	}
	e.line("%s.Set(%s, %s)", base.code, e.key(e.expr(n.Dim)), e.storeElement(v, mixedType, nil).code)
}

func (e *emitter) unsetSuperglobal(n *ast.ExprArrayDimFetch, name string) {
	base, ok := e.superglobal(name)
	if !ok || base.typ.kind != dict {
		refuse(n, "$%s is not translated", name)
	}
	e.line("%s.Delete(%s)", base.code, e.key(e.expr(n.Dim)))
}
