package imapcompat_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestLSub(t *testing.T) {
	mbox, ref, names := listServer(t)
	if got := names(mbox.LSub(ref, "*")); got != "@Notes" {
		t.Errorf("got %s", got)
	}
	_, err := mbox.LSub(ref, strings.Repeat("x", 257))
	refused(t, err, imapcompat.ErrInvalidArgument, "Invalid LSUB pattern specification: "+strings.Repeat("x", 80))
}

func TestLSubOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t)
	if list, err := open(t, srv, srv.POP3()).LSub(srv.POP3Ref(), "*"); err != nil || len(list) != 0 {
		t.Errorf("got %v, %v", list, err)
	}
}
