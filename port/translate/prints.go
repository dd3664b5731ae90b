package translate

import (
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// printingFunctions are PHP's functions that write to the output.
var printingFunctions = map[string]bool{
	"printf": true, "vprintf": true, "print_r": true, "var_dump": true, "var_export": true, "readfile": true, "passthru": true, "fpassthru": true,
	"flush": true, "fwrite": true, "fputs": true, "call_user_func": true, "call_user_func_array": true, "exit": true,
}

// prints reports whether an expression may write to the output when it is evaluated, or throw, by a
// function or method of the program that does. What it writes comes before its value in echo $x, f(),
// and $x before what it throws.
func (p *program) prints(node ast.Vertex) bool {
	return p.printsIn([]ast.Vertex{node}, false, map[*routine]bool{})
}

// printsIn reports whether nodes write to the output or throw, or call what does. With inside false it sees only the
// calls of the program's own functions.
func (p *program) printsIn(list []ast.Vertex, inside bool, seen map[*routine]bool) bool {
	found := false
	for _, node := range list {
		inspect(node, func(n ast.Vertex) bool {
			switch c := n.(type) {
			case *ast.StmtEcho, *ast.StmtInlineHtml, *ast.ExprPrint, *ast.ExprExit, *ast.StmtThrow, *ast.ExprThrow:
				found = found || inside
			case *ast.ExprFunctionCall:
				name := strings.ToLower(identifier(c.Function))
				r := p.functions[name]
				found = found || r == nil && inside && (printingFunctions[name] || name == "") || r != nil && p.routinePrints(r, seen)
			case *ast.ExprMethodCall:
				found = found || p.methodPrints(identifier(c.Method), seen)
			case *ast.ExprNullsafeMethodCall:
				found = found || p.methodPrints(identifier(c.Method), seen)
			case *ast.ExprStaticCall:
				found = found || p.methodPrints(identifier(c.Call), seen)
			case *ast.ExprNew:
				found = found || p.methodPrints("__construct", seen)
			}
			return !found
		})
	}
	return found
}

func (p *program) routinePrints(r *routine, seen map[*routine]bool) bool {
	if seen[r] {
		return false
	}
	seen[r] = true
	return r.checks || p.printsIn(r.body, true, seen)
}

// methodPrints reports whether a method of that name of any class writes to the output.
func (p *program) methodPrints(name string, seen map[*routine]bool) bool {
	for _, c := range p.classList {
		if m := c.methods[strings.ToLower(name)]; m != nil && p.routinePrints(m, seen) {
			return true
		}
	}
	return false
}
