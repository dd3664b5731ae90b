package imapbridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Mover = (*Session)(nil)

// Move implements [backend.Mover] with MOVE (RFC 6851). The package sends the command
// itself for two reasons. Without the capability MOVE, go-imap's Move also expunges
// messages that others have marked. And go-imap ends the connection when it cannot read a
// COPYUID.
//
// The messages keep their numbers until the next call that may change numbers. A MOVE that
// fails may have moved some messages, each of them completely (RFC 6851 section 3.3).
func (s *Session) Move(ctx context.Context, set backend.Set, mailbox string) error {
	if _, err := decodeMailbox(mailbox); err != nil {
		return err
	}
	if !s.caps["MOVE"] && !s.caps["IMAP4REV2"] {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Server has no MOVE"}
	}
	before := s.gone()
	err := s.inParts(set, func(part wireSet) error {
		// An untagged OK has the COPYUID.
		return s.ask(ctx, "OK", part.prefix()+"MOVE "+part.String()+" "+quote(mailbox), nothing)
	})
	moved := s.gone() - before
	switch {
	case errors.Is(err, backend.ErrConnectionLost):
		return fmt.Errorf("%w: the server had reported %d messages gone from the mailbox, and may have moved more", err, moved)
	case err != nil && moved > 0:
		return fmt.Errorf("%w: the server had reported %d messages gone from the mailbox", err, moved)
	}
	return err
}

// gone returns how many of the caller's messages are gone.
func (s *Session) gone() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nums.goneBefore(len(s.nums.gone))
}
