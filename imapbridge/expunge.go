package imapbridge

import (
	"context"
	"errors"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

// Expunge implements [backend.Session]. When the connection breaks meanwhile
// the error says how many messages the server had reported removed by then.
func (s *Session) Expunge(ctx context.Context) error {
	if err := s.closed(); err != nil {
		return err // nothing was asked for
	}
	removed := 0
	err := s.settling(ctx, func() (err error) {
		removed, err = s.wire.expunge()
		return err
	})
	if errors.Is(err, backend.ErrConnectionLost) {
		return &backend.Error{Kind: backend.ErrConnectionLost, Err: err,
			Text: fmt.Sprintf("%v: the server had reported %d messages expunged and may have expunged more", err, removed)}
	}
	return err
}
