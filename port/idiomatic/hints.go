package idiomatic

import (
	"go/ast"
	"go/types"
)

// hint is a Hint in the source before the markers are removed.
type hint struct {
	file *file
	line int
	text string
}

const markHint = "this loop marks the messages that it has handled. A job of package inbox hands over each one once, " +
	"also after a crash: docs/inbox.md, and docs/process.md for a handler that is another program"

const partsHint = "this function walks through the parts of a message. The methods Text and Attachments of what readable.Open " +
	"returns do that: docs/porting.md#the-text-of-a-message-plain-or-html and docs/porting.md#download-the-attachments"

// hints finds what no rule fits and a person may want to change.
func (p *program) hints() []hint {
	var found []hint
	for _, f := range p.own {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			add := func(text string) { found = append(found, hint{f, p.fset.Position(n.Pos()).Line, text}) }
			switch n := n.(type) {
			case *ast.RangeStmt:
				if p.marksElement(n.Body, n.Value) {
					add(markHint)
				}
			case *ast.ForStmt:
				if a, ok := n.Init.(*ast.AssignStmt); ok && len(a.Lhs) == 1 && p.marksElement(n.Body, a.Lhs[0]) {
					add(markHint)
				}
			case *ast.FuncDecl:
				if p.walksParts(n) {
					add(partsHint)
				}
			}
			return true
		})
	}
	return found
}

// marksElement reports whether a loop marks the message of its variable.
func (p *program) marksElement(b *ast.BlockStmt, e ast.Expr) bool {
	if e == nil || len(b.List) < 2 {
		return false // there is nothing but the mark
	}
	v := p.variable(e)
	found := false
	ast.Inspect(b, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || v == nil {
			return v != nil
		}
		f, _ := p.callee(call)
		if f == nil || !marking[f.Name()] || f.Name() == "MailCopy" || f.FullName() != connectionType+"."+f.Name() {
			return true
		}
		one := p.function(call.Args[0], "SequenceOf")
		found = found || len(one) == 1 && p.is(one[0], v)
		return !found
	})
	return found
}

// walksParts reports whether a function calls itself for the parts of a structure.
func (p *program) walksParts(f *ast.FuncDecl) bool {
	if f.Body == nil {
		return false
	}
	parts, itself := false, false
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			v, ok := p.info.Uses[n.Sel].(*types.Var)
			parts = parts || ok && v.IsField() && v.Name() == "Parts" && v.Pkg() != nil && v.Pkg().Path() == imapcompatPath
		case *ast.Ident:
			itself = itself || p.info.Uses[n] != nil && p.info.Uses[n] == p.info.Defs[f.Name]
		}
		return true
	})
	return parts && itself
}
