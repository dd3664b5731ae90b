package translate

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPrograms runs the ports of programs that use PHP's features, and compares what they print
// with what PHP printed. With -update it asks PHP again.
func TestPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles programs")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("no go command")
	}
	scripts, err := filepath.Glob("testdata/programs/*.php")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no programs", err)
	}
	for _, script := range scripts {
		t.Run(strings.TrimSuffix(filepath.Base(script), ".php"), func(t *testing.T) {
			recorded := strings.TrimSuffix(script, ".php") + ".out"
			if *update {
				record(t, script, recorded)
			}
			want, err := os.ReadFile(recorded)
			if err != nil {
				t.Fatal(err)
			}
			if got := runPort(t, script); !bytes.Equal(got, want) {
				t.Errorf("the port printed\n%s\nPHP printed\n%s", got, want)
			}
		})
	}
}

// record writes what PHP prints.
func record(t *testing.T, script, recorded string) {
	php := exec.Command("php", "-n", "-d", "display_errors=stderr", script)
	out, err := php.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err := os.WriteFile(recorded, out, 0o666); err != nil {
		t.Fatal(err)
	}
}

// runPort returns what the port of a script prints. Everything in these scripts is translated.
func runPort(t *testing.T, script string) []byte {
	t.Helper()
	source, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Program([]Source{{Name: filepath.Base(script), Text: source}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, todo := range m.Report.TODOs {
		t.Errorf("line %d: %s", todo.Line, todo.Reason)
	}
	folder := t.TempDir()
	binary := filepath.Join(folder, "port.exe")
	if out, err := exec.Command("go", buildArguments(t, m, binary)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s\n%s", err, out, m.Files["main.go"])
	}
	run := exec.Command(binary)
	run.Dir = folder
	out, err := run.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out
}
