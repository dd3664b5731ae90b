// Command api writes the exported declarations of the packages whose API is promised
// (docs/stability.md) into a folder, a file for each package:
//
//	go run ./internal/api api
//
// The files have no documentation in them: a change of one is a change of the API.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// promised has the folders of the packages.
var promised = []string{".", "backend", "imaptest", "sendmail"}

// platform is the platform of the listing. The API is the same on every other.
var platform = build.Context{GOOS: "linux", GOARCH: "amd64", Compiler: "gc", ReleaseTags: build.Default.ReleaseTags}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: api FOLDER")
	}
	for _, dir := range promised {
		name, text, err := list(dir)
		if err == nil {
			err = os.WriteFile(filepath.Join(os.Args[1], name+".txt"), text, 0o644)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

// list returns the name of the package in a folder and its exported declarations.
func list(dir string) (name string, text []byte, err error) {
	pkg, err := platform.ImportDir(dir, 0)
	if err != nil {
		return "", nil, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, file := range pkg.GoFiles {
		f, err := parser.ParseFile(fset, filepath.Join(dir, file), nil, parser.SkipObjectResolution)
		if err != nil {
			return "", nil, err
		}
		files = append(files, f)
	}
	d, err := doc.NewFromFiles(fset, files, pkg.Name)
	if err != nil {
		return "", nil, err
	}
	l := listing{fset: fset}
	l.printf("package %s", d.Name)
	l.values(d.Consts)
	l.values(d.Vars)
	l.funcs(d.Funcs)
	for _, t := range d.Types {
		l.print(t.Decl)
		l.values(t.Consts)
		l.values(t.Vars)
		l.funcs(t.Funcs)
		l.funcs(t.Methods)
	}
	return d.Name, l.text.Bytes(), l.err
}

// listing builds a text. It keeps the first error.
type listing struct {
	fset *token.FileSet
	text bytes.Buffer
	err  error
}

func (l *listing) printf(format string, args ...any) { fmt.Fprintf(&l.text, format+"\n", args...) }

// print adds a declaration, preceded by an empty line. It removes empty lines and alignment
// within the declaration, because they depend on comments.
func (l *listing) print(decl ast.Decl) {
	var source strings.Builder
	if err := printer.Fprint(&source, l.fset, decl); err != nil && l.err == nil {
		l.err = err
	}
	l.printf("")
	for line := range strings.Lines(source.String()) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		indent := line[:strings.IndexFunc(line, func(r rune) bool { return r != '\t' })]
		l.printf("%s%s", indent, strings.Join(words, " "))
	}
}

func (l *listing) values(list []*doc.Value) {
	for _, v := range list {
		l.print(v.Decl)
	}
}

// funcs adds functions without their bodies.
func (l *listing) funcs(list []*doc.Func) {
	for _, f := range list {
		decl := *f.Decl
		decl.Body = nil
		l.print(&decl)
	}
}
