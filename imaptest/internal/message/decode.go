package message

// transferEncoding is a content transfer encoding (RFC 2045 section 6).
type transferEncoding int

const (
	identity transferEncoding = iota // 7bit, 8bit or binary
	quotedPrintable
	base64Encoding
	unknownEncoding
)

// transferEncodingOf reads a header. The last field counts. Dovecot does not know a folded one.
func transferEncodingOf(header []byte) transferEncoding {
	e := identity
	for f := range fields(header) {
		if f.key() == "content-transfer-encoding" {
			e = unknownEncoding
			if !f.isFolded() {
				e = parseTransferEncoding(f.value)
			}
		}
	}
	return e
}

func parseTransferEncoding(value []byte) transferEncoding {
	s := scanner{text: value}
	s.skip()
	token, o := s.token(nil)
	if o == more && !s.at(';') {
		return unknownEncoding
	}
	switch lower(token) {
	case "7bit", "8bit", "binary":
		return identity
	case "quoted-printable":
		return quotedPrintable
	case "base64":
		return base64Encoding
	}
	return unknownEncoding
}

// decode decodes a body. ok is false if it is not well-formed; the text is what can be read.
func (e transferEncoding) decode(body []byte) (text []byte, ok bool) {
	switch e {
	case quotedPrintable:
		return decodeQuotedPrintable(body)
	case base64Encoding:
		return decodeBase64(body)
	case unknownEncoding:
		return nil, false
	}
	return body, true
}

// maxWhite is the number of blanks behind which only the end of the line can follow.
const maxWhite = 76

// decodeQuotedPrintable decodes quoted-printable text with CRLF line ends. What does not parse
// stays.
func decodeQuotedPrintable(s []byte) (text []byte, ok bool) {
	text, ok = make([]byte, 0, len(s)), true
	for i := 0; i < len(s); {
		switch c := s[i]; c {
		case '=':
			octet, isHex := hexOctet(s[i:])
			if isHex {
				text = append(text, octet)
				i += 3
				continue
			}
			end := i + 1 + countBlanks(s[i+1:])
			if n := lineBreakLength(s[end:]); n > 0 {
				i = end + n
				continue
			}
			ok = false
			text = append(text, c)
			i++
		case ' ', '\t':
			n := countBlanks(s[i:])
			if end := i + n; end == len(s) || lineBreakLength(s[end:]) > 0 {
				i = end
				continue
			}
			if n > maxWhite {
				ok = false
			}
			text = append(text, s[i:i+n]...)
			i += n
		case '\r':
			if lineBreakLength(s[i:]) == 0 {
				ok = false
			}
			text = append(text, c)
			i++
		default:
			text = append(text, c)
			i++
		}
	}
	return text, ok
}

func countBlanks(s []byte) int {
	n := 0
	for n < len(s) && isBlank(s[n]) {
		n++
	}
	return n
}

// lineBreakLength returns the length of the line break at the start of s, or 0.
func lineBreakLength(s []byte) int {
	switch {
	case len(s) > 1 && s[0] == '\r' && s[1] == '\n':
		return 2
	case len(s) > 0 && s[0] == '\n':
		return 1
	}
	return 0
}
