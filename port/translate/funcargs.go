package translate

import (
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
	"github.com/VKCOM/php-parser/pkg/token"
)

// argumentRest is the variable with the arguments that have no parameter, in a routine that calls
// func_get_args.
const argumentRest = "args of the call"

// readsArguments reports whether statements ask for the arguments of their routine.
func readsArguments(list []ast.Vertex) bool {
	found := false
	for _, s := range list {
		inspect(s, func(n ast.Vertex) bool {
			switch c := n.(type) {
			case *ast.ExprFunctionCall:
				name := strings.ToLower(identifier(c.Function))
				found = found || name == "func_get_args" || name == "func_num_args" || name == "func_get_arg"
			case *ast.ExprClosure, *ast.ExprArrowFunction, *ast.StmtFunction, *ast.StmtClass:
				return false
			}
			return true
		})
	}
	return found
}

// takeAll gives a routine that calls func_get_args a variadic parameter for the arguments that have
// none. One with optional parameters gets the number of arguments too.
func (r *routine) takeAll() {
	if !readsArguments(r.body) {
		return
	}
	optional := slices.ContainsFunc(r.params, func(q *param) bool { return q.def != nil })
	if n := len(r.params); n == 0 || !r.params[n-1].variadic {
		s := &slot{name: "args", kind: paramSlot, typ: listOf(unknownType)}
		r.params = append(r.params, &param{name: argumentRest, slot: s, variadic: true, node: &ast.Parameter{}})
		r.vars[argumentRest] = s
	}
	if optional {
		r.given = &slot{name: "given", kind: paramSlot, typ: intType}
	}
}

// argumentCount returns func_num_args().
func (e *emitter) argumentCount() value {
	if e.fn.given != nil {
		v := goCode(e.nameOf(e.fn.given), intType)
		v.pure = true
		return v
	}
	rest := e.fn.params[len(e.fn.params)-1]
	more := "len(" + e.nameOf(rest.slot) + ")"
	if n := len(e.fn.params) - 1; n > 0 {
		return binary(itoa(n)+" + "+more, precAdd, intType)
	}
	return goCode(more, intType)
}

// argumentList returns func_get_args().
func (e *emitter) argumentList(n ast.Vertex) value {
	var items []ast.Vertex
	for _, q := range e.fn.params {
		item := &ast.ExprArrayItem{Position: n.GetPosition(), Val: variableNode(n, q.name)}
		if q.variadic {
			item.EllipsisTkn = &token.Token{}
		}
		items = append(items, item)
	}
	if len(items) == 1 && e.fn.params[0].variadic {
		return e.expr(items[0].(*ast.ExprArrayItem).Val)
	}
	v := e.expr(&ast.ExprArray{Position: n.GetPosition(), Items: items})
	if v.typ.kind != list && v.typ.kind != unknown {
		v = e.convert(v, listOf(v.typ.elem))
	}
	if e.fn.given != nil {
		v.code = v.in(precPrimary) + "[:" + e.nameOf(e.fn.given) + "]"
	}
	return v
}

// variableNode returns a variable that stands where a node is.
func variableNode(n ast.Vertex, name string) *ast.ExprVariable {
	return &ast.ExprVariable{Position: n.GetPosition(), Name: &ast.Identifier{Position: n.GetPosition(), Value: []byte("$" + name)}}
}

// ownArguments refuses what has no arguments to ask for.
func (e *emitter) ownArguments(n *ast.ExprFunctionCall) {
	switch {
	case e.fn.closure:
		refuse(n, "%s in a closure is not translated: a parameter ...$args has the same values", identifier(n.Function))
	case e.fn.top || !readsArguments(e.fn.body):
		refuse(n, "%s outside of a function", identifier(n.Function))
	}
}

func specialFuncGetArgs(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	e.ownArguments(n)
	return e.argumentList(n), true
}

func specialFuncNumArgs(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	e.ownArguments(n)
	return e.argumentCount(), true
}

func specialFuncGetArg(e *emitter, n *ast.ExprFunctionCall, args []argument) (value, bool) {
	e.ownArguments(n)
	if len(args) != 1 {
		return value{}, false
	}
	position := e.convert(e.expr(args[0].node), intType)
	v := e.argumentList(n)
	return goCode(e.need("funcGetArg")+"("+v.code+", "+position.code+")", v.typ.elem), true
}
