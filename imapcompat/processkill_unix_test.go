//go:build unix

package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/failpoint"
	"github.com/imapcompat/imapcompat/internal/short"
)

// post is a web service that keeps messages by their key, as Idempotency-Key wants.
type inboxService struct {
	*httptest.Server
	mu       sync.Mutex
	messages map[string]string
	posts    int
}

func newInboxService(t *testing.T) *inboxService {
	s := &inboxService{messages: map[string]string{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return // the client was killed
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.posts++
		s.messages[r.Header.Get("Idempotency-Key")] = string(text)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *inboxService) list() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var texts []string
	for _, text := range s.messages {
		texts = append(texts, text)
	}
	return texts
}

// longLines is the number of lines that long adds: some pieces of what io.Copy copies at once.
const longLines = 5000

// long makes each message long enough that a kill can come while it is written.
func long(messages []imaptest.Message) []imaptest.Message {
	for i := range messages {
		messages[i].Text += strings.Repeat("a line of the text\n", longLines)
	}
	return messages
}

// The program is killed again and again while it delivers. Each message is at its place once, and
// whole.
func TestProcessKilled(t *testing.T) {
	const n = 12
	for kind, service := range map[string]string{"dir": "pop3", "maildir": "imap", "mbox": "pop3", "http": "imap"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			srv := mailServer(t, long(letters(n))...)
			folder := t.TempDir()
			place := filepath.Join(folder, "place")
			into, list := kind+":"+place, places[kind]
			if kind == "http" {
				web := newInboxService(t)
				into, list = web.URL, func(*testing.T, string) []string { return web.list() }
			}
			args := []string{"process", services[service](srv), "--user", "joe", "--ledger", filepath.Join(folder, "inbox.db"),
				"--name", "x", "--lease", "1s", "--attempts", "1000", "--then", "delete", "--into", into}
			kills := 0
			for begun := time.Now(); len(srv.Messages("INBOX")) > 0; {
				if time.Since(begun) > 2*time.Minute {
					t.Fatalf("after %d kills %d messages are left", kills, len(srv.Messages("INBOX")))
				}
				cmd := program(t, args...)
				var output bytes.Buffer
				cmd.Stdout, cmd.Stderr = &output, &output
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				if kills < 8 {
					time.Sleep(rand.N(time.Duration(20+10*kills) * time.Millisecond))
					cmd.Process.Kill()
					kills++
				}
				if err := cmd.Wait(); err != nil && !strings.Contains(err.Error(), "killed") {
					t.Fatalf("%v: %s", err, output.String())
				}
			}
			checkLetters(t, list(t, place), n)
			for _, text := range list(t, place) {
				if got := strings.Count(text, "a line of the text"); got != longLines {
					t.Errorf("a message has %d lines", got)
				}
			}
		})
	}
}

// killsAt is the environment variable that makes the program kill itself at a step: "append 3" at
// the third piece that is appended.
const killsAt = "IMAPCOMPAT_TEST_KILLS_AT"

var _ = obeyKillsAt() // before the init function that runs the program

func obeyKillsAt() (ok bool) {
	var name string
	var n int
	if _, err := fmt.Sscan(os.Getenv(killsAt), &name, &n); err != nil {
		return false
	}
	failpoint.Set(func(now string) {
		if now != name {
			return
		}
		if n--; n == 0 {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	})
	return true
}

// The program is killed at each step of a delivery.
func TestProcessKilledAt(t *testing.T) {
	const n = 2
	for kind, steps := range map[string][]string{
		"dir":     {"write 1", "renamed 1", "write 2", "renamed 2"},
		"maildir": {"write 1", "write 3", "write 6", "renamed 1", "renamed 2"},
		"mbox":    {"write 2", "renamed 1", "append 1", "append 2", "append 3", "appended 1", "renamed 2", "append 6", "appended 2"},
	} {
		for _, at := range short.Sample(steps, 3) {
			t.Run(kind+" "+at, func(t *testing.T) {
				t.Parallel()
				srv := mailServer(t, long(letters(n))...)
				folder := t.TempDir()
				place := filepath.Join(folder, "place")
				args := []string{"process", srv.IMAP(), "--user", "joe", "--ledger", filepath.Join(folder, "inbox.db"),
					"--name", "x", "--lease", "1s", "--then", "delete", "--into", kind + ":" + place}
				cmd := program(t, args...)
				cmd.Env = append(cmd.Env, killsAt+"="+at)
				output, err := cmd.CombinedOutput()
				if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
					t.Fatalf("not killed: %v, %s", err, output)
				}
				for begun := time.Now(); len(srv.Messages("INBOX")) > 0; time.Sleep(50 * time.Millisecond) {
					if output, err := program(t, args...).CombinedOutput(); err != nil || time.Since(begun) > time.Minute {
						t.Fatalf("%v: %s", err, output)
					}
				}
				checkLetters(t, places[kind](t, place), n)
				for _, text := range places[kind](t, place) {
					if got := strings.Count(text, "a line of the text"); got != longLines {
						t.Errorf("a message has %d lines", got)
					}
				}
			})
		}
	}
}

// Three processes at the same time handle each message once.
func TestProcessThreeAtOnce(t *testing.T) {
	needShell(t)
	onBoth(t, threeAtOnce)
}

func threeAtOnce(t *testing.T, mailbox func(*imaptest.Server) string) {
	const n = 60
	srv := mailServer(t, letters(n)...)
	folder := t.TempDir()
	handled := filepath.Join(folder, "handled")
	args := []string{"process", mailbox(srv), "--user", "joe", "--ledger", filepath.Join(folder, "inbox.db"), "--workers", "2",
		"--then", "delete", "--quiet", "--exec", "echo \"$IMAPCOMPAT_SUBJECT\" >> '" + handled + "'"}
	var group sync.WaitGroup
	for range 3 {
		cmd := program(t, args...)
		group.Go(func() {
			if output, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, output)
			}
		})
	}
	group.Wait()
	if output, err := program(t, args...).CombinedOutput(); err != nil { // settles what is left
		t.Errorf("%v: %s", err, output)
	}
	lines := strings.Split(strings.TrimSpace(read(t, handled)), "\n")
	slices.Sort(lines)
	if len(lines) != n || len(slices.Compact(lines)) != n {
		t.Errorf("handled %d messages", len(lines))
	}
	if left := len(srv.Messages("INBOX")); left != 0 {
		t.Errorf("%d are left", left)
	}
}

// The first signal lets the handler finish, and gives the other messages back.
func TestProcessSignal(t *testing.T) {
	needShell(t)
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		for _, watch := range []bool{false, true} {
			t.Run(fmt.Sprint(sig, " watch=", watch), func(t *testing.T) {
				srv := mailServer(t, letters(3)...)
				folder := t.TempDir()
				ledger := filepath.Join(folder, "inbox.db")
				args := []string{"process", srv.IMAP(), "--user", "joe", "--ledger", ledger, "--then", "delete",
					"--exec", "cd '" + folder + "'; touch begun; until [ -e go ]; do sleep 0.02; done; echo >> done"}
				if watch {
					args = append(args, "--watch")
				}
				cmd := program(t, args...)
				var stdout, stderr bytes.Buffer
				cmd.Stdout, cmd.Stderr = &stdout, &stderr
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				waitForFile(t, filepath.Join(folder, "begun"))
				cmd.Process.Signal(sig)
				time.Sleep(50 * time.Millisecond)
				if err := os.WriteFile(filepath.Join(folder, "go"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
				cmd.Wait()
				want := 128 + int(sig)
				if watch {
					want = 0
				}
				if code := cmd.ProcessState.ExitCode(); code != want || !strings.Contains(stdout.String(), "1 done") {
					t.Errorf("%v\n%s%s", cmd.ProcessState, stdout.String(), stderr.String())
				}
				if done := read(t, filepath.Join(folder, "done")); done != "\n" {
					t.Errorf("the handler has run %d times", len(done))
				}
				r := execute(t, "process", srv.IMAP(), "--user", "joe", "--ledger", ledger, "--exec", "true", "--then", "delete")
				if r.code != 0 || summary(r) != "2 done, 2 settled," && summary(r) != "2 done, 3 settled," {
					t.Errorf("the next run: %+v", r)
				}
			})
		}
	}
}

// The second signal ends the handlers too.
func TestProcessSecondSignal(t *testing.T) {
	t.Parallel()
	needShell(t)
	srv := mailServer(t, letters(1)...)
	folder := t.TempDir()
	cmd := program(t, "process", srv.IMAP(), "--user", "joe", "--ledger", filepath.Join(folder, "inbox.db"),
		"--exec", "cd '"+folder+"'; echo $$ > pid.new; mv pid.new pid; sleep 600 & wait")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitForFile(t, filepath.Join(folder, "pid"))
	cmd.Process.Signal(syscall.SIGTERM)
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	for done := false; !done; {
		select {
		case <-ended:
			done = true
		case <-time.After(100 * time.Millisecond):
			cmd.Process.Signal(syscall.SIGTERM)
		}
	}
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGTERM {
		t.Errorf("%v", cmd.ProcessState)
	}
	var pid int
	fmt.Sscan(read(t, filepath.Join(folder, "pid")), &pid)
	for begun := time.Now(); syscall.Kill(-pid, 0) == nil; time.Sleep(5 * time.Millisecond) {
		if time.Since(begun) > time.Minute {
			t.Fatal("the handler goes on")
		}
	}
}

func waitForFile(t *testing.T, path string) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < time.Minute; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			return
		}
	}
	t.Fatalf("there is no %s", path)
}

// A PHP script is a handler.
func TestProcessPHP(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		t.Skip("no php: a PHP script as a handler is not tested")
	}
	folder := t.TempDir()
	script := filepath.Join(folder, "handle.php")
	const text = `<?php
$message = stream_get_contents(STDIN);
if (!preg_match('/^Subject: (.*)\r$/m', $message, $m) || trim($m[1]) !== getenv('IMAPCOMPAT_SUBJECT')) exit(1);
file_put_contents(getenv('FOLDER') . '/' . getenv('IMAPCOMPAT_KEY'), getenv('IMAPCOMPAT_FROM_ADDRESS'));
exit(getenv('IMAPCOMPAT_SUBJECT') === 'letter 2' ? 75 : 0);
`
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	srv := mailServer(t, letters(2)...)
	t.Setenv("FOLDER", folder)
	r := process(t, srv.IMAP(), "--exec", php+" '"+script+"'")
	if r.code != exitTemporary || summary(r) != "2 new, 1 done, 1 failed, 1 left," {
		t.Errorf("%+v", r)
	}
	if files, _ := filepath.Glob(folder + "/*"); len(files) != 3 {
		t.Errorf("%q", files)
	}
}
