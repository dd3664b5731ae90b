package translate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/VKCOM/php-parser/pkg/ast"
)

// scalarOrArray reports whether a parameter, result or property has a declared type that PHP
// checks when it gets a value, and that the port checks as well.
func (s *slot) scalarOrArray() bool {
	return s.declared != nil && (s.declared.scalar() || s.declared.kind == dict)
}

// growParam notes the type of an argument. PHP converts it to a declared type or throws.
func (p *program) growParam(q *param, t *Type) {
	if s := q.slot; s.declared != nil && (s.declared.scalar() || s.declared.kind == function) {
		if s.declared.kind == function && t.kind == null {
			s.declared = s.declared.with(asNull)
		}
		t = s.declared
	}
	p.grow(q.slot, t)
}

// argumentOf returns an argument for a parameter of a declared type.
func (e *emitter) argumentOf(r *routine, q *param, v value) value {
	if !q.slot.scalarOrArray() || q.byRef {
		return v
	}
	place := r.calledAs() + "(): Argument #" + itoa(r.paramIndex(q.name)+1) + " ($" + q.name + ")"
	return e.declared(v, q.slot.declared, place+" must be of type ", ", %s given")
}

// tooFew is PHP's message where a call leaves out a parameter that has no default value. It lacks the
// place of the call, which is a file of PHP.
func (r *routine) tooFew(given int) string {
	needed, most := 0, "exactly"
	for i, q := range r.params {
		switch {
		case q.def == nil && !q.variadic:
			needed = i + 1
		default:
			most = "at least"
		}
	}
	return fmt.Sprintf("Too few arguments to function %s(), %d passed and %s %d expected", r.calledAs(), given, most, needed)
}

// calledAs is the name of a function in PHP's messages.
func (r *routine) calledAs() string {
	if r.class != nil && !r.closure {
		return r.class.name + "::" + r.name
	}
	return r.name
}

// stored returns a value for a result or property of a declared type.
func (e *emitter) stored(v value, s *slot) value {
	switch {
	case !s.scalarOrArray():
		return v
	case s.kind == resultSlot:
		return e.declared(v, s.declared, e.fn.calledAs()+"(): Return value must be of type ", ", %s returned")
	case s.kind == propertySlot && s.class != nil:
		return e.declared(v, s.declared, "Cannot assign %s to property "+s.class.name+"::$"+s.name+" of type ", "")
	}
	return v
}

// declared returns a value for a place of a declared type. The check is written where PHP may throw a
// TypeError, with what PHP's message says before and after the type.
func (e *emitter) declared(v value, t *Type, before, after string) value {
	plain := v.typ.kind == t.kind || !v.typ.scalar() || v.typ.kind == falsehood && t.opt == asFalse
	switch refused := refusable(v, t, e.f.strict); {
	case !refused && plain:
		return v
	case !refused && v.typ.opt == present:
		return e.convert(e.one(v), t.with(present))
	}
	e.p.mark(&e.fn.checks)
	check := "declared"
	if e.f.strict {
		check = "declaredStrictly"
	}
	typ := declaredName(t)
	return goCode(e.need(check)+"("+e.toMixed(e.one(v)).code+", "+quote(typ)+", "+quote(before+typ+after)+")", mixedType)
}

// refusable reports whether a value may be of a type that PHP refuses.
func refusable(v value, t *Type, strict bool) bool {
	switch {
	case v.typ.kind == unknown:
		return false
	case v.typ.kind == null || v.typ.opt == asNull:
		if t.opt != asNull {
			return true
		}
		if v.typ.kind == null {
			return false
		}
	case v.typ.kind == falsehood || v.typ.opt == asFalse:
		if t.opt != asFalse && (strict || t.kind == dict) {
			return true
		}
		if v.typ.kind == falsehood {
			return false
		}
	}
	if v.typ.kind == mixed || v.typ.opt == asEither {
		return true
	}
	switch t.kind {
	case dict:
		return !v.typ.array() && v.typ.kind != blank
	case text:
		return !v.typ.scalar() || strict && v.typ.kind != text && v.typ.kind != blank
	case integer:
		return v.typ.kind != integer && !v.typ.digit && (strict || v.typ.kind != boolean && !isDigits(v))
	case float:
		return v.typ.kind != float && v.typ.kind != integer && (strict || v.typ.kind != boolean && !isDigits(v))
	}
	return !v.typ.scalar() || strict && v.typ.kind != t.kind
}

// isDigits reports whether a value is a string of digits that stands in the script.
func isDigits(v value) bool {
	return v.literal && v.typ.kind == text && v.text != "" && strings.Trim(v.text, "0123456789") == "" && len(v.text) < 18
}

// declaredName is PHP's name of a declared type.
func declaredName(t *Type) string {
	name := map[kind]string{integer: "int", float: "float", text: "string", boolean: "bool", dict: "array"}[t.kind]
	switch t.opt {
	case asNull:
		return "?" + name
	case asFalse:
		return name + "|false"
	}
	return name
}

// strictTypes reports whether a file says declare(strict_types=1), which PHP allows at its begin only.
func strictTypes(root ast.Vertex) bool {
	r, ok := root.(*ast.Root)
	return ok && slices.ContainsFunc(r.Stmts, func(s ast.Vertex) bool {
		d, ok := s.(*ast.StmtDeclare)
		return ok && declaresStrict(d)
	})
}

func declaresStrict(n *ast.StmtDeclare) bool {
	return slices.ContainsFunc(n.Consts, func(v ast.Vertex) bool {
		c, ok := v.(*ast.StmtConstant)
		if !ok || !strings.EqualFold(identifier(c.Name), "strict_types") {
			return false
		}
		number, ok := c.Expr.(*ast.ScalarLnumber)
		return ok && string(number.Value) == "1"
	})
}

// nullable is a declared type whose default value null allows null.
func nullable(t *Type, def ast.Vertex) *Type {
	if c, ok := def.(*ast.ExprConstFetch); ok && strings.EqualFold(identifier(c.Const), "null") {
		return t.with(asNull)
	}
	return t
}
