package imaptest_test

import (
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"

	pop3 "github.com/knadh/go-pop3"

	"github.com/imapcompat/imapcompat/imaptest"
)

func TestPOP3Dialogues(t *testing.T) {
	tests := []struct {
		name     string
		config   imaptest.Config
		loggedIn bool
		script   string
	}{
		{name: "authorization state", script: `
			S: +OK POP3 server ready <…@…>
			C: STAT
			S: -ERR Unknown command.
			C: PASS password
			S: -ERR No username given.
			C: USER user
			S: +OK
			C: PASS wrong
			S: -ERR [AUTH] Authentication failed.
			C: PASS password
			S: -ERR No username given.
			C: user user
			S: +OK
			C: pass password
			S: +OK…
			C: USER user
			S: -ERR Unknown command: USER`},
		{name: "no such user", script: `
			S: +OK…
			C: USER nobody
			S: +OK
			C: PASS password
			S: -ERR [AUTH]…`},
		{name: "password with spaces", config: imaptest.Config{Password: "a  b"}, script: `
			S: +OK…
			C: USER user
			S: +OK
			C: PASS a b
			S: -ERR…
			C: USER user
			S: +OK
			C: PASS a  b
			S: +OK…`},
		{name: "transaction state", loggedIn: true, script: `
			C: STAT
			S: +OK 2 66
			C: LIST
			S: +OK 2 messages:
			S: 1 44
			S: 2 22
			S: .
			C: LIST 2
			S: +OK 2 22
			C: LIST 3
			S: -ERR There's no message 3.
			C: LIST 0
			S: -ERR There's no message 0.
			C: LIST -1
			S: -ERR Invalid message number: -1
			C: LIST 99999999999999999999
			S: -ERR Message number too large:…
			C: UIDL
			S: +OK…
			S: 1 0000000100000001
			S: 2 0000000200000001
			S: .
			C: UIDL 2
			S: +OK 2 0000000200000001
			C: NOOP
			S: +OK
			C: XYZZY
			S: -ERR Unknown command: XYZZY`},
		{name: "messages", loggedIn: true, script: `
			C: RETR 1
			S: +OK 44 octets
			S: Subject: one
			S:
			S: ..first line
			S: second
			S: third
			S: .
			C: TOP 1 0
			S: +OK
			S: Subject: one
			S:
			S: .
			C: TOP 1 2
			S: +OK
			S: Subject: one
			S:
			S: ..first line
			S: second
			S: .
			C: TOP 2 100
			S: +OK
			S: Subject: two
			S:
			S: body
			S: .
			C: TOP 1
			S: -ERR Noise after message number:…
			C: TOP 1 x
			S: -ERR Invalid size: x
			C: RETR 3
			S: -ERR There's no message 3.`},
		{name: "deletion", loggedIn: true, script: `
			C: DELE 1
			S: +OK Marked to be deleted.
			C: DELE 1
			S: -ERR Message is deleted.
			C: RETR 1
			S: -ERR Message is deleted.
			C: STAT
			S: +OK 1 22
			C: LIST
			S: +OK 1 messages:
			S: 2 22
			S: .
			C: DELE 2
			S: +OK Marked to be deleted.
			C: LIST
			S: +OK 0 messages:
			S: .
			C: RSET
			S: +OK
			C: STAT
			S: +OK 2 66`},
		{name: "pipelining", script: `
			C: USER user
			C: PASS password
			C: STAT
			S: +OK…
			S: +OK
			S: +OK Logged in.
			S: +OK 2 66`},
		{name: "capabilities", script: `
			S: +OK…
			C: CAPA
			S: +OK
			S: CAPA
			S: TOP
			S: UIDL
			S: RESP-CODES
			S: PIPELINING
			S: AUTH-RESP-CODE
			S: USER
			S: SASL PLAIN LOGIN
			S: .
			C: AUTH
			S: +OK
			S: PLAIN
			S: LOGIN
			S: .
			C: STLS
			S: -ERR Unknown command.`},
		{name: "nothing optional", config: imaptest.Config{
			Without: []string{"TOP", "UIDL", "APOP", "AUTH", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE"},
		}, script: `
			S: +OK POP3 server ready
			C: CAPA
			S: +OK
			S: CAPA
			S: USER
			S: .
			C: AUTH PLAIN
			S: -ERR Unknown command.
			C: APOP user 00
			S: -ERR Unknown command.
			C: USER user
			S: +OK
			C: PASS wrong
			S: -ERR Authentication failed.
			C: USER user
			S: +OK
			C: PASS password
			S: +OK…
			C: TOP 1 0
			S: -ERR Unknown command: TOP
			C: UIDL
			S: -ERR Unknown command: UIDL`},
		{name: "no CAPA, no USER", config: imaptest.Config{Without: []string{"CAPA", "USER"}}, script: `
			S: +OK…
			C: CAPA
			S: -ERR Unknown command.
			C: USER user
			S: -ERR Unknown command.
			C: PASS password
			S: -ERR Unknown command.`},
		{name: "AUTH", script: `
			S: +OK…
			C: AUTH CRAM-MD5
			S: -ERR [AUTH] Unsupported authentication mechanism.
			C: AUTH PLAIN ???
			S: -ERR [AUTH] Invalid base64 in response
			C: AUTH PLAIN =
			S: -ERR [AUTH]…
			C: AUTH PLAIN
			S: +…
			C: *
			S: -ERR Authentication aborted by client.
			C: AUTH PLAIN
			S: +…
			C: AHVzZXIAcGFzc3dvcmQ=
			S: +OK Logged in.`},
		{name: "control characters", script: "S: +OK…\nC: US\x01ER user\nS: -ERR Control character in command"},
		{name: "long line", script: "S: +OK…\nC: USER " + strings.Repeat("x", 300) + "\nS: -ERR Line too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := tt.config.NewServer(t, first, second)
			var w *wire
			if tt.loggedIn {
				w = loggedInPOP3(t, srv)
			} else {
				w = dial(t, srv.POP3Addr())
			}
			w.talk(tt.script)
			w.talk("C: QUIT\nS: +OK Logging out…")
			if !w.closed() {
				t.Error("open after QUIT")
			}
		})
	}
}

// An empty text has no line before the dot.
func TestPOP3Empty(t *testing.T) {
	srv := imaptest.NewServer(t)
	w := loggedInPOP3(t, srv)
	w.talk(`
		C: STAT
		S: +OK 0 0
		C: LIST
		S: +OK…
		S: .
		C: UIDL
		S: +OK…
		S: .`)
}

func TestPOP3BadCommands(t *testing.T) {
	srv := imaptest.NewServer(t)
	tests := []struct {
		name    string
		write   string
		further int // answers that are none to a command
	}{
		{"too many", strings.Repeat("NONSENSE\r\n", 21), 1},
		{"endless line", strings.Repeat("x", 20000), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := dial(t, srv.POP3Addr())
			w.talk("S: +OK…")
			w.conn.Write([]byte(tt.write))
			for range strings.Count(tt.write, "\n") + tt.further {
				if line, err := w.r.ReadString('\n'); err == nil && !strings.HasPrefix(line, "-ERR") {
					t.Errorf("received %q", line)
				}
			}
			if !w.closed() {
				t.Error("connection still open")
			}
		})
	}
}

func TestPOP3Update(t *testing.T) {
	tests := []struct {
		name string
		end  func(w *wire)
		left []int
	}{
		{"QUIT removes", func(w *wire) { w.talk("C: QUIT\nS: +OK…") }, []int{2}},
		{"a dropped connection does not", func(w *wire) { w.conn.Close() }, []int{1, 2}},
		{"nor does RSET", func(w *wire) { w.talk("C: RSET\nS: +OK\nC: QUIT\nS: +OK…") }, []int{1, 2}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv := imaptest.NewServer(t, first, second)
			w := loggedInPOP3(t, srv)
			w.talk("C: DELE 1\nS: +OK Marked to be deleted.")
			if got := uids(srv); !slices.Equal(got, []int{1, 2}) {
				t.Errorf("UIDs after DELE %v, want [1 2]", got)
			}
			tt.end(w)
			srv.Close() // waits for the session
			if got := uids(srv); !slices.Equal(got, tt.left) {
				t.Errorf("UIDs left %v, want %v", got, tt.left)
			}
		})
	}
}

func uids(srv *imaptest.Server) []int {
	var list []int
	for _, m := range srv.Messages("INBOX") {
		list = append(list, m.UID)
	}
	return list
}

// A session sees the messages that existed at its login.
func TestPOP3Snapshot(t *testing.T) {
	srv := imaptest.NewServer(t, first, second)
	w := loggedInPOP3(t, srv)
	if err := srv.Remove("INBOX", 1); err != nil {
		t.Fatal(err)
	}
	if _, err := srv.Append("INBOX", imaptest.Message{Text: "Subject: three\n\n"}); err != nil {
		t.Fatal(err)
	}
	w.talk(`
		C: STAT
		S: +OK 2 66
		C: RETR 1
		S: +OK…
		S: Subject: one
		S:
		S: ..first line
		S: second
		S: third
		S: .
		C: DELE 1
		S: +OK Marked to be deleted.
		C: QUIT
		S: +OK…`)
	if got := uids(srv); !slices.Equal(got, []int{2, 3}) {
		t.Errorf("UIDs %v, want [2 3]", got)
	}
}

func TestPOP3Client(t *testing.T) {
	srv := imaptest.NewServer(t, first, second)
	host, port, err := net.SplitHostPort(srv.POP3Addr())
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	c, err := pop3.New(pop3.Opt{Host: host, Port: n}).NewConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Auth(srv.User, srv.Password); err != nil {
		t.Fatal(err)
	}
	if count, size, err := c.Stat(); count != 2 || size != 66 || err != nil {
		t.Errorf("Stat: %d, %d, %v", count, size, err)
	}
	raw, err := c.RetrRaw(1)
	if want := strings.ReplaceAll(first, "\n", "\r\n"); err != nil || raw.String() != want {
		t.Errorf("RetrRaw: %q, %v; want %q", raw, err, want)
	}
	if err := c.Dele(1); err != nil {
		t.Error(err)
	}
	if err := c.Quit(); err != nil {
		t.Error(err)
	}
	left := srv.Messages("INBOX")
	if len(left) != 1 || left[0].Text != second {
		t.Errorf("left: %+v", left)
	}
}

func TestPOP3RetrSetsSeen(t *testing.T) {
	srv := imaptest.NewServer(t, first, second)
	w := loggedInPOP3(t, srv)
	w.talk("C: TOP 1 0\nS: +OK\nS: Subject: one\nS:\nS: .")
	w.talk("C: RETR 2\nS: +OK…\nS: Subject: two\nS:\nS: body\nS: .")
	messages := srv.Messages("INBOX")
	if len(messages[0].Flags) != 0 || !slices.Equal(messages[1].Flags, []string{`\Seen`}) {
		t.Errorf("flags %v and %v", messages[0].Flags, messages[1].Flags)
	}
}

func TestPOP3SendsOctetsAsTheyAre(t *testing.T) {
	srv := imaptest.NewServer(t, "A: b\r\n\r\n.a\r\r\n\r.\r\rb\x00\r")
	conn, err := net.Dial("tcp", srv.POP3Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "USER %s\r\nPASS %s\r\nRETR 1\r\nQUIT\r\n", srv.User, srv.Password)
	all, err := io.ReadAll(conn)
	_, got, _ := strings.Cut(string(all), " octets\r\n")
	if want := "A: b\r\n\r\n..a\r\r\n\r.\r\rb\x00\r\r\n.\r\n+OK Logging out.\r\n"; got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}
