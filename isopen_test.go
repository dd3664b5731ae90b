package imapcompat_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// It is open until Close, also when the connection is lost.
func TestIsOpen(t *testing.T) {
	both(t, texts(1), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		if !mbox.IsOpen() {
			t.Error("not open")
		}
		srv.DropConnections()
		if err := mbox.Ping(); !errors.Is(err, imapcompat.ErrConnectionLost) || !mbox.IsOpen() {
			t.Errorf("after %v it is open: %v", err, mbox.IsOpen())
		}
		mbox.Close()
		if mbox.IsOpen() {
			t.Error("still open")
		}
	})
}
