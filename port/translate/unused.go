package translate

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// edit replaces a piece of code.
type edit struct {
	from, to int
	text     string
}

// useAll makes Go take variables that PHP never reads: those that a function declares and that
// nothing but assignments mention. Names are unique in a function, so that no scopes matter.
func useAll(source string, fset *token.FileSet, file *ast.File) string {
	var edits []edit
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			edits = append(edits, unusedIn(fset, fn)...)
		}
	}
	return applied(source, edits)
}

// reachable removes the statements of blocks that come after one that leaves the block, and returns at the end of functions.
// PHP's code may have them, where an expression throws for one, and go vet complains.
func reachable(source string, fset *token.FileSet, file *ast.File) string {
	var edits []edit
	cut := func(list []ast.Stmt) {
		for i := range max(0, len(list)-1) {
			if leaves(list[i]) {
				from, to := fset.Position(list[i+1].Pos()).Offset, fset.Position(list[len(list)-1].End()).Offset
				edits = append(edits, edit{from, to, ""})
				return
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BlockStmt:
			cut(n.List)
		case *ast.CaseClause:
			cut(n.Body)
		case *ast.FuncDecl:
			edits = append(edits, lastReturn(fset, n.Type, n.Body)...)
		case *ast.FuncLit:
			edits = append(edits, lastReturn(fset, n.Type, n.Body)...)
		}
		return true
	})
	return applied(source, edits)
}

// lastReturn removes a return without a value at the end of a function.
func lastReturn(fset *token.FileSet, typ *ast.FuncType, body *ast.BlockStmt) []edit {
	if body == nil || len(body.List) == 0 || typ.Results.NumFields() > 0 {
		return nil
	}
	last, ok := body.List[len(body.List)-1].(*ast.ReturnStmt)
	if !ok || len(last.Results) > 0 {
		return nil
	}
	return []edit{{fset.Position(last.Pos()).Offset, fset.Position(last.End()).Offset, ""}}
}

// leaves reports whether a statement never goes on to the next.
func leaves(stmt ast.Stmt) bool {
	switch s := stmt.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.ExprStmt:
		if call, ok := s.X.(*ast.CallExpr); ok {
			id, ok := call.Fun.(*ast.Ident)
			return ok && id.Name == "panic"
		}
	}
	return false
}

// applied makes edits. Those within others are left out.
func applied(source string, edits []edit) string {
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	var out strings.Builder
	at := 0
	for _, x := range edits {
		if x.from < at {
			continue
		}
		out.WriteString(source[at:x.from] + x.text)
		at = x.to
	}
	out.WriteString(source[at:])
	return out.String()
}

func unusedIn(fset *token.FileSet, fn *ast.FuncDecl) []edit {
	targets := map[*ast.Ident]bool{}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				if id, ok := l.(*ast.Ident); ok {
					targets[id] = true
				}
			}
		case *ast.IncDecStmt:
			if id, ok := n.X.(*ast.Ident); ok {
				targets[id] = true
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				targets[id] = true
			}
		case *ast.RangeStmt:
			for _, x := range []ast.Expr{n.Key, n.Value} {
				if id, ok := x.(*ast.Ident); ok {
					targets[id] = true
				}
			}
		}
		return true
	})
	used := map[string]bool{"_": true}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			targets[n.Sel] = true // a field or method
		case *ast.Ident:
			used[n.Name] = used[n.Name] || !targets[n]
		}
		return true
	})
	offset := func(p token.Pos) int { return fset.Position(p).Offset }
	var edits []edit
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				break
			}
			edits = append(edits, useOf(n.Lhs, used, offset(n.End()))...)
		case *ast.ValueSpec:
			names := make([]ast.Expr, 0, len(n.Names))
			for _, id := range n.Names {
				names = append(names, id)
			}
			edits = append(edits, useOf(names, used, offset(n.End()))...)
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				for _, x := range []ast.Expr{n.Key, n.Value} {
					if id, ok := x.(*ast.Ident); ok && !used[id.Name] {
						edits = append(edits, edit{offset(id.Pos()), offset(id.End()), "_"})
					}
				}
			}
		}
		return true
	})
	return edits
}

// useOf returns the statement that uses those of some variables that nothing else does.
func useOf(names []ast.Expr, used map[string]bool, at int) []edit {
	var unused []string
	for _, x := range names {
		if id, ok := x.(*ast.Ident); ok && !used[id.Name] {
			unused = append(unused, id.Name)
			used[id.Name] = true
		}
	}
	if len(unused) == 0 {
		return nil
	}
	blanks := strings.Repeat(", _", len(unused))[2:]
	return []edit{{at, at, fmt.Sprintf("\n%s = %s", blanks, strings.Join(unused, ", "))}}
}
