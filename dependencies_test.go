package imapcompat_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The packages that a program gets with the library are those in testdata/dependencies.txt.
// A new one is a decision, and no side effect. Package inbox adds only packages of this module
// and of the standard library.
func TestDependencies(t *testing.T) {
	want, err := os.ReadFile("testdata/dependencies.txt")
	must(t, err)
	root := dependencies(t, ".")
	if got := strings.Join(root, "\n") + "\n"; got != string(want) {
		t.Errorf("the packages that the root package needs are not those in testdata/dependencies.txt:\n%s", got)
	}
	for _, name := range dependencies(t, "./inbox") {
		if !strings.HasPrefix(name, "github.com/imapcompat/imapcompat") && !slices.Contains(root, name) {
			t.Errorf("package inbox needs %s", name)
		}
	}
}

// dependencies are the packages that a package needs on Linux, except those of the standard library.
func dependencies(t *testing.T, name string) []string {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", name)
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	must(t, err)
	list := strings.Fields(string(out))
	slices.Sort(list)
	return list
}
