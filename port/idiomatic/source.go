package idiomatic

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

// program is a port that is rewritten.
type program struct {
	files    map[string][]byte
	packages types.Importer
	changes  []Change
	refused  map[string]bool // places where a rule did not succeed

	// These are what check found.
	fset  *token.FileSet
	own   []*file // without php.go
	pkg   *types.Package
	info  *types.Info
	decls map[types.Object]ast.Node // of own functions and variables of the package
}

type file struct {
	name string
	text []byte
	ast  *ast.File
}

// helperFile has the copies of PHP's functions in a port.
const helperFile = "php.go"

// isSource reports whether a file is one of the program.
func isSource(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// check parses the files and finds the types.
func (p *program) check() error {
	p.fset, p.own, p.decls = token.NewFileSet(), nil, map[types.Object]ast.Node{}
	p.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	var names []string
	for name := range p.files {
		if isSource(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var all []*ast.File
	for _, name := range names {
		parsed, err := parser.ParseFile(p.fset, name, p.files[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		all = append(all, parsed)
		if name != helperFile {
			p.own = append(p.own, &file{name, p.files[name], parsed})
		}
	}
	config := types.Config{Importer: p.packages}
	var err error
	if p.pkg, err = config.Check("main", p.fset, all, p.info); err != nil {
		return err
	}
	for _, f := range p.own {
		p.declare(f.ast)
	}
	return nil
}

func (p *program) declare(f *ast.File) {
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			p.decls[p.info.Defs[d.Name]] = d
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if v, ok := spec.(*ast.ValueSpec); ok {
					for _, name := range v.Names {
						p.decls[p.info.Defs[name]] = v
					}
				}
			}
		}
	}
}

// edit replaces the code between two places.
type edit struct {
	from, to token.Pos
	text     string
}

func (p *program) offset(pos token.Pos) int { return p.fset.Position(pos).Offset }

// text returns the code of a node.
func (p *program) text(n ast.Node) string { return p.between(n.Pos(), n.End()) }

func (p *program) between(from, to token.Pos) string {
	at := p.fset.Position(from)
	return string(p.files[at.Filename][at.Offset:p.offset(to)])
}

// edited returns a file with its edits, which do not overlap.
func (p *program) edited(f *file, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return p.offset(a.from) - p.offset(b.from) })
	var out bytes.Buffer
	last := 0
	for _, e := range edits {
		from := p.offset(e.from)
		out.Write(f.text[last:from])
		for _, marker := range p.markersIn(f, e) {
			out.WriteString(marker + "\n")
		}
		out.WriteString(e.text)
		last = editEnd(f.text, from, p.offset(e.to), e.text)
	}
	out.Write(f.text[last:])
	return out.Bytes()
}

// editEnd returns where an edit ends: with its line if it leaves nothing of that, or ends with a line
// itself.
func editEnd(text []byte, from, to int, replacement string) int {
	before := text[bytes.LastIndexByte(text[:from], '\n')+1 : from]
	removes := replacement == "" && from < to && len(bytes.TrimSpace(before)) == 0
	if !removes && (!strings.HasSuffix(replacement, "\n") || strings.HasPrefix(replacement, markerPrefix)) || to == len(text) || text[to] != '\n' {
		return to
	}
	return to + 1
}

// markersIn returns the markers that an edit would remove.
func (p *program) markersIn(f *file, e edit) []string {
	var list []string
	for _, c := range p.comments(f, e) {
		if strings.HasPrefix(c.Text, markerPrefix) {
			list = append(list, c.Text)
		}
	}
	return list
}

func (p *program) comments(f *file, e edit) []*ast.Comment {
	var list []*ast.Comment
	for _, group := range f.ast.Comments {
		for _, c := range group.List {
			if c.Pos() >= e.from && c.Pos() < e.to {
				list = append(list, c)
			}
		}
	}
	return list
}

// losesComment reports whether a comment of the script is in code that is replaced.
func (p *program) losesComment(f *file, edits []edit) bool {
	return slices.ContainsFunc(edits, func(e edit) bool {
		return slices.ContainsFunc(p.comments(f, e), func(c *ast.Comment) bool { return !strings.HasPrefix(c.Text, markerPrefix) })
	})
}

// oldLines returns the lines that edits change.
func (p *program) oldLines(f *file, edits []edit) string {
	all := strings.Split(string(f.text), "\n")
	changed := map[int]bool{}
	for _, e := range edits {
		for n := p.fset.Position(e.from).Line; n <= p.fset.Position(e.to).Line; n++ {
			changed[n-1] = true
		}
	}
	var lines []string
	for _, n := range slices.Sorted(maps.Keys(changed)) {
		if text := all[n]; strings.TrimSpace(text) != "" && !strings.HasPrefix(strings.TrimSpace(text), markerPrefix) {
			lines = append(lines, text)
		}
	}
	return dedent(lines)
}

// dedent removes the indentation that all lines have.
func dedent(lines []string) string {
	for len(lines) > 0 && !slices.ContainsFunc(lines, func(l string) bool { return !strings.HasPrefix(l, "\t") }) {
		for i := range lines {
			lines[i] = lines[i][1:]
		}
	}
	return strings.Join(lines, "\n")
}

// statementAt returns the place of the statement in a block that a site is in.
func statementAt(s site) token.Pos {
	chain := append(slices.Clone(s.stack), s.node)
	for i := len(chain) - 1; i > 0; i-- {
		if _, ok := chain[i].(ast.Stmt); ok && list(chain[i-1]) != nil && !isClause(chain[i]) {
			return chain[i].Pos()
		}
	}
	for _, n := range chain {
		if d, ok := n.(ast.Decl); ok {
			return d.Pos()
		}
	}
	return s.node.Pos()
}

func isClause(n ast.Node) bool {
	switch n.(type) {
	case *ast.CaseClause, *ast.CommClause:
		return true
	}
	return false
}

// list returns the statements of a block.
func list(n ast.Node) []ast.Stmt {
	switch n := n.(type) {
	case *ast.BlockStmt:
		return n.List
	case *ast.CaseClause:
		return n.Body
	}
	return nil
}

// siblings returns the statements around a site's node, and its place among them.
func siblings(s site) ([]ast.Stmt, int) {
	stmt, ok := s.node.(ast.Stmt)
	if !ok || len(s.stack) == 0 {
		return nil, -1
	}
	around := list(s.stack[len(s.stack)-1])
	return around, slices.Index(around, stmt)
}

// withImports adds packages to the imports of a file, removes those that nothing names, and
// formats the file.
func withImports(text []byte, add []string) ([]byte, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	named := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				named[id.Name] = true
			}
		}
		return true
	})
	var specs []string
	for _, spec := range f.Imports {
		if spec.Name != nil || named[packageName(spec.Path.Value)] {
			specs = append(specs, string(text[fset.Position(spec.Pos()).Offset:fset.Position(spec.End()).Offset]))
		}
	}
	for _, p := range add {
		if spec := strconv.Quote(p); named[packageName(spec)] && !slices.Contains(specs, spec) {
			specs = append(specs, spec)
		}
	}
	slices.Sort(specs)
	var out bytes.Buffer
	at := fset.Position(f.Name.End()).Offset
	out.Write(text[:at])
	writeImports(&out, specs)
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			at = fset.Position(g.End()).Offset
		}
	}
	out.Write(text[at:])
	return format.Source(out.Bytes())
}

// packageName is the name of a package in this repository or the standard library.
func packageName(quoted string) string {
	p, err := strconv.Unquote(quoted)
	if err != nil {
		return ""
	}
	if base := path.Base(p); base == "v2" {
		p = path.Dir(p)
	}
	return path.Base(p)
}

func writeImports(out *bytes.Buffer, specs []string) {
	if len(specs) == 0 {
		return
	}
	out.WriteString("\n\nimport (\n")
	for _, others := range []bool{false, true} {
		if others {
			out.WriteString("\n")
		}
		for _, spec := range specs {
			if strings.Contains(spec, ".") == others {
				fmt.Fprintln(out, spec)
			}
		}
	}
	out.WriteString(")")
}
