package hostile_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
)

// command is a line of a client's.
type command struct {
	tag  string // of IMAP
	name string
	line string
}

// answer answers a command. An error ends the connection.
type answer func(conn net.Conn, cmd command) error

// lines sends lines. "T " at the start of a line becomes the tag.
func lines(texts ...string) answer {
	return func(conn net.Conn, cmd command) error {
		for _, text := range texts {
			if rest, ok := strings.CutPrefix(text, "T "); ok {
				text = cmd.tag + " " + rest
			}
			if _, err := io.WriteString(conn, text+"\r\n"); err != nil {
				return err
			}
		}
		return nil
	}
}

// endless sends a text without a line break until the client closes the connection.
func endless(text string) answer {
	chunk := []byte(strings.Repeat(text, 64<<10/len(text)+1))
	return func(conn net.Conn, _ command) error {
		for {
			if _, err := conn.Write(chunk); err != nil {
				return err
			}
		}
	}
}

// repeated sends a text a number of times.
func repeated(n int, text string) answer {
	return func(conn net.Conn, _ command) error {
		w := bufio.NewWriterSize(conn, 64<<10)
		for range n {
			if _, err := w.WriteString(text); err != nil {
				return err
			}
		}
		return w.Flush()
	}
}

// trickle sends a text octet by octet.
func trickle(pause time.Duration, text string) answer {
	return func(conn net.Conn, _ command) error {
		for i := range len(text) {
			if _, err := io.WriteString(conn, text[i:i+1]); err != nil {
				return err
			}
			time.Sleep(pause)
		}
		return nil
	}
}

// silence sends nothing.
func silence(net.Conn, command) error { return nil }

// hangUp closes the connection.
func hangUp(net.Conn, command) error { return io.EOF }

// all sends several answers.
func all(answers ...answer) answer {
	return func(conn net.Conn, cmd command) error {
		for _, a := range answers {
			if err := a(conn, cmd); err != nil {
				return err
			}
		}
		return nil
	}
}

// inTurn answers the first command with the first answer, and so on. The last answer repeats.
func inTurn(answers ...answer) answer {
	var n atomic.Int32
	return func(conn net.Conn, cmd command) error {
		i := min(int(n.Add(1)), len(answers)) - 1
		return answers[i](conn, cmd)
	}
}

// answers has the server's answers by command. The greeting is the answer to "".
type answers map[string]answer

// with returns a with some answers replaced.
func (a answers) with(others answers) answers {
	both := answers{}
	for name, answer := range a {
		both[name] = answer
	}
	for name, answer := range others {
		both[name] = answer
	}
	return both
}

// server serves connections until the test ends.
type server struct {
	net.Listener
	commandOf func(line string) command
	answers   answers
	conns     sync.WaitGroup
}

// serveFor starts a server that is correct except for some answers. The flags of a mailbox name
// give the service.
func serveFor(t testing.TB, flags string, a answers) *server {
	t.Helper()
	if strings.HasPrefix(flags, "/pop3") {
		return serve(t, pop3Command, pop3Server.with(a))
	}
	return serve(t, imapCommand, imapServer.with(a))
}

func serve(t testing.TB, commandOf func(string) command, a answers) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Listener: l, commandOf: commandOf, answers: a}
	s.conns.Add(1)
	go func() {
		defer s.conns.Done()
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.conns.Add(1)
			go s.serve(conn)
		}
	}()
	return s
}

// close waits for the last connection to end, which detects clients that leave one open.
func (s *server) close() {
	s.Listener.Close()
	s.conns.Wait()
}

func (s *server) serve(conn net.Conn) {
	defer s.conns.Done()
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(maxDuration))
	if s.answers[""](conn, command{}) != nil {
		return
	}
	for commands := bufio.NewScanner(conn); commands.Scan(); {
		cmd := s.commandOf(commands.Text())
		a := s.answers[cmd.name]
		if a == nil || cmd.name == "" {
			a = s.answers["any"]
		}
		if a(conn, cmd) != nil {
			return
		}
	}
}

func (s *server) name(flags string) string {
	return fmt.Sprintf("{%s%s/notls}INBOX", s.Addr(), flags)
}

const (
	// patience is the clients' timeout if an octet is to come, and impatience if none is.
	patience   = 20 * time.Second
	impatience = 200 * time.Millisecond
	// maxDuration limits a case. Most take little time; the race detector makes the longest
	// ones ten times as long.
	maxDuration = 60 * time.Second
	// maxHeap limits the memory of a case at any moment, including the server's.
	maxHeap = 160 << 20
)

func open(name string, opts ...imapcompat.Option) (*imapcompat.Connection, error) {
	return imapcompat.Open(name, "user", "secret", slices.Concat(timeouts(patience), []imapcompat.Option{
		imapcompat.WithMaxMessageSize(4 << 20),
	}, opts)...)
}

func timeouts(d time.Duration) []imapcompat.Option {
	return []imapcompat.Option{
		imapcompat.WithTimeout(imapcompat.IMAP_OPENTIMEOUT, d),
		imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, d),
		imapcompat.WithTimeout(imapcompat.IMAP_WRITETIMEOUT, d),
		imapcompat.WithTimeout(imapcompat.IMAP_CLOSETIMEOUT, d),
	}
}

// watch runs f. It fails the test if f takes too long or too much memory, or leaves goroutines.
func watch(t *testing.T, f func()) {
	t.Helper()
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(maxHeap / 2)) // keeps garbage out of the figures
	runtime.GC()
	goroutines, heap := runtime.NumGoroutine(), heapInUse()
	done := make(chan struct{})
	peak := make(chan uint64, 1)
	go func() {
		var most uint64
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			most = max(most, heapInUse())
			select {
			case <-tick.C:
			case <-done:
				peak <- most
				return
			}
		}
	}()
	start := time.Now()
	finished := make(chan struct{})
	go func() { defer close(finished); f() }()
	select {
	case <-finished:
	case <-time.After(maxDuration):
		stacks := make([]byte, 1<<20)
		t.Fatalf("still running after %v\n%s", maxDuration, stacks[:runtime.Stack(stacks, true)])
	}
	took := time.Since(start)
	close(done)
	most := <-peak - heap
	t.Logf("%v, at most %d MiB", took.Round(time.Millisecond), most>>20)
	if most > maxHeap {
		t.Errorf("held %d MiB, want at most %d", most>>20, maxHeap>>20)
	}
	expectGoroutines(t, goroutines)
}

func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// expectGoroutines waits until no more than n goroutines are left.
func expectGoroutines(t *testing.T, n int) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			stacks = stacks[:runtime.Stack(stacks, true)]
			t.Fatalf("%d goroutines, want %d\n%s", runtime.NumGoroutine(), n, bytes.TrimSpace(stacks))
		}
	}
}
