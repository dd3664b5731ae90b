package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestUTF7Decode(t *testing.T) { checkOracle(t, "imap_utf7_decode", quiet(imapcompat.UTF7Decode)) }

func FuzzUTF7(f *testing.F) {
	seed(f, "imap_utf7_decode")
	seed(f, "imap_utf7_encode")
	f.Fuzz(func(t *testing.T, text string) {
		if decoded, err := imapcompat.UTF7Decode(text); len(decoded) > len(text) || err != nil && decoded != "" {
			t.Errorf("%q, %v", decoded, err)
		}
		back, err := imapcompat.UTF7Decode(imapcompat.UTF7Encode(text))
		if back != text || err != nil {
			t.Errorf("%q came back as %q, %v", text, back, err)
		}
	})
}
