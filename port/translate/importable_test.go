package translate

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPackage ports a file that only declares, uses the package from a Go program, and compares what that prints
// with what the script use.php prints. It runs the port's own test as well. With -update it asks PHP again.
func TestPackage(t *testing.T) {
	if testing.Short() && !*update {
		t.Skip("compiles programs")
	}
	compiler, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go command")
	}
	const folder = "testdata/package"
	if *update {
		record(t, filepath.Join(folder, "use.php"), filepath.Join(folder, "use.out"))
	}
	m := importable(t, filepath.Join(folder, "Tracker.php"))
	ports := t.TempDir()
	for name, text := range m.Files {
		if strings.HasSuffix(name, ".go") {
			write(t, filepath.Join(ports, "tracker", name), text)
		}
	}
	program, err := os.ReadFile(filepath.Join(folder, "use.go"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(ports, "main.go"), program)
	shown := overlay(t, ports)
	got, err := exec.Command(compiler, "run", "-overlay", shown, "./ports").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, got, m.Files["tracker.go"])
	}
	want, err := os.ReadFile(filepath.Join(folder, "use.out"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the program printed\n%s\nPHP printed\n%s", got, want)
	}
	binary := filepath.Join(ports, "test.exe")
	if out, err := exec.Command(compiler, "test", "-vet=off", "-overlay", shown, "-c", "-o", binary, "./ports/tracker").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := exec.Command(binary, "-test.v").CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: TestObjects")) {
		t.Errorf("the port's test: %v\n%s", err, out)
	}
}

// importable ports a script of which nothing is left to do.
func importable(t *testing.T, script string) *Module {
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
	return m
}

// TestImportable says which files become a package to import, of which name.
func TestImportable(t *testing.T) {
	for _, c := range []struct{ name, php, pkg string }{
		{"box.php", `class Box { function f() { return 1; } }`, "box"},
		{"lib-mail.php", `function f($x) { return $x; }`, "libmail"},
		{"type.php", `const LIMIT = 3; define('OTHER', 4); final class T {}`, "phptype"},
		{"2mail.php", `namespace A; use B\C; abstract class T {} trait U {}`, "php2mail"},
		{"interface.php", `interface I { function f(); }`, "main"},
		{"runs.php", `class Box {} echo 1;`, "main"},
		{"guarded.php", `if (!defined('X')) { exit; } class Box {}`, "main"},
		{"html.php", `class Box {} ?> <p>`, "main"},
		{"empty.php", ``, "main"},
	} {
		m, err := Program([]Source{{Name: c.name, Text: []byte("<?php " + c.php)}}, Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for file, text := range m.Files {
			if strings.HasSuffix(file, ".go") && !bytes.Contains(text, []byte("package "+c.pkg+"\n")) {
				t.Errorf("%s: %s is not of package %s:\n%s", c.name, file, c.pkg, text)
			}
		}
		if found := typeErrors(t, m); len(found) > 0 {
			t.Errorf("%s: %v", c.name, found)
		}
	}
}
