package imapbridge

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/imapcompat/imapcompat/backend"
)

// A caller's mailbox name is in modified UTF-7 (RFC 9051 appendix A.1), as on the wire,
// because PHP takes such names. go-imap takes UTF-8 and encodes it again.

// mutf7 is the base64 of modified UTF-7, which has a comma in place of the slash.
var mutf7 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding)

// decodeMailbox returns a mailbox name in UTF-8. It returns an error for a name that is not
// in canonical modified UTF-7, because go-imap would encode it to another name, and for one
// that is longer than any server accepts. A name may have control characters in base64, and
// go-imap encodes them in the same way.
func decodeMailbox(name string) (string, error) {
	if len(name) > maxQuoted {
		return "", &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Mailbox name is too long"}
	}
	if !isPrintable(name) { // also because the base64 decoder skips CR and LF
		return "", mailboxNameError()
	}
	var out strings.Builder
	for rest := name; rest != ""; {
		plain, shifted, found := strings.Cut(rest, "&")
		out.WriteString(plain)
		if !found {
			break
		}
		encoded, after, closed := strings.Cut(shifted, "-")
		text, ok := decodeShift(encoded)
		shiftedAgain := encoded != "" && strings.HasPrefix(after, "&") && !strings.HasPrefix(after, "&-")
		if !closed || !ok || shiftedAgain {
			return "", mailboxNameError()
		}
		out.WriteString(text)
		rest = after
	}
	return out.String(), nil
}

func mailboxNameError() error {
	return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Mailbox name is not modified UTF-7"}
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
