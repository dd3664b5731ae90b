package pop3bridge

import (
	"cmp"
	"context"
	"fmt"
	"hash/maphash"
	"net"
	"strings"
	"sync"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mime"
)

// Session is a POP3 session in the TRANSACTION state (RFC 1939 section 5).
type Session struct {
	cfg   *backend.Config
	caps  capabilities
	drop  maildrop
	names mime.Names // the media types met so far
	fresh bool       // nothing was done since Open

	untraced untraced
	topped   bool // TOP has brought a header

	conn *conn // the one in now

	mu         sync.Mutex // guards the rest, for Abort, State and Link
	now        facts
	lost       error // what every call reports since the connection ended
	cancelOpen context.CancelFunc
	aborted    bool
}

var _ backend.Session = (*Session)(nil)

// Open connects, logs in, and asks how many messages there are and how large
// they are. INBOX is selected from then on.
//
// The text of an error is what c-client reports last. What it reports before
// that goes to cfg.Notify.
func Open(ctx context.Context, cfg *backend.Config) (*Session, error) {
	s := &Session{cfg: cfg, untraced: untraced{seed: maphash.MakeSeed()}}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	s.fresh = true
	return s, nil
}

// Select implements [backend.Session]. There is but one mailbox, INBOX, and it
// cannot be read only.
//
// Opening it again is a session of its own, as in PHP: QUIT, by which the
// messages expunged until now are removed, and a new login. Right after Open
// it is nothing.
func (s *Session) Select(ctx context.Context, mailbox string, readOnly bool) error {
	switch {
	case !isInbox(mailbox):
		return &backend.Error{Kind: backend.ErrNotSupported,
			Text: fmt.Sprintf("Can't open mailbox %.80s: POP3 has no mailbox but INBOX", mailbox)}
	case readOnly:
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Read-only POP3 access not available"}
	case s.fresh:
		s.fresh = false
		return s.closed()
	}
	if err := s.Logout(ctx); err != nil {
		return err
	}
	return s.open(ctx)
}

func isInbox(mailbox string) bool { return mailbox == "" || strings.EqualFold(mailbox, "INBOX") }

// Unselect implements [backend.Session]: POP3 has no state without a mailbox.
func (s *Session) Unselect(context.Context) error {
	return &backend.Error{Kind: backend.ErrNotSupported, Text: "POP3 cannot leave its mailbox"}
}

// Poll implements [backend.Session] with NOOP. There is never any news: mail
// that arrives is for the next session.
func (s *Session) Poll(ctx context.Context) error {
	return s.run(ctx, func(c *conn) error {
		_, err := c.command("NOOP")
		return err
	})
}

// Status implements [backend.Session] for INBOX, from what the session knows.
func (s *Session) Status(_ context.Context, mailbox string, items backend.StatusItems) (backend.Status, error) {
	if !isInbox(mailbox) {
		return backend.Status{}, &backend.Error{Kind: backend.ErrNotSupported,
			Text: fmt.Sprintf("Can't get status of mailbox %.80s: POP3 has no mailbox but INBOX", mailbox)}
	}
	if err := s.closed(); err != nil {
		return backend.Status{}, err
	}
	state := s.State()
	status := backend.Status{Items: items}
	if items.Messages {
		status.Messages = state.Messages
	}
	if items.Recent {
		status.Recent = state.Recent
	}
	if items.Unseen {
		status.Unseen = s.drop.unseen()
	}
	if items.UIDNext {
		status.UIDNext = int(state.UIDNext)
	}
	if items.UIDValidity {
		status.UIDValidity = int(state.UIDValidity)
	}
	return status, nil
}

// Logout implements [backend.Session] with QUIT, and only that makes the server
// remove the messages that were expunged (RFC 1939 section 6). If there are any
// and the server does not acknowledge it, that is an error.
func (s *Session) Logout(ctx context.Context) error {
	if len(s.untraced.owed) > 0 && s.closed() == nil {
		// As long as reading takes, and not within Timeouts.Close: QUIT is to be
		// reached. A failure shows up there.
		_ = s.talk(ctx, s.retrieveOwed)
	}
	if bound := s.cfg.Timeouts.Close; bound > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, bound)
		defer cancel()
	}
	err := s.run(ctx, func(c *conn) error {
		s.enter(stageUpdate)
		if _, err := c.command("QUIT"); isRefusal(err) {
			return &backend.Error{Kind: backend.ErrRefused, Code: backend.CodeOf(err.Error()),
				Text: fmt.Sprintf("%v; not all of the %d messages expunged are deleted", err, s.facts().deleted)}
		} else if err != nil {
			return err
		}
		s.note(func(f *facts) { f.deleted = 0 })
		return nil
	})
	s.conn.fail(cmp.Or(ctx.Err(), net.ErrClosed))
	switch now := s.facts(); {
	case now.stage != stageUpdate: // there was no QUIT
		return s.closed()
	case now.deleted == 0: // nothing hung on it
		err = nil
	}
	return cmp.Or(err, s.Doubt())
}

// Abort implements [backend.Session]. Nothing is deleted.
func (s *Session) Abort() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aborted = true
	s.cancelOpen()
	s.now.conn.fail(net.ErrClosed)
	return nil
}
