package rfc822

import "iter"

// MessageIDs yields the message identifiers in a field such as References, without their angle
// brackets, as c-client reads them for threading. They are parsed as addresses: quotes and
// comments are removed, words before an identifier are skipped, and an identifier without a
// domain gets [MissingHost]. The iteration ends at the first text that does not parse.
func MessageIDs(field string, notice func(text string)) iter.Seq[string] {
	return func(yield func(string) bool) {
		p := newParser(MissingHost, notice)
		p.scan(cString(field))
		for id, ok := p.messageID(); ok && yield(id); id, ok = p.messageID() {
		}
	}
}

// MessageID returns the first of [MessageIDs], or "".
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
