package pop3bridge

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// facts has what State, Link and the error of a lost connection report. A call may change
// it while other goroutines read it.
type facts struct {
	conn        *conn
	stage       stage
	messages    int // without the expunged ones
	opened      int // number of messages at the login
	deleted     int // number of DELE that the server has accepted
	uidValidity uint32
}

// facts returns the current facts.
func (s *Session) facts() facts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// note changes the facts.
func (s *Session) note(change func(*facts)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.now)
}

func (s *Session) enter(stage stage) { s.note(func(f *facts) { f.stage = stage }) }

// State implements [backend.Session].
//
// Every message is recent during the whole session, and Recent still counts the expunged
// ones, as in PHP. The UID of a message is its number at the login, which means nothing in
// another session. So UIDValidity is the time of the login.
func (s *Session) State() backend.State {
	now := s.facts()
	return backend.State{
		Mailbox:     "INBOX",
		Messages:    now.messages,
		Recent:      now.opened,
		UIDValidity: now.uidValidity,
		UIDNext:     uint32(now.opened) + 1,
	}
}

// Traits implements [backend.Session].
func (s *Session) Traits() backend.Traits {
	return backend.Traits{SizesKnown: true, NoPeek: true, ParsedHere: true, MarkedHere: true}
}

// Link implements [backend.Session].
func (s *Session) Link() backend.Link {
	link := s.facts().conn.Link()
	link.Closed = s.closed()
	return link
}

// closed returns why the session cannot be used any more, or nil while it can. It returns
// the same error until a new connection is opened.
func (s *Session) closed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	cause := s.now.conn.failure()
	if cause != nil && s.lost == nil {
		s.lost = &backend.Error{Kind: backend.ErrConnectionLost, Text: s.now.lossText(cause), Err: cause, Prospect: dial.Prospect(cause)}
	}
	return s.lost
}

// lossText says why the connection was lost, in c-client's words if it has any, and what
// this means for the expunged messages.
func (f *facts) lossText(cause error) string {
	text := "POP3 connection broken in response"
	switch {
	case errors.Is(cause, errUnwanted), errors.Is(cause, errOutOfStep):
		text = "POP3 connection dropped: " + cause.Error()
	case errors.Is(cause, net.ErrClosed):
		text = "POP3 connection lost"
	case f.stage == stageListing:
		text = "POP3 connection broken while itemizing messages"
	case errors.Is(cause, backend.ErrTimeout),
		errors.Is(cause, context.Canceled), errors.Is(cause, context.DeadlineExceeded),
		errors.Is(cause, errLineTooLong), errors.Is(cause, errAnswerTooLong), errors.Is(cause, errTextTooLong):
		text += ": " + cause.Error()
	}
	switch {
	case f.deleted == 0:
	case f.stage == stageUpdate:
		text += fmt.Sprintf("; it is not known whether the %d messages expunged are deleted", f.deleted)
	default:
		text += fmt.Sprintf("; the %d messages expunged are not deleted", f.deleted)
	}
	return text
}
