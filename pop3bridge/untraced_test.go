package pop3bridge_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"fmt"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// slow is a connection whose round trips are long enough for untraced reading.
type slow struct{ net.Conn }

func (s slow) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	time.Sleep(3 * time.Millisecond)
	return n, err
}

func (s *script) openSlowly() *pop3bridge.Session {
	s.t.Helper()
	cfg := s.config()
	cfg.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(ctx, network, address)
		return slow{conn}, err
	}
	session, err := pop3bridge.Open(ctx, cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { session.Abort() })
	return session
}

// answer returns a command and its answer with a message.
func answer(command, text string) string {
	return "C: " + command + "\nS: +OK\nR: " + strings.ReplaceAll(text, "\r\n", `\r\n`) + `.\r\n` + "\n"
}

// A message that was read untraced is retrieved when the caller reads it, and at no other
// time.
func TestUntraced(t *testing.T) {
	const one, two, three = "A: 1\r\n\r\none\r\n", "A: 2\r\n\r\ntwo\r\n", "A: 3\r\n\r\nthree\r\n"
	able := []string{"TOP", "PIPELINING"}
	items := backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}, Untraced: true}
	retrieveTwo := func(s *pop3bridge.Session) { s.Retrieve(msgs(2)) }
	for _, test := range []struct {
		name         string
		capabilities []string
		sizes        []string
		played       string
		found        []int
		then         func(s *pop3bridge.Session)
	}{
		{"nobody reads them", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				"C: QUIT\nS: +OK\n", []int{2, 3}, nil},
		{"one is read", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				answer("RETR 2", two) + "C: QUIT\nS: +OK\n", []int{2, 3}, retrieveTwo},
		{"one is read by a later Fetch", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				answer("RETR 3", three) + "C: QUIT\nS: +OK\n", []int{2, 3},
			func(s *pop3bridge.Session) { texts(t, s, 3, "TEXT") }},
		{"one is read and deleted", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				answer("RETR 2", two) + "C: DELE 2\nS: +OK\nC: QUIT\nS: +OK\n", []int{2, 3},
			func(s *pop3bridge.Session) {
				retrieveTwo(s)
				s.Store(ctx, msgs(2), backend.StoreAdd, []string{`\Deleted`})
				check(t, "expunge", s.Expunge(ctx), nil)
			}},
		{"what is retrieved is refused", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				"C: RETR 2\nS: -ERR\nC: NOOP\nS: +OK\nC: QUIT\nS: +OK\n", []int{2, 3},
			func(s *pop3bridge.Session) {
				retrieveTwo(s)
				retrieveTwo(s)
				check(t, "poll", s.Poll(ctx), nil)
			}},
		{"one is refused", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + "C: TOP 2 13\nC: TOP 3 15\nS: -ERR\nS: +OK\nR: " +
				strings.ReplaceAll(three, "\r\n", `\r\n`) + `.\r\n` + "\nC: QUIT\nS: +OK\n", []int{3}, nil},
		{"TOP does not bring what RETR does", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", "A: 1\r\n\r\n") + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				"C: QUIT\nS: +OK\n", nil, nil},
		{"TOP of a message that was retrieved is refused", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + "C: TOP 1 13\nS: -ERR\n" + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				"C: QUIT\nS: +OK\n", nil, nil},
		{"one is large", able, []string{"13", "262145", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 3 15", three) + "C: QUIT\nS: +OK\n", []int{3}, nil},
		{"one is shorter than LIST says", able, []string{"13", "14", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 14", two) + answer("TOP 3 15", three) +
				"C: QUIT\nS: +OK\n", []int{3}, nil},
		{"one is longer than LIST says", able, []string{"13", "12", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 12", two) + answer("TOP 3 15", three) +
				"C: QUIT\nS: +OK\n", []int{3}, nil},
		{"LIST is wrong of the one to compare with", able, []string{"99", "13", "15"},
			answer("RETR 1", one) + "C: QUIT\nS: +OK\n", nil, nil},
		{"RETR brings something else", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				answer("RETR 2", two+"more\r\n") + "C: QUIT\nS: +OK\n", []int{2, 3},
			func(s *pop3bridge.Session) {
				retrieveTwo(s)
				s.Store(ctx, msgs(2), backend.StoreAdd, []string{`\Deleted`})
				checkError(t, s.Expunge(ctx), backend.ErrProtocol, "Message 2 is not deleted: RETR has not brought what was read of it")
				checkError(t, s.Doubt(), backend.ErrProtocol, "Message 2 is not what TOP brought of it, and has to be read again")
				check(t, "doubt", s.Doubt(), nil)
				check(t, "untraced", s.Untraced(), false)
			}},
		{"RETR brings other octets", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				answer("RETR 2", "A: 2\r\n\r\ntow\r\n") + "C: DELE 3\nS: +OK\nC: QUIT\nS: +OK\n", []int{2, 3},
			func(s *pop3bridge.Session) {
				retrieveTwo(s)
				s.Store(ctx, msgs(2, 3), backend.StoreAdd, []string{`\Deleted`})
				checkError(t, s.Expunge(ctx), backend.ErrProtocol, "Message 2 is not deleted: RETR has not brought what was read of it")
				s.Doubt()
			}},
		{"what RETR brought is read", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				answer("RETR 2", two+"more\r\n") + "C: NOOP\nS: +OK\n" + answer("RETR 2", two+"more\r\n") +
				"C: DELE 2\nS: +OK\nC: QUIT\nS: +OK\n", []int{2, 3},
			func(s *pop3bridge.Session) {
				retrieveTwo(s)
				check(t, "poll", s.Poll(ctx), nil)
				if s.Doubt() == nil {
					t.Error("there is no doubt")
				}
				check(t, "text", texts(t, s, 2, "TEXT"), []string{"two\r\nmore\r\n"})
				s.Store(ctx, msgs(2), backend.StoreAdd, []string{`\Deleted`})
				check(t, "expunge", s.Expunge(ctx), nil)
			}},
		{"what RETR refuses is not deleted", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				"C: RETR 2\nS: -ERR [SYS/TEMP] Later\nC: QUIT\nS: +OK\n", []int{2, 3},
			func(s *pop3bridge.Session) {
				retrieveTwo(s)
				s.Store(ctx, msgs(2), backend.StoreAdd, []string{`\Deleted`})
				err := s.Expunge(ctx)
				checkError(t, err, backend.ErrRefused, "Message 2 is not deleted: [SYS/TEMP] Later")
				if !errors.Is(err, backend.ErrTemporary) {
					t.Error("another try seems of no use")
				}
			}},
		{"what RETR refuses once is read again and deleted", able, []string{"13", "13", "15"},
			answer("RETR 1", one) + answer("TOP 1 13", one) + answer("TOP 2 13", two) + answer("TOP 3 15", three) +
				"C: RETR 2\nS: -ERR Later\nC: NOOP\nS: +OK\n" + answer("RETR 2", two) + "C: DELE 2\nS: +OK\nC: QUIT\nS: +OK\n", []int{2, 3},
			func(s *pop3bridge.Session) {
				retrieveTwo(s)
				check(t, "poll", s.Poll(ctx), nil)
				check(t, "text", texts(t, s, 2, "TEXT"), []string{"two\r\n"})
				s.Store(ctx, msgs(2), backend.StoreAdd, []string{`\Deleted`})
				check(t, "expunge", s.Expunge(ctx), nil)
			}},
		{"no TOP", []string{"PIPELINING"}, []string{"13", "13", "15"}, answer("RETR 1", one) + "C: QUIT\nS: +OK\n", nil, nil},
		{"no PIPELINING", []string{"TOP"}, []string{"13", "13", "15"}, answer("RETR 1", one) + "C: QUIT\nS: +OK\n", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, withMessages(test.capabilities, test.sizes...)+test.played).openSlowly()
			texts(t, s, 1, "TEXT")
			var found []int
			for msg, err := range s.Fetch(ctx, msgs(2, 3), items) {
				if err != nil {
					t.Fatal(err)
				}
				found = append(found, msg.Num)
				want := []string{"two\r\n", "three\r\n"}[msg.Num-2]
				check(t, "text", string(msg.Sections[0]), want)
			}
			check(t, "messages", found, test.found)
			if test.then != nil {
				test.then(s)
			}
			check(t, "logout", s.Logout(ctx), nil)
		})
	}
}

// On a link with a short round trip, only short messages are sent twice.
func TestUntracedNearby(t *testing.T) {
	const one, two = "A: 1\r\n\r\none\r\n", "A: 2\r\n\r\ntwo\r\n"
	s := newScript(t, withMessages([]string{"TOP", "PIPELINING"}, "13", "13", "32769")+
		answer("RETR 1", one)+answer("TOP 1 13", one)+answer("TOP 2 13", two)+"C: QUIT\nS: +OK\n").open()
	texts(t, s, 1, "TEXT")
	items := sections(true, "TEXT")
	items.Untraced = true
	check(t, "messages", len(collect(t, s, msgs(2, 3), items)), 1)
	check(t, "logout", s.Logout(ctx), nil)
}

// An owed retrieval is sent with the next commands that the server must answer, and not
// with a call that is answered from memory.
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
