package imapbridge

import "github.com/imapcompat/imapcompat/backend"

// envelope reads an ENVELOPE (RFC 9051 section 7.5.2). It returns nil for NIL and for a
// value that is no envelope.
func (l *lexer) envelope() *backend.Envelope {
	switch l.first() {
	case '(':
	case 'N', 'n':
		l.skip(2)
		return nil
	default:
		l.odd("envelope")
		return nil
	}
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
	l.end("the envelope")
	return env
}

// addresses reads an address list.
func (l *lexer) addresses() []backend.Address {
	switch l.first() {
	case '(':
	case 'N', 'n':
		l.skip(2)
		return nil
	default:
		l.odd("address list")
		return nil
	}
	var list []backend.Address
	switch l.peek() {
	case '(':
		list = l.addressItems()
	case 'N', 'n':
		l.skip(3)
	default:
		l.odd("address")
	}
	l.end("the address list")
	return list
}

// addressItems reads the addresses of a list. Like c-client, it drops the end of a group
// that has not begun, and a begin or end of a group that has more than a name.
func (l *lexer) addressItems() []backend.Address {
	var list []backend.Address
	groups := 0
	for ; l.take('('); l.spaces() {
		a := backend.Address{Personal: l.text(), ADL: l.text(), Mailbox: l.text(), Host: l.text()}
		l.end("the address")
		switch {
		case a.Mailbox.Valid && a.Host.Valid:
		case a.Personal.Valid || a.ADL.Valid || a.Host.Valid:
			continue
		case a.Mailbox.Valid:
			groups++
		case groups == 0:
			continue
		default:
			groups--
		}
		l.keep()
		list = append(list, a)
	}
	return list
}
