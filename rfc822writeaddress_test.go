package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

// The addresses are PHP 8.2's.
func TestRFC822WriteAddress(t *testing.T) {
	for _, test := range []struct{ mailbox, host, personal, want string }{
		{"a", "b.example", "A", "A <a@b.example>"},
		{"a", "b.example", "A, B", `"A, B" <a@b.example>`},
		{"a b", "b.example", "", `"a b"@b.example`},
		{"a", "b.example", `"q" \x`, `"\"q\" \\x" <a@b.example>`},
		{"a", "", "N", `N <a@"">`},
		{"", "", "", `""@""`},
	} {
		if got := imapcompat.RFC822WriteAddress(test.mailbox, test.host, test.personal); got != test.want {
			t.Errorf("%q %q %q: got %s, want %s", test.mailbox, test.host, test.personal, got, test.want)
		}
	}
}
