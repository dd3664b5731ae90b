package idiomatic_test

import (
	"go/types"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat/port/idiomatic"
	"github.com/imapcompat/imapcompat/port/translate"
)

// packages are those of this checkout.
var packages = sync.OnceValues(func() (types.Importer, error) { return idiomatic.Packages("../..") })

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// port returns the port of a script without the help of a compiler.
func port(t testing.TB, script string) map[string][]byte {
	t.Helper()
	m, err := translate.Program([]translate.Source{{Name: "script.php", Text: []byte(script)}}, translate.Options{})
	must(t, err)
	return m.Files
}

func rewrite(t testing.TB, files map[string][]byte) *idiomatic.Result {
	t.Helper()
	importer, err := packages()
	must(t, err)
	r, err := idiomatic.Rewrite(files, importer)
	must(t, err)
	return r
}

func TestScratch(t *testing.T) {
	for _, name := range strings.Fields(os.Getenv("SCRIPTS")) {
		text, err := os.ReadFile(name)
		must(t, err)
		r := rewrite(t, port(t, string(text)))
		t.Logf("=== %s\n%s\n%s", filepath.Base(name), r.Files["main.go"], r.Markdown())
	}
}
