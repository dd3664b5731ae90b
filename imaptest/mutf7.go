package imaptest

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// mutf7 is the base64 of modified UTF-7 (RFC 3501 section 5.1.3).
var mutf7 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").
	WithPadding(base64.NoPadding).Strict()

// encodeName writes the name of a mailbox in modified UTF-7.
func encodeName(name string) string {
	var b strings.Builder
	var open []rune // characters to encode together
	shut := func() {
		if len(open) > 0 {
			b.WriteString("&" + mutf7.EncodeToString(utf16Octets(open)) + "-")
			open = nil
		}
	}
	for _, r := range name {
		switch {
		case r < ' ' || r > '~':
			open = append(open, r)
			continue
		case r == '&':
			shut()
			b.WriteString("&-")
		default:
			shut()
			b.WriteRune(r)
		}
	}
	shut()
	return b.String()
}

func utf16Octets(runes []rune) []byte {
	var b []byte
	for _, unit := range utf16.Encode(runes) {
		b = append(b, byte(unit>>8), byte(unit))
	}
	return b
}

// decodeName reads a name in modified UTF-7. There is one way to write a name, so what encodeName
// would write otherwise is no name.
func decodeName(s string) (name string, ok bool) {
	var b strings.Builder
	for rest := s; rest != ""; {
		before, encoded, found := strings.Cut(rest, "&")
		b.WriteString(before)
		if !found {
			break
		}
		digits, after, closed := strings.Cut(encoded, "-")
		octets, err := mutf7.DecodeString(digits)
		if !closed || err != nil || len(octets)%2 != 0 {
			return "", false
		}
		if digits == "" {
			b.WriteByte('&')
		}
		b.WriteString(utf16Text(octets))
		rest = after
	}
	name = b.String()
	return name, utf8.ValidString(name) && encodeName(name) == s
}

func utf16Text(octets []byte) string {
	var units []uint16
	for i := 0; i < len(octets); i += 2 {
		units = append(units, uint16(octets[i])<<8|uint16(octets[i+1]))
	}
	return string(utf16.Decode(units))
}
