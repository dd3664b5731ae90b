package translate

import (
	"fmt"
	"slices"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// dependent is a static variable whose first value needs constants that statements of the program define.
// PHP evaluates it when it is used first, and Go before main.
type dependent struct {
	slot  *slot
	expr  ast.Vertex
	class *class // in which the value is written, or nil
}

// definedFor returns the names of the constants that statements define and that a value of a class or function
// needs, also by constants of classes.
func (e *emitter) definedFor(expr ast.Vertex) []string {
	names := map[string]bool{}
	e.gatherDefined(expr, names, 0)
	return sorted(names)
}

func (e *emitter) gatherDefined(expr ast.Vertex, names map[string]bool, depth int) {
	inspect(expr, func(n ast.Vertex) bool {
		switch n := n.(type) {
		case *ast.ExprConstFetch:
			if name := identifier(n.Const); e.p.constants[name] != nil {
				names[name] = true
			}
		case *ast.ExprClassConstFetch:
			c, _ := e.resolve(n.Class)
			if c == nil || depth > 20 {
				break
			}
			k := e.p.constantOf(c, identifier(n.Const))
			if k == nil {
				break
			}
			if d, ok := k.node.(*ast.StmtConstant); ok {
				e.declaredIn(c, func() { e.gatherDefined(d.Expr, names, depth+1) })
			}
		}
		return true
	})
}

// dependOn notes that a static variable gets its first value where constants are defined. It reports whether
// there are any.
func (e *emitter) dependOn(s *slot, expr ast.Vertex) bool {
	names := e.definedFor(expr)
	for _, name := range names {
		list := e.p.dependents[name]
		if slices.ContainsFunc(list, func(d dependent) bool { return d.slot == s }) {
			continue
		}
		e.p.dependents[name] = append(list, dependent{s, expr, e.fn.class})
		e.p.changed = true
	}
	return len(names) > 0
}

// assignDependents gives the static variables that need a constant their first values, as it is defined.
func (e *emitter) assignDependents(name string) {
	for _, d := range e.p.dependents[name] {
		e.declaredIn(d.class, func() {
			v := e.exprTo(d.expr, d.slot.typ)
			e.p.grow(d.slot, v.typ)
			e.assignSlot(d.slot, v, false)
		})
	}
}

// call returns a constant of a class in Go. One whose value needs constants that statements define is a func.
func (k *constant) call() string {
	if k.lazy {
		return k.goName + "()"
	}
	return k.goName
}

// lazyConstant writes the func of a constant.
func lazyConstant(k *constant, code string) string {
	return fmt.Sprintf("func %s() %s { return %s }\n\n", k.goName, k.typ, code)
}
