package pop3bridge_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// Marks alone send no DELE.
func TestLogoutWithoutExpunge(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1", "1")+"C: QUIT\nS: +OK\n").open()
	s.Store(ctx, all, backend.StoreAdd, []string{`\Deleted`})
	check(t, "logout", s.Logout(ctx), nil)
	checkError(t, s.Poll(ctx), backend.ErrConnectionLost, "POP3 connection lost")
}

// No message depended on QUIT, so Logout returns no error. PHP's imap_close does the same.
func TestQuitUnanswered(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: QUIT\nX").open()
	check(t, "logout", s.Logout(ctx), nil)
}
