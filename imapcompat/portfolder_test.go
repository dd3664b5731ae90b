package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPortFolder ports into folders that are there.
func TestPortFolder(t *testing.T) {
	t.Setenv("PATH", "") // no compiler, which would take seconds
	folder := t.TempDir()
	file := func(name, text string) string {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	one := file("one.php", "<?php include 'two.php'; echo 1;")
	file("two.php", "<?php echo 2;")
	out := filepath.Join(folder, "missing", "out")
	port := func(want int, args ...string) result {
		t.Helper()
		r := execute(t, append([]string{"port", "-o", out}, args...)...)
		if r.code != want {
			t.Fatalf("%q: got %+v", args, r)
		}
		return r
	}
	there := func(name string, want bool) {
		t.Helper()
		if _, err := os.Lstat(filepath.Join(out, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	port(0, one)
	there("two.go", true)

	// What nobody edited is replaced, and files of the earlier port go. Others stay.
	file("missing/out/notes.txt", "mine")
	file("missing/out/own.go", "package main")
	file("one.php", "<?php echo 3;")
	port(0, one)
	there("two.go", false)
	there("notes.txt", true)
	there("own.go", true)

	// A link is replaced, and what it leads to is not.
	secret := file("secret", "secret")
	if err := os.Remove(filepath.Join(out, "main.go")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, filepath.Join(out, "main.go")); err == nil {
		port(exitFailure, one)
		port(0, "--force", one)
		if text, _ := os.ReadFile(secret); string(text) != "secret" {
			t.Errorf("got %s", text)
		}
	}

	// Go of somebody else stays alone.
	out = filepath.Join(folder, "other")
	file("other/x.go", "package other")
	if r := port(exitFailure, one); !strings.Contains(r.stderr, "x.go is there and is of no port") {
		t.Errorf("got %+v", r)
	}
	there("main.go", false)

	// A folder in the place of a file: nothing is written.
	out = filepath.Join(folder, "folders")
	file("folders/php.go/x", "")
	port(exitFailure, "--force", file("eval.php", "<?php eval(1);"))
	there("main.go", false)
	there("REPORT.md", false)

	out = one
	port(exitFailure, one)
}
