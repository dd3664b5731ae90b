package imapbridge

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// The data items that identify the content of a message: that of OBJECTID (RFC 8474), and that
// of Gmail's X-GM-EXT-1.
const (
	emailID = "EMAILID"
	gmailID = "X-GM-MSGID"
)

var errNoEmailID error = &backend.Error{Kind: backend.ErrNotSupported, Text: "Server has neither OBJECTID nor X-GM-EXT-1"}

// emailIDItem returns the data item that the server has, or "".
func (s *Session) emailIDItem() string {
	switch {
	case s.caps["OBJECTID"]:
		return emailID
	case s.caps["X-GM-EXT-1"]:
		return gmailID
	}
	return ""
}

// maxObjectID bounds an objectid, in octets (RFC 8474 section 7).
const maxObjectID = 255

// emailID reads the value of a data item and returns it with the item's name. An EMAILID is in
// parentheses. It returns "" for what is no objectid: the letters, digits, "_" and "-" of RFC
// 8474.
func (l *lexer) emailID(name string) string {
	l.spaces()
	inParentheses := l.take('(')
	value := string(l.word())
	if inParentheses {
		l.end("the " + name)
	}
	isOther := func(c rune) bool {
		return !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' || c == '-')
	}
	if value == "" || len(value) > maxObjectID || strings.ContainsFunc(value, isOther) || value == "NIL" {
		l.odd(name)
		return ""
	}
	return name + ":" + value
}
