package imaptest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func fail(t *testing.T, srv *imaptest.Server, f imaptest.Fault) {
	t.Helper()
	if err := srv.Fail(f); err != nil {
		t.Fatal(err)
	}
}

func TestFaultMistakes(t *testing.T) {
	srv := imaptest.NewServer(t)
	for _, f := range []imaptest.Fault{
		{Command: "FECH", Silent: true},
		{Command: "UID FETCH", Silent: true},
		{Command: "FETCH", Refuse: "two\r\nlines"},
		{Command: "LOGOUT", Refuse: "No"},
		{Skip: -1},
		{Delay: -1},
		{Octets: 5},
		{Drop: imaptest.DropAnswer, Octets: -5},
		{Drop: 7},
		{Silent: true, Refuse: "No"},
		{Silent: true, Drop: imaptest.DropAnswer},
		{Drop: imaptest.DropBefore, Refuse: "No"},
		{Refuse: "No", After: func() {}},
	} {
		if err := srv.Fail(f); err == nil {
			t.Errorf("%+v: no error", f)
		}
	}
	if err := srv.RenewUIDs("nothing"); err == nil {
		t.Error("new UIDs of a mailbox that does not exist")
	}
	if _, err := srv.Append("INBOX", imaptest.Message{Size: -1}); err == nil {
		t.Error("a size below 0")
	}
	// The mistakes switched nothing on, and the zero Fault has no effect.
	fail(t, srv, imaptest.Fault{})
	loggedInIMAP(t, srv).talk("C: a NOOP\nS: a OK…\nC: b LOGOUT\nS: * BYE…\nS: b OK…")
}

func TestFaultRefuses(t *testing.T) {
	srv := imaptest.NewServer(t, first, second)
	fail(t, srv, imaptest.Fault{Command: "fetch", Skip: 1, Times: 2, Refuse: "[SERVERBUG] Try again"})
	fail(t, srv, imaptest.Fault{Command: "COPY", Refuse: "[OVERQUOTA] Full"})
	fail(t, srv, imaptest.Fault{Command: "STORE", Times: -1, Refuse: "No"})
	loggedInIMAP(t, srv).talk(`
		C: s SELECT INBOX` + selected2 + `
		C: a FETCH 1 UID
		S: * 1 FETCH (UID 1)
		S: a OK…
		C: b UID FETCH 1 FLAGS
		S: b NO [SERVERBUG] Try again
		C: c COPY 1 INBOX
		S: c NO [OVERQUOTA] Full
		C: d FETCH 1 UID
		S: d NO [SERVERBUG] Try again
		C: e FETCH 1 UID
		S: * 1 FETCH (UID 1)
		S: e OK…
		C: f STORE 1 FLAGS ()
		S: f NO No
		C: g STORE 1 FLAGS ()
		S: g NO No`)
	srv.Heal()
	fail(t, srv, imaptest.Fault{Command: "RETR", Skip: 1, Refuse: "[SYS/TEMP] Later"})
	fail(t, srv, imaptest.Fault{Command: "DELE", Refuse: "No"})
	p := loggedInPOP3(t, srv)
	p.talk("C: DELE 1\nS: -ERR No\nC: DELE 1\nS: +OK Marked to be deleted.")
	for _, want := range []string{"+OK", "-ERR [SYS/TEMP] Later", "+OK"} {
		p.send("RETR 2")
		got := p.receive()
		for line := got; strings.HasPrefix(got, "+OK") && line != "."; line = p.receive() {
		}
		if !strings.HasPrefix(got, want) {
			t.Errorf("RETR: %q, want %q", got, want)
		}
	}
}

const selected2 = `
		S: * FLAGS…
		S: * OK [PERMANENTFLAGS…
		S: * 2 EXISTS
		S: * 2 RECENT
		S: * OK [UNSEEN 1]…
		S: * OK [UIDVALIDITY…
		S: * OK [UIDNEXT 3]…
		S: s OK…`

// The codes of refused logins arrive as errors of Open, on both protocols.
func TestFaultLogin(t *testing.T) {
	tests := []struct {
		command, text string
		want          error
	}{
		{"LOGIN", "[IN-USE] The maildrop is locked", imapcompat.ErrTemporary},
		{"LOGIN", "[LIMIT] Too many simultaneous connections", imapcompat.ErrTemporary},
		{"LOGIN", "[UNAVAILABLE] Try later", imapcompat.ErrTemporary},
		{"LOGIN", "[SYS/TEMP] Try later", imapcompat.ErrTemporary},
		{"GREETING", "[UNAVAILABLE] Try later", imapcompat.ErrRefused},
		{"GREETING", "[SYS/TEMP] Try later", imapcompat.ErrRefused},
	}
	for _, tt := range tests {
		srv := imaptest.NewServer(t, first)
		for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
			fail(t, srv, imaptest.Fault{Command: tt.command, Times: -1, Refuse: tt.text})
			_, err := imapcompat.Open(mailbox, srv.User, srv.Password)
			if !errors.Is(err, tt.want) || !strings.Contains(fmt.Sprint(err), tt.text[strings.Index(tt.text, "]")+2:]) {
				t.Errorf("%s: %s %s: error %v", mailbox, tt.command, tt.text, err)
			}
			srv.Heal()
			open(t, mailbox, srv).Close()
		}
	}
}

func open(t *testing.T, mailbox string, srv *imaptest.Server) *imapcompat.Connection {
	t.Helper()
	mbox, err := imapcompat.Open(mailbox, srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	return mbox
}

// A token that has expired is refused with the JSON of XOAUTH2, which the client confirms.
func TestFaultExpiredToken(t *testing.T) {
	srv := imaptest.Config{Token: "old"}.NewServer(t)
	i, p := dial(t, srv.IMAPAddr()), dial(t, srv.POP3Addr())
	i.talk("S: * OK…")
	p.talk("S: +OK…")
	srv.SetToken("new")
	const old = "dXNlcj11c2VyAWF1dGg9QmVhcmVyIG9sZAEB" // user=user^Aauth=Bearer old^A^A
	const challenge = "S: + eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIi…\nC:\n"
	i.talk("C: a AUTHENTICATE XOAUTH2 " + old + "\n" + challenge + "S: a NO [AUTHENTICATIONFAILED]…")
	p.talk("C: AUTH XOAUTH2 " + old + "\n" + challenge + "S: -ERR [AUTH]…")
}

func TestFaultDrop(t *testing.T) {
	tests := []struct {
		name   string
		fault  imaptest.Fault
		answer string
		left   int // messages
	}{
		{"before", imaptest.Fault{Command: "EXPUNGE", Drop: imaptest.DropBefore}, "", 2},
		{"after", imaptest.Fault{Command: "EXPUNGE", Drop: imaptest.DropAnswer}, "", 1},
		{"within", imaptest.Fault{Command: "EXPUNGE", Drop: imaptest.DropAnswer, Octets: 6}, "* 1 EX", 1},
		{"at the end", imaptest.Fault{Command: "EXPUNGE", Drop: imaptest.DropAnswer, Octets: 1000}, "* 1 EXPUNGE\r\n* 1 RECENT\r\nx OK Expunge completed.\r\n", 1},
		{"refused", imaptest.Fault{Command: "EXPUNGE", Drop: imaptest.DropAnswer, Octets: 1000, Refuse: "No"}, "x NO No\r\n", 2},
	}
	for _, tt := range tests {
		srv := imaptest.Config{Messages: []imaptest.Message{{Text: first, Flags: []string{`\Deleted`}}}}.NewServer(t, second)
		fail(t, srv, tt.fault)
		w := loggedInIMAP(t, srv)
		w.talk("C: s SELECT INBOX" + selected2)
		w.send("x EXPUNGE")
		if got, err := io.ReadAll(w.r); string(got) != tt.answer || err != nil {
			t.Errorf("%s: received %q, %v", tt.name, got, err)
		}
		if got := len(srv.Messages("INBOX")); got != tt.left {
			t.Errorf("%s: %d messages left", tt.name, got)
		}
		loggedInIMAP(t, srv)
	}
}

func TestFaultDropPOP3(t *testing.T) {
	for _, tt := range []struct {
		fault  imaptest.Fault
		answer string
	}{
		{imaptest.Fault{Command: "RETR", Drop: imaptest.DropBefore}, "+OK\r\n"},
		{imaptest.Fault{Command: "RETR", Drop: imaptest.DropAnswer, Octets: 7}, "+OK\r\n+OK 44 "},
		{imaptest.Fault{Command: "NOOP", Drop: imaptest.DropAnswer, Octets: 3}, "+OK"},
	} {
		srv := imaptest.NewServer(t, first)
		fail(t, srv, tt.fault)
		w := loggedInPOP3(t, srv)
		w.send("NOOP\r\nRETR 1\r\nNOOP")
		if got, err := io.ReadAll(w.r); string(got) != tt.answer || err != nil && len(got) == 0 {
			t.Errorf("%+v: received %q, %v", tt.fault, got, err)
		}
	}
}

// A silent server ends the call when its context ends, a late one does not. A server that closes
// waits for neither.
func TestFaultSilent(t *testing.T) {
	for _, pop3 := range []bool{false, true} {
		srv := imaptest.NewServer(t, first)
		mailbox := srv.IMAP()
		if pop3 {
			mailbox = srv.POP3()
		}
		mbox, err := imapcompat.Open(mailbox, srv.User, srv.Password)
		if err != nil {
			t.Fatal(err)
		}
		fail(t, srv, imaptest.Fault{Command: "NOOP", Delay: 20 * time.Millisecond})
		fail(t, srv, imaptest.Fault{Command: "NOOP", Skip: 1, Silent: true})
		if mbox.Ping() != nil {
			t.Error("Ping failed with a late answer")
		}
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		if err := mbox.WithContext(ctx).Ping(); !errors.Is(err, imapcompat.ErrTimeout) {
			t.Errorf("Ping without an answer: %v", err)
		}
		cancel()
		mbox.Close()
	}
	srv := imaptest.NewServer(t)
	fail(t, srv, imaptest.Fault{Command: "NOOP", Delay: time.Hour})
	fail(t, srv, imaptest.Fault{Command: "CHECK", Silent: true})
	w := loggedInIMAP(t, srv)
	w.send("a NOOP")
	srv.Close()
	if !w.closed() {
		t.Error("open")
	}
}

// Hooks act as another client, at a moment that the test chooses.
func TestFaultHooks(t *testing.T) {
	srv := imaptest.NewServer(t, first, second, first)
	var deliver, remove error
	fail(t, srv, imaptest.Fault{Command: "NOOP", After: func() {
		_, deliver = srv.Append("INBOX", imaptest.Message{Text: second})
	}})
	fail(t, srv, imaptest.Fault{Command: "COPY", Skip: 1, Before: func() { remove = srv.Remove("INBOX", 2) }})
	loggedInIMAP(t, srv).talk(`
		C: s SELECT INBOX
		S: * FLAGS…
		S: * OK [PERMANENTFLAGS…
		S: * 3 EXISTS
		S: * 3 RECENT
		S: * OK [UNSEEN 1]…
		S: * OK [UIDVALIDITY…
		S: * OK [UIDNEXT 4]…
		S: s OK…
		C: a NOOP
		S: * 4 EXISTS
		S: * 4 RECENT
		S: a OK…
		C: b NOOP
		S: b OK…
		C: c COPY 2 INBOX
		S: * 5 EXISTS
		S: * 5 RECENT
		S: c OK…
		C: d COPY 2 INBOX
		S: * 2 EXPUNGE
		S: * 4 RECENT
		S: d NO [EXPUNGEISSUED]…`)
	if deliver != nil || remove != nil {
		t.Error(deliver, remove)
	}
}

// In a loop over messages another client removes one and delivers one. Message numbers stay.
func TestFaultInALoop(t *testing.T) {
	var messages []imaptest.Message
	for n := range 30 {
		messages = append(messages, imaptest.Message{Text: fmt.Sprintf("Subject: %d\n\nbody %d\n", n+1, n+1)})
	}
	srv := imaptest.Config{Messages: messages}.NewServer(t)
	mbox := open(t, srv.IMAP(), srv)
	defer mbox.Close()
	fail(t, srv, imaptest.Fault{Command: "FETCH", Skip: 1, Before: func() {
		srv.Remove("INBOX", 2)
		srv.Append("INBOX", imaptest.Message{Text: first})
	}})
	for n := 1; n <= 30; n++ {
		header, err := mbox.FetchHeader(n)
		if n != 2 && (err != nil || header != fmt.Sprintf("Subject: %d\r\n\r\n", n)) {
			t.Errorf("message %d: %q, %v", n, header, err)
		}
	}
	if got := len(srv.Messages("INBOX")); got != 30 {
		t.Errorf("%d messages", got)
	}
}

func TestRenewUIDs(t *testing.T) {
	srv := imaptest.NewServer(t, first, second, first)
	if err := srv.Remove("INBOX", 1); err != nil {
		t.Fatal(err)
	}
	i, p := loggedInIMAP(t, srv), loggedInPOP3(t, srv)
	i.talk("C: s EXAMINE INBOX")
	old := ""
	for line := i.receive(); !strings.HasPrefix(line, "s "); line = i.receive() {
		if strings.Contains(line, "UIDVALIDITY") {
			old = line
		}
	}
	p.talk("C: DELE 1\nS: +OK Marked to be deleted.")

	// At the next SELECT of the same session.
	fail(t, srv, imaptest.Fault{Command: "EXAMINE", Before: func() {
		if err := srv.RenewUIDs("inbox"); err != nil {
			t.Error(err)
		}
	}})
	i.send("t EXAMINE INBOX")
	for line := i.receive(); !strings.HasPrefix(line, "t "); line = i.receive() {
		if strings.Contains(line, "UIDVALIDITY") && line == old {
			t.Errorf("the same %s", line)
		}
	}
	i.talk("C: a UID FETCH 1:* UID\nS: * 1 FETCH (UID 1)\nS: * 2 FETCH (UID 2)\nS: a OK…")
	p.talk("C: QUIT\nS: -ERR [SYS/TEMP]…")

	// At once.
	if err := srv.RenewUIDs("INBOX"); err != nil {
		t.Fatal(err)
	}
	i.talk("C: b NOOP\nS: * BYE…")
	if !i.closed() || len(srv.Messages("INBOX")) != 2 {
		t.Error("the session goes on, or messages are lost")
	}
}

// A message that is larger than announced arrives whole.
func TestAnnouncedSize(t *testing.T) {
	srv := imaptest.Config{Messages: []imaptest.Message{{Text: first, Size: 7}}}.NewServer(t, second)
	loggedInIMAP(t, srv).talk(`
		C: s SELECT INBOX` + selected2 + `
		C: a FETCH 1 RFC822.SIZE
		S: * 1 FETCH (RFC822.SIZE 7)
		S: a OK…
		C: b SEARCH SMALLER 8
		S: * SEARCH 1
		S: b OK…
		C: c COPY 1 INBOX
		S: * 3 EXISTS
		S: * 3 RECENT
		S: c OK…
		C: d FETCH 3 RFC822.SIZE
		S: * 3 FETCH (RFC822.SIZE 7)
		S: d OK…`)
	loggedInPOP3(t, srv).talk("C: LIST 1\nS: +OK 1 7\nC: RETR 1\nS: +OK 7 octets\nS: Subject: one")
	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		mbox := open(t, mailbox, srv)
		if header, err := mbox.FetchHeader(1); !strings.HasPrefix(header, "Subject: one") || err != nil {
			t.Errorf("%s: header %q, %v", mailbox, header, err)
		}
		text, err := mbox.Body(1)
		if want := ".first line\r\nsecond\r\nthird\r\n"; err != nil || text != want {
			t.Errorf("%s: body %q, %v", mailbox, text, err)
		}
		mbox.Close()
	}
}

// failing is a test that fails, and whose log can be read.
type failing struct {
	testing.TB
	log      strings.Builder
	cleanups []func()
}

func (f *failing) Helper()                         {}
func (f *failing) Failed() bool                    { return true }
func (f *failing) Cleanup(c func())                { f.cleanups = append(f.cleanups, c) }
func (f *failing) Logf(format string, args ...any) { fmt.Fprintf(&f.log, format+"\n", args...) }

// The log names the faults that have not happened, and no others.
func TestUnmetFaults(t *testing.T) {
	f := &failing{TB: t}
	srv := imaptest.NewServer(f, first)
	fail(t, srv, imaptest.Fault{Command: "CREATE", Refuse: "No"})
	srv.Heal()
	fail(t, srv, imaptest.Fault{Command: "MOVE", Refuse: "No"})
	fail(t, srv, imaptest.Fault{Command: "NOOP", Skip: 1, Refuse: "No"})
	fail(t, srv, imaptest.Fault{Command: "NOOP", Skip: 2, Delay: 1})
	fail(t, srv, imaptest.Fault{Command: "CHECK", Times: -1, Refuse: "No"})
	loggedInIMAP(t, srv).talk("C: a NOOP\nS: a OK…\nC: b NOOP\nS: b NO…\nC: c CHECK\nS: c NO…")
	for _, c := range f.cleanups {
		c()
	}
	unmet := regexp.MustCompile(`a fault of (.+) has not happened`).FindAllStringSubmatch(f.log.String(), -1)
	if len(unmet) != 2 || unmet[0][1] != "MOVE" || unmet[1][1] != "NOOP" {
		t.Errorf("%q in the log:\n%s", unmet, f.log.String())
	}
}

func TestFailingTestHasConversation(t *testing.T) {
	f := &failing{TB: t}
	srv := imaptest.NewServer(f, first)
	i := loggedInIMAP(t, srv)
	for range 600 {
		i.talk("C: n NOOP\nS: n OK…")
	}
	i.talk("C: " + strings.Repeat("x", 300) + "\nS: xxx…")
	for _, c := range f.cleanups {
		c()
	}
	log := f.log.String()
	for _, part := range []string{"IMAP 1 C: n NOOP\n", "IMAP 1 S: n OK NOOP completed.\n", "… (300 octets)\n", "… (705 lines)\n"} {
		if !strings.Contains(log, part) {
			t.Errorf("no %q in the log:\n%s", part, log)
		}
	}
}
