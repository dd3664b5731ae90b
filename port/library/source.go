package library

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/token"
	"go/types"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// source is what the embedded files declare.
type source struct {
	fset      *token.FileSet
	files     []*ast.File
	text      map[string]string // by file name
	decls     map[string]*decl  // by name; methods as "Type.method"
	functions map[string]*Function
	constants map[string]Constant
}

// A decl is a declaration at package level: a function, a method, or one name of a const, var or
// type declaration.
type decl struct {
	name    string
	order   int    // of appearance
	text    string // with its doc comment
	uses    map[string]bool
	calls   map[string]bool // selectors whose type is not known here: maybe methods
	imports map[string]bool
}

// Source returns the declarations that are named and all that they need, as one file of a
// package, formatted. A method is named "Type.method". A name that is not in Names is an error.
func Source(pkg string, names ...string) ([]byte, error) {
	s := must()
	need := map[string]bool{}
	for _, name := range names {
		if s.decls[name] == nil {
			return nil, fmt.Errorf("library: no declaration of %s", name)
		}
		s.reach(name, need)
	}
	s.reachMethods(need)
	return s.write(pkg, need)
}

func (s *source) reach(name string, need map[string]bool) {
	d := s.decls[name]
	if d == nil || need[name] {
		return
	}
	need[name] = true
	for used := range d.uses {
		s.reach(used, need)
	}
	if typ, _, ok := strings.Cut(name, "."); ok {
		s.reach(typ, need)
	}
}

// byInterface are methods that code calls through interfaces of the standard library.
var byInterface = []string{"Error", "String", "Unwrap", "Read", "Write", "Close"}

// reachMethods adds the methods of needed types which needed code may call on values whose
// type is not known without the imports.
func (s *source) reachMethods(need map[string]bool) {
	for {
		calls := map[string]bool{}
		for _, name := range byInterface {
			calls[name] = true
		}
		for name := range need {
			maps.Copy(calls, s.decls[name].calls)
		}
		before := len(need)
		for name := range s.decls {
			typ, method, ok := strings.Cut(name, ".")
			if ok && need[typ] && calls[method] {
				s.reach(name, need)
			}
		}
		if len(need) == before {
			return
		}
	}
}

func (s *source) write(pkg string, need map[string]bool) ([]byte, error) {
	imports := map[string]bool{}
	var list []*decl
	for name := range need {
		list = append(list, s.decls[name])
		maps.Copy(imports, s.decls[name].imports)
	}
	slices.SortFunc(list, func(a, b *decl) int { return a.order - b.order })
	var out strings.Builder
	out.WriteString("package " + pkg + "\n\n// PHP's functions that this program calls.\n\n//lint:file-ignore U1000 The program needs parts of what they share.\n")
	if len(imports) > 0 {
		out.WriteString("\nimport (\n" + strings.Join(slices.Sorted(maps.Keys(imports)), "\n") + "\n)\n")
	}
	for _, d := range list {
		out.WriteString("\n" + d.text + "\n")
	}
	return format.Source([]byte(out.String()))
}

// resolve finds what each declaration uses. The imports are not loaded. What comes from them has
// no type then, and go/types goes on.
func (s *source) resolve() {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImporter{}, Error: func(error) {}}
	// The error says only that there are errors, which are those of the imports.
	pkg, _ := config.Check("functions", s.fset, s.files, info)
	for _, file := range s.files {
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				s.addDecl(pkg, info, funcName(d), d, d.Doc, "")
			case *ast.GenDecl:
				s.addGenDecl(pkg, info, d)
			}
		}
	}
}

func (s *source) addGenDecl(pkg *types.Package, info *types.Info, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		var names []*ast.Ident
		var doc *ast.CommentGroup
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			names, doc = spec.Names, spec.Doc
		case *ast.TypeSpec:
			names, doc = []*ast.Ident{spec.Name}, spec.Doc
		}
		if !d.Lparen.IsValid() {
			doc = d.Doc
		}
		for _, name := range names {
			s.addDecl(pkg, info, name.Name, spec, doc, d.Tok.String()+" ")
		}
	}
}

func (s *source) addDecl(pkg *types.Package, info *types.Info, name string, node ast.Node, doc *ast.CommentGroup, keyword string) {
	d := &decl{name: name, order: len(s.decls), uses: map[string]bool{}, calls: map[string]bool{}, imports: map[string]bool{}}
	d.text = docText(doc) + keyword + s.slice(node, doc)
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if info.Uses[n.Sel] == nil {
				d.calls[n.Sel.Name] = true
			}
		case *ast.Ident:
			d.note(pkg, info.Uses[n])
		}
		return true
	})
	s.decls[name] = d
}

// note adds an object that a declaration uses.
func (d *decl) note(pkg *types.Package, obj types.Object) {
	switch obj := obj.(type) {
	case *types.PkgName:
		d.imports[importSpec(obj)] = true
	case *types.Func:
		if recv := obj.Signature().Recv(); recv != nil {
			if named := namedType(recv.Type()); named != nil && named.Obj().Pkg() == pkg {
				d.uses[named.Obj().Name()+"."+obj.Name()] = true
			}
			return
		}
		if obj.Pkg() == pkg {
			d.uses[obj.Name()] = true
		}
	default:
		if obj != nil && obj.Pkg() == pkg && obj.Parent() == pkg.Scope() {
			d.uses[obj.Name()] = true
		}
	}
}

func importSpec(p *types.PkgName) string {
	spec := strconv.Quote(p.Imported().Path())
	if p.Name() != p.Imported().Name() {
		return p.Name() + " " + spec
	}
	return spec
}

func namedType(t types.Type) *types.Named {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	named, _ := t.(*types.Named)
	return named
}

func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return d.Name.Name
	}
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if index, ok := t.(*ast.IndexExpr); ok {
		t = index.X
	}
	return exprText(t) + "." + d.Name.Name
}

// docText returns a doc comment without the directives for this package.
func docText(doc *ast.CommentGroup) string {
	if doc == nil {
		return ""
	}
	var lines []string
	for _, c := range doc.List {
		if !strings.HasPrefix(c.Text, "//php:") {
			lines = append(lines, c.Text)
		}
	}
	for len(lines) > 0 && lines[len(lines)-1] == "//" {
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// slice returns a declaration's text without its doc comment, with a comment at its end.
func (s *source) slice(node ast.Node, doc *ast.CommentGroup) string {
	start, end := s.fset.Position(node.Pos()), s.fset.Position(node.End())
	if f, ok := node.(*ast.FuncDecl); ok && doc != nil {
		start = s.fset.Position(f.Type.Func)
	}
	text := s.text[start.Filename]
	return text[start.Offset:end.Offset]
}

// A noImporter imports packages with nothing in them.
type noImporter struct{}

var version = regexp.MustCompile(`^v[0-9]+$`)

func (noImporter) Import(importPath string) (*types.Package, error) {
	name := path.Base(importPath)
	if version.MatchString(name) {
		name = path.Base(path.Dir(importPath))
	}
	pkg := types.NewPackage(importPath, name)
	pkg.MarkComplete()
	return pkg, nil
}

// Declares reports whether what Source returned declares a type.
func Declares(source []byte, typ string) bool {
	return bytes.Contains(source, []byte("\ntype "+typ+" ")) || bytes.Contains(source, []byte("\ntype "+typ+"["))
}
