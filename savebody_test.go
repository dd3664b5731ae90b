package imapcompat_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func save(mbox *imapcompat.Connection, num int, section string, flags ...imapcompat.FetchFlag) (string, error) {
	var b strings.Builder
	err := mbox.SaveBody(&b, num, section, flags...)
	return b.String(), err
}

var errDiskFull = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errDiskFull }

// On POP3 a writer that fails early in a large message costs the connection, and
// the error says so. Nothing is deleted then.
func TestSaveBodyDropsPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, "Subject: large\r\n\r\n"+strings.Repeat("0123456789\r\n", 400_000), "Subject: 2\r\n\r\n")
	mbox := open(t, srv, srv.POP3())
	must(t, mbox.Delete("2"))
	must(t, mbox.Expunge())
	err := mbox.SaveBody(fullDisk{}, 1, "")
	refused(t, err, imapcompat.ErrConnectionLost, "Failed to write to stream: disk full")
	if !errors.Is(err, errDiskFull) || !strings.Contains(err.Error(), "too much is left of a message") {
		t.Errorf("got %v", err)
	}
	if err := mbox.Ping(); !errors.Is(err, imapcompat.ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
	if got := stored(srv); got != "large 2" {
		t.Errorf("the server has %q", got)
	}
}

// A text of any size passes over IMAP as it comes: it is not held in memory, and
// WithMaxMessageSize does not bound it.
func TestSaveBodyPasses(t *testing.T) {
	for _, size := range []int{0, 1, 10_000, 5_000_067} {
		body := strings.Repeat("0123456789abcdef", size/16+1)[:size]
		srv := imaptest.NewServer(t, "Subject: large\r\n\r\n"+body)
		mbox := open(t, srv, srv.IMAP(), imapcompat.WithMaxMessageSize(1000))
		var w pieces
		must(t, mbox.SaveBody(&w, 1, "1"))
		if w.String() != body {
			t.Errorf("%d octets: got %d, or others", size, w.Len())
		}
		if w.largest > 64<<10 {
			t.Errorf("%d octets at once", w.largest)
		}
		if !seen(t, mbox) {
			t.Error("the message is not read")
		}
		if _, err := mbox.FetchBody(1, "1"); size > 1000 && !errors.Is(err, imapcompat.ErrTooLarge) {
			t.Errorf("FetchBody: %v", err)
		}
		must(t, mbox.Ping())
	}
}

// pieces is a buffer that knows how much was written at once.
type pieces struct {
	strings.Builder
	largest int
}

func (p *pieces) Write(b []byte) (int, error) {
	p.largest = max(p.largest, len(b))
	return p.Builder.Write(b)
}

func TestSaveBodyErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := save(mbox, 0, "", 64); return err }, "imap_savebody(): Argument #3 ($message_num) must be greater than 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := save(mbox, 9, "", 64); return err }, "imap_savebody(): Argument #5 ($flags) must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL", imapcompat.ErrInvalidArgument},
			{func() error { _, err := save(mbox, 9, ""); return err }, "imap_savebody(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := save(mbox, 999, "", imapcompat.FT_UID); return err }, "imap_savebody(): UID does not exist", imapcompat.ErrBadMessageNumber},
			{func() error { return mbox.SaveBody(fullDisk{}, 1, "") }, "imap_savebody(): Failed to write to stream: disk full", errDiskFull},
		})
	})
}

func TestSaveBodyMarks(t *testing.T) {
	checkMarks(t, []marking{
		{"SaveBody", func(mbox *imapcompat.Connection) error { return mbox.SaveBody(io.Discard, 1, "") }, true},
		{"SaveBody of a part", func(mbox *imapcompat.Connection) error { return mbox.SaveBody(io.Discard, 1, "1.2") }, true},
		{"SaveBody of no part", func(mbox *imapcompat.Connection) error { return mbox.SaveBody(io.Discard, 1, "9") }, false},
	})
}
