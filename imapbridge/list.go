package imapbridge

import (
	"bytes"
	"context"
	"fmt"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

var _ backend.Lister = (*Session)(nil)

// maxListed bounds the mailboxes of a List, so that a server cannot send them without end.
const maxListed = 1 << 18

// maxAttributes bounds the attributes of a mailbox. RFC 9051 defines eight.
const maxAttributes = 256

// List implements [backend.Lister] with LIST.
func (s *Session) List(ctx context.Context, reference, pattern string) ([]backend.ListedMailbox, error) {
	return s.list(ctx, "LIST", "LIST", reference, pattern)
}

// ListSubscribed implements [backend.Lister] with LSUB (RFC 3501 section 6.3.9).
func (s *Session) ListSubscribed(ctx context.Context, reference, pattern string) ([]backend.ListedMailbox, error) {
	return s.list(ctx, "LSUB", "LSUB", reference, pattern)
}

// Scan implements [backend.Lister] with SCAN, which predates RFC 2060, if the server has
// it. The server answers it with LIST responses.
func (s *Session) Scan(ctx context.Context, reference, pattern, text string) ([]backend.ListedMailbox, error) {
	if !s.caps["SCAN"] {
		return nil, &backend.Error{Kind: backend.ErrNotSupported, Text: "Scan not valid on this IMAP server"}
	}
	return s.list(ctx, "SCAN", "LIST", reference, pattern, text)
}

// list sends a command with string arguments, and reads the responses named response. The
// package does this itself, because go-imap has no LSUB and changes the names and
// attributes of a LIST.
func (s *Session) list(ctx context.Context, command, response string, args ...string) ([]backend.ListedMailbox, error) {
	for _, arg := range args {
		if !isPrintable(arg) {
			return nil, &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Invalid " + command + " argument"}
		}
		command += " " + quote(arg)
	}
	var list []backend.ListedMailbox
	err := s.ask(ctx, response, command, func(l *lexer) error {
		if len(list) == maxListed {
			return &backend.Error{Kind: backend.ErrTooLarge, Text: fmt.Sprintf("More than %d mailboxes", maxListed)}
		}
		if m, ok := l.listedMailbox(); ok {
			list = append(list, m)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// listedMailbox reads the mailbox-list of RFC 9051 section 9, and reports whether it
// parses. PHP does not show what may follow the name.
func (l *lexer) listedMailbox() (m backend.ListedMailbox, ok bool) {
	if l.spaces(); !l.take('(') {
		l.odd("list of attributes")
		return m, false
	}
	for word := l.word(); len(word) > 0; word = l.word() {
		if word[0] == '(' {
			l.odd("attribute")
			return m, false
		}
		if len(m.Attributes) == maxAttributes {
			l.odd("end of the attributes")
			continue
		}
		m.Attributes = append(m.Attributes, string(word))
	}
	if !l.take(')') {
		l.odd("end of the attributes")
		return m, false
	}
	if l.spaces(); l.peek() == '(' {
		l.odd("delimiter")
		return m, false
	}
	m.Delimiter = l.delimiter()
	m.Name, ok = l.astring()
	return m, ok
}

// delimiter reads the hierarchy delimiter and the blank after it. It returns "" for NIL.
// Domino sends a backslash in quotes without escaping it.
func (l *lexer) delimiter() string {
	l.spaces()
	if rest := l.b[l.i:]; bytes.HasPrefix(rest, []byte(`"\" `)) {
		l.odd("escaped delimiter")
		l.skip(4)
		return `\`
	}
	delimiter := string(l.bytes())
	l.next()
	return dial.Cut(delimiter, 1)
}
