package transcript

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
)

// talk sends lines to a transcript's server and returns all its answers.
func talk(t *testing.T, text string, lines ...string) string {
	t.Helper()
	tr, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go tr.Serve(l)
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, strings.Join(lines, "\r\n")+"\r\n")
	said, err := io.ReadAll(bufio.NewReader(conn))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(said), "\r\n", "\n")
}

func TestIMAP(t *testing.T) {
	for _, tt := range []struct{ name, transcript, command, want string }{
		{"the usual", "imap", "a FETCH 3 (UID FLAGS)", "* 3 FETCH (UID 13 FLAGS ())\na OK done\n"},
		{"a range", "imap", "a FETCH 1 BODY.PEEK[TEXT]<2.3>", "* 1 FETCH (BODY[TEXT]<2> {3}\nllo)\na OK done\n"},
		{"a capped range", "imap\nrange: 2", "a FETCH 1 BODY.PEEK[TEXT]<2.3>", "* 1 FETCH (BODY[TEXT]<2> {2}\nll)\na OK done\n"},
		{"an item", "imap\nmessage *\nFLAGS (\\Seen [x])", "a UID FETCH 12 FLAGS", "* 2 FETCH (UID 12 FLAGS (\\Seen [x]))\na OK done\n"},
		{"another item", "imap\nmessage 1\nFLAGS !flags ()\nUID", "a FETCH 1 (FLAGS UID)", "* 1 FETCH (flags ())\na OK done\n"},
		{"a form", "imap\nfetch: * %n FETCH (UID %u (%i))", "a FETCH 1 FLAGS", "* 1 FETCH (UID 11 (FLAGS ()))\na OK done\n"},
		{"an answer", "imap\nC: NOOP\nS: * OK %{x%0Dy} 100%%\nS: %default", "a NOOP", "* OK {3}\nx\ry 100%\na OK done\n"},
		{"turns", "imap\nC: NOOP\nS: %s NO\nC: NOOP\nS: %s BAD", "a NOOP\r\nb NOOP\r\nc NOOP", "a NO\nb BAD\nc BAD\n"},
		{"a flag", "imap", `a STORE 2 +Flags (\DELETED)` + "\r\nb EXPUNGE", "* 2 FETCH (FLAGS (\\Deleted))\na OK done\n* 2 EXPUNGE\nb OK done\n"},
		{"a message that is gone", "imap\nmessage 2\ngone: NIL", "a FETCH 2 (UID BODY.PEEK[])\r\nb NOOP\r\nc FETCH 2 UID",
			"* 2 FETCH (UID 12 BODY[] NIL)\na OK [EXPUNGEISSUED] some messages were removed\n* 2 EXPUNGE\nb OK done\n* 2 FETCH (UID 13)\nc OK done\n"},
		{"one that is left out", "imap\nmessage 2\ngone: nothing", "a FETCH 1:2 UID", "* 1 FETCH (UID 11)\na OK done\n"},
		{"one that is refused", "imap\nmessage 2\ngone: NO", "a FETCH 2 UID", "a NO some of the messages no longer exist\n"},
		{"a literal", "imap", "a APPEND INBOX {3+}\r\nx\r\n", "a OK done\n"},
	} {
		want := "* OK ready\n" + tt.want + "* BYE see you\nz OK done\n"
		if got := talk(t, tt.transcript, tt.command, "z LOGOUT"); got != want {
			t.Errorf("%s: got %q, want %q", tt.name, got, want)
		}
	}
}

func TestPOP3(t *testing.T) {
	got := talk(t, "pop3\ngreeting: +OK hello\nC: LIST$\nS: +OK%-\nS: !\nmessage 1\n| Subject: x\n|\n| .y", "LIST", "LIST 1", "TOP 1 0", "RETR 1", "RETR 7", "QUIT")
	want := "+OK hello\n+OK!\n+OK 1 18\n+OK\nSubject: x\n\n.\n+OK\nSubject: x\n\n..y\n.\n-ERR no such message\n+OK bye\n"
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{"", "# only a comment", "nntp", "imap\nS: x", "imap\nodd", "imap\nmessage x", "imap\nmessage *\n| text", "imap\nmessage 1\ngone: away", "imap\nC: (", "imap\nmessages: x"} {
		if tr, err := Parse(text); err == nil {
			t.Errorf("%q: %+v", text, tr)
		}
	}
}
