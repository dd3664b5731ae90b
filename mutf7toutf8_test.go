package imapcompat_test

import (
	"testing"
	"unicode/utf8"

	"github.com/imapcompat/imapcompat"
)

func TestMUTF7ToUTF8(t *testing.T) {
	checkOracle(t, "imap_mutf7_to_utf8", quiet(imapcompat.MUTF7ToUTF8))
}

func FuzzMUTF7(f *testing.F) {
	seed(f, "imap_utf8_to_mutf7")
	seed(f, "imap_mutf7_to_utf8")
	f.Fuzz(func(t *testing.T, text string) {
		if decoded, err := imapcompat.MUTF7ToUTF8(text); err == nil && !utf8.ValidString(decoded) {
			t.Errorf("%q is not UTF-8", decoded)
		}
		encoded, err := imapcompat.UTF8ToMUTF7(text)
		if err != nil {
			return
		}
		want := ""
		for _, r := range text {
			if r == 0 {
				break
			}
			if r <= 0xffff {
				want += string(r)
			}
		}
		if back, err := imapcompat.MUTF7ToUTF8(encoded); back != want || err != nil {
			t.Errorf("%q came back as %q, %v", text, back, err)
		}
	})
}
