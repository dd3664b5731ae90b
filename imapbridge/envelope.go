package imapbridge

import (
	"github.com/imapcompat/imapcompat/backend"
)

// envelope reads an ENVELOPE (RFC 9051 section 7.5.2).
func (l *lexer) envelope() *backend.Envelope {
	if l.spaces(); l.peek() != '(' {
		l.skip() // NIL
		return nil
	}
	l.expect('(')
	env := &backend.Envelope{
		Date:      l.text(),
		Subject:   l.text(),
		From:      l.addresses(),
		Sender:    l.addresses(),
		ReplyTo:   l.addresses(),
		To:        l.addresses(),
		Cc:        l.addresses(),
		Bcc:       l.addresses(),
		InReplyTo: l.text(),
		MessageID: l.text(),
	}
	l.expect(')')
	return env
}

// addresses reads an address list. As in c-client, what cannot be is left out:
// the end of a group that did not begin, and a group's begin or end that has
// more than its name.
func (l *lexer) addresses() []backend.Address {
	if l.spaces(); l.peek() != '(' {
		l.skip() // NIL
		return nil
	}
	var list []backend.Address
	groups := 0
	l.list(func() {
		a := l.address()
		switch {
		case a.Mailbox.Valid && a.Host.Valid:
		case a.Personal.Valid || a.ADL.Valid || a.Host.Valid:
			return
		case a.Mailbox.Valid:
			groups++
		case groups == 0:
			return
		default:
			groups--
		}
		list = append(list, a)
	})
	return list
}

func (l *lexer) address() backend.Address {
	l.expect('(')
	a := backend.Address{Personal: l.text(), ADL: l.text(), Mailbox: l.text(), Host: l.text()}
	l.expect(')')
	return a
}
