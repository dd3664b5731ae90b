package pop3bridge_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// written returns what WriteSection writes of a message.
func written(t *testing.T, s *pop3bridge.Session, num int, section string) string {
	t.Helper()
	var b strings.Builder
	found, err := s.WriteSection(ctx, msgs(num), backend.Section{Name: section, Peek: true}, &b)
	if err != nil || !found {
		t.Fatalf("section %q of %d: found %v, %v", section, num, found, err)
	}
	return b.String()
}

// WriteSection writes what Fetch returns, with TOP, without TOP, and from memory.
func TestWriteSection(t *testing.T) {
	messages := []string{
		"Subject: one\r\n\r\nbody\r\n", "Subject: no body\r\n", "\r\nno header\r\n", "", "\r\n", ".\r\n..\r\n\r\n.\r\n.x\r\n",
		"a: b\r\n\r\n\r\n\r\n", "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\none\r\n--x--\r\n",
		"Subject: large\r\n\r\n" + strings.Repeat(".0123456789\r\n", 20_000), "Subject: " + strings.Repeat("x", 100_000) + "\r\n\r\n" + strings.Repeat("y", 200_000),
	}
	for _, without := range [][]string{nil, {"TOP"}, {"CAPA"}, {"PIPELINING"}} {
		srv := imaptest.Config{Without: without}.NewServer(t, messages...)
		s, err := pop3bridge.Open(ctx, configFor(t, srv, backend.TLSNever))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Abort()
		for i := range messages {
			names := []string{"", "HEADER", "TEXT", "1", "2"}
			passed := make([]string, len(names))
			for j, name := range names {
				passed[j] = written(t, s, i+1, name)
			}
			for j, section := range collect(t, s, msgs(i+1), sections(true, names...))[0].Sections {
				text := string(section)
				if passed[j] != text {
					t.Errorf("without %v, section %q of %d: %d octets passed, want %d: %.60q", without, names[j], i+1, len(passed[j]), len(text), passed[j])
				}
				if got := written(t, s, i+1, names[j]); got != text {
					t.Errorf("section %q of %d from memory: %d octets, want %d", names[j], i+1, len(got), len(text))
				}
			}
		}
	}
}

func TestWriteSectionMarks(t *testing.T) {
	for section, seen := range map[string]bool{"": true, "HEADER": false, "TEXT": true} {
		srv := imaptest.NewServer(t, "Subject: one\n\nbody\n")
		s, err := pop3bridge.Open(ctx, configFor(t, srv, backend.TLSNever))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Abort()
		for _, peek := range []bool{true, false} {
			if _, err := s.WriteSection(ctx, msgs(1), backend.Section{Name: section, Peek: peek}, io.Discard); err != nil {
				t.Fatal(err)
			}
			check(t, fmt.Sprintf("section %q marks, peek %v", section, peek), collect(t, s, msgs(1), backend.Items{Flags: true})[0].Flags.Seen, seen && !peek)
		}
		found, err := s.WriteSection(ctx, msgs(2), backend.Section{Name: section}, io.Discard)
		check(t, "found", found, false)
		check(t, "error", err, nil)
	}
}

func TestWriteSectionRefused(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "22", "2147483647", "22", "2147483646")+`C: RETR 1
S: -ERR no
C: TOP 1 0
S: -ERR no
C: RETR 1
S: -ERR gone
C: TOP 3 0
S: -ERR no
C: RETR 3
S: +OK
S: a: b
S: 
S: text
S: .
C: RETR 3
S: +OK
S: c: d
S: .
C: RETR 4
S: -ERR not this one
C: NOOP
S: +OK
`).open()
	write := func(num int, section string) error {
		_, err := s.WriteSection(ctx, msgs(num), backend.Section{Name: section}, io.Discard)
		return err
	}
	checkError(t, write(1, ""), backend.ErrRefused, "no")
	checkError(t, write(1, "HEADER"), backend.ErrRefused, "gone")
	checkError(t, write(2, ""), backend.ErrTooLarge, "a message is larger than the limit")
	check(t, "header by RETR", written(t, s, 3, "HEADER"), "a: b\r\n\r\n")
	check(t, "no TOP any more", written(t, s, 3, "HEADER"), "c: d\r\n")
	checkError(t, write(4, ""), backend.ErrRefused, "not this one")
	check(t, "poll", s.Poll(ctx), nil)
}

// full is a writer that accepts a number of octets and then fails.
type full struct{ room int }

var errFull = errors.New("disk full")

func (f *full) Write(p []byte) (int, error) {
	if f.room -= len(p); f.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// When the writer fails, the rest of the message is read, so that the session survives. If
// the rest is long, the connection is dropped.
func TestWriteSectionFails(t *testing.T) {
	for _, test := range []struct {
		size, room int
		usable     bool
	}{
		{100, 10, true}, {100_000, 0, true}, {900_000, 100_000, true}, {5_000_000, 100_000, false}, {5_000_000, 4_500_000, true},
	} {
		s := openGenerated(t, test.size)
		_, err := s.WriteSection(ctx, msgs(1), backend.Section{}, &full{test.room})
		if !errors.Is(err, errFull) {
			t.Errorf("%+v: %v", test, err)
		}
		if test.usable {
			check(t, "poll", s.Poll(ctx), nil)
			continue
		}
		const text = "POP3 connection dropped: too much is left of a message that cannot be written: disk full"
		checkError(t, err, backend.ErrConnectionLost, text)
		checkError(t, s.Poll(ctx), backend.ErrConnectionLost, text)
	}
}

// The same holds for a text with a NUL in each line.
func TestWriteSectionFailsWithNULs(t *testing.T) {
	lines := strings.Repeat(strings.Repeat("x", 1000)+`\0y\r\n`, 2000)
	s := newScript(t, withMessages(plainServer, "9")+"C: RETR 1\nS: +OK\nR: "+lines+"\n").open()
	_, err := s.WriteSection(ctx, msgs(1), backend.Section{}, &full{})
	checkError(t, err, backend.ErrConnectionLost, "POP3 connection dropped: too much is left of a message that cannot be written: disk full")
}

func TestWriteSectionCancelled(t *testing.T) {
	s := openGenerated(t, 1<<30)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	_, err := s.WriteSection(ctx, msgs(1), backend.Section{}, writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil }))
	if !errors.Is(err, backend.ErrConnectionLost) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// A message above the limit is written, and the memory allocated does not depend on its
// size.
func TestWriteSectionLarge(t *testing.T) {
	for section, size := range map[string]int{"": 200 << 20, "TEXT": 20 << 20, "HEADER": 20 << 20} {
		s := openGenerated(t, size)
		n, largest := 0, 0
		w := writerFunc(func(p []byte) (int, error) {
			n += len(p)
			largest = max(largest, len(p))
			return len(p), nil
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := s.WriteSection(ctx, msgs(1), backend.Section{Name: section}, w)
		runtime.ReadMemStats(&after)
		want := map[string]int{"": size, "TEXT": size - len(generatedHeader), "HEADER": len(generatedHeader)}[section]
		if err != nil || n != want {
			t.Errorf("section %q: %d octets, want %d: %v", section, n, want, err)
		}
		if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 2<<20 || largest > 64<<10 {
			t.Errorf("section %q: %d octets allocated, %d written at once", section, allocated, largest)
		}
		if err := s.Poll(ctx); err != nil {
			t.Error(err)
		}
	}
}

const generatedHeader = "Subject: generated\r\n\r\n"

// openGenerated opens a session with one message of size octets, which the server generates
// while sending, and with a lower limit. The server has no TOP.
func openGenerated(t *testing.T, size int) *pop3bridge.Session {
	t.Helper()
	client, server := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer server.Close()
		w := bufio.NewWriterSize(server, 64<<10)
		say := func(lines string) {
			w.WriteString(lines)
			w.Flush()
		}
		say("+OK ready\r\n")
		commands := bufio.NewScanner(server)
		for commands.Scan() {
			switch name, _, _ := strings.Cut(commands.Text(), " "); name {
			case "CAPA":
				say("+OK\r\nUSER\r\n.\r\n")
			case "STAT":
				say("+OK 1 9\r\n")
			case "LIST":
				fmt.Fprintf(w, "+OK\r\n1 %d\r\n.\r\n", size)
				w.Flush()
			case "RETR":
				w.WriteString("+OK\r\n")
				generate(w, size)
				say(".\r\n")
			default:
				say("+OK\r\n")
			}
		}
	}()
	s, err := pop3bridge.Open(ctx, &backend.Config{
		Host: "pop.example.org", User: "joe", Password: "secret", Tries: 1, MaxLiteral: 1000,
		Dial: func(context.Context, string, string) (net.Conn, error) { return client, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Abort()
		<-done
	})
	return s
}

// generate writes a message of size octets, with a dot before each line.
func generate(w *bufio.Writer, size int) {
	w.WriteString(generatedHeader)
	line := ".." + strings.Repeat("x", 1000) + "\r\n" // one octet more than without byte-stuffing
	for left := size - len(generatedHeader); left > 0; {
		n := min(left, len(line)-1)
		if rest := left - n; rest == 1 {
			n--
		}
		text := line
		if n < len(line)-1 {
			text = strings.Repeat("x", n-2) + "\r\n"
		}
		if _, err := w.WriteString(text); err != nil {
			return
		}
		left -= n
	}
}
