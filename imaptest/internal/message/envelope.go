package message

import "bytes"

// envelope is what ENVELOPE shows of a header.
type envelope struct {
	date, subject, inReplyTo, messageID []byte
	from, sender, replyTo, to, cc, bcc  []address
}

// Dovecot reads more than once to find the end of a line that is longer, with its CRLF: for ENVELOPE
// of a message that is in no other, and for all else, which it reads where the line ends in LF.
const (
	outerLine = 8191
	innerLine = 8192
)

// parseEnvelope reads a header. Of a repeated field the last counts, and the addresses of
// repeated fields are one list. maxLine is
// outerLine or innerLine.
func parseEnvelope(header []byte, maxLine int) *envelope {
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
			*text = withReplacement(f.shown(maxLine))
		} else if list := lists[key]; list != nil {
			*list = append(*list, parseAddresses(f.value)...)
		}
	}
	return e
}

// shown returns the value in ENVELOPE and BODYSTRUCTURE. Of a first line that is too long Dovecot
// reads as much as fits, up to a blank. If that is the blank behind the colon, the blank belongs to
// the value.
func (f field) shown(maxLine int) []byte {
	if f.colon < 0 {
		return f.value
	}
	line, _, _ := bytes.Cut(f.raw, []byte("\n"))
	if len(line)+len("\n") <= maxLine {
		return f.value
	}
	value := line[f.colon+1:]
	blanks := len(value) - len(bytes.TrimLeft(value, " \t"))
	read := value[:min(len(value), max(blanks, maxLine-f.colon))]
	if blanks == 0 || bytes.ContainsAny(read[blanks:], " \t") {
		return f.value
	}
	return append(bytes.Clone(value[min(1, blanks-1):blanks]), f.value...)
}

// withReplacement returns a copy of a value, never nil, with U+FFFD for each NUL.
func withReplacement(value []byte) []byte {
	return append([]byte{}, bytes.ReplaceAll(value, []byte{0}, []byte(replacement))...)
}

// appendEnvelope appends the list of ENVELOPE.
func appendEnvelope(dst, header []byte, maxLine int) []byte {
	e := parseEnvelope(header, maxLine)
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
