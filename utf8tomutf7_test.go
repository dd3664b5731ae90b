package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestUTF8ToMUTF7(t *testing.T) {
	checkOracle(t, "imap_utf8_to_mutf7", quiet(imapcompat.UTF8ToMUTF7))
}
