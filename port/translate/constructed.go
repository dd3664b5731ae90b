package translate

import (
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// findConstructed notes the properties that each object of a class gets from its constructor before
// anything can read them: nothing sees their first values.
func (p *program) findConstructed() {
	for _, c := range p.classList {
		ctor := c.methods["__construct"]
		if ctor == nil || c.isInterface || c.skipsConstructor() {
			continue
		}
		read := map[string]bool{}
		for _, s := range ctor.body {
			name, value := assignedToThis(s)
			if name != "" && !usesThis(value, read) {
				if s := c.ownProperty(name); s != nil && !read[name] && c.is(s.class) && !s.class.skipsConstructor() {
					s.constructed = true
				}
				continue
			}
			if p.parentConstructor(c, s) {
				continue
			}
			if usesThis(s, read) || returns(s) {
				break
			}
		}
	}
}

// skipsConstructor reports whether a class that extends this one has a constructor that does not call
// that of its parent.
func (c *class) skipsConstructor() bool {
	for _, child := range c.children {
		if child.skipsConstructor() {
			return true
		}
		ctor := child.methods["__construct"]
		if ctor == nil {
			continue
		}
		calls := false
		for _, s := range ctor.body {
			calls = calls || isParentConstructor(s)
		}
		if !calls {
			return true
		}
	}
	return false
}

func isParentConstructor(stmt ast.Vertex) bool {
	s, ok := stmt.(*ast.StmtExpression)
	if !ok {
		return false
	}
	call, ok := s.Expr.(*ast.ExprStaticCall)
	return ok && strings.EqualFold(identifier(call.Class), "parent") && strings.EqualFold(identifier(call.Call), "__construct")
}

// parentConstructor reports whether a statement calls the constructor of the parent, which lets
// nothing else see the object.
func (p *program) parentConstructor(c *class, stmt ast.Vertex) bool {
	if !isParentConstructor(stmt) {
		return false
	}
	if c.parent == nil {
		return exceptionClass(c.extends)
	}
	ctor := c.parent.constructor()
	if ctor == nil {
		return true
	}
	for _, s := range ctor.body {
		if name, value := assignedToThis(s); name != "" && !usesThis(value, map[string]bool{}) {
			continue
		}
		if usesThis(s, map[string]bool{}) && !p.parentConstructor(c.parent, s) {
			return false
		}
	}
	return true
}

// assignedToThis returns the property that a statement assigns: $this->name = value.
func assignedToThis(stmt ast.Vertex) (name string, value ast.Vertex) {
	s, ok := stmt.(*ast.StmtExpression)
	if !ok {
		return "", nil
	}
	a, ok := s.Expr.(*ast.ExprAssign)
	if !ok {
		return "", nil
	}
	target, ok := a.Var.(*ast.ExprPropertyFetch)
	if !ok || variableName(target.Var) != "this" {
		return "", nil
	}
	return identifier(target.Prop), a.Expr
}

// usesThis reports whether code may lead to a method of the object. The properties that it names are
// added to read.
func usesThis(node ast.Vertex, read map[string]bool) bool {
	uses := false
	inspect(node, func(n ast.Vertex) bool {
		switch n := n.(type) {
		case *ast.ExprPropertyFetch:
			if variableName(n.Var) == "this" && identifier(n.Prop) != "" {
				read[identifier(n.Prop)] = true
				return false
			}
		case *ast.ExprVariable:
			uses = uses || variableName(n) == "this"
		case *ast.ExprStaticCall:
			switch strings.ToLower(identifier(n.Class)) {
			case "self", "static", "parent":
				uses = true
			}
		case *ast.ExprInclude, *ast.ExprIncludeOnce, *ast.ExprRequire, *ast.ExprRequireOnce:
			uses = true
		}
		return true
	})
	return uses
}

// returns reports whether a statement may end the function or file around it.
func returns(stmt ast.Vertex) bool {
	found := false
	inspect(stmt, func(n ast.Vertex) bool {
		switch n.(type) {
		case *ast.StmtReturn:
			found = true
		case *ast.ExprClosure, *ast.StmtFunction, *ast.StmtClass, *ast.StmtTrait, *ast.StmtInterface:
			return false
		}
		return true
	})
	return found
}
