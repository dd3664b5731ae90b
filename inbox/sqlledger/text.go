package sqlledger

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	maxText   = 1000 // octets of a text that is kept exactly and has an index: PostgreSQL takes 2,704 in one
	maxCursor = 1 << 20
	maxHint   = 1000
	maxReason = 4000
)

// escaped marks a text that no column of type text can hold.
const escaped = `\x`

// encode returns a text as it is in the tables: itself where possible. Different texts are
// different there.
func encode(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 && !strings.HasPrefix(s, escaped) {
		return s
	}
	return escaped + hex.EncodeToString([]byte(s))
}

// decode reverses encode.
func decode(s string) string {
	if digits, ok := strings.CutPrefix(s, escaped); ok {
		if octets, err := hex.DecodeString(digits); err == nil {
			return string(octets)
		}
	}
	return s
}

// checkText refuses a text that is too long to be kept.
func checkText(what, s string) error {
	if len(s) > maxText {
		return fmt.Errorf("sqlledger: a %s has %d octets, and %d at most are kept", what, len(s), maxText)
	}
	return nil
}

// plain returns a text for people: valid UTF-8 without NUL, of at most limit octets.
func plain(s string, limit int) string {
	if len(s) > limit {
		s = s[:limit]
		for len(s) > 0 && limit-len(s) < utf8.UTFMax-1 && !utf8.ValidString(s[max(0, len(s)-utf8.UTFMax):]) {
			s = s[:len(s)-1]
		}
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	if len(s) > limit { // what was replaced is longer
		return plain(s, limit)
	}
	return s
}
