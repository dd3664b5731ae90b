package conformance

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
)

// TestPHPScripts runs each script of testdata/scripts with PHP's extension and with
// phpbridge/imap.php, each on mailboxes of its own, and compares all output and the exit code.
// testdata/scripts/README.md tells how to write a script.
func TestPHPScripts(t *testing.T) {
	needOracle(t)
	files, err := filepath.Glob("testdata/scripts/*.php")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".php")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := readPHPScript(t, file)
			want := s.run(t, "-d", "extension=imap")
			got := s.run(t, "-d", "auto_prepend_file="+absolute(t, "../phpbridge/imap.php"))
			tally.count("script/"+name+"/", want == got, nil)
			if want != got {
				t.Errorf("with the extension\n%s\nover the bridge\n%s\nfirst difference: %s", want, got, firstDifference(want, got))
			}
		})
	}
}

// notInPHP are functions that Debian's PHP does not have.
var notInPHP = []string{"imap_header", "imap_mutf7_to_utf8", "imap_utf8_to_mutf7"}

var functionName = regexp.MustCompile(`\bimap_\w+`)

// TestPHPScriptsCallAll checks that there is a script for each function of
// docs/functions.md.
func TestPHPScriptsCallAll(t *testing.T) {
	checks(t)
	table, err := os.ReadFile("../docs/functions.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("testdata/scripts/*.php")
	if err != nil {
		t.Fatal(err)
	}
	called := make(map[string]bool)
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(code), "\n") {
			if strings.HasPrefix(line, "//") {
				continue
			}
			// Many names are in strings: scripts call functions by name.
			for _, name := range functionName.FindAllString(line, -1) {
				called[name] = true
			}
		}
	}
	rows := regexp.MustCompile(`(?m)^\| (imap_\w+) \|`).FindAllSubmatch(table, -1)
	if len(rows) < 75 {
		t.Fatalf("%d functions in docs/functions.md", len(rows))
	}
	for _, row := range rows {
		if name := string(row[1]); called[name] == slices.Contains(notInPHP, name) {
			t.Errorf("%s: a script calls it is %v", name, called[name])
		}
	}
}

// phpScript is a script with the requests of its first comment.
type phpScript struct {
	path      string
	ini       []string
	mailboxes []mailbox
}

// directive is a line of a script's first comment: "// mailbox INBOX five".
var directive = regexp.MustCompile(`(?m)^// (mailbox|ini) (.+)$`)

func readPHPScript(t *testing.T, file string) *phpScript {
	t.Helper()
	code, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s := &phpScript{path: absolute(t, file)}
	for _, match := range directive.FindAllStringSubmatch(string(code), -1) {
		words := strings.Fields(match[2])
		if match[1] == "ini" {
			s.ini = append(s.ini, words...)
		} else {
			s.mailboxes = append(s.mailboxes, scriptMailbox(t, words))
		}
	}
	return s
}

// scriptMailbox returns the mailbox of a directive: its name and its messages.
func scriptMailbox(t *testing.T, words []string) mailbox {
	t.Helper()
	m := mailbox{name: words[0]}
	if len(words) == 1 {
		return m
	}
	switch words[1] {
	case "five":
		return named(m.name, five(words[2:]...))
	case "recent":
		return named(m.name, recent(five()))
	case "conversations":
		return named(m.name, conversations())
	case "all":
		return named(m.name, corpusMailbox(allMessages(t)))
	}
	for _, word := range words[1:] {
		message, flags, _ := strings.Cut(word, ":")
		msg := one(t, "messages/"+message).messages[0]
		msg.Flags = flags
		m.messages = append(m.messages, msg)
	}
	return m
}

// scriptTimeout limits a run, so that a hanging script fails.
const scriptTimeout = time.Minute

// run describes a run of the script: its output on both streams, and how it ended.
func (s *phpScript) run(t *testing.T, door ...string) string {
	t.Helper()
	return s.runAt(t, newPlace(t, s.mailboxes...), door...)
}

func (s *phpScript) runAt(t *testing.T, p place, door ...string) string {
	t.Helper()
	dir := t.TempDir()
	args := append([]string{"-n"}, door...)
	for _, setting := range s.ini {
		args = append(args, "-d", setting)
	}
	ctx, cancel := context.WithTimeout(context.Background(), scriptTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "php", append(args, s.path)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TZ=UTC", "SSL_CERT_FILE="+access.CAFile,
		"IMAPCOMPAT_BIN="+engine(t),
		"MAIL_USER="+p.user, "MAIL_PASSWORD="+dovecot.Password,
		fmt.Sprintf("MAIL_IMAP=%d", p.imap), fmt.Sprintf("MAIL_IMAPS=%d", p.imaps),
		fmt.Sprintf("MAIL_POP3=%d", p.pop3), fmt.Sprintf("MAIL_POP3S=%d", p.pop3s))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := harness.GiveHome(cmd, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || ctx.Err() != nil {
		t.Fatalf("%v: %v\n%s%s", cmd.Args, err, stdout.String(), stderr.String())
	}
	text := fmt.Sprintf("%s--- stderr\n%s--- %v\n", stdout.String(), stderr.String(), cmd.ProcessState)
	return p.stripText(strings.ReplaceAll(text, dir, "@DIR"))
}

// handleNumbers matches the numbers of objects and resources. They depend on how many existed
// before.
var handleNumbers = regexp.MustCompile(`(object\([\w\\]+\)|Resource id )#\d+`)

// textWithTimes matches a text of var_dump that ends with Dovecot's times, whose length varies.
var textWithTimes = regexp.MustCompile(`string\(\d+\) ("[^"]*?` + serverTimes.String() + `)`)

// stripText removes from the output of a script what differs from run to run.
func (p place) stripText(s string) string {
	s = textWithTimes.ReplaceAllString(handleNumbers.ReplaceAllString(s, "$1#"), "string(#) $1")
	s = serverTimes.ReplaceAllString(s, "")
	for _, port := range portWords() {
		s = port.pattern.ReplaceAllString(s, "${1}"+port.word)
	}
	return strings.ReplaceAll(s, p.user, "@USER")
}

// firstDifference is the first line in which two texts differ.
func firstDifference(a, b string) string {
	left, right := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(left), len(right)) {
		if left[i] != right[i] {
			return fmt.Sprintf("line %d: %q and %q", i+1, left[i], right[i])
		}
	}
	return fmt.Sprintf("%d and %d lines", len(left), len(right))
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// builtEngine is the program that the bridge starts.
var builtEngine struct {
	once sync.Once
	dir  string
	err  error
}

func engine(t *testing.T) string {
	t.Helper()
	b := &builtEngine
	b.once.Do(func() {
		if b.dir, b.err = os.MkdirTemp("", "imapcompat-engine-"); b.err != nil {
			return
		}
		// PHP accesses the program as nobody: see harness.GiveHome.
		if b.err = os.Chmod(b.dir, 0o755); b.err != nil {
			return
		}
		if out, err := exec.Command("go", "build", "-o", b.dir, "../imapcompat").CombinedOutput(); err != nil {
			b.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if b.err != nil {
		t.Fatal(b.err)
	}
	return filepath.Join(b.dir, "imapcompat")
}

func removeEngine() {
	if builtEngine.dir != "" {
		os.RemoveAll(builtEngine.dir)
	}
}
