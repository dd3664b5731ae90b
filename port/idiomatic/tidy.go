package idiomatic

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

func tidyRules() []rule {
	return []rule{
		{Rule: Rule{Title: "The variable of a loop belongs to it"}, find: (*program).loopValue},
		{Rule: Rule{Title: "The counter of a loop belongs to it"}, find: (*program).loopCounter},
		{Rule: Rule{Title: "A list without elements is nil"}, find: (*program).emptyList},
	}
}

// loopValue makes variables that are set to each element of a list first, or to its index, and that
// nothing else uses, those of the loop. The program does the same.
func (p *program) loopValue(s site) *match {
	loop, ok := s.node.(*ast.RangeStmt)
	if !ok || loop.Tok != token.DEFINE || contains[*ast.FuncLit](loop.Body) {
		return nil
	}
	var edits []edit
	for _, stmt := range loop.Body.List {
		set := p.setFirst(stmt, loop, s)
		if set == nil {
			break
		}
		edits = append(edits, set...)
	}
	if edits == nil {
		return nil
	}
	return &match{edits: edits}
}

// setFirst returns the edits for a statement "v = item" at the beginning of a loop.
func (p *program) setFirst(stmt ast.Stmt, loop *ast.RangeStmt, s site) []edit {
	v, value, tok := p.assigned(stmt)
	if v == nil || tok != token.ASSIGN {
		return nil
	}
	var of ast.Expr
	for _, e := range []ast.Expr{loop.Key, loop.Value} {
		if e != nil && p.is(value, p.variable(e)) {
			of = e
		}
	}
	if of == nil {
		return nil
	}
	item := p.variable(of)
	declared := p.declaration(v, s)
	if p.uses(item, loop) != 2 || !types.Identical(v.Type(), item.Type()) || declared == nil || p.uses(v, loop) != p.uses(v, body(s))-1 {
		return nil
	}
	return []edit{{declared.Pos(), declared.End(), ""}, {of.Pos(), of.End(), v.Name()}, {stmt.Pos(), stmt.End(), ""}}
}

// declaration returns the statement "var v T" before a site, which sets no value.
func (p *program) declaration(v *types.Var, s site) *ast.DeclStmt {
	var found *ast.DeclStmt
	b := body(s)
	if b == nil {
		return nil
	}
	ast.Inspect(b, func(n ast.Node) bool {
		if d, ok := n.(*ast.DeclStmt); ok {
			spec, ok := d.Decl.(*ast.GenDecl).Specs[0].(*ast.ValueSpec)
			if ok && len(spec.Names) == 1 && len(spec.Values) == 0 && p.info.Defs[spec.Names[0]] == v && d.Pos() < s.node.Pos() {
				found = d
			}
		}
		return true
	})
	return found
}

// loopCounter declares a variable that only counts in loops, each of which sets it, in the loops.
// The program does the same.
func (p *program) loopCounter(s site) *match {
	d, ok := s.node.(*ast.DeclStmt)
	if !ok {
		return nil
	}
	spec, ok := d.Decl.(*ast.GenDecl).Specs[0].(*ast.ValueSpec)
	if !ok || len(spec.Names) != 1 || len(spec.Values) != 0 {
		return nil
	}
	v, _ := p.info.Defs[spec.Names[0]].(*types.Var)
	b := body(s)
	if v == nil || b == nil {
		return nil
	}
	edits := []edit{{d.Pos(), d.End(), ""}}
	inLoops, closure := 0, false
	ast.Inspect(b, func(n ast.Node) bool {
		loop, ok := n.(*ast.ForStmt)
		if !ok || loop.Init == nil {
			return true
		}
		w, value, tok := p.assigned(loop.Init)
		if w != v || tok != token.ASSIGN || p.uses(v, value) > 0 || !types.Identical(types.Default(p.info.TypeOf(value)), v.Type()) {
			return true
		}
		at := loop.Init.(*ast.AssignStmt).TokPos
		edits = append(edits, edit{at, at + 1, ":="})
		inLoops += p.uses(v, loop)
		closure = closure || contains[*ast.FuncLit](loop)
		return false
	})
	if len(edits) == 1 || closure || inLoops != p.uses(v, b)-1 {
		return nil
	}
	return &match{edits: edits}
}

// emptyList removes the copy of a list of results that is nil if it is empty, where PHP's ?: takes
// an empty array:
//
//	value := imapFound(…); var list []int; if len(value) > 0 { list = value } else { list = []int{} }
//
// The list is used only where nil and an empty list are the same: in loops and by len. The program
// does the same.
func (p *program) emptyList(s site) *match {
	test, ok := s.node.(*ast.IfStmt)
	around, at := siblings(s)
	if !ok || at < 2 || test.Init != nil || len(test.Body.List) != 1 {
		return nil
	}
	other, ok := test.Else.(*ast.BlockStmt)
	if !ok || len(other.List) != 1 {
		return nil
	}
	value, result, tok := p.assigned(around[at-2])
	v, taken, _ := p.assigned(test.Body.List[0])
	w, empty, _ := p.assigned(other.List[0])
	lit, _ := empty.(*ast.CompositeLit)
	declared, _ := around[at-1].(*ast.DeclStmt)
	switch {
	case value == nil || v == nil || v != w || tok != token.DEFINE || !p.is(taken, value) || lit == nil || len(lit.Elts) > 0:
		return nil
	case !p.saysFilled(test.Cond, value) || declared == nil || p.declaration(v, s) != declared:
		return nil
	case p.uses(value, body(s)) != 3 || !types.Identical(value.Type(), v.Type()):
		return nil
	}
	last, name, used := ast.Stmt(test), v.Name(), v
	if at+1 < len(around) {
		if alias, from, tok := p.assigned(around[at+1]); alias != nil && tok == token.DEFINE && p.is(from, v) && p.uses(v, body(s)) == 4 {
			last, name, used = around[at+1], alias.Name(), alias
		}
	}
	if !p.onlyElements(used, s, around[at-1], test, last) {
		return nil
	}
	return &match{edits: []edit{{around[at-2].Pos(), last.End(), fmt.Sprintf("%s := %s", name, p.text(result))}}}
}

// onlyElements reports whether a list is used in loops, by len and as the elements of a call only,
// but for some statements.
func (p *program) onlyElements(v *types.Var, s site, but ...ast.Stmt) bool {
	good := 0
	ast.Inspect(body(s), func(n ast.Node) bool {
		if stmt, ok := n.(ast.Stmt); ok && slices.Contains(but, stmt) {
			return false
		}
		switch n := n.(type) {
		case *ast.RangeStmt:
			if p.is(n.X, v) {
				good++
			}
		case *ast.CallExpr:
			if p.isLength(n, v) || n.Ellipsis.IsValid() && p.is(n.Args[len(n.Args)-1], v) && p.function(n, "SequenceOf") != nil {
				good++
			}
		}
		return true
	})
	return good == p.uses(v, body(s))-p.usesIn(v, but)
}

func (p *program) usesIn(v *types.Var, list []ast.Stmt) int {
	n := 0
	for i, s := range list {
		if !slices.Contains(list[:i], s) {
			n += p.uses(v, s)
		}
	}
	return n
}
