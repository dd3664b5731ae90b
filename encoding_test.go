package imapcompat_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestBase64(t *testing.T) { checkOracle(t, "imap_base64", imapcompat.Base64) }

func TestBinary(t *testing.T) { checkOracle(t, "imap_binary", always(imapcompat.Binary)) }

func TestQPrint(t *testing.T) {
	checkOracle(t, "imap_qprint", func(s string) (string, []string, error) {
		decoded, notices := imapcompat.QPrint(s)
		return decoded, notices, nil
	})
}

func TestEightBit(t *testing.T) { checkOracle(t, "imap_8bit", always(imapcompat.EightBit)) }

func FuzzBase64(f *testing.F) {
	seed(f, "imap_base64")
	f.Fuzz(func(t *testing.T, text string) {
		decoded, notices, err := imapcompat.Base64(text)
		if len(decoded) > len(text) || len(notices) > 1 || err != nil && decoded != "" {
			t.Errorf("%q, %q, %v", decoded, notices, err)
		}
		back, notices, err := imapcompat.Base64(imapcompat.Binary(text))
		if back != text || notices != nil || err != nil {
			t.Errorf("%q came back as %q, %q, %v", text, back, notices, err)
		}
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
