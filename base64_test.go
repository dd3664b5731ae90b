package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestBase64(t *testing.T) { checkOracle(t, "imap_base64", imapcompat.Base64) }

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
