package pop3bridge_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// What c-client shows of a refusal is behind the first blank, or the whole line.
func TestStatusTexts(t *testing.T) {
	for status, want := range map[string]string{
		"-ERR": "-ERR", "-ERR no": "no", "-ERR  two": " two", "-ERR\tno": "-ERR\tno", "-no": "-no",
	} {
		s := newScript(t, withMessages(plainServer, "1")+"C: RETR 1\nS: "+status+"\n").open()
		for _, err := range s.Fetch(ctx, all, sections(true, "")) {
			check(t, status, fmt.Sprint(err), want)
		}
	}
}

// Of a message that is refused there is what LIST said, and a structure of nothing
// where a structure was asked for.
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

// A context that ends after an iteration was left ends nothing.
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

// A retrieval that is owed goes out with the next commands that the server has to
// answer anyway, and with nothing that is answered from memory.
func TestOwedRetrieval(t *testing.T) {
	const one, two, four = "A: 1\r\n\r\none\r\n", "A: 2\r\n\r\ntwo\r\n", "A: 4\r\n\r\n"
	s := newScript(t, withMessages([]string{"TOP", "PIPELINING"}, "13", "13", "262145")+
		answer("RETR 1", one)+answer("TOP 1 13", one)+answer("TOP 2 13", two)+
		"C: TOP 3 0\nC: RETR 2\nS: +OK\nR: A: 4\\r\\n\\r\\n.\\r\\n\nS: +OK\nR: A: 2\\r\\n\\r\\ntwo\\r\\n.\\r\\n\n"+
		"C: QUIT\nS: +OK\n").openSlowly()
	check(t, "the first", texts(t, s, 1, "TEXT"), []string{"one\r\n"})
	for m, err := range s.Fetch(ctx, msgs(2), backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}, Untraced: true}) {
		check(t, "untraced", fmt.Sprint(m.Num, err), "2 <nil>")
	}
	s.Retrieve(msgs(2))
	check(t, "flags", len(collect(t, s, all, backend.Items{Flags: true})), 3)
	check(t, "header", texts(t, s, 3, "HEADER"), []string{four})
	check(t, "logout", s.Logout(ctx), nil)
}

// INBOX is all that there is, by that name and in no hierarchy, as long as there is a
// session.
func TestList(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")).open()
	for _, test := range []struct{ reference, pattern, want string }{
		{"", "*", `[{INBOX  [\NoInferiors]}] <nil>`}, {"inbox", "INBOX", `[{INBOX  [\NoInferiors]}] <nil>`}, {"x", "*", "[] <nil>"}, {"", "x", "[] <nil>"},
	} {
		list, err := s.List(ctx, test.reference, test.pattern)
		got := fmt.Sprint(list, err)
		check(t, test.reference+", "+test.pattern, got, test.want)
	}
	s.Abort()
	_, err := s.List(ctx, "", "*")
	checkError(t, err, backend.ErrConnectionLost, "POP3 connection lost")
	_, err = s.ListSubscribed(ctx, "", "*")
	checkError(t, err, backend.ErrConnectionLost, "POP3 connection lost")
	_, err = s.Scan(ctx, "", "*", "")
	checkError(t, err, backend.ErrConnectionLost, "POP3 connection lost")
	_, err = s.Status(ctx, "INBOX", backend.StatusItems{})
	checkError(t, err, backend.ErrConnectionLost, "POP3 connection lost")
}

// Nothing is listed that does not match, and nothing is an error then.
func TestScan(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")).open()
	list, err := s.Scan(ctx, "", "none", "text")
	check(t, "list", fmt.Sprint(list, err), "[] <nil>")
	_, err = s.Scan(ctx, "", "INBOX", "text")
	checkError(t, err, backend.ErrNotSupported, "Scan not valid for POP3 mailboxes")
}

// What has no effect because the session is over is an error.
func TestStoreWhenClosed(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")).open()
	s.Abort()
	want := s.Poll(ctx)
	check(t, "an error", want != nil, true)
	check(t, "store", fmt.Sprint(s.Store(ctx, all, backend.StoreAdd, []string{`\Seen`})), fmt.Sprint(want))
}

// A Select opens another session once anything was done in the one that Open has
// opened, be it only a mark.
func TestSelectAfterStore(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: QUIT\nS: +OK\n", withMessages(plainServer, "1")).open()
	check(t, "store", s.Store(ctx, all, backend.StoreAdd, []string{`\Deleted`}), nil)
	check(t, "select", s.Select(ctx, "INBOX", false), nil)
	check(t, "flags", flags(t, s), []string{"N"})
}

func TestStoreOfNoKind(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")).open()
	check(t, "store", fmt.Sprint(s.Store(ctx, all, 99, []string{`\Seen`})), "no such StoreOp: 99")
	check(t, "flags", flags(t, s), []string{"N"})
}
