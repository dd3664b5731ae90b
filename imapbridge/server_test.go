package imapbridge_test

import (
	"bufio"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// A scripted server plays one conversation. A line "C: …" is what the client must send
// next, with its tag written as "T". A line "S: …" is what the server sends, where "T" is
// the tag of the last command. "S: !" closes the connection. After the line "DEFLATE" both
// sides compress.
type scripted struct {
	t      *testing.T
	addr   *net.TCPAddr
	done   chan struct{}
	failed string
	stayed bool // the client had not closed the connection when the server stopped waiting
}

func serve(t *testing.T, script string) *scripted {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{t: t, addr: l.Addr().(*net.TCPAddr), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		defer l.Close()
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(10 * time.Second))
		s.play(conn, script)
	}()
	t.Cleanup(func() {
		l.Close()
		<-s.done
		if s.failed != "" {
			t.Error(s.failed)
		}
	})
	return s
}

func (s *scripted) play(conn net.Conn, script string) {
	r := bufio.NewReader(conn)
	w := io.Writer(conn)
	tag := ""
	for line := range strings.SplitSeq(strings.TrimSpace(script), "\n") {
		line = strings.TrimLeft(line, "\t ")
		if line == "" {
			continue
		}
		if line == "S: !" {
			return
		}
		if line == "DEFLATE" {
			r, w = bufio.NewReader(flate.NewReader(r)), newDeflater(conn)
			continue
		}
		if text, ok := strings.CutPrefix(line, "S: "); ok {
			text = strings.NewReplacer(`\n`, "\r\n", `\t`, "\t").Replace(text)
			if rest, ok := strings.CutPrefix(text, "T "); ok {
				text = tag + " " + rest
			}
			fmt.Fprintf(w, "%s\r\n", text)
			continue
		}
		want := strings.TrimPrefix(line, "C: ")
		got, err := r.ReadString('\n')
		if err != nil {
			s.failed = fmt.Sprintf("client: %v, want %q", err, want)
			return
		}
		got = strings.TrimRight(got, "\r\n")
		if rest, ok := strings.CutPrefix(want, "T "); ok {
			first, text, _ := strings.Cut(got, " ")
			tag, got, want = first, text, rest
		}
		if got != want {
			s.failed = fmt.Sprintf("client sent %q, want %q", got, want)
			return
		}
	}
	// What the client sends after the script, such as LOGOUT, is not checked.
	buf := make([]byte, 1024)
	for {
		if _, err := r.Read(buf); err != nil {
			s.stayed = errors.Is(err, os.ErrDeadlineExceeded)
			return
		}
	}
}

// deflater compresses and flushes what is written.
type deflater struct{ *flate.Writer }

func newDeflater(w io.Writer) deflater {
	compressor, _ := flate.NewWriter(w, flate.BestSpeed)
	return deflater{compressor}
}

func (d deflater) Write(p []byte) (int, error) {
	n, err := d.Writer.Write(p)
	if err == nil {
		err = d.Flush()
	}
	return n, err
}

// notices collects the notices of a session.
type notices struct {
	mu   sync.Mutex
	list []string
}

func (n *notices) add(notice backend.Notice) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, notice.Text)
}

func (n *notices) texts() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.list, "|")
}

func (s *scripted) config(n *notices) *backend.Config {
	timeouts := backend.Timeouts{Open: 5 * time.Second, Read: 5 * time.Second, Write: 5 * time.Second}
	return &backend.Config{
		Host: "127.0.0.1", Port: s.addr.Port, TLS: backend.TLSNever,
		User: "user", Password: "secret", Tries: 2,
		Timeouts: timeouts, MaxLiteral: 1 << 20, Notify: n.add,
	}
}

const (
	loggedIn = "S: * PREAUTH [CAPABILITY IMAP4rev1 UNSELECT] hello\n"
	selected = `C: T SELECT "INBOX"
		S: * FLAGS (\Answered \Deleted work)
		S: * 9 EXISTS
		S: * 2 RECENT
		S: * OK [UIDVALIDITY 77] ok
		S: * OK [UIDNEXT 100] ok
		S: T OK [READ-WRITE] selected
		`
)

// open opens a session. The script is what follows the greeting and SELECT.
func open(t *testing.T, script string) (*imapbridge.Session, *notices) {
	t.Helper()
	n := &notices{}
	server := serve(t, loggedIn+selected+script)
	s, err := imapbridge.Open(context.Background(), server.config(n))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	if err := s.Select(context.Background(), "INBOX", false); err != nil {
		t.Fatal(err)
	}
	return s, n
}

// checkFailure checks the kind and the text of an error.
func checkFailure(t *testing.T, err, kind error, text string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(fmt.Sprint(err), text) {
		t.Errorf("got %v, want %q (%v)", err, text, kind)
	}
}
