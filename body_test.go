package imapcompat_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// Body and FetchBody set \Seen, and nothing else changes anything.
func TestReadingChangesNothing(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	flags := func() string { return strings.Join(srv.Messages("INBOX")[0].Flags, " ") }
	for _, step := range []struct {
		name string
		call func() error
		want string
	}{
		{"HeaderInfo", func() error { _, err := mbox.HeaderInfo(1); return err }, ""},
		{"Headers", func() error { _, err := mbox.Headers(); return err }, ""},
		{"FetchHeader", func() error { _, err := mbox.FetchHeader(1); return err }, ""},
		{"FetchOverview", func() error { _, err := mbox.FetchOverview("1"); return err }, ""},
		{"MailboxMsgInfo", func() error { _, err := mbox.MailboxMsgInfo(); return err }, ""},
		{"Status", func() error { _, err := mbox.Status(srv.IMAP(), imapcompat.SA_ALL); return err }, ""},
		{"Body, peek", func() error { _, err := mbox.Body(1, imapcompat.FT_PEEK); return err }, ""},
		{"FetchBody, peek", func() error { _, err := mbox.FetchBody(1, "1", imapcompat.FT_PEEK); return err }, ""},
		{"FetchBody", func() error { _, err := mbox.FetchBody(1, "1"); return err }, `\Seen`},
		{"ClearFlagFull", func() error { return mbox.ClearFlagFull("1", `\Seen`) }, ""},
		{"Body", func() error { _, err := mbox.Body(1); return err }, `\Seen`},
		{"ClearFlagFull", func() error { return mbox.ClearFlagFull("1", `\Seen`) }, ""},
		{"FetchHeader, prefetching", func() error { _, err := mbox.FetchHeader(1, imapcompat.FT_PREFETCHTEXT); return err }, ""},
		{"Body, prefetched", func() error { _, err := mbox.Body(1); return err }, `\Seen`},
	} {
		if err := step.call(); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
		if got := flags(); got != step.want {
			t.Errorf("after %s the flags are %q, want %q", step.name, got, step.want)
		}
	}
}

func TestBodyErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.Body(3); return err }, "imap_body(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.Body(1, imapcompat.FT_NOT); return err }, "imap_body(): Argument #3 ($flags) must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL", imapcompat.ErrInvalidArgument},
		})
	})
}
