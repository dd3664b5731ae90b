package transfer

import "strings"

// SurplusNotice is c-client's word on base64 that goes on behind its padding. rest begins
// with the surplus.
func SurplusNotice(rest string) string {
	rest = excerpt(rest)
	if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
		rest = rest[:i]
	}
	return "Possible data truncation in rfc822_base64(): " + rest
}

// InvalidNotice is c-client's word on a sequence that is not quoted-printable. rest begins
// with the character that gave it away.
func InvalidNotice(rest string) string {
	return "Invalid quoted-printable sequence: =" + excerpt(rest)
}

// excerpt is as much of a text as the notices quote.
func excerpt(s string) string {
	s, _, _ = strings.Cut(s[:min(80, len(s))], "\x00")
	return s
}
