package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/port/translate"
)

// TestPorts compares what the porter makes of the scripts with the scripts on Dovecot, as
// TestIdioms does with the ports by hand.
func TestPorts(t *testing.T) {
	if os.Getenv("IMAPCOMPAT_CONFORMANCE") != "1" {
		t.Skip("compiles a program for each script: set IMAPCOMPAT_CONFORMANCE=1")
	}
	scripts, err := filepath.Glob("*.php")
	must(t, err)
	for _, script := range scripts {
		name := strings.TrimSuffix(script, ".php")
		golden, err := filepath.Glob("testdata/" + name + ".*.txt")
		must(t, err)
		if len(golden) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := buildPort(t, script)
			for _, file := range golden {
				_, service, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), ".")
				t.Run(service, func(t *testing.T) {
					want, err := os.ReadFile(file)
					must(t, err)
					a := newAccount(t, name, service)
					cmd := exec.Command(program, a.Server, a.User, a.Password)
					cmd.Env = append(os.Environ(), "SENDMAIL="+sendmailTo(t))
					got, err := a.Run(cmd, t.TempDir())
					must(t, err)
					// This server has no TLS, which c-client notes in the list of errors.
					got = strings.Replace(got, "  SECURITY PROBLEM: insecure server advertised AUTH=PLAIN\n", "", 1)
					if got != string(want) {
						t.Errorf("got\n%s\nwant\n%s", got, want)
					}
				})
			}
		})
	}
}

// buildPort ports a script and returns the program.
func buildPort(t *testing.T, script string) string {
	t.Helper()
	text, err := os.ReadFile(script)
	must(t, err)
	source := strings.Replace(string(text), "<?php", "<?php [, $server, $user, $password] = $argv;", 1)
	root, err := filepath.Abs("../..")
	must(t, err)
	build, err := translate.GoBuild(root)
	must(t, err)
	module, err := translate.Program([]translate.Source{{Name: script, Text: []byte(source)}},
		translate.Options{Library: root, Build: build})
	must(t, err)
	for _, todo := range module.Report.TODOs {
		t.Errorf("line %d is not translated: %s: %s", todo.Line, todo.Reason, todo.PHP)
	}
	dir := t.TempDir()
	for name, content := range module.Files {
		must(t, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o600))
	program := filepath.Join(dir, "program")
	cmd := exec.Command("go", "build", "-mod=mod", "-o", program, ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, module.Files["main.go"])
	}
	if testing.Verbose() {
		t.Logf("%s", module.Files["main.go"])
	}
	return program
}
