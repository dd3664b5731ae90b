package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestSetACLFails(t *testing.T) {
	checkLimits(t, func(m *imapcompat.Connection) error { return m.SetACL("INBOX", "bob", "l") }, "imap_setacl(): no such root")
}
