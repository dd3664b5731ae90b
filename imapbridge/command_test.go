package imapbridge_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// A tagged response that answers no pending command is skipped and reported.
func TestUnexpectedTag(t *testing.T) {
	long := "X9 OK " + strings.Repeat("x", 80)
	for name, call := range map[string]func(*imapbridge.Session) error{
		"NOOP":           func(s *imapbridge.Session) error { return s.Poll(ctx) },
		`DELETE "x"`:     func(s *imapbridge.Session) error { return s.DeleteMailbox(ctx, "x") },
		`SELECT "INBOX"`: func(s *imapbridge.Session) error { return s.Select(ctx, "INBOX", false) },
	} {
		s, n := open(t, "C: T "+name+"\nS: "+long+"\nS: T OK done")
		if err := call(s); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, want := n.texts(), "Unexpected tagged response: "+long[:80]; got != want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

// everything is the greeting of a server with all extensions that the commands below need.
const everything = "S: * PREAUTH [CAPABILITY IMAP4rev1 UNSELECT MOVE QUOTA ACL SORT THREAD=REFERENCES SCAN] hello\n"

// aCommand is a method that sends one command.
type aCommand struct {
	name, sent string
	do         func(*imapbridge.Session) error
	// Is added to the error when the connection is lost meanwhile.
	lost string
	asks bool // sends NOOP after a NO, since the message may be gone
}

// commands calls all methods that send a command, and has what they send.
func commands() []aCommand {
	two := numbers(backend.Range{First: 2, Last: 2})
	some := backend.Set{UID: true, Ranges: []backend.Range{{First: 5, Last: 5}, {First: 7, Last: backend.Max}, {First: backend.Max, Last: backend.Max}}}
	last := numbers(backend.Range{First: backend.Max, Last: backend.Max}, backend.Range{First: 0, Last: 3}, backend.Range{First: 8, Last: 200})
	since := &backend.Search{Keys: []backend.SearchKey{{Name: "SINCE", Day: backend.Day{Year: 2024, Month: 2, Day: 29}}, {Name: "TEXT", Text: "a b"}, {Name: "SEEN"}}}
	none := func(_ any, err error) error { return err }
	const mayHave = ": the messages may have been copied or not"
	return []aCommand{
		{name: "select", sent: `SELECT "a \"\\ b"`, do: func(s *imapbridge.Session) error { return s.Select(ctx, `a "\ b`, false) }},
		{name: "examine", sent: `EXAMINE "x"`, do: func(s *imapbridge.Session) error { return s.Select(ctx, `x`, true) }},
		{name: "unselect", sent: "UNSELECT", do: func(s *imapbridge.Session) error { return s.Unselect(ctx) }},
		{name: "poll", sent: "NOOP", do: func(s *imapbridge.Session) error { return s.Poll(ctx) }},
		{name: "store", sent: `STORE 9,1:3,8:9 FLAGS.SILENT (\Seen work)`, do: func(s *imapbridge.Session) error {
			return s.Store(ctx, last, backend.StoreReplace, []string{`\Seen`, "work"})
		}},
		{name: "store by UID", sent: `UID STORE 5,7:*,* -FLAGS.SILENT (\Seen)`, do: func(s *imapbridge.Session) error {
			return s.Store(ctx, some, backend.StoreRemove, []string{`\Seen`})
		}},
		{name: "copy", sent: `COPY 9,1:3,8:9 "a &AOQ- b"`, lost: mayHave, do: func(s *imapbridge.Session) error { return s.Copy(ctx, last, "a &AOQ- b") }},
		{name: "copy by UID", sent: `UID COPY 5,7:*,* "x"`, lost: mayHave, do: func(s *imapbridge.Session) error { return s.Copy(ctx, some, "x") }},
		{name: "move", sent: `UID MOVE 5,7:*,* "x"`, lost: ": the server had reported 0 messages gone from the mailbox, and may have moved more",
			do: func(s *imapbridge.Session) error { return s.Move(ctx, some, "x") }},
		{name: "expunge", sent: "EXPUNGE", lost: ": the server had reported 0 messages expunged and may have expunged more",
			do: func(s *imapbridge.Session) error { return s.Expunge(ctx) }},
		{name: "status", sent: `STATUS "x" (MESSAGES RECENT UNSEEN UIDNEXT UIDVALIDITY)`, do: func(s *imapbridge.Session) error {
			return none(s.Status(ctx, "x", backend.StatusItems{Messages: true, Recent: true, Unseen: true, UIDNext: true, UIDValidity: true}))
		}},
		{name: "create", sent: `CREATE "x"`, do: func(s *imapbridge.Session) error { return s.CreateMailbox(ctx, "x") }},
		{name: "delete", sent: `DELETE "x"`, do: func(s *imapbridge.Session) error { return s.DeleteMailbox(ctx, "x") }},
		{name: "rename", sent: `RENAME "x" "y"`, do: func(s *imapbridge.Session) error { return s.RenameMailbox(ctx, "x", "y") }},
		{name: "subscribe", sent: `SUBSCRIBE "x"`, do: func(s *imapbridge.Session) error { return s.Subscribe(ctx, "x") }},
		{name: "unsubscribe", sent: `UNSUBSCRIBE "x"`, do: func(s *imapbridge.Session) error { return s.Unsubscribe(ctx, "x") }},
		{name: "list", sent: `LIST "r" "p"`, do: func(s *imapbridge.Session) error { return none(s.List(ctx, "r", "p")) }},
		{name: "lsub", sent: `LSUB "r" "p"`, do: func(s *imapbridge.Session) error { return none(s.ListSubscribed(ctx, "r", "p")) }},
		{name: "scan", sent: `SCAN "r" "p" "t"`, do: func(s *imapbridge.Session) error { return none(s.Scan(ctx, "r", "p", "t")) }},
		{name: "quota", sent: `GETQUOTA "x"`, do: func(s *imapbridge.Session) error { return none(s.Quota(ctx, "x")) }},
		{name: "quota of a mailbox", sent: `GETQUOTAROOT "x"`, do: func(s *imapbridge.Session) error { return none(s.MailboxQuota(ctx, "x")) }},
		{name: "set quota", sent: `SETQUOTA "x" (STORAGE 0)`, do: func(s *imapbridge.Session) error { return s.SetStorageLimit(ctx, "x", 0) }},
		{name: "ACL", sent: `GETACL "x"`, do: func(s *imapbridge.Session) error { return none(s.ACL(ctx, "x")) }},
		{name: "set ACL", sent: `SETACL "x" "joe" "lr"`, do: func(s *imapbridge.Session) error { return s.SetACL(ctx, "x", "joe", "lr") }},
		{name: "search", sent: `SEARCH CHARSET UTF-8 SINCE 29-Feb-2024 TEXT "a b" SEEN`, do: func(s *imapbridge.Session) error {
			search := *since
			search.Charset = backend.String("UTF-8")
			return none(s.Search(ctx, &search, false))
		}},
		{name: "search by UID", sent: `UID SEARCH SINCE 29-Feb-2024 TEXT "a b" SEEN`, do: func(s *imapbridge.Session) error {
			return none(s.Search(ctx, since, true))
		}},
		{name: "sort", sent: `SORT (REVERSE SIZE) US-ASCII SINCE 29-Feb-2024 TEXT "a b" SEEN`, do: func(s *imapbridge.Session) error {
			return none(s.Sort(ctx, since, backend.Order{Key: backend.SortSize, Reverse: true}, false))
		}},
		{name: "sort by UID", sent: `UID SORT (CC) UTF-8 ALL`, do: func(s *imapbridge.Session) error {
			return none(s.Sort(ctx, &backend.Search{Charset: backend.String("UTF-8")}, backend.Order{Key: backend.SortCc}, true))
		}},
		{name: "thread", sent: `THREAD REFERENCES US-ASCII ALL`, do: func(s *imapbridge.Session) error { return none(s.Thread(ctx, false)) }},
		{name: "thread by UID", sent: `UID THREAD REFERENCES US-ASCII ALL`, do: func(s *imapbridge.Session) error { return none(s.Thread(ctx, true)) }},
		{name: "append", sent: `APPEND "x" {1}`, lost: ": the message was not appended", do: func(s *imapbridge.Session) error { return s.Append(ctx, "x", newMessage("x")) }},
		{name: "fetch", sent: "FETCH 2 (FLAGS BODY[1.2])", asks: true, do: func(s *imapbridge.Session) (last error) {
			for _, err := range s.Fetch(ctx, two, backend.Items{Flags: true, Sections: []backend.Section{{Name: "1.2"}}}) {
				last = err
			}
			return last
		}},
		{name: "write", sent: "FETCH 2 (BODY.PEEK[])", asks: true, do: func(s *imapbridge.Session) error {
			return none(s.WriteSection(ctx, two, backend.Section{Peek: true}, io.Discard))
		}},
		{name: "logout", sent: "LOGOUT", do: func(s *imapbridge.Session) error { return s.Logout(ctx) }},
	}
}

// What each method sends, and the effect of each kind of answer: the error with its kind,
// code and text, the notices, the trace, and whether the session survives. The texts are
// those of imap_errors in PHP, which TestScripts of conformance compares.
func TestCommands(t *testing.T) {
	long := strings.Repeat("long ", 2000)
	for _, answer := range []struct {
		script string
		kind   error // nil for success
		text   string
		code   string
		aside  string
		ends   bool
		// refuses is the answer for NO, after which the session asks whether the message was
		// removed.
		refuses bool
	}{
		{script: "S: T NO [CANNOT] no", refuses: true, kind: backend.ErrRefused, text: "[CANNOT] no", code: "CANNOT"},
		{script: "S: T NO " + long, refuses: true, kind: backend.ErrRefused, text: long[:8192]},
		{script: "S: T BAD " + long, kind: backend.ErrRefused, text: long[:8192], aside: "IMAP protocol error: " + long[:80]},
		{script: "S: T PREAUTH hello", kind: backend.ErrRefused, text: "hello", aside: "Unexpected IMAP response: PREAUTH hello"},
		{script: "S: + more\nS: T OK done", kind: backend.ErrRefused, text: "more", aside: "IMAP protocol error: more"},
		{script: "S: T HM ", kind: backend.ErrRefused, aside: "Unexpected IMAP response: HM "},
		{script: "S: !", kind: backend.ErrConnectionLost, text: "[CLOSED] IMAP connection broken (server response)", ends: true},
		{script: "S: * BYE [UNAVAILABLE] down\nS: !", kind: backend.ErrConnectionLost, text: "[CLOSED] IMAP connection broken (server response)", code: "UNAVAILABLE", ends: true},
		{script: "S: * 8388609 EXISTS", kind: backend.ErrConnectionLost, text: "The server counts more than 8388608 messages", ends: true},
	} {
		for _, c := range commands() {
			if c.name == "append" && strings.HasPrefix(answer.script, "S: +") {
				continue // the continuation request is for the message
			}
			script := everything + selected + "C: T " + c.sent + "\n" + answer.script
			if c.asks && answer.refuses {
				script += "\nC: T NOOP\nS: T OK done"
			}
			if !answer.ends && c.name != "logout" {
				script += "\nC: T NOOP\nS: * OK still there\nS: T OK done"
			}
			n, traced := &notices{}, []string{}
			cfg := serve(t, script).config(n)
			cfg.Trace = func(line string) { traced = append(traced, line) }
			s, err := imapbridge.Open(ctx, cfg)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Select(ctx, "INBOX", false); err != nil {
				t.Fatal(err)
			}
			begin := len(traced)
			err = c.do(s)
			want := answer.text
			if answer.ends {
				want += c.lost
			}
			kind, aside := answer.kind, answer.aside
			switch name, _, _ := strings.Cut(c.name, " "); name {
			case "search", "sort", "thread":
				if strings.Contains(answer.script, "T BAD") {
					kind, want, aside = backend.ErrNotSupported, "Server does not understand the search", ""
				}
			case "fetch", "write":
				aside = "" // the caller of Fetch reports it, see [backend.Error]
			}
			title := fmt.Sprintf("%s, %.40q", c.name, answer.script)
			var known *backend.Error
			if !errors.Is(err, kind) || !errors.As(err, &known) || err.Error() != want {
				t.Errorf("%s: got %.200q, want %.200q", title, fmt.Sprint(err), want)
			} else if code := codeOf(known); code != answer.code {
				t.Errorf("%s: code %q", title, code)
			}
			if (c.name == "fetch") && answer.aside != "" && known.Notice != answer.aside {
				t.Errorf("%s: notice %q", title, known.Notice)
			}
			if got := n.texts(); got != aside {
				t.Errorf("%s: said %.200q, want %.200q", title, got, aside)
			}
			sent := slices.IndexFunc(traced[begin:], func(line string) bool { return strings.HasPrefix(line, "C: ") && strings.HasSuffix(line, " "+c.sent) })
			if sent != 0 {
				t.Errorf("%s: traced %q", title, traced[begin:])
			}
			if !answer.ends && c.name != "logout" {
				if err := s.Poll(ctx); err != nil || !slices.Contains(traced, "S: * OK still there") {
					t.Errorf("%s: then %v", title, err)
				}
			} else if err := s.Poll(ctx); !errors.Is(err, backend.ErrConnectionLost) || c.name != "logout" && err.Error() != "[CLOSED] IMAP connection lost" || s.Link().Closed == nil {
				t.Errorf("%s: then %v", title, err)
			}
			s.Abort()
		}
	}
}

// codeOf returns the code of an error or of its cause.
func codeOf(err *backend.Error) string {
	var cause *backend.Error
	if err.Code == "" && errors.As(err.Err, &cause) {
		return cause.Code
	}
	return err.Code
}

// A call with an ended context sends nothing, and the session survives.
func TestCommandsNotBegun(t *testing.T) {
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	s, _ := open(t, "C: T NOOP\nS: T OK done")
	for name, err := range map[string]error{
		"poll": s.Poll(ended), "expunge": s.Expunge(ended), "create": s.CreateMailbox(ended, "x"),
		"store": s.Store(ended, numbers(backend.Range{First: 1, Last: 1}), backend.StoreAdd, []string{`\Seen`}),
	} {
		if err != context.Canceled {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Poll(context.Background()); err != nil {
		t.Error(err)
	}
}
