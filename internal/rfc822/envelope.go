package rfc822

import (
	"bytes"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// ParseEnvelope parses a header as c-client does, for the fields of PHP's header object.
// Addresses without a host get defaultHost, see [MissingHost].
//
// The header ends before the first empty line without CR: two LFs in a row. An empty line of CR
// LF does not end it, so pass the header alone.
//
// If a field occurs twice, the first counts. But all address fields count, and the last
// Followup-To. A missing Sender or Reply-To is that of From, and shares its memory. Resent
// fields, Return-Path and X-Remail are not parsed: Remail and ReturnPath stay empty.
func ParseEnvelope(header []byte, defaultHost string, notice func(text string)) *backend.Envelope {
	env := new(backend.Envelope)
	e := envelopeParser{newParser(defaultHost, notice), env}
	for len(header) > 0 && header[0] != '\n' {
		line, rest := cutLine(header)
		if name, body, ok := bytes.Cut(line, []byte{':'}); ok {
			e.field(name, body)
		}
		header = rest
	}
	if env.Sender == nil {
		env.Sender = env.From
	}
	if env.ReplyTo == nil {
		env.ReplyTo = env.From
	}
	return env
}

// cutLine cuts the first logical line off a header, without the line break that ends it. A line
// continues if white space follows its line break (RFC 5322 section 2.2.3). It may end in CR
// LF, CR, LF or NUL.
func cutLine(header []byte) (line, rest []byte) {
	for i, c := range header {
		if c > '\r' {
			continue
		}
		rest = header[i+1:]
		switch {
		case c == 0,
			c == '\n' && !startsWithSpace(rest),
			c == '\r' && !startsWithSpace(rest) && !startsWith(rest, '\n'):
			return bytes.TrimSuffix(header[:i], []byte{'\r'}), rest
		}
	}
	return header, nil
}

func startsWithSpace(b []byte) bool { return startsWith(b, ' ') || startsWith(b, '\t') }

func startsWith(b []byte, c byte) bool { return len(b) > 0 && b[0] == c }

type envelopeParser struct {
	*parser
	env *backend.Envelope
}

// field parses one field of the header.
func (e *envelopeParser) field(name, body []byte) {
	env := e.env
	var lower [len("mime-version")]byte
	switch string(fieldName(lower[:0], name)) {
	case "from", ">from": // mbox files change the first into the second
		e.addresses(&env.From, body)
	case "sender":
		e.addresses(&env.Sender, body)
	case "reply-to":
		e.addresses(&env.ReplyTo, body)
	case "to":
		e.addresses(&env.To, body)
	case "cc":
		e.addresses(&env.Cc, body)
	case "bcc":
		e.addresses(&env.Bcc, body)
	case "date":
		setFirst(&env.Date, body)
	case "subject":
		setFirst(&env.Subject, body)
	case "message-id":
		setFirst(&env.MessageID, body)
	case "in-reply-to":
		setFirst(&env.InReplyTo, body)
	case "references":
		setFirst(&env.References, body)
	case "newsgroups":
		if !env.Newsgroups.Valid {
			env.Newsgroups = backend.String(newsgroups(body))
		}
	case "followup-to":
		env.FollowupTo = backend.String(newsgroups(body))
	case "mime-version":
		e.mimeVersion(unfold(body))
	}
}

// fieldName appends the name of a field in lower case to lower, up to lower's capacity. A name
// that does not fit is not a known one.
func fieldName(lower, name []byte) []byte {
	name = bytes.TrimRight(name, " \t\r\n")
	if len(name) > cap(lower) {
		return nil
	}
	for _, c := range name {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		lower = append(lower, c)
	}
	return lower
}

func (e *envelopeParser) addresses(list *[]backend.Address, body []byte) {
	*list = e.addressList(*list, unfold(body))
}

func setFirst(s *backend.NString, body []byte) {
	if !s.Valid {
		*s = backend.String(unfold(body))
	}
}

// unfold returns the body of a field without its line breaks and leading space. Tabs become
// spaces.
func unfold(body []byte) string {
	body = bytes.TrimLeft(body, " \t\r\n")
	if bytes.IndexByte(body, '\t') < 0 && bytes.IndexByte(body, '\r') < 0 && bytes.IndexByte(body, '\n') < 0 {
		return string(body)
	}
	var out strings.Builder
	out.Grow(len(body))
	for _, c := range body {
		switch c {
		case '\r', '\n':
		case '\t':
			out.WriteByte(' ')
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// newsgroups returns the body of a field without spaces.
func newsgroups(body []byte) string {
	return strings.ReplaceAll(unfold(body), " ", "")
}

// mimeVersion reports a MIME-Version other than 1.0 (RFC 2045 section 4) and "RFC-XXXX", which
// the drafts of the RFC used.
func (e *envelopeParser) mimeVersion(text string) {
	e.scan(text)
	if end, ok := e.phrase(0); ok {
		e.text = e.text[:end]
	}
	switch e.text[e.skipSpace(0):] {
	case "1.0", "RFC-XXXX":
	default:
		e.notice("Warning: message has unknown MIME version")
	}
}
