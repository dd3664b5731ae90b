package idiomatic

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"slices"

	"github.com/imapcompat/imapcompat/port/library"
)

// addHelpers adds functions to php.go.
func (p *program) addHelpers(names []string) error {
	missing := slices.DeleteFunc(names, func(name string) bool { return p.pkg.Scope().Lookup(name) != nil })
	if len(missing) == 0 {
		return nil
	}
	have := map[string]bool{}
	for _, name := range p.pkg.Scope().Names() {
		if p.isHelper(p.pkg.Scope().Lookup(name)) {
			have[name] = true
		}
	}
	for _, name := range missing {
		have[name] = true
	}
	text, err := withMethods(p.pkg.Name(), p.files[helperFile], have)
	if err == nil {
		p.files[helperFile] = text
	}
	return err
}

// isHelper reports whether something is declared in php.go.
func (p *program) isHelper(obj types.Object) bool {
	return obj != nil && obj.Pkg() == p.pkg && obj.Pkg() != nil && p.fset.Position(obj.Pos()).Filename == helperFile
}

// prune leaves in php.go what the program and its test still need.
func (p *program) prune() error {
	if p.files[helperFile] == nil {
		return nil
	}
	own := map[string]bool{}
	for _, f := range p.own {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && p.isHelper(p.info.Uses[id]) && p.info.Uses[id].Parent() == p.pkg.Scope() {
				own[id.Name] = true
			}
			return true
		})
	}
	for name, text := range p.files {
		if isSource(name) {
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution); err == nil {
			ast.Inspect(f, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && p.isHelper(p.pkg.Scope().Lookup(id.Name)) {
					own[id.Name] = true
				}
				return true
			})
		}
	}
	if len(own) == 0 {
		delete(p.files, helperFile)
		return nil
	}
	text, err := withMethods(p.pkg.Name(), p.files[helperFile], own)
	if err == nil {
		p.files[helperFile] = text
	}
	return err
}

// withMethods returns a php.go with the declarations of some names. Of the types in it, the methods are those that
// the old one has.
func withMethods(pkg string, old []byte, names map[string]bool) ([]byte, error) {
	names = maps.Clone(names)
	methods, err := methodsOf(old)
	if err != nil {
		return nil, err
	}
	for {
		text, err := library.Source(pkg, slices.Sorted(maps.Keys(names))...)
		if err != nil {
			return nil, err
		}
		before := len(names)
		for typ, list := range methods {
			if library.Declares(text, typ) {
				for _, m := range list {
					names[typ+"."+m] = true
				}
			}
		}
		if len(names) == before {
			return text, nil
		}
	}
}

// methodsOf returns the methods of the types of a php.go.
func methodsOf(text []byte) (map[string][]string, error) {
	methods := map[string][]string{}
	if text == nil {
		return methods, nil
	}
	f, err := parser.ParseFile(token.NewFileSet(), helperFile, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
			t := receiverType(fn.Recv.List[0].Type)
			methods[t] = append(methods[t], fn.Name.Name)
		}
	}
	return methods, nil
}

func receiverType(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.StarExpr:
		return receiverType(t.X)
	case *ast.IndexExpr:
		return receiverType(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
