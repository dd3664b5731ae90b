package translate

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// imported gives the type checker the packages that ports import, from what the go command has built of them.
var imported = sync.OnceValues(func() (types.Importer, error) {
	args := []string{"list", "-C", repository, "-export", "-deps", "-f", "{{if .Export}}{{.ImportPath}} {{.Export}}{{end}}"}
	list := exec.Command("go", append(args, slices.Sorted(maps.Values(knownImports))...)...)
	list.Stderr = os.Stderr
	text, err := list.Output()
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(text)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		exports[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		text, err := os.ReadFile(exports[path])
		if err != nil {
			return nil, fmt.Errorf("%s is not imported by ports", path)
		}
		return io.NopCloser(bytes.NewReader(text)), nil
	}), nil
})

// importing is held by the type checker, whose importer is for one at a time.
var importing sync.Mutex

// typeChecked is a Build that asks the type checker.
func typeChecked(t *testing.T) func(*Module) ([]Complaint, error) {
	return func(m *Module) ([]Complaint, error) {
		var list []Complaint
		for _, err := range typeErrors(t, m) {
			var typed types.Error
			if !errors.As(err, &typed) {
				return nil, err
			}
			at := typed.Fset.Position(typed.Pos)
			list = append(list, Complaint{File: at.Filename, Line: at.Line, Text: typed.Msg})
		}
		locate(m, list)
		return list, nil
	}
}

// typeErrors returns what the type checker says of a module, but for its test. It takes milliseconds, where a compiler
// takes a second.
func typeErrors(t *testing.T, m *Module) []error {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command")
	}
	packages, err := imported()
	if err != nil {
		t.Fatal(err)
	}
	importing.Lock()
	defer importing.Unlock()
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, m.Files[name], parser.SkipObjectResolution)
		if err != nil {
			return []error{err}
		}
		parsed = append(parsed, file)
	}
	var found []error
	config := types.Config{
		Importer: packages,
		Error:    func(err error) { found = append(found, err) },
	}
	_, _ = config.Check("main", fset, parsed, nil) // its error is the first one found
	return found
}
