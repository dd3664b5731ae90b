package translate

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/port/library"
)

// module puts what was written together.
func (p *program) module() (*Module, error) {
	m := &Module{Files: map[string][]byte{}, Report: p.report}
	needs := map[string]bool{}
	p.selected = map[string]bool{}
	for i, f := range p.files {
		text := p.output[f].String()
		if i == 0 {
			text += p.variables()
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		head := ""
		if i == 0 {
			head = p.packageComment()
		}
		code, err := p.finish(head, text, needs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		m.Files[f.goFile] = code
	}
	if needs["Exception"] || needs["uncaught"] || needs["try"] {
		needs["Exception.exception"] = true // what is thrown has it
	}
	if len(needs) > 0 {
		source, err := p.library(needs)
		if err != nil {
			return nil, err
		}
		if !p.throws && bytes.Contains(source, []byte("\nfunc throw(")) {
			p.throws = true // of the functions of PHP that it has
			p.settle()
			return p.module()
		}
		m.Files["php.go"] = source
	}
	m.Files["go.mod"] = p.goMod()
	m.Files[strings.TrimSuffix(p.files[0].goFile, ".go")+"_test.go"] = p.test(needs)
	return m, nil
}

// library returns the declarations of port/library that the port uses. The methods are those of
// the types among them whose names the port selects, or a function of port/library by an interface.
func (p *program) library(needs map[string]bool) ([]byte, error) {
	source, err := library.Source(p.packageName(), slices.Sorted(maps.Keys(needs))...)
	if err != nil {
		return nil, err
	}
	before := len(needs)
	for name := range p.libNames {
		typ, method, ok := strings.Cut(name, ".")
		if ok && (p.selected[method] || bytes.Contains(source, []byte("."+method+"("))) && library.Declares(source, typ) {
			needs[name] = true
		}
	}
	if len(needs) == before {
		return source, nil
	}
	return p.library(needs)
}

// goFile returns a name for the Go of a file of PHP. It has no suffix that is a build constraint, such as _windows, and
// no letters that a compiler or file system may refuse.
func goFile(name string, taken map[string]bool) string {
	base := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.TrimSuffix(name, filepath.Ext(name))))
	base = strings.Trim(base[:min(len(base), 60)], "-.")
	switch base {
	case "", "php", "main":
		base = strings.TrimSuffix("script-"+base, "-")
	}
	name = base + ".go"
	for i := 2; taken[name]; i++ {
		name = base + strconv.Itoa(i) + ".go"
	}
	taken[name] = true
	return name
}

func (p *program) name() string {
	if p.opts.Module != "" {
		return p.opts.Module[strings.LastIndexByte(p.opts.Module, '/')+1:]
	}
	return moduleName(p.files[0].name)
}

// knownImports are the packages that generated code may use, by their names.
var knownImports = map[string]string{
	"bufio": "bufio", "bytes": "bytes", "cmp": "cmp", "errors": "errors", "fmt": "fmt", "io": "io", "iter": "iter", "log": "log", "maps": "maps", "math": "math",
	"os": "os", "slices": "slices", "sort": "sort", "strconv": "strconv", "strings": "strings", "time": "time", "filepath": "path/filepath",
	"path": "path", "url": "net/url", "http": "net/http", "html": "html", "base64": "encoding/base64", "hex": "encoding/hex", "md5": "crypto/md5",
	"sha1": "crypto/sha1", "json": "encoding/json", "regexp": "regexp", "utf8": "unicode/utf8", "rand": "math/rand/v2", "crc32": "hash/crc32",
	"unicode": "unicode", "imapcompat": imapcompatPath, "readable": imapcompatPath + "/readable", "sendmail": imapcompatPath + "/sendmail",
	"backend": imapcompatPath + "/backend", "inbox": imapcompatPath + "/inbox", "exec": "os/exec", "sql": "database/sql", "syscall": "syscall",
}

// finish adds the imports that a file uses, formats it, and notes what it uses of port/library.
func (p *program) finish(head, body string, needs map[string]bool) ([]byte, error) {
	first := head != ""
	body = strings.ToValidUTF8(body, "")
	head += "package " + p.packageName() + "\n\n"
	source := head + body
	fset, file, err := parseGo(source)
	if err != nil {
		return nil, err
	}
	if all := reachable(source, fset, file); all != source {
		source = all
		if fset, file, err = parseGo(source); err != nil {
			return nil, err
		}
	}
	imports := map[string]bool{}
	methods := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			methods[n.Sel.Name] = true
			if id, ok := n.X.(*ast.Ident); ok && knownImports[id.Name] != "" && p.importing(id.Name) {
				imports[knownImports[id.Name]] = true
			}
		case *ast.Ident:
			if p.needs[n.Name] || p.libNames[n.Name] && ast.IsExported(n.Name) {
				if p.libNames[n.Name] {
					needs[n.Name] = true
				}
			}
		}
		return true
	})
	for name := range methods {
		p.selected[name] = true
	}
	if first && p.needs["newPDO"] && p.opensSQLite() {
		imports[blankImport+sqliteDriver] = true
	}
	body = strings.TrimPrefix(useAll(source, fset, file), head)
	var out bytes.Buffer
	out.WriteString(head)
	if len(imports) > 0 {
		writeImports(&out, imports)
	}
	out.WriteString(body)
	return format.Source(out.Bytes())
}

func parseGo(source string) (*token.FileSet, *ast.File, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, fmt.Errorf("the Go that was written does not parse: %w\n%s", err, numbered(source, err))
	}
	return fset, file, nil
}

// importing reports whether a package is used by what was written in the last pass.
func (p *program) importing(name string) bool {
	for path := range p.imports {
		if path == knownImports[name] {
			return true
		}
	}
	return name == "imapcompat"
}

// sqliteDriver is the driver of SQLite that imapcompat itself depends on. Drivers of other databases are
// for a person to choose.
const (
	sqliteDriver = "modernc.org/sqlite"
	blankImport  = "_ "
)

// opensSQLite reports whether a file has the beginning of a DSN of SQLite.
func (p *program) opensSQLite() bool {
	return slices.ContainsFunc(p.files, func(f *file) bool {
		return bytes.Contains(f.parsed.Source, []byte("'sqlite:")) || bytes.Contains(f.parsed.Source, []byte(`"sqlite:`))
	})
}

func writeImports(out *bytes.Buffer, imports map[string]bool) {
	var std, other []string
	for _, path := range sorted(imports) {
		if strings.Contains(path, ".") {
			other = append(other, path)
		} else {
			std = append(std, path)
		}
	}
	out.WriteString("import (\n")
	for _, path := range std {
		fmt.Fprintf(out, "%q\n", path)
	}
	if len(std) > 0 && len(other) > 0 {
		out.WriteString("\n")
	}
	for _, path := range other {
		if name, ok := strings.CutPrefix(path, blankImport); ok {
			fmt.Fprintf(out, "_ %q\n", name)
			continue
		}
		fmt.Fprintf(out, "%q\n", path)
	}
	out.WriteString(")\n\n")
}

// numbered returns the lines around an error of the parser.
func numbered(source string, err error) string {
	var at int
	if _, scan := fmt.Sscanf(err.Error(), "%d:", &at); scan != nil {
		return ""
	}
	lines := strings.Split(source, "\n")
	var out strings.Builder
	for i := max(0, at-6); i < min(len(lines), at+4); i++ {
		fmt.Fprintf(&out, "%d\t%s\n", i+1, lines[i])
	}
	return out.String()
}

func (p *program) goMod() []byte {
	name := p.opts.Module
	if name == "" {
		name = moduleName(p.files[0].name)
	}
	var out strings.Builder
	version := p.opts.Version
	if version == "" {
		version = "v0.0.0"
	}
	fmt.Fprintf(&out, "module %s\n\ngo 1.26.0\n\nrequire %s %s\n", name, imapcompatPath, version)
	if p.opts.Library != "" {
		path := p.opts.Library
		if abs, err := filepath.Abs(path); err == nil {
			path = abs
		}
		fmt.Fprintf(&out, "\nreplace %s => %s\n", imapcompatPath, strconv.Quote(path))
	}
	return []byte(out.String())
}

// strip removes the markers of statements, or makes comments with the lines of them.
func strip(m *Module, lines bool) {
	for name, code := range m.Files {
		if !strings.HasSuffix(name, ".go") || name == "php.go" {
			continue
		}
		m.Files[name] = stripFile(code, lines)
	}
}

func stripFile(code []byte, lines bool) []byte {
	removed, open := markedLines(code)
	var out bytes.Buffer
	pending, number := "", 0
	for l := range bytes.Lines(code) {
		number++
		if marker, ok := removed[number]; ok {
			_, pending, _ = strings.Cut(marker, " ")
			continue
		}
		text := bytes.TrimSpace(l)
		if lines && pending != "" && len(text) > 0 && !bytes.HasPrefix(text, []byte("//")) && !open[number] {
			l = append(bytes.TrimRight(l, "\n"), " // line "+pending+"\n"...)
			pending = ""
		}
		out.Write(l)
	}
	if formatted, err := format.Source(out.Bytes()); err == nil {
		return formatted
	}
	return out.Bytes()
}

// markedLines returns the markers by their lines, and the lines at whose end a string or comment goes on.
func markedLines(code []byte) (markers map[int]string, open map[int]bool) {
	markers, open = map[int]string{}, map[int]bool{}
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(code))
	var s scanner.Scanner
	s.Init(file, code, nil, scanner.ScanComments)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return markers, open
		}
		first := file.Line(pos)
		if rest, ok := strings.CutPrefix(text, "// port:"); ok && tok == token.COMMENT {
			markers[first] = rest
		}
		for i := range strings.Count(text, "\n") {
			if tok == token.COMMENT || tok == token.STRING {
				open[first+i] = true
			}
		}
	}
}
