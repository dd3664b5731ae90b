package imapbridge

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
)

// Status implements [backend.Session]. The package sends the command itself, because
// go-imap cannot ask for RECENT.
func (s *Session) Status(ctx context.Context, mailbox string, items backend.StatusItems) (backend.Status, error) {
	var status backend.Status
	if _, err := decodeMailbox(mailbox); err != nil {
		return status, err
	}
	command := "STATUS " + quote(mailbox) + " " + statusItems(items)
	err := s.ask(ctx, "STATUS", command, func(l *lexer) error {
		l.status(&status)
		return nil
	})
	return status, err
}

// statusItems returns the status data items of RFC 9051 section 6.3.11, and RECENT of RFC
// 3501.
func statusItems(items backend.StatusItems) string {
	var list itemList
	list.add(items.Messages, "MESSAGES")
	list.add(items.Recent, "RECENT")
	list.add(items.Unseen, "UNSEEN")
	list.add(items.UIDNext, "UIDNEXT")
	list.add(items.UIDValidity, "UIDVALIDITY")
	return list.String()
}

// status reads a STATUS response. It adds nothing when the response does not parse.
func (l *lexer) status(status *backend.Status) {
	l.astring()
	if l.spaces(); !l.take('(') {
		l.odd("list of status items")
		return
	}
	for name := l.word(); len(name) > 0; name = l.word() {
		if l.spaces(); l.take('(') { // such as MAILBOXID (RFC 8474)
			l.until(")")
			l.end("the value of a status item")
			continue
		}
		n := l.number()
		switch upper(name) {
		case "MESSAGES":
			status.Messages, status.Items.Messages = n, true
		case "RECENT":
			status.Recent, status.Items.Recent = n, true
		case "UNSEEN":
			status.Unseen, status.Items.Unseen = n, true
		case "UIDNEXT":
			status.UIDNext, status.Items.UIDNext = n, true
		case "UIDVALIDITY":
			status.UIDValidity, status.Items.UIDValidity = n, true
		}
	}
	l.end("the status items")
}
