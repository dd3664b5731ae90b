package imapcompat

import (
	"net"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// URL returns which mailbox is open, as a URL without a secret. PHP has no such function. On
// IMAP it is that of RFC 5092,
//
//	imap://user@imap.example.org:143/INBOX;UIDVALIDITY=385759045
//
// and on POP3 that of RFC 2384, "pop://user@pop.example.org:110". The port is always there.
// The host is that of the mailbox name, in lower case, and not what the resolver made of it.
// The user is the mailbox's: with /authuser the user after /user, and none for an anonymous
// login. The mailbox is in UTF-8, and INBOX in upper case. Octets that have a meaning in a URL, and those beyond
// ASCII, are percent-encoded.
//
// UIDVALIDITY is left out when the server does not tell it, and when it says that UIDs do
// not outlast the session (UIDNOTSTICKY, RFC 4315). A connection without a mailbox has the
// URL of its server, "imap://user@imap.example.org:143/".
//
// URL sends no command, and does not wait for a call of another goroutine. The error matches
// [ErrClosed].
func (c *Connection) URL() (string, error) {
	s, err := c.current("Connection.URL")
	if err != nil {
		return "", err
	}
	server := urlServer(s.as)
	if s.as.Service == "pop3" {
		return "pop://" + server, nil
	}
	state := s.State()
	mailbox, ok := mailboxname.UTF8(state.Mailbox)
	if !ok {
		mailbox = state.Mailbox
	}
	if strings.EqualFold(mailbox, "INBOX") {
		mailbox = "INBOX"
	}
	url := "imap://" + server + "/" + escape(mailbox, urlUser+":@/")
	if state.UIDValidity != 0 && !state.UIDNotSticky && mailbox != "" {
		url += ";UIDVALIDITY=" + strconv.FormatUint(uint64(state.UIDValidity), 10)
	}
	return url, nil
}

// The characters that stand for themselves: unreserved and sub-delims-sh of RFC 5092 section
// 11, and what its achar has beside them. The characters of RFC 2384 are among them.
const (
	urlPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*+,"
	urlUser  = urlPlain + "&="
)

// urlServer returns "user@host:port".
func urlServer(name mailboxname.Name) string {
	host := strings.ToLower(name.Host)
	literal := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	switch ip := net.ParseIP(literal); {
	case ip == nil:
		host = escape(host, urlPlain)
	case strings.Contains(literal, ":"):
		host = "[" + literal + "]"
	default:
		host = literal // only an IPv6 address has brackets in a URL
	}
	server := host + ":" + strconv.Itoa(name.Port)
	if name.User == "" || name.Anonymous {
		return server
	}
	return escape(name.User, urlUser) + "@" + server
}

// escape percent-encodes the octets of a text that are not in plain.
func escape(text, plain string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if c := text[i]; strings.IndexByte(plain, c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + hex[c>>4:c>>4+1] + hex[c&15:c&15+1])
		}
	}
	return b.String()
}
