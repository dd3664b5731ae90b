package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestEightBit(t *testing.T) { checkOracle(t, "imap_8bit", always(imapcompat.EightBit)) }
