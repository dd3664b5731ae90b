package translate

import (
	"maps"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// hint returns the type that the source declares for a parameter or result, nil if it says
// nothing of use.
func (p *program) hint(r *routine, node ast.Vertex) *Type {
	return p.hintIn(r.file, node)
}

func (p *program) hintIn(f *file, node ast.Vertex) *Type {
	switch n := node.(type) {
	case nil:
		return nil
	case *ast.Nullable:
		if t := p.hintIn(f, n.Expr); t != nil {
			return t.with(asNull)
		}
		return nil
	case *ast.Union:
		return p.unionHint(f, n)
	}
	name := identifier(node)
	switch strings.ToLower(name) {
	case "int":
		return intType
	case "float":
		return floatType
	case "string":
		return textType
	case "bool":
		return boolType
	case "array":
		return anyDict
	}
	return nil
}

// unionHint knows string|null and string|false.
func (p *program) unionHint(f *file, n *ast.Union) *Type {
	if len(n.Types) != 2 {
		return nil
	}
	for i, t := range n.Types {
		opt := present
		switch strings.ToLower(identifier(t)) {
		case "null":
			opt = asNull
		case "false":
			opt = asFalse
		}
		if opt != present {
			if t := p.hintIn(f, n.Types[1-i]); t != nil {
				return t.with(opt)
			}
		}
	}
	return nil
}

// classType returns the type of a class that is not of the program.
func (e *emitter) classType(name string) *Type {
	switch strings.ToLower(name) {
	case "connection":
		return objectOf("*imapcompat.Connection")
	case "stdclass":
		return objectOf("*Object")
	}
	if f := e.p.lib[strings.ToLower(name)+"::__construct"]; f != nil {
		if results := f.Forms[0].Results; len(results) > 0 {
			return parseType(results[0].Type)
		}
	}
	return nil
}

// firstAssumed is the pass in which what is called has the types of the calls.
const firstAssumed = 2

// assume gives the parameters of what nobody calls the types that the source declares.
func (p *program) assume() {
	for _, r := range p.order {
		p.assumeForCallers(r)
		for _, q := range r.params {
			if q.slot.typ.kind != unknown {
				continue
			}
			if q.node != nil && q.node.Type != nil {
				name := identifier(q.node.Type)
				if c := p.only(p.classes[strings.ToLower(name)]); c != nil {
					p.grow(q.slot, c.typ())
				} else if strings.EqualFold(name, "Connection") {
					p.grow(q.slot, objectOf("*imapcompat.Connection"))
				}
			}
			if q.slot.typ.kind == unknown && q.slot.declared != nil {
				p.grow(q.slot, q.slot.declared)
			}
		}
	}
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// only returns a class, or the only one that implements an interface.
func (p *program) only(c *class) *class {
	if c == nil || c.isTrait {
		return nil
	}
	if !c.isInterface {
		return c
	}
	var found *class
	for _, q := range p.classList {
		if implements(p, q, c) {
			if found != nil {
				return nil
			}
			found = q
		}
	}
	return found
}
