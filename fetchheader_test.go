package imapcompat_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestPrefetchedText(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		header, err := mbox.FetchHeader(2, imapcompat.FT_PREFETCHTEXT)
		must(t, err)
		if header != "Subject: 2\r\nFrom: a@example.org\r\n\r\n" {
			t.Errorf("got header %q", header)
		}
		before := len(srv.Transcript())
		text, err := mbox.Body(2, imapcompat.FT_PEEK)
		must(t, err)
		if text != "body 2\r\n" {
			t.Errorf("got text %q", text)
		}
		if sent := srv.Transcript()[before:]; len(sent) > 0 {
			t.Errorf("sent %q for a text that was there", sent)
		}
		if text, err := mbox.Body(1); err != nil || text != "body 1\r\n" {
			t.Errorf("another message: %q, %v", text, err)
		}
	})
}

// A header is read with TOP where the server has it, and with RETR where not.
func TestWithoutTOP(t *testing.T) {
	for _, test := range []struct {
		without []string
		want    string
	}{
		{nil, "TOP 2 0"},
		{[]string{"TOP"}, "RETR 2"},
		{[]string{"TOP", "CAPA"}, "RETR 2"},
	} {
		srv := imaptest.Config{Without: test.without}.NewServer(t, texts(2)...)
		header, err := open(t, srv, srv.POP3()).FetchHeader(2)
		if err != nil || header != "Subject: 2\r\nFrom: a@example.org\r\n\r\n" {
			t.Errorf("without %v: %q, %v", test.without, header, err)
		}
		sent := func(line string) bool { return strings.HasSuffix(line, test.want) }
		if !slices.ContainsFunc(srv.Transcript(), sent) {
			t.Errorf("without %v: no %s in %q", test.without, test.want, srv.Transcript())
		}
	}
}

func TestFetchHeaderErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.FetchHeader(3); return err }, "imap_fetchheader(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.FetchHeader(9, imapcompat.FT_UID); return err }, "imap_fetchheader(): UID does not exist", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.FetchHeader(1, imapcompat.FT_PEEK); return err }, "imap_fetchheader(): Argument #3 ($flags) must be a bitmask of FT_UID, FT_PREFETCHTEXT, and FT_INTERNAL", imapcompat.ErrInvalidArgument},
		})
	})
}
