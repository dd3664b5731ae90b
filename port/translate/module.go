package translate

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
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
		name := "main.go"
		if i > 0 {
			name = uniqueFile(goFile(f), m.Files)
		} else {
			text += p.variables()
		}
		if strings.TrimSpace(text) == "" {
			continue
		}
		head := ""
		if i == 0 {
			head = fmt.Sprintf("// Command %s is a port of %s by imapcompat port.\n", p.name(), baseName(f.name))
		}
		code, err := p.finish(head, text, needs)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		m.Files[name] = code
	}
	if needs["Exception"] {
		needs["Exception.exception"] = true // what is thrown has it
	}
	if len(needs) > 0 {
		source, err := p.library(needs)
		if err != nil {
			return nil, err
		}
		m.Files["php.go"] = source
	}
	m.Files["go.mod"] = p.goMod()
	m.Files["main_test.go"] = p.test(needs)
	return m, nil
}

// library returns the declarations of port/library that the port uses. The methods are those of
// the types among them whose names the port selects, or a function of port/library by an interface.
func (p *program) library(needs map[string]bool) ([]byte, error) {
	source, err := library.Source(slices.Sorted(maps.Keys(needs))...)
	if err != nil {
		return nil, err
	}
	before := len(needs)
	for name := range p.libNames {
		typ, method, ok := strings.Cut(name, ".")
		if ok && (p.selected[method] || bytes.Contains(source, []byte("."+method+"("))) && declares(source, typ) {
			needs[name] = true
		}
	}
	if len(needs) == before {
		return source, nil
	}
	return p.library(needs)
}

// declares reports whether Go code declares a type.
func declares(source []byte, typ string) bool {
	return bytes.Contains(source, []byte("\ntype "+typ+" ")) || bytes.Contains(source, []byte("\ntype "+typ+"["))
}

func uniqueFile(name string, taken map[string][]byte) string {
	if name = strings.ToLower(name); strings.HasSuffix(name, "_test.go") || name == "php.go" || name == "main.go" {
		name = "script_" + name
	}
	base := strings.TrimSuffix(name, ".go")
	// A suffix such as _windows would be a build constraint.
	if strings.Contains(base, "_") || strings.HasPrefix(base, ".") {
		base = strings.ReplaceAll(strings.TrimLeft(base, "."), "_", "-")
		name = base + ".go"
	}
	for i := 2; taken[name] != nil; i++ {
		name = base + strconv.Itoa(i) + ".go"
	}
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
	"bufio": "bufio", "bytes": "bytes", "cmp": "cmp", "errors": "errors", "fmt": "fmt", "io": "io", "log": "log", "maps": "maps", "math": "math",
	"os": "os", "slices": "slices", "sort": "sort", "strconv": "strconv", "strings": "strings", "time": "time", "filepath": "path/filepath",
	"path": "path", "url": "net/url", "http": "net/http", "html": "html", "base64": "encoding/base64", "hex": "encoding/hex", "md5": "crypto/md5",
	"sha1": "crypto/sha1", "json": "encoding/json", "regexp": "regexp", "utf8": "unicode/utf8", "rand": "math/rand/v2", "crc32": "hash/crc32",
	"unicode": "unicode", "imapcompat": imapcompatPath, "readable": imapcompatPath + "/readable", "sendmail": imapcompatPath + "/sendmail",
	"backend": imapcompatPath + "/backend", "inbox": imapcompatPath + "/inbox", "exec": "os/exec", "sql": "database/sql",
}

// finish adds the imports that a file uses, formats it, and notes what it uses of port/library.
func (p *program) finish(head, body string, needs map[string]bool) ([]byte, error) {
	source := head + "package main\n\n" + body
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("the Go that was written does not parse: %w\n%s", err, numbered(source, err))
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
	body = strings.TrimPrefix(useAll(source, fset, file), head+"package main\n\n")
	var out bytes.Buffer
	out.WriteString(head + "package main\n\n")
	if len(imports) > 0 {
		writeImports(&out, imports)
	}
	out.WriteString(body)
	return format.Source(out.Bytes())
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
	var out []string
	pending := ""
	for l := range strings.Lines(string(code)) {
		text := strings.TrimSpace(l)
		if rest, ok := strings.CutPrefix(text, "// port:"); ok {
			_, pending, _ = strings.Cut(rest, " ")
			continue
		}
		if lines && pending != "" && text != "" && !strings.HasPrefix(text, "//") && !strings.Contains(text, "`") {
			l = strings.TrimRight(l, "\n") + " // line " + pending + "\n"
			pending = ""
		}
		out = append(out, l)
	}
	text := []byte(strings.Join(out, ""))
	if formatted, err := format.Source(text); err == nil {
		return formatted
	}
	return text
}
