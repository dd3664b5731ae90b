package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// No server of these has SCAN.
func TestListScan(t *testing.T) {
	mbox, ref, _ := listServer(t)
	_, err := mbox.ListScan(ref, "*", "text")
	refused(t, err, imapcompat.ErrNotSupported, "Scan not valid on this IMAP server")
	srv := imaptest.NewServer(t)
	_, err = open(t, srv, srv.POP3()).ListScan(srv.POP3Ref(), "*", "text")
	refused(t, err, imapcompat.ErrNotSupported, "Scan not valid for POP3 mailboxes")
}
