package translate

import (
	"bytes"
	"flag"
	"go/format"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the expected files again")

// repository is the folder of this module.
const repository = "../.."

// TestGolden compares ports with the files beside the scripts. The compiler has to take them.
func TestGolden(t *testing.T) {
	scripts, err := filepath.Glob("testdata/*.php")
	if err != nil || len(scripts) == 0 {
		t.Fatal("no scripts", err)
	}
	build := inRepository(t)
	for _, script := range scripts {
		t.Run(filepath.Base(script), func(t *testing.T) {
			t.Parallel()
			source, err := os.ReadFile(script)
			if err != nil {
				t.Fatal(err)
			}
			m, err := Program([]Source{{Name: filepath.Base(script), Text: source}}, Options{Build: build})
			if err != nil {
				t.Fatal(err)
			}
			if m.Report.NotBuilt != nil || len(m.Report.Complaints) > 0 {
				t.Errorf("the compiler: %v, %v", m.Report.NotBuilt, m.Report.Complaints)
			}
			golden := strings.TrimSuffix(script, ".php") + ".golden"
			if *update {
				if err := os.WriteFile(golden, m.Files["main.go"], 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Files["main.go"]; !bytes.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// inRepository returns a Build that compiles with the dependencies of this repository, which needs
// no network. It is nil if there is no go command.
func inRepository(t *testing.T) func(*Module) ([]Complaint, error) {
	t.Helper()
	command, err := exec.LookPath("go")
	if err != nil {
		return nil
	}
	return func(m *Module) ([]Complaint, error) {
		text, err := exec.Command(command, buildArguments(t, m, os.DevNull)...).CombinedOutput()
		if err != nil {
			return complaints(m, text, err)
		}
		return nil, nil
	}
}

// buildArguments writes a module into a folder and returns how the go command builds it.
func buildArguments(t *testing.T, m *Module, binary string) []string {
	t.Helper()
	folder := t.TempDir()
	args := []string{"build", "-C", repository, "-gcflags=-e", "-o", binary}
	for _, name := range slices.Sorted(maps.Keys(m.Files)) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, m.Files[name], 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	return args
}

// FuzzProgram checks that any PHP becomes Go that the type checker takes, and that gofmt would not change, or an error.
func FuzzProgram(f *testing.F) {
	for _, pattern := range []string{"testdata/*.php", "testdata/language/*.php", "testdata/hostile/*.php"} {
		scripts, _ := filepath.Glob(pattern)
		for _, script := range scripts {
			if source, err := os.ReadFile(script); err == nil {
				f.Add(source)
			}
		}
	}
	f.Add([]byte("<?php class A { function b() { return $this->c[] = fn($x) => $x?->y ?? 1; } }"))
	f.Fuzz(func(t *testing.T, source []byte) {
		m, err := Program([]Source{{Name: "a.php", Text: source}}, Options{Build: typeChecked(t)})
		if err != nil {
			return
		}
		for _, c := range m.Report.Complaints {
			t.Errorf("%s:%d: %s\n%s", c.File, c.Line, c.Text, m.Files["main.go"])
		}
		for name, text := range m.Files {
			if formatted, err := format.Source(text); strings.HasSuffix(name, ".go") && (err != nil || !bytes.Equal(formatted, text)) {
				t.Errorf("%s: %v\n%s", name, err, text)
			}
		}
	})
}

// Nesting without end is refused, in no time.
func TestNesting(t *testing.T) {
	for name, source := range map[string]string{
		"arrays":     "<?php $x = " + strings.Repeat("[", 1200) + strings.Repeat("]", 1200) + ";",
		"conditions": "<?php $x = " + strings.Repeat("f(", 1200) + "1" + strings.Repeat(")", 1200) + ";",
	} {
		m, err := Program([]Source{{Name: "a.php", Text: []byte(source)}}, Options{})
		if err != nil || len(m.Report.TODOs) != 1 {
			t.Errorf("%s: %v, %+v", name, err, m)
		}
	}
}
