package pop3bridge_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// A refused message has the size from LIST, and an empty structure if a structure was
// requested.
func TestRefusedStructure(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "7")+"C: RETR 1\nS: -ERR no\nC: RETR 1\nS: -ERR no\n").open()
	for m, err := range s.Fetch(ctx, all, backend.Items{Structure: true, Size: true}) {
		check(t, "error", fmt.Sprint(err), "no")
		check(t, "structure", m.Structure != nil && m.Structure.Type == "TEXT", true)
		check(t, "size", m.Size, 7)
	}
	for m, err := range s.Fetch(ctx, all, sections(true, "")) {
		check(t, "error", fmt.Sprint(err), "no")
		check(t, "structure", m.Structure == nil, true)
	}
}

// The end of a context does not affect the session after its iteration was left.
func TestLeaveEarlyAndCancel(t *testing.T) {
	s := newScript(t, withMessages(pipelining, "1", "1")+
		"C: RETR 1\nC: RETR 2\nS: +OK\nS: one\nS: .\nS: +OK\nS: two\nS: .\nC: NOOP\nS: +OK\nC: NOOP\nS: +OK\n").open()
	once, cancel := context.WithCancel(ctx)
	for m, err := range s.Fetch(once, all, sections(true, "")) {
		check(t, "message", fmt.Sprint(m.Num, err), "1 <nil>")
		break
	}
	cancel()
	check(t, "poll", s.Poll(ctx), nil)
	check(t, "poll", s.Poll(ctx), nil)
}

// The texts are what PHP's imap_fetchheader and imap_body return for the same octets.
func TestTexts(t *testing.T) {
	tests := []struct{ name, sent, header, body string }{
		{"dots", `Subject: a\r\n..x: y\r\n\r\n..\r\n...\r\n.x\r\n..y\r\n`, "Subject: a\r\n.x: y\r\n\r\n", ".\r\n..\r\nx\r\n.y\r\n"},
		{"lone CR and LF", `Subject: a\nX: b\r\n\nfoo\r\n\r\none\ntwo\rthree\r\r\nfour\r\n`,
			"Subject: a\nX: b\r\n\nfoo\r\n\r\n", "one\ntwo\rthree\r\r\nfour\r\n"},
		{"a dot between lone LFs", `A: b\r\n\r\none\n.\n+OK\r\n`, "A: b\r\n\r\n", "one\n.\n+OK\r\n"},
		{"byte order mark", "\ufeffSubject: a\\r\\n\\r\\nhi\\r\\n", "\ufeffSubject: a\r\n\r\n", "hi\r\n"},
		{"no body", `Subject: a\r\nX: b\r\n`, "Subject: a\r\nX: b\r\n", ""},
		{"empty", ``, "", ""},
		{"no header", `\r\nfoo: bar\r\n\r\nbody\r\n`, "\r\n", "foo: bar\r\n\r\nbody\r\n"},
		{"NUL", `A: b\r\n\r\none\0two\r\n.\0x\r\n`, "A: b\r\n\r\n", "one\r\n\r\n"}, // PHP ends the text at ".\0"
		{"NUL in the header", `A: b\0C: d\r\n\0\r\none\r\0\r\n`, "A: b\r\n\r\n", "one\r\r\n"},
		{"a line longer than any buffer", `A: b\r\n\r\n` + strings.Repeat("x", 200<<10) + `\r\n`,
			"A: b\r\n\r\n", strings.Repeat("x", 200<<10) + "\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, withMessages(nil, "5")+"C: RETR 1\nS: +OK\nR: "+test.sent+`.\r\n`+"\n").open()
			check(t, "texts", texts(t, s, 1, "HEADER", "TEXT", ""), []string{test.header, test.body, test.header + test.body})
		})
	}
}

// A message with two parts, of which the second is a message.
const nested = `S: From: a@example.org
S: MIME-Version: 1.0
S: Content-Type: multipart/mixed; boundary=x
S: 
S: --x
S: 
S: hi
S: --x
S: Content-Type: message/rfc822
S: 
S: Subject: inner
S: 
S: there
S: --x--
S: .
`

func TestSections(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "300")+"C: RETR 1\nS: +OK\n"+nested).open()
	check(t, "sections", texts(t, s, 1, "1", "2.HEADER", "2.TEXT", "2.MIME", "3", "junk"),
		[]string{"hi", "Subject: inner\r\n\r\n", "there", "Content-Type: message/rfc822\r\n\r\n", "NIL", "NIL"})
	// The message is kept in memory now.
	structure := collect(t, s, msgs(1), backend.Items{Structure: true})[0].Structure
	check(t, "type", structure.Type+" "+structure.Subtype.Value, "MULTIPART MIXED")
	check(t, "parts", len(structure.Parts), 2)
	check(t, "header", texts(t, s, 1, "HEADER")[0][:21], "From: a@example.org\r\n")
}

func TestEnvelope(t *testing.T) {
	dialogue := withMessages(plainServer, "153", "52") +
		"C: TOP 1 0\nS: +OK\nS: Date: Mon, 5 Jan 2026 10:00:00 +0100\nS: From: A <a@example.org>\nS: Subject: one\nS: \nS: .\n" +
		"C: TOP 2 0\nS: +OK\nS: Subject: no date\nS: To: <b\nS: \nS: left over\nS: .\n"
	server := newScript(t, dialogue)
	s := server.open()
	got := collect(t, s, all, backend.Items{Envelope: true, InternalDate: true, UID: true, Flags: true})
	check(t, "date 1", got[0].InternalDate, " 5-Jan-2026 10:00:00 +0100")
	check(t, "date 2", got[1].InternalDate, " 1-Jan-1970 00:00:00 +0000")
	check(t, "subject", got[1].Envelope.Subject, backend.String("no date"))
	check(t, "from", got[0].Envelope.From, []backend.Address{{
		Personal: backend.String("A"), Mailbox: backend.String("a"), Host: backend.String("example.org"),
	}})
	check(t, "uid", got[1].UID, 2)
	check(t, "flags", got[1].Flags, backend.Flags{Recent: true})
	check(t, "notices", got[1].Notices, []string{"Unterminated mailbox: b@.MISSING-HOST-NAME."})
}

func TestSeen(t *testing.T) {
	body := "S: +OK\nS: A: b\nS: \nS: c\nS: .\n"
	s := newScript(t, withMessages(plainServer, "9", "9")+"C: RETR 1\n"+body+"C: RETR 2\n"+body).open()
	collect(t, s, msgs(1), sections(true, "TEXT"))
	collect(t, s, msgs(2), sections(false, "TEXT"))
	check(t, "flags", flags(t, s), []string{"N", "SN"})
	status, _ := s.Status(ctx, "INBOX", backend.StatusItems{Unseen: true})
	check(t, "unseen", status.Unseen, 1)
}

// As in PHP, neither the header nor a part without text sets \Seen.
func TestSeenByText(t *testing.T) {
	whole := "S: +OK\nS: A: b\nS: \nS: .\n"
	s := newScript(t, withMessages(plainServer, "9")+"C: RETR 1\n"+whole).open()
	for _, step := range []struct{ section, flags string }{{"1", "N"}, {"HEADER", "N"}, {"", "SN"}} {
		collect(t, s, msgs(1), sections(false, step.section))
		check(t, "flags after "+step.section, flags(t, s), []string{step.flags})
	}
}

func TestNotices(t *testing.T) {
	whole := "S: +OK\nS: To: <a@b\nS: \nS: c\nS: .\n"
	s := newScript(t, withMessages(plainServer, "9")+"C: RETR 1\n"+whole).open()
	notice := []string{"Unterminated mailbox: a@b"}
	for i, step := range []struct {
		items backend.Items
		want  []string
	}{
		{sections(true, "TEXT"), nil},
		{sections(true, "HEADER"), nil},
		{backend.Items{Envelope: true}, notice},
		{backend.Items{InternalDate: true}, notice},
		{backend.Items{Structure: true}, notice},
	} {
		got := collect(t, s, msgs(1), step.items)
		check(t, fmt.Sprint("notices of step ", i), got[0].Notices, step.want)
	}
}

// A refused message has an error of its own, and is not marked \Deleted. PHP marks it.
func TestRefusedMessage(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1", "1")+
		"C: TOP 1 0\nS: +OK\nS: A: b\nS: .\n"+
		"C: TOP 2 0\nS: -ERR damaged\nC: RETR 2\nS: -ERR damaged, too\n"+
		"C: TOP 1 0\nS: +OK\nS: A: b\nS: .\n").open()
	var errs []string
	for m, err := range s.Fetch(ctx, all, sections(true, "HEADER")) {
		errs = append(errs, fmt.Sprint(m.Num, err))
	}
	check(t, "results", errs, []string{"1 <nil>", "2 damaged, too"})
	check(t, "flags", flags(t, s), []string{"N", "N"})
	check(t, "the next call", texts(t, s, 1, "HEADER"), []string{"A: b\r\n"})
}

// The server announces TOP and does not have it.
func TestNoTop(t *testing.T) {
	s := newScript(t, withMessages(pipelining, "1", "1", "1")+
		"C: TOP 1 0\nC: TOP 2 0\nC: TOP 3 0\nS: -ERR no\nS: -ERR no\nS: +OK\nS: A: x\nS: .\n"+
		"C: RETR 1\nC: RETR 2\nS: +OK\nS: A: 1\nS: \nS: body\nS: .\nS: -ERR no\n").open()
	got := ""
	for m, err := range s.Fetch(ctx, all, sections(true, "HEADER")) {
		got += fmt.Sprintf("%d %q %v, ", m.Num, m.Sections, err)
	}
	check(t, "headers", got, `3 ["A: x\r\n"] <nil>, 1 ["A: 1\r\n\r\n"] <nil>, 2 [] no, `)

	s = newScript(t, withMessages(pipelining, "1", "1")+
		"C: TOP 1 0\nC: TOP 2 0\nS: -ERR no\nS: -ERR no\n"+
		"C: RETR 1\nC: RETR 2\nS: -ERR no\nS: +OK\nS: A: 2\nS: \nS: .\n"+
		"C: RETR 1\nS: +OK\nS: A: 1\nS: \nS: .\n").open()
	for m, err := range s.Fetch(ctx, all, sections(true, "HEADER")) {
		check(t, "error", err != nil, m.Num == 1)
	}
	check(t, "without TOP", string(collect(t, s, msgs(1), sections(true, "HEADER"))[0].Sections[0]), "A: 1\r\n\r\n")
}

// If a TOP is refused after one that succeeded, only its message is retrieved. If it is
// refused before any has succeeded, the server has no TOP, and all messages are retrieved.
func TestTopRefusedWithoutPipelining(t *testing.T) {
	const text = "S: +OK\nS: A: x\nS: \nS: .\n"
	for _, test := range []struct{ dialogue, want string }{
		{"C: TOP 1 0\n" + text + "C: TOP 2 0\nS: -ERR no\nC: TOP 3 0\n" + text + "C: RETR 2\n" + text + "C: TOP 1 0\n" + text, "1 3 2 1 "},
		{"C: TOP 1 0\nS: -ERR no\nC: RETR 2\n" + text + "C: RETR 3\n" + text + "C: RETR 1\n" + text, "2 3 1 1 "},
	} {
		s := newScript(t, withMessages(plainServer, "1", "1", "1")+test.dialogue).open()
		got := ""
		for _, set := range []backend.Set{all, msgs(1)} {
			for _, m := range collect(t, s, set, sections(true, "HEADER")) {
				got += fmt.Sprint(m.Num, " ")
			}
		}
		check(t, "messages", got, test.want)
	}
}

func TestLeaveEarly(t *testing.T) {
	s := newScript(t, withMessages(pipelining, "1", "1", "1")+
		"C: RETR 1\nC: RETR 2\nC: RETR 3\n"+
		"S: +OK\nS: one\nS: .\nS: -ERR no\nS: +OK\nS: ..three\nS: .\nC: NOOP\nS: +OK\n").open()
	for m, err := range s.Fetch(ctx, all, sections(true, "")) {
		check(t, "message", fmt.Sprint(m.Num, err), "1 <nil>")
		break
	}
	check(t, "poll", s.Poll(ctx), nil)
}

func TestTooLarge(t *testing.T) {
	server := newScript(t, withMessages(plainServer, "11", "5", "5")+
		"C: RETR 2\nS: +OK\nS: 123456789\nS: .\nC: RETR 3\nS: +OK\nS: 12345678901234567890\nX")
	cfg := server.config()
	cfg.MaxLiteral = 10
	s, err := pop3bridge.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	for i, kind := range []error{backend.ErrTooLarge, backend.ErrTooLarge, backend.ErrConnectionLost} {
		for m, err := range s.Fetch(ctx, msgs(i+1), sections(true, "")) {
			if !errors.Is(err, kind) || (m == nil) != (kind == backend.ErrConnectionLost) || m != nil && m.Num != i+1 {
				t.Errorf("message %d: %v", m.Num, err)
			}
		}
	}
}

func TestHostileLines(t *testing.T) {
	long := strings.Repeat("x", 70<<10)
	text := "POP3 connection broken in response: a line of an answer is too long"

	s := newScript(t, withMessages(plainServer, "1")+"C: NOOP\nR: +OK "+long+"\n").open()
	checkError(t, s.Poll(ctx), backend.ErrConnectionLost, text)

	s = newScript(t, withMessages(plainServer, "1")+"C: UIDL\nS: +OK\nR: 1 "+long+"\n").open()
	for _, err := range s.Fetch(ctx, all, backend.Items{UniqueID: true}) {
		checkError(t, err, backend.ErrConnectionLost, text)
	}
}

// Answers that are pending when ctx ends are not taken for answers to later commands.
func TestContextWithinFetch(t *testing.T) {
	s := newScript(t, withMessages(pipelining, "1", "1")+"C: RETR 1\nC: RETR 2\nS: +OK\nS: one\nS: .\nX").open()
	short, cancel := context.WithCancel(ctx)
	defer cancel()
	var results []string
	for m, err := range s.Fetch(short, all, sections(true, "")) {
		cancel()
		results = append(results, fmt.Sprint(m != nil, err))
	}
	check(t, "results", results, []string{"true <nil>", "false context canceled"})
	if err := s.Poll(ctx); !errors.Is(err, backend.ErrConnectionLost) {
		t.Error(err)
	}
}
