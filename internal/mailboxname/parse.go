package mailboxname

import (
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// c-client's limits, in octets.
const (
	maxName    = 712
	maxHost    = 255
	maxMailbox = 255
	maxService = 20
	maxUser    = 64
	// maxShown is the part of a name that an error shows, in octets.
	maxShown = 80
)

// The purposes of parsing, in the words of error texts. imap_unsubscribe and imap_createmailbox
// have texts of their own.
const (
	ToAppend    = "append to mailbox"
	ToCreate    = "create mailbox"
	ToDelete    = "delete mailbox"
	ToGetStatus = "get status of mailbox"
	ToList      = "list mailboxes of"
	ToOpen      = "open mailbox"
	ToRename    = "rename mailbox"
	ToSubscribe = "subscribe to mailbox"
)

// Parse parses a name to be opened. An error is a [*backend.Error] with PHP's text. It matches
// [backend.ErrInvalidArgument], or [backend.ErrNotSupported] if the name is valid and the
// service does not exist here.
func Parse(name string) (Name, error) { return ParseFor(ToOpen, name) }

// ParseFor is [Parse] for another purpose, one of the To constants.
func ParseFor(purpose, name string) (Name, error) {
	// In RFC 3501 and RFC 1939 a line break ends a command, and no command can contain a NUL.
	if strings.ContainsAny(name, "\r\n\x00") {
		return Name{}, invalid("Can't " + purpose + " with such a name")
	}
	failure := "Can't " + purpose + " " + shown(name) + ": "
	if !strings.HasPrefix(name, "{") {
		return Name{}, invalid(failure + "no such mailbox")
	}
	n, ok := parseRemote(name)
	if !ok {
		return Name{}, invalid(failure + "invalid remote specification")
	}
	switch n.Service {
	case "imap":
		return n, nil
	case "pop3":
		// A POP3 server has one mailbox, and USER takes one user.
		if lower(n.Mailbox) == "inbox" && n.AuthUser == "" {
			return n, nil
		}
		return Name{}, invalid(failure + "invalid remote specification")
	case "nntp":
		return Name{}, unsupported(failure + "service nntp is not supported")
	default: // services that c-client sends mail to, and unknown ones
		return Name{}, unsupported(failure + "invalid remote specification")
	}
}

// Unusable returns the error of a valid name that the purpose does not apply to.
func Unusable(purpose, name string) error {
	return invalid("Can't " + purpose + " " + shown(name) + ": invalid remote specification")
}

func invalid(text string) error {
	return &backend.Error{Kind: backend.ErrInvalidArgument, Text: text}
}

func unsupported(text string) error {
	return &backend.Error{Kind: backend.ErrNotSupported, Text: text}
}

func shown(name string) string { return name[:min(len(name), maxShown)] }

// parseRemote parses a name that begins with "{".
func parseRemote(name string) (Name, bool) {
	if len(name) > maxName {
		return Name{}, false
	}
	host, rest, ok := cutHost(name[1:])
	if !ok || host == "" || len(host) > maxHost {
		return Name{}, false
	}
	// The first "}" ends the specification, even inside a quoted string.
	settings, mailbox, ok := strings.Cut(rest, "}")
	if !ok || len(mailbox) > maxMailbox {
		return Name{}, false
	}
	n := Name{Host: host, Mailbox: mailbox}
	if !n.parseSettings(settings) {
		return Name{}, false
	}
	if n.Mailbox == "" {
		n.Mailbox = "INBOX"
	}
	if n.Service == "" {
		n.Service = "imap"
	}
	return n, !n.NoRsh || n.Service == "imap"
}

// cutHost splits s after the host.
func cutHost(s string) (host, rest string, ok bool) {
	end := strings.IndexAny(s, "/:}")
	if strings.HasPrefix(s, "[") {
		end = strings.IndexAny(s, "]}")
		if end >= 0 && s[end] == ']' {
			return s[:end+1], s[end+1:], true
		}
		return "", "", false
	}
	if end < 0 {
		return "", "", false
	}
	return s[:end], s[end:], true
}

// parseSettings parses everything from the host to the "}".
func (n *Name) parseSettings(s string) bool {
	for ok := true; s != ""; {
		switch s[0] {
		case ':':
			s, ok = n.parsePort(s[1:])
		case '/':
			s, ok = n.parseFlag(s[1:])
		default:
			return false
		}
		if !ok {
			return false
		}
	}
	return true
}

// parsePort parses a port at the start of s and returns what follows it. Blanks
// and a plus sign before it are accepted, as by C's strtoul.
func (n *Name) parsePort(s string) (rest string, ok bool) {
	s = strings.TrimPrefix(strings.TrimLeft(s, " \t\v\f"), "+")
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	port, err := strconv.ParseUint(s[:digits], 10, 16)
	if err != nil || port == 0 || n.Port != 0 {
		return "", false
	}
	n.Port = int(port)
	return s[digits:], true
}

// parseFlag parses a flag at the start of s and returns what follows it.
func (n *Name) parseFlag(s string) (rest string, ok bool) {
	end := strings.IndexAny(s, "/:=")
	if end < 0 {
		end = len(s)
	}
	flag, rest := lower(s[:end]), s[end:]
	if !strings.HasPrefix(rest, "=") {
		return rest, n.setFlag(flag)
	}
	value, rest, ok := cutValue(rest[1:])
	return rest, ok && n.setValue(flag, value)
}

// cutValue splits s after the value that it begins with.
func cutValue(s string) (value, rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		return cutQuoted(s[1:])
	}
	if end := strings.IndexAny(s, "/:"); end >= 0 {
		return s[:end], s[end:], true
	}
	return s, "", true
}

// cutQuoted splits s after the quoted string whose opening quote precedes s, and removes the
// escapes.
func cutQuoted(s string) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// setValue sets a flag with a value. The first value that is not empty counts.
func (n *Name) setValue(flag, value string) bool {
	var field *string
	limit := maxUser
	switch flag {
	case "service":
		field, limit, value = &n.Service, maxService, lower(value)
	case "user":
		field = &n.User
	case "authuser":
		field = &n.AuthUser
	default:
		return false
	}
	if *field != "" || len(value) > limit {
		return false
	}
	*field = value
	return true
}

// setFlag sets a flag without a value, or the service.
func (n *Name) setFlag(flag string) bool {
	switch flag {
	case "anonymous":
		n.Anonymous = true
	case "debug":
		n.Debug = true
	case "loser":
		n.Loser = true
	case "norsh":
		n.NoRsh = true
	case "novalidate-cert":
		n.NoValidateCert = true
	case "readonly":
		n.ReadOnly = true
	case "secure":
		n.Secure = true
	case "tryssl":
		n.TrySSL = true
	case "validate-cert": // the default
	case "notls":
		n.NoTLS = true
		return !n.TLS
	case "ssl":
		n.SSL, n.NoTLS = true, true
		return !n.TLS
	case "tls":
		n.TLS = true
		return !n.NoTLS
	case "tls-sslv23":
		n.TLS, n.TLSSSLv23 = true, true
		return !n.NoTLS
	default:
		return n.setService(flag)
	}
	return true
}

func (n *Name) setService(flag string) bool {
	if n.Service != "" {
		return false
	}
	switch flag {
	case "imap", "nntp", "pop3", "smtp", "submit":
		n.Service = flag
	case "imap2", "imap2bis", "imap4", "imap4rev1":
		n.Service = "imap"
	case "pop":
		n.Service = "pop3"
	default:
		return false
	}
	return true
}

// lower changes ASCII only: by Unicode's rules "ſsl" would equal "ssl".
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
