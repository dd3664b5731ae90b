package imapcompat_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// The values are those of PHP's imap_timeout, which returns true where a timeout is set
// and false where there is an error.
func TestTimeout(t *testing.T) {
	for _, test := range []struct {
		kind    imapcompat.TimeoutType
		seconds int
		want    int
		invalid bool
	}{
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: -1, want: 60},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: -1, want: 60},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: -2, invalid: true},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: 7, want: 7},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: -1, want: 7},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: 0, want: 0},
		{kind: imapcompat.IMAP_WRITETIMEOUT, seconds: 60, want: 60},
		{kind: imapcompat.IMAP_OPENTIMEOUT, seconds: -1, want: 60},
		{kind: imapcompat.IMAP_READTIMEOUT, seconds: -1, want: 60},
		{kind: imapcompat.IMAP_CLOSETIMEOUT, seconds: -1, want: 0},
		{kind: 0, seconds: -1, invalid: true},
		{kind: 5, seconds: -1, invalid: true},
	} {
		got, err := imapcompat.Timeout(test.kind, test.seconds)
		if got != test.want || errors.Is(err, imapcompat.ErrInvalidArgument) != test.invalid {
			t.Errorf("Timeout(%d, %d) = %d, %v, want %d", test.kind, test.seconds, got, err, test.want)
		}
	}
}
