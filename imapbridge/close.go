package imapbridge

import (
	"context"
	"net"
)

// Logout implements [backend.Session].
func (s *Session) Logout(ctx context.Context) error {
	err := s.closed()
	if err == nil {
		if bound := s.cfg.Timeouts.Close; bound > 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, bound)
			defer cancel()
		}
		err = s.order(ctx, "LOGOUT")
	}
	s.Abort()
	return err
}

// Abort implements [backend.Session].
func (s *Session) Abort() error {
	s.wire.fail(net.ErrClosed)
	return nil
}
