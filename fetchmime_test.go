package imapcompat_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The texts of the parts are the same over both protocols, and reading them
// with FT_PEEK changes nothing.
func TestPartTexts(t *testing.T) {
	for _, test := range readStructures(t).POP3 {
		both(t, []string{test.Message}, func(t *testing.T, srv *imaptest.Server, name string) {
			mbox := open(t, srv, name)
			for _, section := range slices.Sorted(maps.Keys(test.Parts)) {
				want := test.Parts[section]
				mime, err := mbox.FetchMIME(1, section, imapcompat.FT_PEEK)
				must(t, err)
				if strings.Contains(name, "/imap") && len(test.Parts) == 1 {
					mime = "" // the server's notion of the message's own MIME header
				}
				if strings.TrimRight(mime, "\r\n") != strings.TrimRight(want.MIME, "\r\n") {
					t.Errorf("MIME header of %s of %q: %q, want %q", section, test.Message, mime, want.MIME)
				}
				text, err := save(mbox, 1, section, imapcompat.FT_PEEK)
				if strings.HasPrefix(text, "--") {
					// To an IMAP server the line break before a boundary belongs to an inner multipart.
					text = strings.TrimSuffix(text, "\r\n")
				}
				if err != nil || text != want.Text {
					t.Errorf("%s of %q: %q, %v, want %q", section, test.Message, text, err, want.Text)
				}
			}
			if seen(t, mbox) {
				t.Error("the message is read")
			}
		})
	}
}

func TestFetchMIMEErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.FetchMIME(0, "1", 64); return err }, "imap_fetchmime(): Argument #2 ($message_num) must be greater than 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.FetchMIME(1, "1", 64); return err }, "imap_fetchmime(): Argument #4 ($flags) must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL", imapcompat.ErrInvalidArgument},
		})
	})
}

func TestFetchMIMEMarks(t *testing.T) {
	checkMarks(t, []marking{
		{"FetchMIME", func(mbox *imapcompat.Connection) error { _, err := mbox.FetchMIME(1, "1"); return err }, true},
		{"FetchMIME of no part", func(mbox *imapcompat.Connection) error { _, err := mbox.FetchMIME(1, "9"); return err }, false},
		{"FetchMIME of everything", func(mbox *imapcompat.Connection) error { _, err := mbox.FetchMIME(1, ""); return err }, false},
	})
}
