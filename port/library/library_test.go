package library_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/port/library"
)

// vet puts Go files into a module of their own and vets it.
func vet(t *testing.T, files map[string][]byte) {
	t.Helper()
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/imapcompat/imapcompat"
	files["go.mod"] = fmt.Appendf(nil, "module port\n\ngo 1.26.0\n\nrequire %s v0.0.0\n\nreplace %[1]s => %s\n", module, root)
	files["go.sum"] = sums
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "vet", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestAllOfTheSourceCompiles(t *testing.T) {
	text, err := library.Source("main", library.Names()...)
	if err != nil {
		t.Fatal(err)
	}
	vet(t, map[string][]byte{"php.go": text, "main.go": []byte("package main\n\nfunc main() {}\n")})
	if bytes.Contains(text, []byte("//php:")) {
		t.Error("a directive was copied")
	}
}

// Each function is copied with what it needs, and with its imports. One of four is tried, all of
// them with IMAPCOMPAT_CONFORMANCE=1.
func TestEachFunctionCompilesAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("reads packages of the standard library")
	}
	step := 16
	if os.Getenv("IMAPCOMPAT_CONFORMANCE") == "1" {
		step = 1
	}
	fset := token.NewFileSet()
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil)}
	for i, name := range slices.Sorted(maps.Keys(library.Functions())) {
		if i%step != 0 {
			continue
		}
		for _, form := range library.Functions()[name].Forms {
			text, err := library.Source("main", form.Needs...)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			file, err := parser.ParseFile(fset, name+".go", text, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := config.Check("main", fset, []*ast.File{file}, nil); err != nil {
				t.Errorf("%s: %v\n%s", name, err, text)
			}
		}
	}
}

func TestSourceHasOnlyWhatIsNeeded(t *testing.T) {
	text, err := library.Source("main", "strtolower")
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	for _, want := range []string{"package main", "// strtolower is strtolower: ASCII letters only.\nfunc strtolower(", "func mapBytes("} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for _, unwanted := range []string{"strPad", "Array", "import", "//php:"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("%q in\n%s", unwanted, got)
		}
	}
}

func TestSourceOfAnUnknownName(t *testing.T) {
	if _, err := library.Source("main", "strtolower", "noSuchThing"); err == nil || !strings.Contains(err.Error(), "noSuchThing") {
		t.Errorf("got %v", err)
	}
}

func TestFunctionsSayHowToCallThem(t *testing.T) {
	f := library.Functions()["str_pad"]
	if f == nil || len(f.Forms) != 1 {
		t.Fatalf("got %+v", f)
	}
	form := f.Forms[0]
	want := []library.Param{
		{Name: "string", Type: "string"},
		{Name: "length", Type: "int"},
		{Name: "pad_string", Type: "string", Default: `" "`},
		{Name: "pad_type", Type: "int", Default: "strPadRight"},
	}
	if form.Go != "strPad" || !slices.Equal(form.Params, want) || !slices.Equal(form.Results, []library.Result{{Type: "string"}}) {
		t.Errorf("got %+v", form)
	}
}

func TestBind(t *testing.T) {
	first := func(name string, args ...string) ([]string, bool) {
		for _, f := range library.Functions()[name].Forms {
			if results, ok := f.Bind(args...); ok {
				return results, true
			}
		}
		return nil, false
	}
	for _, test := range []struct {
		name, args, results string
	}{
		{"strlen", "string", "int"},
		{"strlen", "any", ""},
		{"str_pad", "string int", "string"},
		{"str_pad", "string", ""},
		{"str_pad", "string int string int", "string"},
		{"str_pad", "string int string int int", ""},
		{"array_values", "*Array[string]", "[]string"},
		{"array_values", "[]*Array[any]", "[]*Array[any]"},
		{"array_pop", "*Array[any]", "any bool"},
		{"array_merge", "*Array[int] *Array[int] *Array[int]", "*Array[int]"},
		{"array_merge", "*Array[int] *Array[string]", ""},
	} {
		results, ok := first(test.name, strings.Fields(test.args)...)
		if got := strings.Join(results, " "); got != test.results || ok != (test.results != "") {
			t.Errorf("%s(%s): got %q, %v", test.name, test.args, got, ok)
		}
	}
}

func TestInstance(t *testing.T) {
	form := library.Functions()["array_pop"].Forms[0]
	params, results := form.Instance("*Array[string]")
	if strings.Join(params, " ") != "*Array[string]" || strings.Join(results, " ") != "string bool" {
		t.Errorf("got %q, %q", params, results)
	}
	if params, _ := form.Instance("any"); params[0] != "*Array[any]" {
		t.Errorf("got %q", params)
	}
}

func TestConstants(t *testing.T) {
	c := library.Constants()["STR_PAD_LEFT"]
	if c.Go != "strPadLeft" || c.Type != "int" || !slices.Equal(c.Needs, []string{"strPadLeft"}) {
		t.Errorf("got %+v", c)
	}
	for name, c := range library.Constants() {
		if _, err := library.Source("main", c.Needs...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPattern(t *testing.T) {
	for _, test := range []struct{ php, want string }{
		{`/over.*quota/i`, "bytePattern(`(?i)over.*quota`)"},
		{`#[\w.-]+@\S+#`, "bytePattern(`[\\-.\\w]+@[^\\s\\v]+`)"},
		{`/^a$/`, "bytePattern(`^a(?P<__end1>\\n?)\\z`)"},
		{`/^(?<key>[^:]+):/m`, "bytePattern(`(?m)^(?P<key>[^:]+):`)"},
		{`/é./u`, "utf8Pattern(`\\xE9.`)"},
		{"~`~", "bytePattern(\"`\")"},
	} {
		p, err := library.Pattern(test.php)
		if err != nil {
			t.Errorf("%s: %v", test.php, err)
			continue
		}
		if p.Go != test.want || p.Named != strings.Contains(test.php, "?<") {
			t.Errorf("%s: got %+v, want %s", test.php, p, test.want)
		}
		if _, err := library.Source("main", p.Needs...); err != nil {
			t.Error(err)
		}
	}
}

func TestPatternsThatAreRefused(t *testing.T) {
	for _, php := range []string{
		``, `abc`, `/abc`, `/a(?=b)/`, `/(?<!a)b/`, `/(a)\1/`, `/a++/`, `/(?>a)/`, `/\bé/u`, `/a/e`, `/(/`, `/)/`, `/a$b/`, `/a*?/`, `/|a/`, `/\Ga/`, `/a\K/`,
		`/(?R)/`, `/[[:foo:]]/`, `/(a*)*/`, `/\p{L}/`, `/[z-a]/`, `/a{2}{3}/`, `/(?<a>x)(?<a>y)/`, `/a/A`, `/\x{100}/`, `/(?(1)a|b)/`, "/\xe9/u", `/a{2000}/`, `/b|^/m`,
	} {
		if p, err := library.Pattern(php); err == nil {
			t.Errorf("%s became %s", php, p.Go)
		}
	}
}
