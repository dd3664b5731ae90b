package library

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"slices"
	"strings"
)

// Bind matches the types of arguments, as Go code, against the parameters. If all of them match
// exactly, it returns the types of the results, in which type parameters are replaced. Arguments
// for parameters with a default value may be left out.
func (f *Form) Bind(args ...string) (results []string, ok bool) {
	bound, ok := f.bind(args)
	if !ok {
		return nil, false
	}
	for _, r := range f.Results {
		results = append(results, substitute(r.Type, bound))
	}
	return results, true
}

// Instance returns the types that the parameters have in a call with these types of arguments,
// "" for one that is not known.
// It binds the type parameters to what those arguments say whose types match. The others are
// bound to "any", and so are those of which two arguments say different things.
func (f *Form) Instance(args ...string) (params, results []string) {
	bound := map[string]string{}
	for i, arg := range args {
		if p := f.param(i); p != nil {
			f.note(p, arg, bound)
		}
	}
	for _, name := range f.TypeParams {
		if bound[name] == "" {
			bound[name] = "any"
		}
	}
	for _, p := range f.Params {
		params = append(params, substitute(p.Type, bound))
	}
	for _, r := range f.Results {
		results = append(results, substitute(r.Type, bound))
	}
	return params, results
}

// note binds the type parameters that a parameter mentions to what an argument says of them. A value of any type
// may be an array of any values. A function that changes an array in place also puts values there whose type matches
// nothing.
func (f *Form) note(p *Param, arg string, bound map[string]string) {
	if arg == "" {
		return
	}
	alone := map[string]string{}
	elem, list := strings.CutPrefix(arg, "[]")
	switch {
	case f.match(p.Type, arg, alone):
	case list && f.match(p.Type, "*Array["+elem+"]", alone): // which the list becomes
	default:
		clear(alone)
		array := arg == "any" && (strings.HasPrefix(p.Type, "*Array[") || strings.HasPrefix(p.Type, "[]"))
		for _, name := range f.TypeParams {
			if (array || f.changesInPlace() && !p.InPlace) && substitute(p.Type, map[string]string{name: ""}) != p.Type {
				alone[name] = "any"
			}
		}
	}
	for name, typ := range alone {
		if bound[name] != "" && bound[name] != typ {
			typ = "any"
		}
		bound[name] = typ
	}
}

func (f *Form) changesInPlace() bool {
	return slices.ContainsFunc(f.Params, func(p Param) bool { return p.InPlace })
}

// param returns the parameter of the i-th argument, nil if there is none.
func (f *Form) param(i int) *Param {
	if n := len(f.Params); i >= n {
		if n > 0 && f.Params[n-1].Variadic {
			return &f.Params[n-1]
		}
		return nil
	}
	return &f.Params[i]
}

func (f *Form) bind(args []string) (map[string]string, bool) {
	for i := len(args); i < len(f.Params); i++ {
		if p := f.Params[i]; p.Default == "" && !p.Variadic {
			return nil, false
		}
	}
	bound := map[string]string{}
	for i, arg := range args {
		p := f.param(i)
		if p == nil || !f.match(p.Type, arg, bound) {
			return nil, false
		}
	}
	return bound, len(bound) == len(f.TypeParams)
}

func (f *Form) match(pattern, typ string, bound map[string]string) bool {
	if len(f.TypeParams) == 0 {
		return pattern == typ
	}
	p, err := parser.ParseExpr(pattern)
	if err != nil {
		return false
	}
	t, err := parser.ParseExpr(typ)
	if err != nil {
		return false
	}
	return f.matchExpr(p, t, bound)
}

// matchExpr matches a type against a pattern with type parameters and notes what they stand for.
func (f *Form) matchExpr(pattern, typ ast.Expr, bound map[string]string) bool {
	if id, ok := pattern.(*ast.Ident); ok {
		text := exprText(typ)
		for _, name := range f.TypeParams {
			if id.Name != name {
				continue
			}
			if bound[name] == "" {
				bound[name] = text
			}
			return bound[name] == text
		}
		return id.Name == text
	}
	switch p := pattern.(type) {
	case *ast.ArrayType:
		t, ok := typ.(*ast.ArrayType)
		return ok && p.Len == nil && t.Len == nil && f.matchExpr(p.Elt, t.Elt, bound)
	case *ast.StarExpr:
		t, ok := typ.(*ast.StarExpr)
		return ok && f.matchExpr(p.X, t.X, bound)
	case *ast.IndexExpr:
		t, ok := typ.(*ast.IndexExpr)
		return ok && exprText(p.X) == exprText(t.X) && f.matchExpr(p.Index, t.Index, bound)
	case *ast.FuncType:
		t, ok := typ.(*ast.FuncType)
		return ok && f.matchFields(p.Params, t.Params, bound) && f.matchFields(p.Results, t.Results, bound)
	}
	return exprText(pattern) == exprText(typ)
}

func (f *Form) matchFields(pattern, typ *ast.FieldList, bound map[string]string) bool {
	p, t := fieldTypes(pattern), fieldTypes(typ)
	if len(p) != len(t) {
		return false
	}
	for i := range p {
		if !f.matchExpr(p[i], t[i], bound) {
			return false
		}
	}
	return true
}

func fieldTypes(list *ast.FieldList) []ast.Expr {
	if list == nil {
		return nil
	}
	var out []ast.Expr
	for _, field := range list.List {
		for range max(1, len(field.Names)) {
			out = append(out, field.Type)
		}
	}
	return out
}

// substitute replaces type parameters in a type.
func substitute(typ string, bound map[string]string) string {
	if len(bound) == 0 {
		return typ
	}
	var out strings.Builder
	for i := 0; i < len(typ); {
		n := i
		for n < len(typ) && isLetter(typ[n]) {
			n++
		}
		if n == i {
			out.WriteByte(typ[i])
			i++
			continue
		}
		if to, ok := bound[typ[i:n]]; ok {
			out.WriteString(to)
		} else {
			out.WriteString(typ[i:n])
		}
		i = n
	}
	return out.String()
}

func isLetter(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func exprText(e ast.Expr) string {
	var out strings.Builder
	if err := printer.Fprint(&out, token.NewFileSet(), e); err != nil {
		return ""
	}
	return out.String()
}
