package imapcompat_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A POP3 session that breaks before QUIT is acknowledged has removed nothing,
// and says so.
func TestBrokenBeforeQuit(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	mbox := open(t, srv, srv.POP3())
	must(t, mbox.Delete("1:*"))
	must(t, mbox.Expunge())
	if n, _ := mbox.NumMsg(); n != 0 {
		t.Errorf("%d messages after Expunge", n)
	}
	srv.DropConnections()
	err := mbox.Close()
	if !errors.Is(err, imapcompat.ErrConnectionLost) {
		t.Errorf("Close: %v", err)
	}
	if got := stored(srv); got != "1 2 3" {
		t.Errorf("the server has %s", got)
	}
}
