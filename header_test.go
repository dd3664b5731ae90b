package imapcompat_test

import (
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// It is HeaderInfo by PHP's other name, the names of errors included.
func TestHeaderErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.Header(-1); return err }, "imap_headerinfo(): Argument #2 ($message_num) must be greater than 0", imapcompat.ErrInvalidArgument},
		})
	})
}

func TestHeaderInfoErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.HeaderInfo(0); return err }, "imap_headerinfo(): Argument #2 ($message_num) must be greater than 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.HeaderInfo(3); return err }, "imap_headerinfo(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.HeaderInfo(1, imapcompat.WithFromLength(1025)); return err }, "imap_headerinfo(): Argument #3 ($from_length) must be between 0 and 1024", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.HeaderInfo(1, imapcompat.WithSubjectLength(-1)); return err }, "imap_headerinfo(): Argument #4 ($subject_length) must be between 0 and 1024", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.HeaderInfo(3, imapcompat.WithFromLength(-1)); return err }, "imap_headerinfo(): Bad message number", imapcompat.ErrBadMessageNumber},
		})
	})
}

func TestHeaderInfoTime(t *testing.T) {
	h := imapcompat.HeaderInfo{Udate: 1740722400}
	if got := h.Time().UTC().Format(time.RFC3339); got != "2025-02-28T06:00:00Z" {
		t.Error(got)
	}
	if !new(imapcompat.HeaderInfo).Time().IsZero() {
		t.Error("no date is a time")
	}
}
