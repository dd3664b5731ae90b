package pop3bridge_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

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

// Select opens another session after any call since Open, even one that only sets a flag.
func TestSelectAfterStore(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: QUIT\nS: +OK\n", withMessages(plainServer, "1")).open()
	check(t, "store", s.Store(ctx, all, backend.StoreAdd, []string{`\Deleted`}), nil)
	check(t, "select", s.Select(ctx, "INBOX", false), nil)
	check(t, "flags", flags(t, s), []string{"N"})
}
