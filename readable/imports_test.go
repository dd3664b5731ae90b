package readable_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The package uses only the root package of this module, which does not use it.
func TestImports(t *testing.T) {
	const module = "github.com/imapcompat/imapcompat"
	for _, path := range imports(t, "*.go") {
		if strings.HasPrefix(path, module) && path != module {
			t.Errorf("readable imports %s", path)
		}
	}
	for _, path := range imports(t, "../*.go") {
		if path == module+"/readable" {
			t.Error("the root package imports readable")
		}
	}
}

// imports returns what the files of a package import, without its tests.
func imports(t *testing.T, pattern string) (paths []string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) < 10 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
	}
	return paths
}
