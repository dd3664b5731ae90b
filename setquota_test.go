package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestSetQuotaFails(t *testing.T) {
	checkLimits(t, func(m *imapcompat.Connection) error { return m.SetQuota("x", 1) }, "imap_set_quota(): no such root")
}
