package mailboxname

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf16"
)

// mutf7 is the base64 of modified UTF-7, which has a comma in place of the slash.
var mutf7 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

// UTF8 returns the UTF-8 of a mailbox that is written in canonical modified UTF-7 (RFC 9051
// appendix A.1), and false for any other text. A name may have control characters in base64.
func UTF8(mailbox string) (string, bool) {
	if !isPrintable(mailbox) { // also because the base64 decoder skips CR and LF
		return "", false
	}
	var out strings.Builder
	for rest := mailbox; rest != ""; {
		plain, shifted, found := strings.Cut(rest, "&")
		out.WriteString(plain)
		if !found {
			break
		}
		encoded, after, closed := strings.Cut(shifted, "-")
		text, ok := decodeShift(encoded)
		shiftedAgain := encoded != "" && strings.HasPrefix(after, "&") && !strings.HasPrefix(after, "&-")
		if !closed || !ok || shiftedAgain {
			return "", false
		}
		out.WriteString(text)
		rest = after
	}
	return out.String(), true
}

func isPrintable(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// decodeShift decodes the text between "&" and "-".
func decodeShift(encoded string) (string, bool) {
	if encoded == "" {
		return "&", true
	}
	b, err := mutf7.Strict().DecodeString(encoded)
	if err != nil || len(b)%2 != 0 {
		return "", false
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	runes := utf16.Decode(units)
	if !slices.Equal(utf16.Encode(runes), units) {
		return "", false // a surrogate without its pair is no character
	}
	// Printable ASCII must not be encoded.
	printable := func(r rune) bool { return r >= ' ' && r <= '~' }
	return string(runes), !slices.ContainsFunc(runes, printable)
}
