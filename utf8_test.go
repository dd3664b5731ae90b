package imapcompat_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestUTF8(t *testing.T) {
	checkOracle(t, "imap_utf8", func(s string) (string, []string, error) {
		decoded, notices := imapcompat.UTF8(s)
		return decoded, notices, nil
	})
}

func FuzzUTF8(f *testing.F) {
	seed(f, "imap_utf8")
	f.Fuzz(func(t *testing.T, text string) {
		decoded, _ := imapcompat.UTF8(text)
		if !strings.Contains(text, "=?") && decoded != text {
			t.Errorf("%q became %q", text, decoded)
		}
	})
}
