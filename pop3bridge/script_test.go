package pop3bridge_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// script is a POP3 server that plays one dialogue for each connection. "C: …" is what the
// client must send. "S: …" is sent with CRLF. "R: …" is sent as it is, with \r, \n and \0
// for the octets, until the client reads no more. At the end of a dialogue the server waits
// for the client to close the connection. After "X" the server closes it.
type script struct {
	t         testing.TB
	dialogues []string
	played    sync.WaitGroup
	notices   []backend.Notice
}

// newScript returns a server that must have played all dialogues when the test ends.
func newScript(t testing.TB, dialogues ...string) *script {
	s := &script{t: t, dialogues: dialogues}
	t.Cleanup(func() {
		s.played.Wait()
		if len(s.dialogues) > 0 {
			t.Errorf("%d dialogues were not played", len(s.dialogues))
		}
	})
	return s
}

func (s *script) config() *backend.Config {
	return &backend.Config{
		Host: "pop.example.org", User: "joe", Password: "secret", Tries: 1,
		Dial:   s.dial,
		Notify: func(n backend.Notice) { s.notices = append(s.notices, n) },
	}
}

func (s *script) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	if len(s.dialogues) == 0 {
		s.t.Error("a connection too many")
		server.Close()
		return client, nil
	}
	dialogue := s.dialogues[0]
	s.dialogues = s.dialogues[1:]
	s.played.Add(1)
	go func() {
		defer s.played.Done()
		defer server.Close()
		s.play(server, dialogue)
	}()
	return client, nil
}

var rawOctets = strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\0`, "\x00")

func (s *script) play(conn net.Conn, dialogue string) {
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	r := bufio.NewReader(conn)
	for line := range strings.Lines(dialogue) {
		line = strings.TrimSuffix(line, "\n")
		kind, text, _ := strings.Cut(line, " ")
		var err error
		switch kind {
		case "C:":
			var got string
			got, err = r.ReadString('\n')
			if got = strings.TrimSuffix(got, "\r\n"); got != text {
				s.t.Errorf("client sent %q, want %q (%v)", got, text, err)
				return
			}
		case "S:":
			if pipelined := r.Buffered(); pipelined > 0 && !strings.Contains(dialogue, "PIPELINING") {
				s.t.Errorf("client sent %d octets ahead of %q, to a server without PIPELINING", pipelined, text)
			}
			_, err = io.WriteString(conn, text+"\r\n")
		case "R:":
			if _, err := io.WriteString(conn, rawOctets.Replace(text)); err != nil {
				return // the client reads no more
			}
		case "X":
			return
		default:
			s.t.Errorf("bad line in a dialogue: %q", line)
		}
		if err != nil {
			s.t.Errorf("at %q: %v", line, err)
			return
		}
	}
	if rest, _ := io.ReadAll(r); len(rest) > 0 {
		s.t.Errorf("client also sent %q", rest)
	}
}

// notes returns the texts of the notices so far.
func (s *script) notes() []string {
	var texts []string
	for _, n := range s.notices {
		texts = append(texts, n.Text)
	}
	return texts
}

// open opens a session, which is aborted when the test ends.
func (s *script) open() *pop3bridge.Session {
	s.t.Helper()
	session, err := pop3bridge.Open(context.Background(), s.config())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { session.Abort() })
	return session
}

// capabilities returns an answer to CAPA with USER and the given names.
func capabilities(names ...string) string {
	return "C: CAPA\nS: +OK\nS: USER\n" + lines("S: ", names...) + "S: .\n"
}

func lines(prefix string, texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		b.WriteString(prefix + text + "\n")
	}
	return b.String()
}

// loggedIn returns a dialogue up to the login, by USER and PASS.
func loggedIn(capas ...string) string {
	return "S: +OK ready\n" + capabilities(capas...) +
		"C: USER joe\nS: +OK\nC: PASS secret\nS: +OK\n" + capabilities(capas...)
}

// withMessages returns a dialogue up to LIST, for messages of these sizes.
func withMessages(capas []string, sizes ...string) string {
	d := loggedIn(capas...) + "C: STAT\nS: +OK " + itoa(len(sizes)) + " 0\nC: LIST\nS: +OK\n"
	for i, size := range sizes {
		d += "S: " + itoa(i+1) + " " + size + "\n"
	}
	return d + "S: .\n"
}

var (
	plainServer = []string{"TOP", "UIDL"}
	pipelining  = []string{"TOP", "UIDL", "PIPELINING"}
)
