package main

import (
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"
)

const sample = `package sample

import "errors"

type point struct{ x, y int }

func (p *point) far(limit int) (string, error) {
	if p.x > limit && p.y > limit ||
		limit < 0 {
		return "far", errors.New("far")
	}
	p.x = p.y + 1
	return name(true), nil
}

func name(known bool) string {
	if known {
		return "near"
	}
	return ""
}
`

// TestMutants makes all mutants of a file and compiles it.
func TestMutants(t *testing.T) {
	fset := token.NewFileSet()
	std := importer.ForCompiler(fset, "source", nil)
	f, err := parser.ParseFile(fset, "sample.go", sample, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	info := &types.Info{Types: make(map[ast.Expr]types.TypeAndValue), Selections: make(map[*ast.SelectorExpr]*types.Selection)}
	pkg, err := (&types.Config{Importer: std}).Check("sample", fset, []*ast.File{f}, info)
	if err != nil {
		t.Fatal(err)
	}
	m := &mutator{fset: fset, info: info, pkg: pkg}
	changed := string(m.file(f, []byte(sample)))

	var got []string
	for _, mutant := range m.mutants {
		got = append(got, mutant.what)
	}
	want := []string{
		"&& in place of ||: p.x > limit && p.y > limit || …",
		"without the second operand: p.x > limit && p.y > limit || …",
		"|| in place of &&: p.x > limit && p.y > limit",
		"without the second operand: p.x > limit && p.y > limit",
		"the boundary: p.x > limit", "negated: p.x > limit", "y in place of p.x", "one more: p.x",
		"the boundary: p.y > limit", "negated: p.y > limit", "x in place of p.y", "one more: p.y",
		"the boundary: limit < 0", "negated: limit < 0", "one more: 0",
		`another text: "far"`, `nil in place of errors.New("far")`, `another text: "far"`,
		"left out: p.x = p.y + 1", "the other operator: p.y + 1", "x in place of p.y", "one more: p.y", "one more: 1",
		"negated: true", "negated: known", `another text: "near"`, `another text: ""`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}

	var files []*ast.File
	for name, text := range map[string]string{"sample.go": changed, "runtime.go": strings.Replace(runtime, "PACKAGE", "sample", 1)} {
		f, err := parser.ParseFile(fset, name, text, 0)
		if err != nil {
			t.Fatalf("%v in\n%s", err, text)
		}
		files = append(files, f)
	}
	if _, err := (&types.Config{Importer: std}).Check("sample", fset, files, nil); err != nil {
		t.Errorf("%v in\n%s", err, changed)
	}
}
