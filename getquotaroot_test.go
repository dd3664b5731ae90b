package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

func TestGetQuotaRootFails(t *testing.T) {
	checkLimits(t, func(m *imapcompat.Connection) error { return second(m.GetQuotaRoot("INBOX")) }, "imap_get_quotaroot(): C-client imap_getquotaroot failed: no such root")
}
