package imapbridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.UIDExpunger = (*Session)(nil)

// Expunge implements [backend.Session]. If the connection is lost, the error says how many
// messages the server had reported expunged.
func (s *Session) Expunge(ctx context.Context) error {
	return s.expungeBy(ctx, s.wire.expunge)
}

// ExpungeUIDs implements [backend.UIDExpunger] with UID EXPUNGE (RFC 4315 section 2.1). Its
// errors are those of Expunge.
func (s *Session) ExpungeUIDs(ctx context.Context, set backend.Set) error {
	if err := s.needUIDPLUS(); err != nil {
		return err
	}
	return s.expungeBy(ctx, func() (removed int, err error) {
		for part := range s.parts(set) {
			n, err := s.wire.expungeUIDs(part)
			removed += n
			if err != nil {
				return removed, err
			}
		}
		return removed, nil
	})
}

func (s *Session) expungeBy(ctx context.Context, commands func() (removed int, err error)) error {
	if err := s.closed(); err != nil {
		return err // no command was sent
	}
	removed := 0
	err := s.settling(ctx, func() (err error) {
		removed, err = commands()
		return err
	})
	if errors.Is(err, backend.ErrConnectionLost) {
		return &backend.Error{Kind: backend.ErrConnectionLost, Err: err,
			Text: fmt.Sprintf("%v: the server had reported %d messages expunged and may have expunged more", err, removed)}
	}
	return err
}
