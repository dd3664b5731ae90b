package pop3bridge

import (
	"context"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
)

// Status implements [backend.Session] for INBOX, from what the session knows.
func (s *Session) Status(_ context.Context, mailbox string, items backend.StatusItems) (backend.Status, error) {
	if !isInbox(mailbox) {
		return backend.Status{}, &backend.Error{Kind: backend.ErrNotSupported,
			Text: fmt.Sprintf("Can't get status of mailbox %.80s: POP3 has no mailbox but INBOX", mailbox)}
	}
	if err := s.closed(); err != nil {
		return backend.Status{}, err
	}
	state := s.State()
	status := backend.Status{Items: items}
	if items.Messages {
		status.Messages = state.Messages
	}
	if items.Recent {
		status.Recent = state.Recent
	}
	if items.Unseen {
		status.Unseen = s.drop.unseen()
	}
	if items.UIDNext {
		status.UIDNext = int(state.UIDNext)
	}
	if items.UIDValidity {
		status.UIDValidity = int(state.UIDValidity)
	}
	return status, nil
}
