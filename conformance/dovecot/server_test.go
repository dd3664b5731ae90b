package dovecot_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/textproto"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
)

func start(t *testing.T, settings ...string) *dovecot.Server {
	t.Helper()
	if os.Getenv("IMAPCOMPAT_CONFORMANCE") == "" {
		t.Skip("needs Dovecot: run conformance/run")
	}
	began := time.Now()
	s, err := dovecot.Start(settings...)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("started in %v", time.Since(began))
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.Log())
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// command sends a line and returns the answer up to the line that begins with
// the tag.
func command(t *testing.T, c *textproto.Conn, line string) []string {
	t.Helper()
	if err := c.PrintfLine("%s", line); err != nil {
		t.Fatal(err)
	}
	tag, _, _ := strings.Cut(line, " ")
	var answer []string
	for {
		l, err := c.ReadLine()
		if err != nil {
			t.Fatal(err)
		}
		answer = append(answer, l)
		if strings.HasPrefix(l, tag+" ") {
			return answer
		}
		if strings.HasPrefix(l, "+ ") { // a SASL failure, to be acknowledged
			c.PrintfLine("")
		}
	}
}

func dialIMAP(t *testing.T, s *dovecot.Server) *textproto.Conn {
	t.Helper()
	conn, err := tls.Dial("tcp", harness.Address(s.IMAPS), &tls.Config{RootCAs: s.CAs})
	if err != nil {
		t.Fatal(err)
	}
	c := textproto.NewConn(conn)
	t.Cleanup(func() { c.Close() })
	if _, err := c.ReadLine(); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMailbox(t *testing.T) {
	s := start(t)
	err := s.Load("joe", "INBOX", []dovecot.Message{
		{Raw: []byte("Subject: one\n\n1\n"), Flags: "Sa"},
		{Raw: []byte("Subject: two\n\n2\n"), UID: 7, Date: dovecot.Epoch.Add(time.Hour)},
		{Raw: []byte("Subject: three\n\n3\n"), Recent: true},
	}, "$Label1")
	if err != nil {
		t.Fatal(err)
	}
	c := dialIMAP(t, s)
	command(t, c, "a login joe "+dovecot.Password)
	got := strings.Join(append(command(t, c, "b select INBOX"),
		command(t, c, "c fetch 1:* (UID FLAGS INTERNALDATE)")...), "\n")
	for _, want := range []string{
		"* 3 EXISTS", "* 1 RECENT", "[UIDVALIDITY 1700000000]", "[UIDNEXT 9]",
		`* 1 FETCH (UID 1 FLAGS (\Seen $Label1) INTERNALDATE "17-Jul-2023 02:44:25 +0000")`,
		`* 2 FETCH (UID 7 FLAGS () INTERNALDATE "17-Jul-2023 03:44:25 +0000")`,
		`* 3 FETCH (UID 8 FLAGS (\Recent) INTERNALDATE "17-Jul-2023 02:44:25 +0000")`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// A replicated mailbox has the requested number of messages. They stay when the original
// messages are removed.
func TestReplicate(t *testing.T) {
	s := start(t)
	err := s.Load("joe", "INBOX", []dovecot.Message{{Raw: []byte("Subject: one\n\n1\n"), Flags: "S"}, {Raw: []byte("Subject: two\n\n2\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Replicate("ann", "joe", 5); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove("joe"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Count("ann"); n != 5 || err != nil {
		t.Errorf("%d messages, %v, want 5", n, err)
	}
	c := dialIMAP(t, s)
	command(t, c, "a login ann "+dovecot.Password)
	got := strings.Join(append(command(t, c, "b select INBOX"), command(t, c, "c fetch 5 (UID FLAGS BODY[])")...), "\n")
	for _, want := range []string{"* 5 EXISTS", "[UIDNEXT 6]", `UID 5 FLAGS (\Seen)`, "Subject: one"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if err := s.Replicate("eve", "nobody", 1); err == nil {
		t.Error("a mailbox was made out of nothing")
	}
}

// Settings override the package's own.
func TestSettings(t *testing.T) {
	s := start(t, "login_greeting = over here")
	conn, err := net.Dial("tcp", harness.Address(s.POP3))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if got, err := textproto.NewConn(conn).ReadLine(); err != nil || !strings.HasPrefix(got, "+OK over here") {
		t.Errorf("the greeting is %q, %v", got, err)
	}
}

func TestAuthentication(t *testing.T) {
	s := start(t)
	bearer := func(user, token string) string {
		return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "n,a=%s,\x01auth=Bearer %s\x01\x01", user, token))
	}
	xoauth2 := func(user, token string) string {
		return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "user=%s\x01auth=Bearer %s\x01\x01", user, token))
	}
	for _, tt := range []struct{ name, command, want string }{
		{"password", "a login anybody " + dovecot.Password, "a OK"},
		{"wrong password", "a login anybody wrong", "a NO"},
		{"token", "a authenticate XOAUTH2 " + xoauth2("ann", dovecot.Token("ann")), "a OK"},
		{"wrong token", "a authenticate XOAUTH2 " + xoauth2("ann", "stale"), "a NO"},
		{"another's token", "a authenticate XOAUTH2 " + xoauth2("ann", dovecot.Token("bob")), "a NO"},
		{"bearer token", "a authenticate OAUTHBEARER " + bearer("ann", dovecot.Token("ann")), "a OK"},
		{"wrong bearer token", "a authenticate OAUTHBEARER " + bearer("ann", "stale"), "a NO"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answer := command(t, dialIMAP(t, s), tt.command)
			if last := answer[len(answer)-1]; !strings.HasPrefix(last, tt.want) {
				t.Errorf("got %q, want %q", last, tt.want)
			}
		})
	}
}

func TestPOP3(t *testing.T) {
	s := start(t)
	if err := s.Load("joe", "INBOX", []dovecot.Message{{Raw: []byte("Subject: one\n\n1\n"), UID: 5}}); err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", harness.Address(s.POP3))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "USER joe\r\nPASS %s\r\nUIDL 1\r\nQUIT\r\n", dovecot.Password)
	var got []string
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		got = append(got, lines.Text())
	}
	if len(got) != 5 || got[3] != "+OK 1 000000056553f100" {
		t.Errorf("got %q", got)
	}
}
