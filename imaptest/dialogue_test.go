package imaptest_test

import (
	"bufio"
	"crypto/tls"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

// testTime bounds the wait of a test for a server.
const testTime = 10 * time.Second

// wire is the client's end of a connection, for scripts.
type wire struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func dial(t *testing.T, addr string) *wire {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(testTime))
	return &wire{t, conn, bufio.NewReader(conn)}
}

func (w *wire) startTLS(c *tls.Config, name string) error {
	c.ServerName = name
	conn := tls.Client(w.conn, c)
	w.conn, w.r = conn, bufio.NewReader(conn)
	return conn.Handshake()
}

func (w *wire) send(line string) {
	w.t.Helper()
	if _, err := w.conn.Write([]byte(line + "\r\n")); err != nil {
		w.t.Fatalf("sending %q: %v", line, err)
	}
}

func (w *wire) receive() string {
	w.t.Helper()
	line, err := w.r.ReadString('\n')
	if err != nil {
		w.t.Fatalf("after %q: %v", line, err)
	}
	text, ok := strings.CutSuffix(line, "\r\n")
	if !ok {
		w.t.Fatalf("line without CRLF: %q", line)
	}
	return text
}

// closed reports whether the server has closed the connection.
func (w *wire) closed() bool {
	w.t.Helper()
	line, err := w.r.ReadString('\n')
	if err == nil {
		w.t.Logf("received %q", line)
		return false
	}
	netErr, ok := err.(net.Error)
	return !ok || !netErr.Timeout()
}

// talk follows a script. It sends the lines after "C: ", and expects the lines after "S: ", where
// "…" matches anything. "S: ⋮" is any number of lines before the next one.
func (w *wire) talk(script string) {
	w.t.Helper()
	skip := false
	for line := range strings.Lines(script) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		from, text := line[:2], strings.TrimPrefix(line[2:], " ")
		switch {
		case from == "C:":
			w.send(text)
		case from == "S:" && text == "⋮":
			skip = true
		case from == "S:":
			want := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(text), "…", ".*") + "$")
			got := w.receive()
			for skip && !want.MatchString(got) {
				got = w.receive()
			}
			if skip = false; !want.MatchString(got) {
				w.t.Fatalf("received %q\nwant     %q", got, text)
			}
		default:
			w.t.Fatalf("bad script: %q", line)
		}
	}
}

const (
	first  = "Subject: one\n\n.first line\nsecond\nthird\n"
	second = "Subject: two\r\n\r\nbody\r\n"
)

func loggedInPOP3(t *testing.T, srv *imaptest.Server) *wire {
	t.Helper()
	w := dial(t, srv.POP3Addr())
	w.talk(`
		S: +OK…
		C: USER user
		S: +OK…
		C: PASS password
		S: +OK…`)
	return w
}

func loggedInIMAP(t *testing.T, srv *imaptest.Server) *wire {
	t.Helper()
	w := dial(t, srv.IMAPAddr())
	w.talk(`
		S: * OK…
		C: a LOGIN user password
		S: a OK…`)
	return w
}
