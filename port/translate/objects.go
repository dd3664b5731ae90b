package translate

import (
	"github.com/VKCOM/php-parser/pkg/ast"
	"strings"
)

// castObject returns (object)$x.
func (e *emitter) castObject(n *ast.ExprCastObject) value {
	v := e.one(e.expr(n.Expr))
	if v.typ.array() || v.typ.kind == mixed {
		return goCode(e.need("toObject")+"("+e.toMixed(v.as(v.typ.with(present))).code+")", objectOf("*Object"))
	}
	refuse(n, "%s as an object is not translated", v.typ)
	return value{}
}

// libraryMethod returns a call of a method of port/library.
func (e *emitter) libraryMethod(n ast.Vertex, object value, name string, args []argument) (value, bool) {
	goType := strings.TrimPrefix(object.typ.goName, "*")
	for _, class := range e.p.libClasses()[goType] {
		if f := e.p.lib[class+"::"+strings.ToLower(name)]; f != nil {
			receiver := argument{node: &known{n, object}}
			v := e.callLibrary(n, f, append([]argument{receiver}, args...))
			return v, true
		}
	}
	return value{}, false
}

func (e *emitter) shellExec(n *ast.ExprShellExec) value {
	f := e.p.lib["shell_exec"]
	if f == nil {
		refuse(n, "a command of the shell is not translated")
	}
	v := e.concat(e.sequence(n.Parts))
	return e.callLibrary(n, f, []argument{{node: &known{n, v}}})
}
