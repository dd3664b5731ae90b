package pop3bridge

import (
	"context"
	"sync"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
)

// Session is a POP3 session in the TRANSACTION state (RFC 1939 section 5).
type Session struct {
	cfg    *backend.Config
	caps   capabilities
	drop   maildrop
	names  mime.Names // the media types parsed so far
	unused bool       // nothing was sent or marked since Open

	untraced untraced
	topped   bool // TOP has returned a header

	conn *conn // the same as now.conn

	mu         sync.Mutex // guards the fields below, for Abort, State and Link
	now        facts
	lost       error // the error of every call since the connection was lost
	cancelOpen context.CancelFunc
	aborted    bool
}

var _ backend.Session = (*Session)(nil)
