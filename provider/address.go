package provider

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/imapcompat/imapcompat/backend"
	"golang.org/x/net/idna"
)

// The limits of RFC 5321 section 4.5.3.1 and RFC 1035 section 2.3.4, in octets.
const (
	maxLocal  = 64
	maxDomain = 253
)

// address is a parsed address.
type address struct {
	local  string // without quotes
	domain string // in lower case and in ASCII
	text   string
}

// parseAddress parses "local@domain". The local part may be a quoted string, and may be UTF-8
// (RFC 6531). The domain has two labels at least and is no address literal.
func parseAddress(s string) (address, error) {
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return address{}, failure(backend.ErrInvalidArgument, "%s: the address has no @", shown(s))
	}
	if i := strings.IndexFunc(s, unprintable); i >= 0 || !utf8.ValidString(s) {
		return address{}, failure(backend.ErrInvalidArgument, "%s: the address has a character that no address can have", shown(s))
	}
	local, ok := parseLocal(s[:at])
	if !ok {
		return address{}, failure(backend.ErrInvalidArgument, "%s: the part before the @ is not valid", shown(s))
	}
	domain, err := idna.Lookup.ToASCII(strings.TrimSuffix(s[at+1:], "."))
	if err != nil || !isDomain(domain) {
		return address{}, failure(backend.ErrInvalidArgument, "%s: the part after the @ is not a domain name", shown(s))
	}
	return address{local: local, domain: domain, text: s[:at] + "@" + domain}, nil
}

// unprintable reports whether a character ends a line, is invisible or has no form.
func unprintable(r rune) bool { return r != ' ' && !unicode.IsGraphic(r) }

// shown is the beginning of a text for an error, without control characters.
func shown(s string) string {
	const most = 80
	s = strings.Map(func(r rune) rune {
		if unprintable(r) {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// parseLocal returns the local part without its quotes and escapes.
func parseLocal(s string) (string, bool) {
	if s == "" || len(s) > maxLocal {
		return "", false
	}
	if s[0] != '"' {
		return s, dotAtom(s)
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), i == len(s)-1 && b.Len() > 0
		case '\\':
			if i++; i == len(s) {
				return "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", false
}

// dotAtom reports whether s is a dot-atom of RFC 5322 section 3.2.3. Dots may also stand at the
// ends and side by side: some providers have such addresses.
func dotAtom(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || strings.ContainsRune(`()<>[]:;@\,"`, r) })
}

// isDomain reports whether a host is a domain name of two labels at least, in lower case, and no
// IP address. Underscores are not valid in a name of a host.
func isDomain(host string) bool {
	labels := strings.Split(host, ".")
	if len(host) > maxDomain || len(labels) < 2 {
		return false
	}
	for _, label := range labels {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	// No top-level domain is a number (RFC 3696 section 2), so "127.1" is an address.
	return strings.Trim(labels[len(labels)-1], "0123456789") != ""
}
