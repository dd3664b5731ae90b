package translate

import (
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"

	"github.com/imapcompat/imapcompat/port/library"
)

// givenArray writes the TypeError of a function of PHP that gets false or null in place of an array. A
// variable that the routine tests needs none: the test decides.
func (e *emitter) givenArray(v value, node ast.Vertex, function string, at int, param, typ string) {
	if v.typ.kind != list && v.typ.kind != dict || v.typ.opt == present || v.results != single || v.code == "" {
		return
	}
	name := variableName(strip1(node))
	if name == "" || e.isSuperglobal(name) || v.slot == nil || e.fn.tests(name) {
		return
	}
	given := "bool"
	if v.typ.opt == asNull {
		given = "null"
	}
	e.tell(v)
	helper := e.need("givenList")
	if v.typ.kind == dict {
		helper = e.need("givenArray")
	}
	e.line("%s(%s, %s)", helper, v.code, quote(function+"(): Argument #"+itoa(at+1)+" ($"+param+") must be of type "+typ+", "+given+" given"))
}

// changesArray are functions that change an array, and take nothing else.
var changesArray = wordSet("array_pop array_push array_shift array_splice array_unshift array_walk arsort asort krsort ksort natcasesort natsort " +
	"rsort shuffle sort uasort uksort usort")

// takesArray reports whether a parameter takes only arrays.
func takesArray(function string, p *library.Param) bool {
	if !strings.HasPrefix(p.Type, "[]") && !strings.HasPrefix(p.Type, "*Array[") {
		return false
	}
	return !p.ByRef && !p.InPlace || changesArray[function]
}

// tests reports whether statements of the routine test whether a variable has a value.
func (r *routine) tests(name string) bool {
	if r.tested == nil {
		r.tested = map[string]bool{}
		for _, s := range r.body {
			inspect(s, func(n ast.Vertex) bool {
				for _, operand := range tested(n) {
					r.tested[testedVariable(operand)] = true
				}
				return true
			})
		}
	}
	return r.tested[name]
}

// tested returns the expressions whose truth decides what a node does.
func tested(n ast.Vertex) []ast.Vertex {
	switch n := n.(type) {
	case *ast.StmtIf:
		return []ast.Vertex{n.Cond}
	case *ast.StmtElseIf:
		return []ast.Vertex{n.Cond}
	case *ast.StmtWhile:
		return []ast.Vertex{n.Cond}
	case *ast.ExprTernary:
		return []ast.Vertex{n.Cond}
	case *ast.ExprBooleanNot:
		return []ast.Vertex{n.Expr}
	case *ast.ExprBinaryBooleanAnd:
		return []ast.Vertex{n.Left, n.Right}
	case *ast.ExprBinaryBooleanOr:
		return []ast.Vertex{n.Left, n.Right}
	case *ast.ExprBinaryLogicalAnd:
		return []ast.Vertex{n.Left, n.Right}
	case *ast.ExprBinaryLogicalOr:
		return []ast.Vertex{n.Left, n.Right}
	case *ast.ExprBinaryIdentical:
		return []ast.Vertex{n.Left, n.Right}
	case *ast.ExprBinaryNotIdentical:
		return []ast.Vertex{n.Left, n.Right}
	case *ast.ExprBinaryEqual:
		return []ast.Vertex{n.Left, n.Right}
	case *ast.ExprBinaryNotEqual:
		return []ast.Vertex{n.Left, n.Right}
	case *ast.ExprEmpty:
		return []ast.Vertex{n.Expr}
	case *ast.ExprIsset:
		return n.Vars
	case *ast.ExprFunctionCall:
		if strings.HasPrefix(strings.ToLower(identifier(n.Function)), "is_") {
			return argumentNodes(n)
		}
	}
	return nil
}

// testedVariable returns the variable that an expression is or assigns to, "" if it is another one.
func testedVariable(node ast.Vertex) string {
	node = strip1(node)
	if a, ok := node.(*ast.ExprAssign); ok {
		node = a.Var
	}
	return variableName(node)
}
