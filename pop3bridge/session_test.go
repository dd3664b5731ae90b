package pop3bridge_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

var ctx = context.Background()

// msgs is the set of these message numbers.
func msgs(nums ...int) backend.Set {
	var set backend.Set
	for _, n := range nums {
		set.Ranges = append(set.Ranges, backend.Range{First: n, Last: n})
	}
	return set
}

var all = backend.Set{Ranges: []backend.Range{{First: 1, Last: backend.Max}}}

func sections(peek bool, names ...string) backend.Items {
	var items backend.Items
	for _, name := range names {
		items.Sections = append(items.Sections, backend.Section{Name: name, Peek: peek})
	}
	return items
}

// collect runs a Fetch to its end.
func collect(t *testing.T, s *pop3bridge.Session, set backend.Set, items backend.Items) []*backend.Message {
	t.Helper()
	var messages []*backend.Message
	for m, err := range s.Fetch(ctx, set, items) {
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, m)
	}
	return messages
}

// texts are the texts of the sections of one message.
func texts(t *testing.T, s *pop3bridge.Session, num int, names ...string) []string {
	t.Helper()
	messages := collect(t, s, msgs(num), sections(true, names...))
	if len(messages) != 1 {
		t.Fatalf("%d messages", len(messages))
	}
	var texts []string
	for _, text := range messages[0].Sections {
		if text == nil {
			texts = append(texts, "NIL")
		} else {
			texts = append(texts, string(text))
		}
	}
	return texts
}

func check[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

func checkError(t *testing.T, err, kind error, text string) {
	t.Helper()
	var known *backend.Error
	if !errors.As(err, &known) || known.Kind != kind && !errors.Is(known.Err, kind) || err.Error() != text {
		t.Errorf("error %v, want %q, of kind %q", err, text, kind)
	}
}

func TestState(t *testing.T) {
	before := uint32(time.Now().Unix())
	s := newScript(t, withMessages(plainServer, "22", "33")).open()
	state := s.State()
	if state.UIDValidity < before || uint32(time.Now().Unix()) < state.UIDValidity {
		t.Errorf("UIDValidity %d is not the time of the login", state.UIDValidity)
	}
	state.UIDValidity = 0
	check(t, "state", state, backend.State{
		Mailbox: "INBOX", Messages: 2, Recent: 2, UIDNext: 3,
	})
	if link := s.Link(); link.Host != "pop.example.org" || link.Port != 110 || link.TLS || link.Closed != nil {
		t.Errorf("the link is %+v", link)
	}
	items := backend.StatusItems{Messages: true, Recent: true, Unseen: true, UIDNext: true}
	status, err := s.Status(ctx, "inbox", items)
	check(t, "error", err, nil)
	check(t, "status", status, backend.Status{Items: items, Messages: 2, Recent: 2, Unseen: 2, UIDNext: 3})
	_, err = s.Status(ctx, "other", backend.StatusItems{Messages: true})
	checkError(t, err, backend.ErrNotSupported, "Can't get status of mailbox other: POP3 has no mailbox but INBOX")
}

// Sizes and headers are as PHP shows them after the same answers: LIST's size
// until the message was read, numbers beyond STAT ignored, size 0 not believed.
func TestSizes(t *testing.T) {
	dialogue := loggedIn("TOP") + "C: STAT\nS: +OK   2 0\nC: LIST\nS: +OK\nS: 2 99\nS: 3 44\nS: xx\nS: 1 0\nS: .\n" +
		"C: RETR 1\nS: +OK\nS: Subject: one\nS: \nS: body\nS: .\n" +
		"C: RETR 2\nS: +OK\nS: Subject: two\nS: \nS: .\n"
	s := newScript(t, dialogue).open()
	size := func() (sizes []int) {
		for _, m := range collect(t, s, all, backend.Items{Size: true}) {
			sizes = append(sizes, m.Size)
		}
		return sizes
	}
	check(t, "sizes", size(), []int{22, 99})
	texts(t, s, 2, "TEXT")
	check(t, "sizes after RETR", size(), []int{22, 16})
}

// What PHP's imap_fetchheader and imap_body return for the same octets.
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
		{"NUL", `A: b\r\n\r\none\0two\r\n.\0x\r\n`, "A: b\r\n\r\n", "one\r\n\r\n"}, // for PHP it ends at ".\0"
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

// A message in two parts, the second of which is a message.
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
	// The message is in memory now.
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

// As in PHP the header does not mark a message, nor a part without text.
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

// flags are the flags of all messages: S, A, F, D, X and N for \Recent.
func flags(t *testing.T, s *pop3bridge.Session) []string {
	t.Helper()
	var list []string
	for _, m := range collect(t, s, all, backend.Items{Flags: true}) {
		text := ""
		for i, set := range []bool{m.Flags.Seen, m.Flags.Answered, m.Flags.Flagged, m.Flags.Deleted, m.Flags.Draft, m.Flags.Recent} {
			if set {
				text += "SAFDXN"[i : i+1]
			}
		}
		list = append(list, text)
	}
	return list
}

func TestStore(t *testing.T) {
	server := newScript(t, withMessages(plainServer, "1", "1", "1"))
	s := server.open()
	store := func(set backend.Set, op backend.StoreOp, names ...string) {
		t.Helper()
		check(t, "error", s.Store(ctx, set, op, names), nil)
	}
	store(all, backend.StoreAdd, `\SEEN`, `\flagged`)
	store(msgs(2, 9), backend.StoreRemove, `\Seen`, "foo", `\Recent`)
	store(backend.Set{UID: true, Ranges: []backend.Range{{First: 7, Last: backend.Max}}}, backend.StoreReplace, `\Draft`, `\Answered`)
	check(t, "flags", flags(t, s), []string{"SFN", "FN", "AXN"})
	check(t, "notices", server.notes(), []string{"Unknown flag: foo", `Unsupported system flag: \Recent`})
	store(backend.Set{}, backend.StoreAdd, `\Deleted`)
	check(t, "flags", flags(t, s), []string{"SFN", "FN", "AXN"})
	if err := s.Store(ctx, all, 99, nil); !errors.Is(err, backend.ErrInvalidArgument) {
		t.Error(err)
	}
}

func TestExpunge(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1", "1", "1", "1")+
		"C: RETR 2\nS: +OK\nS: A: b\nS: .\n"+
		"C: DELE 2\nS: +OK\nC: DELE 3\nS: -ERR locked\nC: DELE 4\nS: +OK\n"+
		"C: RETR 3\nS: +OK\nS: three\nS: .\nC: QUIT\nS: +OK\n").open()
	texts(t, s, 2, "")
	s.Store(ctx, msgs(2, 3, 4), backend.StoreAdd, []string{`\Deleted`})
	checkError(t, s.Expunge(ctx), backend.ErrRefused, "Message 3 is not deleted: locked")

	var uids []int
	for _, m := range collect(t, s, all, backend.Items{UID: true}) {
		uids = append(uids, m.UID)
	}
	check(t, "UIDs", uids, []int{1, 3})
	check(t, "flags", flags(t, s), []string{"N", "DN"})
	check(t, "text", texts(t, s, 2, ""), []string{"three\r\n"})
	state := s.State()
	check(t, "messages, recent, UIDNext", []int{state.Messages, state.Recent, int(state.UIDNext)}, []int{2, 4, 5})
	check(t, "logout", s.Logout(ctx), nil)
}

func TestExpungePipelined(t *testing.T) {
	s := newScript(t, withMessages(pipelining, "1", "1", "1")+
		"C: DELE 1\nC: DELE 3\nS: +OK\nS: +OK\nC: QUIT\nS: +OK\n").open()
	s.Store(ctx, msgs(1, 3), backend.StoreAdd, []string{`\Deleted`})
	check(t, "expunge", s.Expunge(ctx), nil)
	check(t, "messages", s.State().Messages, 1)
	check(t, "logout", s.Logout(ctx), nil)
}

// Of those that are marked the ones asked for are deleted.
func TestExpungeUIDs(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1", "1", "1", "1")+
		"C: DELE 1\nS: +OK\nC: DELE 4\nS: -ERR locked\nC: DELE 3\nS: +OK\nC: QUIT\nS: +OK\n").open()
	uids := func(list ...int) backend.Set { return backend.SetOf(true, list) }
	s.Store(ctx, msgs(1, 3, 4), backend.StoreAdd, []string{`\Deleted`})
	check(t, "expunge 1 and 2", s.ExpungeUIDs(ctx, uids(1, 2)), nil)
	checkError(t, s.ExpungeUIDs(ctx, uids(1, 4)), backend.ErrRefused, "Message 3 is not deleted: locked")
	check(t, "expunge none", s.ExpungeUIDs(ctx, uids(1, 99)), nil)
	check(t, "expunge 3", s.ExpungeUIDs(ctx, uids(3)), nil)
	check(t, "messages", s.State().Messages, 2)
	check(t, "logout", s.Logout(ctx), nil)
}

// Marks alone send no DELE.
func TestLogoutWithoutExpunge(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1", "1")+"C: QUIT\nS: +OK\n").open()
	s.Store(ctx, all, backend.StoreAdd, []string{`\Deleted`})
	check(t, "logout", s.Logout(ctx), nil)
	checkError(t, s.Poll(ctx), backend.ErrConnectionLost, "POP3 connection lost")
}

// How a session with DELEs ends decides what is known about the messages.
func TestDeletionsLost(t *testing.T) {
	deleted := withMessages(plainServer, "1", "1") + "C: DELE 1\nS: +OK\nC: DELE 2\n"
	tests := []struct {
		name, dialogue string
		call           func(*pop3bridge.Session) error
		kind           error
		text           string
	}{
		{"in Expunge", deleted + "X", nil,
			backend.ErrConnectionLost, "POP3 connection broken in response; the 1 messages expunged are not deleted"},
		{"in Poll", deleted + "S: +OK\nC: NOOP\nX", func(s *pop3bridge.Session) error { return s.Poll(ctx) },
			backend.ErrConnectionLost, "POP3 connection broken in response; the 2 messages expunged are not deleted"},
		{"in Abort", deleted + "S: +OK\n", func(s *pop3bridge.Session) error { s.Abort(); return s.Logout(ctx) },
			backend.ErrConnectionLost, "POP3 connection lost; the 2 messages expunged are not deleted"},
		{"in a Logout without time", deleted + "S: +OK\n", func(s *pop3bridge.Session) error {
			done, cancel := context.WithCancel(ctx)
			cancel()
			return s.Logout(done)
		}, backend.ErrConnectionLost, "POP3 connection broken in response: context canceled; the 2 messages expunged are not deleted"},
		{"in QUIT", deleted + "S: +OK\nC: QUIT\nX", func(s *pop3bridge.Session) error { return s.Logout(ctx) },
			backend.ErrConnectionLost, "POP3 connection broken in response; it is not known whether the 2 messages expunged are deleted"},
		{"by a refused QUIT", deleted + "S: +OK\nC: QUIT\nS: -ERR not all removed\n", func(s *pop3bridge.Session) error { return s.Logout(ctx) },
			backend.ErrRefused, "not all removed; not all of the 2 messages expunged are deleted"},
		{"in Select", deleted + "S: +OK\nC: QUIT\nX", func(s *pop3bridge.Session) error { return s.Select(ctx, "INBOX", false) },
			backend.ErrConnectionLost, "POP3 connection broken in response; it is not known whether the 2 messages expunged are deleted"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, test.dialogue).open()
			s.Store(ctx, all, backend.StoreAdd, []string{`\Deleted`})
			err := s.Expunge(ctx)
			if test.call != nil {
				check(t, "expunge", err, nil)
				err = test.call(s)
			}
			checkError(t, err, test.kind, test.text)
			if again := s.Poll(ctx); test.kind == backend.ErrConnectionLost && again.Error() != test.text {
				t.Errorf("the next call reports %v", again)
			}
		})
	}
}

// Nothing hung on it, and PHP's imap_close is content, too.
func TestQuitUnanswered(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: QUIT\nX").open()
	check(t, "logout", s.Logout(ctx), nil)
}

func TestSelect(t *testing.T) {
	s := newScript(t,
		withMessages(plainServer, "1", "1")+"C: DELE 1\nS: +OK\nC: QUIT\nS: +OK\n",
		withMessages(plainServer, "1")+"C: QUIT\nS: +OK\n").open()
	check(t, "the first Select", s.Select(ctx, "Inbox", false), nil)
	s.Store(ctx, all, backend.StoreAdd, []string{`\Deleted`, `\Seen`})
	s.Store(ctx, msgs(2), backend.StoreRemove, []string{`\Deleted`})
	check(t, "expunge", s.Expunge(ctx), nil)
	checkError(t, s.Select(ctx, "Sent", false), backend.ErrNotSupported, "Can't open mailbox Sent: POP3 has no mailbox but INBOX")
	checkError(t, s.Select(ctx, "INBOX", true), backend.ErrNotSupported, "Read-only POP3 access not available")
	check(t, "recent", s.State().Recent, 2)
	check(t, "the second Select", s.Select(ctx, "INBOX", false), nil)
	check(t, "recent", s.State().Recent, 1)
	check(t, "flags", flags(t, s), []string{"N"})
	check(t, "logout", s.Logout(ctx), nil)
}

func TestPoll(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: NOOP\nS: +OK\nC: NOOP\nS: -ERR huh\n").open()
	check(t, "poll", s.Poll(ctx), nil)
	checkError(t, s.Poll(ctx), backend.ErrRefused, "huh")
	check(t, "closed", s.Link().Closed, nil)
	if err := s.Unselect(ctx); !errors.Is(err, backend.ErrNotSupported) {
		t.Error(err)
	}
}

func TestUniqueID(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1", "1", "1")+
		"C: UIDL\nS: +OK\nS: 1 abc\nS: 3 def\nS: 4 x\nS: junk\nS: .\nC: DELE 1\nS: +OK\n").open()
	ids := func() (ids []string) {
		for _, m := range collect(t, s, all, backend.Items{UniqueID: true}) {
			ids = append(ids, m.UniqueID)
		}
		return ids
	}
	check(t, "ids", ids(), []string{"abc", "", "def"})
	s.Store(ctx, msgs(1), backend.StoreAdd, []string{`\Deleted`})
	check(t, "expunge", s.Expunge(ctx), nil)
	check(t, "ids after expunge", ids(), []string{"", "def"})

	s = newScript(t, withMessages(nil, "1")+"C: UIDL\nS: -ERR unknown\n").open()
	for m, err := range s.Fetch(ctx, all, backend.Items{UniqueID: true}) {
		check(t, "message", m, nil)
		checkError(t, err, backend.ErrNotSupported, "No unique-ids from this POP3 server: unknown")
	}
}

// A refused message ends the iteration, and is not marked \Deleted, which PHP
// does.
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

// A server that says it has TOP and has not.
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

// A TOP that is refused after one that worked is about its message; one that is refused
// before is about the command, and the others are retrieved.
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

func TestContext(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: NOOP\n").open()
	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	start := time.Now()
	err := s.Poll(short)
	if !errors.Is(err, backend.ErrConnectionLost) || !errors.Is(err, backend.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
	if time.Since(start) > 5*time.Second {
		t.Error("took its time")
	}
	check(t, "the next call", s.Poll(ctx), err)

	s = newScript(t, withMessages(plainServer, "1")+"C: NOOP\nS: +OK\n").open()
	check(t, "poll that is not sent", s.Poll(short), context.DeadlineExceeded)
	check(t, "poll", s.Poll(ctx), nil)
}

// Answers that are still on their way when ctx is done are not to be taken for
// those to later commands.
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

func TestReadTimeout(t *testing.T) {
	server := newScript(t, "S: +OK hi\nC: CAPA\n")
	cfg := server.config()
	cfg.Timeouts.Read = 30 * time.Millisecond
	_, err := pop3bridge.Open(ctx, cfg)
	if !errors.Is(err, backend.ErrTimeout) || !errors.Is(err, backend.ErrConnectionLost) {
		t.Error(err)
	}
}

func TestAbortFromElsewhere(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: NOOP\n").open()
	go func() {
		time.Sleep(20 * time.Millisecond)
		s.Abort()
	}()
	checkError(t, s.Poll(ctx), backend.ErrConnectionLost, "POP3 connection lost")
	if err := s.Select(ctx, "INBOX", false); !errors.Is(err, backend.ErrConnectionLost) {
		t.Error(err)
	}
}

func TestSetsOfNone(t *testing.T) {
	s := newScript(t, withMessages(plainServer)).open()
	for _, uid := range []bool{false, true} {
		set := backend.Set{UID: uid, Ranges: []backend.Range{{First: 1, Last: backend.Max}, {First: backend.Max, Last: backend.Max}}}
		check(t, "messages", len(collect(t, s, set, backend.Items{})), 0)
	}
}

func TestSets(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1", "1", "1")).open()
	r := func(first, last int) []backend.Range { return []backend.Range{{First: first, Last: last}} }
	for _, test := range []struct {
		set  backend.Set
		want []int
	}{
		{backend.Set{Ranges: r(1, backend.Max)}, []int{1, 2, 3}},
		{backend.Set{Ranges: r(backend.Max, backend.Max)}, []int{3}},
		{backend.Set{Ranges: r(2, 9)}, []int{2, 3}},
		{backend.Set{Ranges: r(8, 9)}, nil},
		{backend.Set{UID: true, Ranges: r(8, backend.Max)}, []int{3}},
		{backend.Set{Ranges: append(r(3, 3), r(1, 1)...)}, []int{1, 3}},
		{backend.Set{Ranges: append(r(2, 3), r(1, 2)...)}, []int{1, 2, 3}},
		{backend.Set{UID: true, Ranges: append(r(2, 2), r(2, 3)...)}, []int{2, 3}},
		{backend.Set{UID: true, Ranges: r(-1, 1)}, []int{1}},
		{backend.Set{Ranges: r(0, 1)}, []int{1}},
		{backend.Set{}, nil},
	} {
		var got []int
		for _, m := range collect(t, s, test.set, backend.Items{}) {
			got = append(got, m.Num)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%+v: %v, want %v", test.set, got, test.want)
		}
	}
}
