package rfc822

import "iter"

// MessageIDs are the message identifiers in a field such as References, without
// their angle brackets, as c-client reads them to thread messages. They are
// addresses: quotes and comments are no part of them, words before one are
// skipped, and one without a domain gets [MissingHost]. What does not read as
// one ends the iteration.
func MessageIDs(field string, notice func(text string)) iter.Seq[string] {
	return func(yield func(string) bool) {
		p := newParser(MissingHost, notice)
		p.scan(cString(field))
		for id, ok := p.messageID(); ok && yield(id); id, ok = p.messageID() {
		}
	}
}

// MessageID is the first of [MessageIDs], "" when there is none.
func MessageID(field string, notice func(text string)) string {
	for id := range MessageIDs(field, notice) {
		return id
	}
	return ""
}

// messageID reads "<id>", or "phrase <id>".
func (p *parser) messageID() (id string, ok bool) {
	p.pos = p.skipSpace(p.pos)
	bracket := p.pos
	if p.at(bracket) != '<' {
		if bracket, ok = p.phrase(p.pos); !ok {
			return "", false
		}
	}
	p.list = p.list[:0]
	if !p.angleAddr(bracket) {
		return "", false
	}
	return p.list[0].Mailbox.Value + "@" + p.list[0].Host.Value, true
}
