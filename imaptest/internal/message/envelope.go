package message

import "bytes"

// envelope is what ENVELOPE shows of a header.
type envelope struct {
	date, subject, inReplyTo, messageID []byte
	from, sender, replyTo, to, cc, bcc  []address
}

// parseEnvelope reads a header. Of a repeated field the last counts, and the addresses of
// repeated fields are one list.
func parseEnvelope(header []byte) *envelope {
	e := new(envelope)
	texts := map[string]*[]byte{
		"date": &e.date, "subject": &e.subject, "in-reply-to": &e.inReplyTo, "message-id": &e.messageID,
	}
	lists := map[string]*[]address{
		"from": &e.from, "sender": &e.sender, "reply-to": &e.replyTo, "to": &e.to, "cc": &e.cc, "bcc": &e.bcc,
	}
	for f := range fields(header) {
		key := f.key()
		if text := texts[key]; text != nil {
			*text = withReplacement(f.value)
		} else if list := lists[key]; list != nil {
			*list = append(*list, parseAddresses(f.value)...)
		}
	}
	return e
}

// withReplacement returns a copy of a value, never nil, with U+FFFD for each NUL.
func withReplacement(value []byte) []byte {
	return append([]byte{}, bytes.ReplaceAll(value, []byte{0}, []byte(replacement))...)
}

// appendEnvelope appends the list of ENVELOPE.
func appendEnvelope(dst, header []byte) []byte {
	e := parseEnvelope(header)
	if e.sender == nil {
		e.sender = e.from
	}
	if e.replyTo == nil {
		e.replyTo = e.from
	}
	dst = append(dst, '(')
	dst = appendUnfolded(dst, e.date)
	dst = append(dst, ' ')
	dst = appendReadable(dst, e.subject)
	for _, list := range [][]address{e.from, e.sender, e.replyTo, e.to, e.cc, e.bcc} {
		dst = append(dst, ' ')
		dst = appendAddresses(dst, list)
	}
	dst = append(dst, ' ')
	dst = appendUnfolded(dst, e.inReplyTo)
	dst = append(dst, ' ')
	dst = appendUnfolded(dst, e.messageID)
	return append(dst, ')')
}

func appendAddresses(dst []byte, list []address) []byte {
	if len(list) == 0 {
		return append(dst, "NIL"...)
	}
	dst = append(dst, '(')
	for _, a := range list {
		dst = append(dst, '(')
		dst = appendReadable(dst, a.name)
		for _, s := range [][]byte{a.route, a.mailbox, a.host} {
			dst = append(dst, ' ')
			dst = appendNString(dst, s)
		}
		dst = append(dst, ')')
	}
	return append(dst, ')')
}
