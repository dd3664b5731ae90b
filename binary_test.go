package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestBinary(t *testing.T) { checkOracle(t, "imap_binary", always(imapcompat.Binary)) }
