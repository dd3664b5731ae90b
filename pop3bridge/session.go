package pop3bridge

import (
	"context"
	"sync"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
)

// Session is a POP3 session in the TRANSACTION state (RFC 1939 section 5).
type Session struct {
	cfg   *backend.Config
	caps  capabilities
	drop  maildrop
	names mime.Names // the media types seen so far
	fresh bool       // no call since Open

	untraced untraced
	topped   bool // TOP has brought a header

	conn *conn // the current connection

	mu         sync.Mutex // guards the rest, for Abort, State and Link
	now        facts
	lost       error // the error of every call after the connection ended
	cancelOpen context.CancelFunc
	aborted    bool
}

var _ backend.Session = (*Session)(nil)
