package pop3bridge

import (
	"cmp"
	"context"
	"fmt"
	"net"

	"github.com/imapcompat/imapcompat/backend"
)

// Logout implements [backend.Session] with QUIT. Only QUIT makes the server remove the
// expunged messages (RFC 1939 section 6). If there are any and the server does not
// acknowledge QUIT, Logout returns an error.
func (s *Session) Logout(ctx context.Context) error {
	if len(s.untraced.owed) > 0 && s.closed() == nil {
		// Timeouts.Close does not bound this exchange, so that QUIT is reached. If the
		// connection is lost, QUIT returns the error.
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
	case now.stage != stageUpdate: // QUIT was not sent
		return s.closed()
	case now.deleted == 0: // no message depended on QUIT
		err = nil
	}
	return cmp.Or(err, s.Doubt())
}

// Abort implements [backend.Session]. The server deletes nothing.
func (s *Session) Abort() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.aborted = true
	s.cancelOpen()
	s.now.conn.fail(net.ErrClosed)
	return nil
}
