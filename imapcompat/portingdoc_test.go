package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const portingPage = "../docs/porting.md"

// The page on porting shows what the commands print for its script, and what they write.
func TestPortingPage(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module")
	}
	text, err := os.ReadFile(portingPage)
	if err != nil {
		t.Fatal(err)
	}
	checkout, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir("../docs/port")
	folder := filepath.Join(t.TempDir(), "tickets")
	run := func(command string) string {
		args := words(strings.TrimPrefix(strings.TrimPrefix(command, "MAIL_PASSWORD=any "), "imapcompat "))
		for i, arg := range args {
			if arg == "tickets" {
				args[i] = folder
			}
		}
		if args[0] == "port" {
			args = append(args, "--library", checkout)
		}
		t.Setenv("MAIL_PASSWORD", "any")
		r := executeWith(t, context.Background(), nil, args...)
		if r.code != 0 {
			t.Errorf("%s: %s", command, r.stderr)
		}
		// How many commands read-ahead joins depends on the time that they take.
		output := regexp.MustCompile(`commands: \d+`).ReplaceAllString(r.stdout, "commands: 34")
		return strings.ReplaceAll(output, folder, "tickets")
	}
	got := string(text)
	for _, command := range []string{"imapcompat audit tickets.php", "imapcompat port tickets.php -o tickets", "MAIL_PASSWORD=any imapcompat prove tickets.php tickets"} {
		if _, err := exec.LookPath("php"); err != nil && strings.Contains(command, "prove") {
			continue
		}
		shown := regexp.MustCompile(`(?m)^    \$ ` + regexp.QuoteMeta(command) + `\n(?:    [^$\n].*\n)*`)
		if len(shown.FindAllString(got, -1)) != 1 {
			t.Fatalf("the page does not have %s once", command)
		}
		output := regexp.MustCompile(`(?m)^`).ReplaceAllString(strings.TrimSuffix(run(command), "\n"), "    ")
		got = shown.ReplaceAllLiteralString(got, "    $ "+command+"\n"+output+"\n")
	}
	main, err := os.ReadFile(filepath.Join(folder, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	loop := regexp.MustCompile(`(?s)\tfor _, uid := range .*?\n\t}\n`).FindString(string(main))
	loop = strings.TrimSuffix(strings.ReplaceAll(strings.ReplaceAll("\n"+loop, "\n\t", "\n"), "\t", "    "), "\n")
	loop = regexp.MustCompile(`\n(.)`).ReplaceAllString(loop, "\n    $1")
	got = regexp.MustCompile(`(The loop of the script in the module's main.go:\n)(?:\n|    .*\n)+`).
		ReplaceAllStringFunc(got, func(old string) string {
			head, _, _ := strings.Cut(old, "\n")
			return head + "\n" + loop + "\n\n"
		})
	if *update {
		if err := os.WriteFile("../porting.md", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got != string(text) {
		t.Errorf("go test ./imapcompat -run TestPortingPage -update writes\n%.6000s", got)
	}
}
