package imapcompat_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestQPrint(t *testing.T) {
	checkOracle(t, "imap_qprint", func(s string) (string, []string, error) {
		decoded, notices := imapcompat.QPrint(s)
		return decoded, notices, nil
	})
}

func FuzzQPrint(f *testing.F) {
	seed(f, "imap_qprint")
	seed(f, "imap_8bit")
	f.Fuzz(func(t *testing.T, text string) {
		if decoded, notices := imapcompat.QPrint(text); len(decoded) > len(text) || len(notices) > 1 {
			t.Errorf("%q, %q", decoded, notices)
		}
		encoded := imapcompat.EightBit(text)
		for _, line := range strings.Split(encoded, "\r\n") {
			if len(line) > 76 {
				t.Errorf("a line of %d characters: %q", len(line), line)
			}
		}
		if back, notices := imapcompat.QPrint(encoded); back != text || notices != nil {
			t.Errorf("%q came back as %q, %q", text, back, notices)
		}
	})
}
