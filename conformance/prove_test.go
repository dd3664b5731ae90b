package conformance

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/docs/idioms/fixture"
	"github.com/imapcompat/imapcompat/port/prove"
)

// TestProveIdioms checks that prove finds the scripts of docs/porting.md equal to their ports, by the
// names of servers that do not exist. TestIdioms compares the same programs on Dovecot.
func TestProveIdioms(t *testing.T) {
	needOracle(t)
	engine := filepath.Join(t.TempDir(), "imapcompat")
	if out, err := exec.Command("go", "build", "-o", engine, "../imapcompat").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	port := idiomsModule(t)
	mail := map[string][]prove.Folder{"": fixtureMail(t)}
	scripts, err := filepath.Glob(idioms + "/*.php")
	if err != nil || len(scripts) < 20 {
		t.Fatalf("%d scripts: %v", len(scripts), err)
	}
	for _, script := range scripts {
		name := strings.TrimSuffix(filepath.Base(script), ".php")
		if name == "config" || name == "watch" { // which waits for another client
			continue
		}
		t.Run(name, func(t *testing.T) {
			result, err := prove.Run(t.Context(), prove.Config{
				Script: script, Port: port, Engine: []string{engine, "phpserve"}, Mail: mail,
				Prepend: idioms + "/config.php", Files: t.TempDir(), IgnoreTime: true,
				Args: []string{"{mail.example.org/imap/ssl}", "user", "password"}, Env: []string{"IDIOM=" + name},
			})
			if unknown := new(prove.UnknownServiceError); errors.As(err, &unknown) {
				t.Skip(err) // no server is meant to be there
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range result.Differences {
				if d.Kind == "change" && name == "bounces" && strings.Contains(d.Text, `got \Seen`) {
					continue // the port reads bounces without marking them, and then both remove them
				}
				t.Errorf("%s: %s", d.Kind, d.Text)
			}
		})
	}
}

// idiomsModule returns a folder with the ports as a program that takes the idiom from the environment,
// because both programs get the same arguments.
func idiomsModule(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	sources, err := filepath.Glob(idioms + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range append(sources, "../go.sum") {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		changed := strings.Replace(string(text), "func main() {\n",
			"func main() {\n\tos.Args = append([]string{os.Args[0], os.Getenv(\"IDIOM\")}, os.Args[1:]...)\n", 1)
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(source)), []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	mod := "module idioms\n\ngo 1.26\n\nrequire github.com/imapcompat/imapcompat v0.0.0\n\nreplace github.com/imapcompat/imapcompat => " + root + "\n"
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte(mod), 0o600); err != nil {
		t.Fatal(err)
	}
	tidy := exec.Command("go", "mod", "tidy")
	tidy.Dir = folder
	if out, err := tidy.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return folder
}

func fixtureMail(t *testing.T) []prove.Folder {
	t.Helper()
	boxes, err := fixture.Mailboxes()
	if err != nil {
		t.Fatal(err)
	}
	names := map[rune]string{'S': `\Seen`, 'R': `\Answered`, 'F': `\Flagged`, 'T': `\Deleted`, 'D': `\Draft`}
	var folders []prove.Folder
	for _, box := range boxes {
		name, err := imapcompat.MUTF7ToUTF8(box.Name)
		if err != nil {
			t.Fatal(err)
		}
		folder := prove.Folder{Name: name}
		for _, m := range box.Messages {
			mail := prove.Mail{Text: string(m.Text), Date: m.Date}
			for _, letter := range m.Flags {
				mail.Flags = append(mail.Flags, names[letter])
			}
			folder.Messages = append(folder.Messages, mail)
		}
		folders = append(folders, folder)
	}
	return folders
}
