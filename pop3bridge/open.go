package pop3bridge

import (
	"context"
	"fmt"
	"hash/maphash"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// Open connects, logs in, and reads the number and sizes of the messages. INBOX is selected
// then.
//
// The text of an error is what c-client reports last. Open passes to cfg.Notify what
// c-client reports before that.
func Open(ctx context.Context, cfg *backend.Config) (*Session, error) {
	s := &Session{cfg: cfg, untraced: untraced{seed: maphash.MakeSeed()}}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	s.unused = true
	return s, nil
}

// Select implements [backend.Session]. The only mailbox is INBOX, and it cannot be opened
// read-only.
//
// Selecting it again begins a new session, as in PHP: QUIT, by which the server removes the
// expunged messages, and a new login. Directly after Open, Select does nothing.
func (s *Session) Select(ctx context.Context, mailbox string, readOnly bool) error {
	switch {
	case !isInbox(mailbox):
		return &backend.Error{Kind: backend.ErrNotSupported,
			Text: fmt.Sprintf("Can't open mailbox %.80s: POP3 has no mailbox but INBOX", mailbox)}
	case readOnly:
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Read-only POP3 access not available"}
	case s.unused:
		s.unused = false
		return s.closed()
	}
	if err := s.Logout(ctx); err != nil {
		return err
	}
	return s.open(ctx)
}

func isInbox(mailbox string) bool { return mailbox == "" || strings.EqualFold(mailbox, "INBOX") }

// Unselect implements [backend.Session]. It fails, because POP3 has no state without a
// mailbox.
func (s *Session) Unselect(context.Context) error {
	return &backend.Error{Kind: backend.ErrNotSupported, Text: "POP3 cannot leave its mailbox"}
}
