package imapbridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Copier = (*Session)(nil)

// Copy implements [backend.Copier].
func (s *Session) Copy(ctx context.Context, set backend.Set, mailbox string) error {
	name, err := decodeMailbox(mailbox)
	if err != nil {
		return err
	}
	copied := false
	return s.inParts(set, func(part wireSet) error {
		err := s.run(ctx, func() error { return s.wire.copy(part, name) })
		if err != nil {
			return copyError(err, copied)
		}
		copied = true
		return nil
	})
}

// copyError returns the error of a COPY. copied says whether earlier COPY commands of the
// call have succeeded. A COPY copies all messages or none (RFC 9051 section 6.4.7).
func copyError(err error, copied bool) error {
	lost := errors.Is(err, backend.ErrConnectionLost)
	switch {
	case lost && copied:
		return fmt.Errorf("%w: some messages had been copied, and others may have been", err)
	case lost:
		return fmt.Errorf("%w: the messages may have been copied or not", err)
	case copied:
		return fmt.Errorf("%w: some messages had been copied", err)
	}
	return err
}

// inParts calls command with parts of a set: see [Session.parts]. It returns an error for
// message numbers that are gone.
func (s *Session) inParts(set backend.Set, command func(part wireSet) error) error {
	if err := s.closed(); err != nil {
		return err
	}
	if err := s.present(set); err != nil {
		return err
	}
	for part := range s.parts(set) {
		if err := command(part); err != nil {
			return err
		}
	}
	return nil
}

// present returns an error for message numbers that are gone.
func (s *Session) present(set backend.Set) error {
	if set.UID {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range set.Ranges {
		if s.nums.serverRanges([]backend.Range{r}) == nil {
			return &backend.Error{Kind: backend.ErrBadMessageNumber, Text: "Bad message number"}
		}
	}
	return nil
}
