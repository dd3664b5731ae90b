package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestUTF7Encode(t *testing.T) { checkOracle(t, "imap_utf7_encode", always(imapcompat.UTF7Encode)) }
