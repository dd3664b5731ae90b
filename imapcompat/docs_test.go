package main

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

var update = flag.Bool("update", false, "write what the examples in docs/command.md print into it")

const commandPage = "../docs/command.md"

// Each subcommand has a section, with its synopsis and all its flags.
func TestPageIsComplete(t *testing.T) {
	text, err := os.ReadFile(commandPage)
	if err != nil {
		t.Fatal(err)
	}
	sections := make(map[string]string)
	for _, section := range strings.Split(string(text), "\n### ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		rest, _, _ = strings.Cut(rest, "\n## ")
		sections[name] = rest
	}
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range subcommands() {
		section, ok := sections[s.name]
		if !ok {
			t.Errorf("docs/command.md has no section on %s", s.name)
			continue
		}
		delete(sections, s.name)
		if !strings.Contains(section, "`"+s.synopsis()+"`") {
			t.Errorf("the section on %s does not have %q", s.name, s.synopsis())
		}
		documented := regexp.MustCompile("`--([a-z0-9-]+)").FindAllStringSubmatch(section, -1)
		has := make(map[string]bool)
		for _, match := range documented {
			has[match[1]] = true
		}
		for _, name := range s.flags {
			if !has[name] {
				t.Errorf("the section on %s does not have --%s", s.name, name)
			}
			delete(has, name)
		}
		for name := range has {
			t.Errorf("the section on %s has --%s, which there is not", s.name, name)
		}
		if !strings.Contains(string(readme), "`"+s.name+"`") {
			t.Errorf("README.md does not have %s", s.name)
		}
	}
	for name := range sections {
		t.Errorf("docs/command.md has a section on %s, which there is not", name)
	}
}

// The examples print what the page shows.
func TestPageExamples(t *testing.T) {
	text, err := os.ReadFile(commandPage)
	if err != nil {
		t.Fatal(err)
	}
	srv := imaptest.Config{User: "ada", Password: testPassword, Without: []string{"APOP"}, Messages: []imaptest.Message{
		{Text: plain, Date: time.Date(2025, 3, 3, 8, 12, 44, 0, time.UTC), Flags: []string{`\Seen`}},
		{Text: withAttachment("../report.pdf", strings.Repeat("%PDF ", 1000)), Date: time.Date(2025, 3, 4, 12, 0, 0, 0, time.UTC)},
		{Text: "Date: Wed, 05 Mar 2025 00:00:00 +0000\nFrom: c@example.org\nSubject: third\n\n.\n", Date: time.Date(2025, 3, 5, 0, 0, 0, 0, time.UTC)},
	}}.NewServer(t)
	for _, name := range []string{"Archive", "Entwürfe"} {
		if err := srv.CreateMailbox(name); err != nil {
			t.Fatal(err)
		}
	}
	folder := t.TempDir()
	message := filepath.Join(folder, "message.eml")
	if err := os.WriteFile(message, []byte(plain), 0o600); err != nil {
		t.Fatal(err)
	}
	real := strings.NewReplacer("{mail.example.org/ssl}", srv.IMAPRef(), "message.eml", message, "delete_old.php", "../docs/idioms/delete_old.php", "~/attachments", folder)
	shown := strings.NewReplacer("../docs/idioms/", "", srv.IMAPRef(), "{mail.example.org/ssl}", srv.IMAPAddr()+"/imap/notls", "mail.example.org:993/imap/ssl")
	examples := regexp.MustCompile(`(?m)^    \$ imapcompat (.+)\n((?:    [^$\n].*\n|    \n)*)`)
	n := 0
	got := examples.ReplaceAllStringFunc(string(text), func(example string) string {
		n++
		command, _, _ := strings.Cut(example, "\n")
		args := words(strings.TrimPrefix(command, "    $ imapcompat "))
		for i := range args {
			args[i] = real.Replace(args[i])
		}
		r := executeWith(t, context.Background(), map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}, args...)
		output := shown.Replace(r.stdout + r.stderr)
		output = regexp.MustCompile(`(UIDValidity +|"uidvalidity":)\d+`).ReplaceAllString(output, "${1}1")
		lines := []string{command}
		for line := range strings.Lines(strings.TrimRight(output, "\n") + "\n") {
			lines = append(lines, strings.TrimRight("    "+strings.TrimSuffix(line, "\n"), " "))
		}
		return strings.Join(lines, "\n") + "\n"
	})
	if *update {
		if err := os.WriteFile(commandPage, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if n < 15 {
		t.Errorf("%d examples", n)
	}
	if got != string(text) {
		t.Errorf("go test ./imapcompat -update writes\n%s", got)
	}
}

// words divides a command line into words, which may be in single quotes.
func words(line string) []string {
	var list []string
	for _, match := range regexp.MustCompile(`'([^']*)'|\S+`).FindAllStringSubmatch(line, -1) {
		if match[1] != "" {
			list = append(list, match[1])
		} else {
			list = append(list, match[0])
		}
	}
	return list
}

// The forms for reports ask for what doctor prints.
func TestReportsAskForDoctor(t *testing.T) {
	for _, form := range []string{"bug", "server"} {
		text, err := os.ReadFile("../.github/ISSUE_TEMPLATE/" + form + ".yml")
		if err != nil || !strings.Contains(string(text), "`imapcompat doctor MAILBOX`") {
			t.Errorf("%s: %v", form, err)
		}
	}
}
