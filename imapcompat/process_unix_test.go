//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

// runsProgram is the environment variable that makes the test's binary the program.
const runsProgram = "IMAPCOMPAT_TEST_RUNS_PROGRAM"

func init() {
	if os.Getenv(runsProgram) != "" {
		time.Local = time.UTC
		main()
	}
}

// program returns a command that runs the program as a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), runsProgram+"=1", "IMAPCOMPAT_PASSWORD="+testPassword)
	t.Cleanup(func() {
		if cmd.Process != nil {
			cmd.Process.Kill()
		}
	})
	return cmd
}

// stall is a proxy that stops forever when the client sends a line with a certain text. The server
// does not receive that line.
type stall struct {
	net.Listener
	stopped chan struct{} // closed when it stops
	skip    atomic.Int32  // the number of such lines that pass first
}

func newStall(t *testing.T, target, text string, skip int) *stall {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &stall{Listener: l, stopped: make(chan struct{})}
	s.skip.Store(int32(skip))
	go func() {
		client, err := l.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", target)
		if err != nil {
			client.Close()
			return
		}
		s.pass(client, server, text)
	}()
	return s
}

func (s *stall) pass(client, server net.Conn, text string) {
	defer client.Close()
	defer server.Close()
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := server.Read(b)
			select {
			case <-s.stopped:
				n = 0
			default:
			}
			if _, failed := client.Write(b[:n]); err != nil || failed != nil {
				return
			}
		}
	}()
	lines := bufio.NewReader(client)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		if bytes.Contains(line, []byte(text)) && s.skip.Add(-1) < 0 {
			close(s.stopped)
			io.Copy(io.Discard, client) // until the client closes
			return
		}
		server.Write(line)
	}
}

// Every subcommand that waits for a server ends at once when the user interrupts it, reports what was
// done, and has changed nothing else. Its timeout is longer than the test's.
func TestSignals(t *testing.T) {
	const n = 2*pieceSize + 100
	for _, test := range []struct {
		args []string // the mailbox is inserted as the second one
		stop string   // a text in the command at which the proxy stops
		skip int      // the number of such commands that pass first
		pop3 bool
		said string
		left func(marked, all int) bool
	}{
		{args: []string{"info"}, stop: "STATUS", said: "the mailbox is open; nothing is changed\n"},
		{args: []string{"info"}, stop: "AUTHENTICATE", said: "the mailbox is not open yet; nothing is changed\n"},
		{args: []string{"headers"}, stop: "ENVELOPE", skip: 1, said: "33% of the messages are read; nothing is changed\n"},
		{args: []string{"headers", "--json"}, stop: "ENVELOPE", said: "the mailbox is open; nothing is changed\n"},
		{args: []string{"headers"}, stop: "TOP", skip: 250, pop3: true, said: "33% of the messages are read; nothing is changed\n"},
		{args: []string{"header", "3"}, stop: "FETCH", said: "the mailbox is open; nothing is changed\n"},
		{args: []string{"fetchheader", "3"}, stop: "FETCH", said: "the mailbox is open; nothing is changed\n"},
		{args: []string{"overview", "1:*"}, stop: "ENVELOPE", skip: 2, said: "66% of the messages are read; nothing is changed\n"},
		{args: []string{"search", "SUBJECT x"}, stop: "SEARCH", said: "the search goes on; nothing is changed\n"},
		{args: []string{"search", "BODY x"}, stop: "RETR", skip: 10, pop3: true, said: "the search goes on; nothing is changed\n"},
		{args: []string{"structure", "3"}, stop: "FETCH", said: "the mailbox is open; nothing is changed\n"},
		{args: []string{"list"}, stop: "LIST", said: "the mailbox is open; nothing is changed\n"},
		{args: []string{"status"}, stop: "STATUS", said: "the mailbox is open; nothing is changed\n"},
		{args: []string{"watch"}, stop: "IDLE", said: "0 messages arrived; nothing is changed\n"},
		{args: []string{"delete", "1:*", "--expunge"}, stop: "STORE", said: "possibly 1:200 marked too: imap_",
			left: func(marked, all int) bool { return marked == 0 && all == n }},
		{args: []string{"delete", "1:*", "--expunge"}, stop: "STORE", skip: 1, said: "200 of 500 messages done; 200 messages marked, possibly 201:400 marked too: imap_",
			left: func(marked, all int) bool { return marked == 200 && all == n }},
		{args: []string{"delete", "1:*", "--expunge"}, stop: "EXPUNGE", said: "500 of 500 messages done; 500 messages marked, possibly expunged: imap_expunge(): ",
			left: func(marked, all int) bool { return marked == n && all == n }},
		{args: []string{"delete", "1:*", "--expunge"}, stop: "QUIT", pop3: true, said: "500 of 500 messages done; 500 messages marked, possibly expunged: imap_close(): ",
			left: func(marked, all int) bool { return marked == 0 && all == n }},
		{args: []string{"delete", "1:*", "--expunge"}, stop: "DELE", skip: 250, pop3: true, said: "500 of 500 messages done; 500 messages marked, possibly expunged: imap_",
			left: func(marked, all int) bool { return marked == 0 && all == n }},
		{args: []string{"move", "1:*", "Archive"}, stop: "MOVE", skip: 1, said: "200 of 500 messages done; 200 messages moved, possibly 201:400 moved too: imap_mail_move(): ",
			left: func(marked, all int) bool { return marked == 0 && all == n-200 }},
		{args: []string{"copy", "1:*", "Archive"}, stop: "COPY", skip: 1, said: "200 of 500 messages done; 200 messages copied, possibly 201:400 copied too: imap_mail_copy(): ",
			left: func(marked, all int) bool { return marked == 0 && all == n }},
		{args: []string{"append", "FILE"}, stop: "APPEND", said: "the mailbox is open; possibly the message appended: imap_append(): ",
			left: func(marked, all int) bool { return all == n }},
		{args: []string{"save", "1:*", "FOLDER"}, stop: "BODYSTRUCTURE", said: "0 of 500 messages done; nothing is changed\n"},
		{args: []string{"save", "1:*", "FOLDER"}, stop: "BODY.PEEK[2]", skip: 2, said: "2 of 500 messages done; 2 files saved\n"},
	} {
		for _, sig := range []struct {
			syscall.Signal
			code int
		}{{syscall.SIGINT, 130}, {syscall.SIGTERM, 143}} {
			t.Run(strings.Join(test.args, " ")+" "+test.stop+" "+sig.Signal.String(), func(t *testing.T) {
				t.Parallel()
				config := imaptest.Config{User: "joe", Password: testPassword}
				for i := range n {
					config.Messages = append(config.Messages, imaptest.Message{Text: withAttachment(fmt.Sprint("x", i), "attached")})
				}
				srv := config.NewServer(t)
				if err := srv.CreateMailbox("Archive"); err != nil {
					t.Fatal(err)
				}
				target, reference := srv.IMAPAddr(), "{%s/imap/notls}INBOX"
				if test.pop3 {
					target, reference = srv.POP3Addr(), "{%s/pop3/notls}INBOX"
				}
				way := newStall(t, target, test.stop, test.skip)
				folder := t.TempDir()
				args := []string{test.args[0], fmt.Sprintf(reference, way.Addr()), "--user", "joe", "--timeout", "1h"}
				for _, arg := range test.args[1:] {
					switch arg {
					case "FOLDER":
						arg = folder
					case "FILE":
						arg = t.TempDir() + "/message.eml"
						if err := os.WriteFile(arg, []byte(plain), 0o600); err != nil {
							t.Fatal(err)
						}
					}
					args = append(args, arg)
				}
				cmd := program(t, args...)
				var stdout, stderr bytes.Buffer
				cmd.Stdout, cmd.Stderr = &stdout, &stderr
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { ended <- cmd.Wait() }()
				select {
				case <-way.stopped:
					cmd.Process.Signal(sig.Signal)
				case err := <-ended:
					t.Fatalf("ended before: %v\n%s%s", err, stdout.String(), stderr.String())
				}
				<-ended
				if cmd.ProcessState.ExitCode() != sig.code || stdout.Len() > 0 {
					t.Errorf("%v, standard output %q", cmd.ProcessState, stdout.String())
				}
				if !strings.HasPrefix(stderr.String(), "imapcompat: interrupted: ") || !strings.Contains(stderr.String(), test.said) {
					t.Errorf("standard error %q, want %q", stderr.String(), test.said)
				}
				uids := strings.Fields(uidsLeft(srv))
				marked := strings.Count(strings.Join(uids, " "), "D")
				if test.left == nil && (marked > 0 || len(uids) != n) || test.left != nil && !test.left(marked, len(uids)) {
					t.Errorf("left are %d messages, %d of them marked", len(uids), marked)
				}
				files, err := os.ReadDir(folder)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range files {
					if text, err := os.ReadFile(folder + "/" + f.Name()); err != nil || string(text) != "attached" {
						t.Errorf("%s: %q, %v", f.Name(), text, err)
					}
				}
			})
		}
	}
}

// A second signal ends the program even while it waits for something that no context ends. Here it
// waits for the reader of its output.
func TestSecondSignal(t *testing.T) {
	srv := largeServer(t)
	cmd := program(t, "overview", srv.IMAP(), "1:*", "--user", "joe", "--json")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	// The pipe is full before the program starts.
	if err := w.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := w.Write(make([]byte, 4096)); err != nil {
			break
		}
	}
	cmd.Stdout = w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			cmd.Process.Signal(os.Interrupt)
			continue
		case <-ended:
		}
		break
	}
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || !status.Signaled() && status.ExitStatus() != exitInterrupted {
		t.Errorf("%v", cmd.ProcessState)
	}
}

// A signal ends append while it reads standard input, and no part of the text stays on the disk.
func TestSignalWhileReading(t *testing.T) {
	srv := newServer(t)
	folder := t.TempDir()
	cmd := program(t, "append", srv.IMAP(), "--user", "joe")
	cmd.Env = append(cmd.Env, "TMPDIR="+folder)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// The text is longer than a pipe and the buffers, so append is reading.
	if _, err := stdin.Write(bytes.Repeat([]byte("x"), 1<<20)); err != nil {
		t.Fatal(err)
	}
	cmd.Process.Signal(os.Interrupt)
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted || !strings.Contains(stderr.String(), "nothing is changed") {
		t.Errorf("%v, %q", err, stderr.String())
	}
	if len(srv.Messages("INBOX")) != len(inboxMessages()) {
		t.Error("a message was appended")
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// The demo, which waits for no server, also ends with the context.
func TestDemoInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	r := executeWith(t, ctx, nil, "demo")
	if r.code != exitInterrupted || !strings.Contains(r.stderr, "interrupted: the demo over IMAP is under way") {
		t.Errorf("%+v", r)
	}
}

// A full disk is reported once, and leaves no part of a file.
func TestNoSpace(t *testing.T) {
	attached := "Content-Type: text/plain; name=a.txt\r\n\r\n" + strings.Repeat("0123456789\r\n", 100_000)
	srv := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t, attached)
	large := filepath.Join(t.TempDir(), "large.eml")
	if err := os.WriteFile(large, []byte(attached), 0o600); err != nil {
		t.Fatal(err)
	}

	// With a limit for the size of files a write fails as on a full disk. The file that go test
	// keeps of the files that were opened is below it.
	signal.Ignore(syscall.SIGXFSZ)
	defer signal.Reset(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limited := before
	limited.Cur = 1_000_000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	defer syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before)

	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		folder := t.TempDir()
		for _, args := range [][]string{{"save", mailbox, "1:*", folder}, {"save", mailbox, "1:*", folder, "--json"}, {"append", srv.IMAP(), large}} {
			r := execute(t, append(args, "--user", "joe")...)
			if r.code != exitFailure || strings.Count(r.stderr, syscall.EFBIG.Error()) != 1 {
				t.Errorf("%q: got %+v", args, r)
			}
		}
		if files, err := os.ReadDir(folder); len(files) > 0 || err != nil {
			t.Errorf("%v are left, %v", files, err)
		}
	}
	if n := len(srv.Messages("INBOX")); n != 1 {
		t.Errorf("%d messages", n)
	}
}

// If nobody reads the output any more, as with "| head -1", SIGPIPE ends the program without a
// message, as other programs. Changes that are done remain.
func TestClosedPipe(t *testing.T) {
	srv := newServer(t)
	for subcommand := range mailboxArguments {
		switch subcommand {
		case "watch", "save": // they print nothing here
			continue
		case "move", "copy": // they need a second mailbox
			continue
		}
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		cmd := program(t, commandLine(t, subcommand, srv.IMAP())...)
		var stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = w, &stderr
		err = cmd.Run()
		w.Close()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGPIPE || stderr.Len() > 0 {
			t.Errorf("%s: %v, %q", subcommand, err, stderr.String())
		}
	}
}
