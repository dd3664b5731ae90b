package imapbridge

import (
	"context"
	"time"
)

// Poll implements [backend.Session] with NOOP.
func (s *Session) Poll(ctx context.Context) error {
	return s.settling(ctx, s.noop)
}

func (s *Session) noop() error {
	s.polled = time.Now()
	return s.exchange("", "NOOP", nothing)
}
