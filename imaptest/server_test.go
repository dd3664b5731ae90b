package imaptest_test

import (
	"bytes"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

func TestStore(t *testing.T) {
	date := time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	srv := imaptest.Config{Messages: []imaptest.Message{
		{Text: "Subject: x\n\nb\n", Flags: []string{"K", `\SEEN`, "k"}, Date: date, UID: 77},
	}}.NewServer(t, second)

	messages := srv.Messages("inbox")
	if len(messages) != 2 {
		t.Fatalf("%d messages", len(messages))
	}
	m := messages[0]
	if m.Text != "Subject: x\r\n\r\nb\r\n" || !slices.Equal(m.Flags, []string{`\Seen`, "K"}) || !m.Date.Equal(date) || m.UID != 1 {
		t.Errorf("message %+v", m)
	}
	if now := messages[1].Date; time.Since(now) > testTime {
		t.Errorf("date %v", now)
	}

	if err := srv.CreateMailbox("Sent/2024"); err != nil {
		t.Error(err)
	}
	if err := srv.CreateMailbox("INBOX"); err == nil {
		t.Error("a second INBOX")
	}
	if uid, err := srv.Append("Sent/2024", imaptest.Message{}); uid != 1 || err != nil {
		t.Errorf("Append: %d, %v", uid, err)
	}
	if _, err := srv.Append("Sent", imaptest.Message{}); err == nil {
		t.Error("Append to a mailbox that is none")
	}
	if got := srv.Mailboxes(); !slices.Equal(got, []string{"INBOX", "Sent/2024"}) {
		t.Errorf("Mailboxes: %v", got)
	}
	if err := srv.SetFlags("INBOX", 1, "other"); err != nil {
		t.Error(err)
	}
	if got := srv.Messages("INBOX")[0].Flags; !slices.Equal(got, []string{"other"}) {
		t.Errorf("flags %v", got)
	}
	if err := srv.Remove("INBOX", 1); err != nil {
		t.Error(err)
	}
	if srv.Remove("INBOX", 1) == nil || srv.SetFlags("INBOX", 1) == nil || srv.SetFlags("nothing", 1) == nil {
		t.Error("changed what is not there")
	}
	if got := uids(srv); !slices.Equal(got, []int{2}) {
		t.Errorf("UIDs %v", got)
	}
	if srv.Messages("nothing") != nil {
		t.Error("messages from nowhere")
	}
}

func TestConfigMistakes(t *testing.T) {
	for _, c := range []imaptest.Config{
		{Mechanisms: []string{"plain"}},
		{Mechanisms: []string{imaptest.ScramSHA256Plus}},
		{Mechanisms: []string{imaptest.External}},
		{ChannelBindings: []string{"tls-uniqe"}},
		{Without: []string{"TOP", "UDIL"}},
		{Messages: []imaptest.Message{{Flags: []string{`\Sen`}}}},
		{Messages: []imaptest.Message{{Flags: []string{`\Recent`}}}},
		{Messages: []imaptest.Message{{Flags: []string{"two words"}}}},
		{Messages: []imaptest.Message{{Flags: []string{""}}}},
	} {
		if srv, err := imaptest.Start(c); err == nil {
			srv.Close()
			t.Errorf("%+v: no error", c)
		}
	}
}

func TestTranscript(t *testing.T) {
	for _, mode := range []imaptest.TLSMode{imaptest.NoTLS, imaptest.ImplicitTLS, imaptest.OfferTLS} {
		var log bytes.Buffer
		srv := imaptest.Config{TLS: mode, Log: &log}.NewServer(t, first)
		p := dial(t, srv.POP3Addr())
		switch mode {
		case imaptest.ImplicitTLS:
			if err := p.startTLS(srv.ClientTLS(), "localhost"); err != nil {
				t.Fatal(err)
			}
			p.talk("S: +OK…")
		case imaptest.OfferTLS:
			p.talk("S: +OK…\nC: STLS\nS: +OK…")
			if err := p.startTLS(srv.ClientTLS(), "localhost"); err != nil {
				t.Fatal(err)
			}
		default:
			p.talk("S: +OK…")
		}
		p.talk("C: APOP a\nS: -ERR…\nC: QUIT\nS: +OK…")

		i := dial(t, srv.IMAPAddr())
		if mode == imaptest.ImplicitTLS {
			if err := i.startTLS(srv.ClientTLS(), "localhost"); err != nil {
				t.Fatal(err)
			}
		}
		i.talk("S: * OK…")
		if mode == imaptest.OfferTLS {
			i.talk("C: a STARTTLS\nS: a OK…")
			if err := i.startTLS(srv.ClientTLS(), "localhost"); err != nil {
				t.Fatal(err)
			}
		}
		i.talk("C: b LOGIN user password\nS: b OK…")
		srv.Close()

		want := []string{"APOP a", "QUIT", "b LOGIN user password"}
		if mode == imaptest.OfferTLS {
			want = []string{"STLS", "APOP a", "QUIT", "a STARTTLS", "b LOGIN user password"}
		}
		if got := srv.Transcript(); !slices.Equal(got, want) {
			t.Errorf("mode %d: transcript %q, want %q", mode, got, want)
		}
		if i := bytes.IndexFunc(log.Bytes(), func(r rune) bool { return r < ' ' && r != '\n' || r > '~' }); i >= 0 {
			t.Errorf("mode %d: encrypted text in log: %q", mode, log.Bytes()[i:])
		}
		for _, line := range []string{"POP3 1 C: QUIT\nPOP3 1 S: +OK Logging out\n", "IMAP 2 S: * OK [CAPABILITY "} {
			if !strings.Contains(log.String(), line) {
				t.Errorf("mode %d: no %q in log:\n%s", mode, line, log.String())
			}
		}
	}
}

func TestDropConnections(t *testing.T) {
	srv := imaptest.NewServer(t, first)
	i, p := loggedInIMAP(t, srv), loggedInPOP3(t, srv)
	srv.DropConnections()
	if !i.closed() || !p.closed() {
		t.Error("a connection is still open")
	}
	loggedInIMAP(t, srv)
}

func TestDropAfter(t *testing.T) {
	srv := imaptest.NewServer(t, first)
	for _, addr := range []string{srv.IMAPAddr(), srv.POP3Addr()} {
		srv.DropAfter(7)
		w := dial(t, addr)
		if got, err := io.ReadAll(w.r); len(got) != 7 || err != nil {
			t.Errorf("received %q, %v", got, err)
		}
	}
	p := loggedInPOP3(t, srv)
	srv.DropAfter(len("+OK 44 octets\r\nSubject"))
	p.talk("C: RETR 1\nS: +OK 44 octets")
	if rest, err := io.ReadAll(p.r); string(rest) != "Subject" || err != nil {
		t.Errorf("received %q, %v", rest, err)
	}
	loggedInPOP3(t, srv)
}

func TestTimeout(t *testing.T) {
	srv := imaptest.Config{Timeout: 50 * time.Millisecond}.NewServer(t)
	for _, w := range []*wire{loggedInIMAP(t, srv), loggedInPOP3(t, srv)} {
		if !w.closed() {
			t.Error("connection open after the timeout")
		}
	}
}

// Close returns although connections are open in every state, may be called twice, and leaves no
// goroutine.
func TestClose(t *testing.T) {
	before := runtime.NumGoroutine()
	srv, err := imaptest.Start(imaptest.Config{TLS: imaptest.OfferTLS})
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range []string{srv.IMAPAddr(), srv.POP3Addr()} {
		dial(t, addr)
		dial(t, addr).receive()
	}
	loggedInIMAP(t, srv).talk("C: i IDLE\nS: +…")
	loggedInPOP3(t, srv).talk("C: AUTH PLAIN\nS: -ERR…")
	dial(t, srv.POP3Addr()).talk("S: +OK…\nC: STLS\nS: +OK…")
	for range 2 {
		if err := srv.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := net.Dial("tcp", srv.IMAPAddr()); err == nil {
		t.Error("still listening")
	}
	// A goroutine ends a little after it has said so.
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// Close may be called before the server has begun to accept connections.
func TestCloseAtOnce(t *testing.T) {
	for range 50 {
		srv, err := imaptest.Start(imaptest.Config{})
		if err != nil {
			t.Fatal(err)
		}
		if err := srv.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A client that does not read its answers does not delay others.
func TestSlowReader(t *testing.T) {
	srv := imaptest.NewServer(t, "Subject: large\n\n"+strings.Repeat("0123456789\n", 1<<20))
	w := loggedInIMAP(t, srv)
	w.talk("C: s SELECT INBOX" + selected)
	w.talk("C: a FETCH 1 BODY.PEEK[]\nS: * 1 FETCH…")
	if _, err := srv.Append("INBOX", imaptest.Message{Text: second}); err != nil {
		t.Fatal(err)
	}
	loggedInPOP3(t, srv).talk("C: STAT\nS: +OK 2…")
}
