package pop3bridge

import (
	"context"
	"errors"
	"net"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// stage is the stage of a session, as far as the text of an error depends on it.
type stage int

const (
	stageLogin   stage = iota
	stageListing       // LIST during the login
	stageOpen          // the TRANSACTION state of RFC 1939 section 5
	stageUpdate        // QUIT was sent (RFC 1939 section 6)
)

// open connects, logs in, and opens the maildrop.
func (s *Session) open(ctx context.Context) error {
	if s.cfg.Anonymous {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Anonymous POP3 login not available"}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	s.cancelOpen = cancel
	s.mu.Unlock()
	network, err := dial.Open(ctx, s.cfg, dial.Ports{Plain: 110, TLS: 995})
	if err != nil {
		return err
	}
	c, err := newConn(newWire(network))
	if err != nil {
		_ = network.Abort()
		return err
	}
	c.secrets.Add(s.cfg.Password) // a server may know it from another session and quote it
	s.adopt(c)
	err = s.run(ctx, func(c *conn) error {
		if err := s.login(ctx, c); err != nil {
			return err
		}
		c.trace = s.cfg.Trace // only now, because a login contains secrets
		c.open = true
		if err := s.load(c); err != nil {
			return err
		}
		s.untraced.begin(s.caps.top && s.caps.pipelining)
		return nil
	})
	if err != nil {
		_ = s.Logout(ctx) // c-client sends QUIT, too
		return err
	}
	s.enter(stageOpen)
	return nil
}

// adopt makes c the connection of the session.
func (s *Session) adopt(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn, s.drop, s.untraced.owed = c, maildrop{}, nil
	s.now, s.lost = facts{conn: c}, nil
	if s.aborted {
		c.fail(net.ErrClosed)
	}
}

// run calls f for one exchange with the server. Before it, run retrieves the messages that
// were read untraced.
func (s *Session) run(ctx context.Context, f func(*conn) error) error {
	if len(s.untraced.owed) == 0 {
		return s.talk(ctx, f)
	}
	return s.talk(ctx, func(c *conn) error {
		if err := s.retrieveOwed(c); err != nil {
			return err
		}
		return f(c)
	})
}

// talk calls f for one exchange with the server. When ctx ends it drops the connection,
// because the answer would remain unread.
func (s *Session) talk(ctx context.Context, f func(*conn) error) error {
	s.unused = false
	if err := s.closed(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	end := s.conn.Begin(ctx)
	defer end()
	defer func() { s.conn.r = dial.GiveBack(s.conn.r) }()
	return s.explain(f(s.conn))
}

// explain converts the error of an exchange to a [*backend.Error].
func (s *Session) explain(err error) error {
	var known *backend.Error
	switch {
	case err == nil:
		return nil
	case isRefusal(err):
		return &backend.Error{Kind: backend.ErrRefused, Text: err.Error(), Code: backend.CodeOf(err.Error())}
	case errors.As(err, &known) && !isLoss(known):
		return err
	case s.closed() != nil:
		return s.closed()
	case errors.Is(err, errTextTooLong):
		return &backend.Error{Kind: backend.ErrTooLarge, Text: err.Error(), Err: err}
	}
	return &backend.Error{Kind: backend.ErrProtocol, Text: err.Error(), Err: err}
}

// isLoss reports whether an error of package dial means that the connection is lost.
func isLoss(err *backend.Error) bool {
	return err.Kind == backend.ErrConnectionLost || err.Kind == backend.ErrTimeout
}

func (s *Session) notify(kind backend.NoticeKind, text string) {
	if s.cfg.Notify != nil {
		s.cfg.Notify(backend.Notice{Kind: kind, Text: text})
	}
}
