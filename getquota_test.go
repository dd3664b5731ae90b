package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
)

// The JSON is PHP 8.2's, from a server that sent these responses.
func TestQuotaJSON(t *testing.T) {
	type list = []backend.QuotaResource
	for _, test := range []struct {
		quota list
		want  string
	}{
		{list{resource("STORAGE", 3, 102400)}, `{"usage":3,"limit":102400,"STORAGE":{"usage":3,"limit":102400}}`},
		{list{resource("STORAGE", 1, 2), resource("MESSAGE", 0, 4)}, `{"usage":1,"limit":2,"STORAGE":{"usage":1,"limit":2},"MESSAGE":{"usage":0,"limit":4}}`},
		{list{resource("MESSAGE", 3, 4), resource("STORAGE", 0, 0)}, `{"MESSAGE":{"usage":3,"limit":4},"usage":0,"limit":0,"STORAGE":{"usage":0,"limit":0}}`},
		{list{resource("STORAGE", 1, 2), resource("X", 5, 6), resource("STORAGE", 3, 4)}, `{"usage":3,"limit":4,"STORAGE":{"usage":3,"limit":4},"X":{"usage":5,"limit":6}}`},
		{nil, `[]`},
	} {
		mbox := openLimited(t, &limited{quota: test.quota})
		quota, err := mbox.GetQuota("root")
		if got := marshal(t, quota, err); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
		quota, err = mbox.GetQuotaRoot("INBOX")
		if got := marshal(t, quota, err); got != test.want {
			t.Errorf("of the mailbox: got %s, want %s", got, test.want)
		}
	}
	mbox := openLimited(t, &limited{})
	must(t, mbox.SetQuota("root", 500))
	quota, err := mbox.GetQuota("root")
	must(t, err)
	if quota.Limit != 500 || quota.Usage != 0 {
		t.Errorf("got %+v", quota)
	}
}

func TestGetQuotaFails(t *testing.T) {
	checkLimits(t, func(m *imapcompat.Connection) error { return second(m.GetQuota("x")) }, "imap_get_quota(): C-client imap_getquota failed: no such root")
}
