package pop3bridge_test

import (
	"context"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

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

// Only messages that are marked and in the set are deleted.
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

// How a session with DELE ends decides what is known about the messages.
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
