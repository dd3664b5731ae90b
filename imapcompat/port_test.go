package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestPort(t *testing.T) {
	folder := t.TempDir()
	script, out := filepath.Join(folder, "hello.php"), filepath.Join(folder, "out")
	if err := os.WriteFile(script, []byte("<?php\necho 'hello';\neval('1;');\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := execute(t, "port", "-o", out, "--library", "..", script)
	if r.code != 0 || !strings.Contains(r.stdout, "1 of 2 statements\n") || !strings.Contains(r.stdout, "hello.php:3: TODO: eval is not translated\n") {
		t.Fatalf("got %+v", r)
	}
	main := filepath.Join(out, "main.go")
	code, err := os.ReadFile(main)
	if err != nil || !strings.Contains(string(code), `fmt.Print("hello")`) || !strings.Contains(string(code), `todo("line 3: eval is not translated")`) {
		t.Errorf("%v: %s", err, code)
	}
	for _, name := range []string{"go.mod", "php.go", "main_test.go", "REPORT.md"} {
		if _, err := os.Stat(filepath.Join(out, name)); err != nil {
			t.Error(err)
		}
	}

	// What was edited stays.
	if err := os.WriteFile(main, append(code, "// mine\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := execute(t, "port", "-o", out, "--library", "..", script); r.code != exitFailure || !strings.Contains(r.stderr, "--force replaces it") {
		t.Errorf("got %+v", r)
	}
	if r := execute(t, "port", "-o", out, "--library", "..", "--force", "--lines", script); r.code != 0 {
		t.Errorf("got %+v", r)
	}
	if code, _ := os.ReadFile(main); strings.Contains(string(code), "// mine") || !strings.Contains(string(code), "// line 2") {
		t.Errorf("got %s", code)
	}
	for _, args := range [][]string{{"port", script}, {"port", "-o", out}} {
		if r := execute(t, args...); r.code != exitUsage {
			t.Errorf("%q: got %+v", args, r)
		}
	}
}

// An include names a file that never ends.
func TestPortOfDevice(t *testing.T) {
	folder := t.TempDir()
	script, out := filepath.Join(folder, "nul.php"), filepath.Join(folder, "out")
	if err := os.WriteFile(script, []byte("<?php\ninclude '/dev/zero';\necho 'hello';\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := execute(t, "port", "-o", out, "--library", "..", script)
	if r.code != 0 || !strings.Contains(r.stdout, "nul.php:2: TODO: the included file is not known\n") || strings.Contains(r.stdout, "not compile") {
		t.Fatalf("got %+v", r)
	}
	if r := execute(t, "port", "-o", out, os.DevNull); r.code != exitFailure || !strings.Contains(r.stderr, "not a regular file") {
		t.Errorf("got %+v", r)
	}
}

func TestIdiomaticPort(t *testing.T) {
	folder := t.TempDir()
	script, out := filepath.Join(folder, "subjects.php"), filepath.Join(folder, "out")
	text := "<?php\n$mbox = imap_open('{mail.example.org}INBOX', 'ada', 'any') or die('no');\n" +
		"for ($i = 1; $i <= imap_num_msg($mbox); $i++) {\n    $h = imap_headerinfo($mbox, $i);\n    echo imap_utf8($h->subject), \"\\n\";\n}\n"
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r := execute(t, "port", "--idiomatic", "-o", out, "--library", "..", script)
	if r.code != 0 || !strings.Contains(r.stdout, "\n2 places rewritten, 0 for a person to rewrite: REPORT.md has them\n") {
		t.Fatalf("got %+v", r)
	}
	for name, want := range map[string][]string{
		"main.go":   {`for h, err := range mbox.HeaderInfos("1:*") {`, `fmt.Println(headerText(h.Subject))`},
		"REPORT.md": {"## Rewritten\n", "      for i := 1; i <= orWarn(mbox.NumMsg()); i++ {\n"},
	} {
		code, err := os.ReadFile(filepath.Join(out, name))
		for _, part := range want {
			if err != nil || !strings.Contains(string(code), part) {
				t.Errorf("%s does not have %q: %v\n%s", name, part, err, code)
			}
		}
	}
	vet := exec.Command("go", "vet", "-mod=mod", ".")
	vet.Dir = out
	if text, err := vet.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, text)
	}
	if r := execute(t, "port", "--idiomatic", "--lines", "-o", out, script); r.code != exitUsage {
		t.Errorf("got %+v", r)
	}

	// Without a compiler there are no types.
	t.Setenv("PATH", folder)
	if r := execute(t, "port", "--idiomatic", "-o", filepath.Join(folder, "other"), script); r.code != exitFailure || !strings.Contains(r.stderr, "there is no go command") {
		t.Errorf("got %+v", r)
	}
	if _, err := os.Stat(filepath.Join(folder, "other")); err == nil {
		t.Error("a port was written")
	}
}
