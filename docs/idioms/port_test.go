package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/port/idiomatic"
	"github.com/imapcompat/imapcompat/port/translate"
)

// TestPorts compares what the porter makes of the scripts with the scripts on Dovecot, as
// TestIdioms does with the ports by hand.
func TestPorts(t *testing.T) {
	if os.Getenv("IMAPCOMPAT_CONFORMANCE") != "1" {
		t.Skip("compiles a program for each script: set IMAPCOMPAT_CONFORMANCE=1")
	}
	comparePorts(t, portOf, nil)
}

// rewritten are the idiomatic ports that do something else than the script, and what.
var rewritten = map[string]string{
	"decode_subject/imap": "readable.Header composes characters, which imap_utf8 takes apart",
	"decode_subject/pop3": "readable.Header composes characters, which imap_utf8 takes apart",
	"unseen/pop3":         "package inbox sets no marks over POP3",
}

// TestIdiomaticPorts is TestPorts of the ports that --idiomatic changes.
func TestIdiomaticPorts(t *testing.T) {
	if os.Getenv("IMAPCOMPAT_CONFORMANCE") != "1" {
		t.Skip("compiles a program for each script: set IMAPCOMPAT_CONFORMANCE=1")
	}
	packages, err := idiomatic.Packages("../..")
	must(t, err)
	comparePorts(t, func(t *testing.T, script string) map[string][]byte {
		r, err := idiomatic.Rewrite(portOf(t, script), packages)
		must(t, err)
		if len(r.Changes) == 0 {
			t.Skip("nothing is rewritten")
		}
		return r.Files
	}, rewritten)
}

// ledger is the line of the file in which package inbox records what is handled.
var ledger = regexp.MustCompile(`(?m)^--- file \w+\.db .*\n`)

// comparePorts runs the ports of the scripts on imaptest, and compares them with the scripts on Dovecot, except for
// those that are known to differ.
func comparePorts(t *testing.T, port func(t *testing.T, script string) map[string][]byte, differ map[string]string) {
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
			program := buildPort(t, port(t, script))
			for _, file := range golden {
				_, service, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), ".")
				t.Run(service, func(t *testing.T) {
					want, err := os.ReadFile(file)
					must(t, err)
					a := newAccount(t, name, service)
					dir := t.TempDir()
					cmd := exec.Command(program, a.Server, a.User, a.Password)
					cmd.Env = append(os.Environ(), "SENDMAIL="+sendmailTo(t))
					got, err := a.Run(cmd, dir)
					must(t, err)
					// This server has no TLS, which c-client notes in the list of errors.
					got = strings.Replace(got, "  SECURITY PROBLEM: insecure server advertised AUTH=PLAIN\n", "", 1)
					got = ledger.ReplaceAllString(got, "")
					equal := got == string(want)
					if why := differ[name+"/"+service]; why != "" && equal {
						t.Errorf("equal, in spite of: %s", why)
					} else if why == "" && !equal {
						t.Errorf("got\n%s\nwant\n%s", got, want)
					}
				})
			}
		})
	}
}

// portOf returns the port of a script, which takes the server and the login from the command line.
func portOf(t *testing.T, script string) map[string][]byte {
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
	return module.Files
}

// buildPort compiles a port and returns the program.
func buildPort(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	must(t, idiomatic.Write(files, dir, "../.."))
	program := filepath.Join(dir, "program")
	cmd := exec.Command("go", "build", "-mod=mod", "-o", program, ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s\n%s", err, out, files["main.go"])
	}
	if testing.Verbose() {
		t.Logf("%s", files["main.go"])
	}
	return program
}
