package imapbridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Mover = (*Session)(nil)

// Move implements [backend.Mover] with MOVE (RFC 6851). It does not use go-imap, which without
// MOVE expunges what others have marked, and ends the connection at a COPYUID that it cannot
// read.
//
// The messages keep their numbers until the next call in which numbers may change. A MOVE that
// fails may have moved some messages, each of them whole (section 3.3).
func (s *Session) Move(ctx context.Context, set backend.Set, mailbox string) error {
	if _, err := decodeMailbox(mailbox); err != nil {
		return err
	}
	if !s.caps["MOVE"] && !s.caps["IMAP4REV2"] {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Server has no MOVE"}
	}
	before := s.gone()
	err := s.inParts(set, func(part wireSet) error {
		// The untagged OK has the COPYUID.
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

// gone returns how many of the messages that the caller counts are removed.
func (s *Session) gone() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nums.goneBefore(len(s.nums.gone))
}
