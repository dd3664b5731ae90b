package rfc822

import (
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// WriteAddress is imap_rfc822_write_address. It returns "personal <mailbox@host>", with quotes
// if needed, or "mailbox@host" if personal is empty. It leaves out a host that begins with "@".
// As in C, a NUL byte ends an argument.
func WriteAddress(mailbox, host, personal string) string {
	return FormatAddressList([]backend.Address{{
		Personal: backend.String(cString(personal)),
		Mailbox:  backend.String(cString(mailbox)),
		Host:     backend.String(cString(host)),
	}})
}

// FormatAddressList writes a list as in toaddress, fromaddress and so on of PHP's header
// object. imap_fetch_overview writes only the first address of a list. The length is not
// limited. Source routes are left out, and no comma follows the end of a nested group.
func FormatAddressList(list []backend.Address) string {
	var short [128]byte // most lists fit
	out := short[:0]
	if size := formattedSize(list); size > len(short) {
		out = make([]byte, 0, size)
	}
	groups := 0
	for i, adr := range list {
		more := i+1 < len(list) && list[i+1].Mailbox.Valid
		switch {
		case adr.Host.Valid:
			out = appendMailbox(out, adr)
		case adr.Mailbox.Valid:
			out = appendPhrase(out, adr.Mailbox.Value)
			out = append(out, ": "...)
			groups++
			continue
		case groups > 0:
			out = append(out, ';')
			groups--
			more = more && groups == 0
		default:
			continue
		}
		if more {
			out = append(out, ", "...)
		}
	}
	return string(out)
}

// formattedSize returns the approximate length of a list as text, without the backslashes of
// quoted pairs.
func formattedSize(list []backend.Address) int {
	const signs = len(`"" <""@"">, `)
	size := 0
	for _, adr := range list {
		size += len(adr.Personal.Value) + len(adr.Mailbox.Value) + len(adr.Host.Value) + signs
	}
	return size
}

func appendMailbox(out []byte, adr backend.Address) []byte {
	if adr.Personal.Value == "" {
		return appendAddrSpec(out, adr)
	}
	out = appendPhrase(out, adr.Personal.Value)
	out = append(out, " <"...)
	out = appendAddrSpec(out, adr)
	return append(out, '>')
}

func appendAddrSpec(out []byte, adr backend.Address) []byte {
	out = appendDotAtom(out, adr.Mailbox.Value)
	if strings.HasPrefix(adr.Host.Value, "@") {
		return out
	}
	out = append(out, '@')
	return appendDotAtom(out, adr.Host.Value)
}

func appendPhrase(out []byte, text string) []byte {
	if text == "" || hasClass(text, quoteWord) {
		return appendQuoted(out, text)
	}
	return append(out, text...)
}

func appendDotAtom(out []byte, text string) []byte {
	if text == "" || hasClass(text, atomEnd) || hasEmptyAtom(text) {
		return appendQuoted(out, text)
	}
	return append(out, text...)
}

// hasEmptyAtom reports whether a text begins or ends with a dot, or has two in a row.
func hasEmptyAtom(text string) bool {
	return strings.HasPrefix(text, ".") || strings.HasSuffix(text, ".") || strings.Contains(text, "..")
}

func hasClass(text string, set class) bool {
	for i := 0; i < len(text); i++ {
		if classes[text[i]]&set != 0 {
			return true
		}
	}
	return false
}

func appendQuoted(out []byte, text string) []byte {
	out = append(out, '"')
	for i := 0; i < len(text); i++ {
		if text[i] == '"' || text[i] == '\\' {
			out = append(out, '\\')
		}
		out = append(out, text[i])
	}
	return append(out, '"')
}
