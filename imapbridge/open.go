package imapbridge

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// Select implements [backend.Session], with EXAMINE when readOnly.
func (s *Session) Select(ctx context.Context, mailbox string, readOnly bool) error {
	if _, err := decodeMailbox(mailbox); err != nil {
		return err
	}
	command := "SELECT "
	if readOnly {
		command = "EXAMINE "
	}
	return s.run(ctx, func() error {
		s.leaveMailbox(readOnly)
		s.settle(true) // no caller knows a number of the new mailbox yet
		defer s.settle(false)
		err := s.exchange("", command+quote(mailbox), nothing)
		s.mu.Lock()
		defer s.mu.Unlock()
		if err != nil {
			s.nums = numbering{} // a failed SELECT deselects the old mailbox
			return err
		}
		s.state.Mailbox = mailbox
		return nil
	})
}

// Unselect implements [backend.Session] (RFC 3691).
func (s *Session) Unselect(ctx context.Context) error {
	if !s.caps["UNSELECT"] && !s.caps["IMAP4REV2"] {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Server has no UNSELECT"}
	}
	if err := s.order(ctx, "UNSELECT"); err != nil {
		return err
	}
	s.leaveMailbox(false)
	return nil
}

// leaveMailbox clears the state of the selected mailbox. readOnly is for the next one.
func (s *Session) leaveMailbox(readOnly bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nums, s.noModSeq = numbering{}, false
	s.state = backend.State{ReadOnly: readOnly, News: s.state.News}
	s.tell()
}

// Open connects, encrypts the connection as cfg.TLS asks, and logs in. The
// error is a [*backend.Error].
func Open(ctx context.Context, cfg *backend.Config) (*Session, error) {
	conn, err := dial.Open(ctx, cfg, dial.Ports{Plain: 143, TLS: 993})
	if err != nil {
		return nil, err
	}
	s := &Session{cfg: cfg, told: make(chan struct{}, 1)}
	s.secrets.Add(cfg.Password) // a server may know it from another session and quote it
	l := &login{conn: conn, session: s}
	end := conn.Begin(ctx)
	err = l.run(ctx)
	if err == nil {
		err = l.compress()
	}
	end()
	if err != nil {
		conn.Abort()
		return nil, err
	}
	s.caps = l.caps
	s.wire = newWire(conn, cfg, &s.secrets, s.observe, s.noteUnsolicited, s.odd)
	s.introduce()
	return s, nil
}
