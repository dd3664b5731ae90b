package transfer

import "strings"

// SurplusNotice returns c-client's notice about base64 digits after the padding. rest begins
// with the surplus.
func SurplusNotice(rest string) string {
	rest = excerpt(rest)
	if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
		rest = rest[:i]
	}
	return "Possible data truncation in rfc822_base64(): " + rest
}

// InvalidNotice returns c-client's notice about a sequence that is not quoted-printable. rest
// begins with the invalid character.
func InvalidNotice(rest string) string {
	return "Invalid quoted-printable sequence: =" + excerpt(rest)
}

// excerpt returns the part of a text that the notices quote.
func excerpt(s string) string {
	s, _, _ = strings.Cut(s[:min(80, len(s))], "\x00")
	return s
}
