package imapcompat_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// It is the last entry of Errors, and stays until they are read.
func TestLastError(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	mbox.Errors()
	if got := mbox.LastError(); got != "" {
		t.Errorf("at first: %q", got)
	}
	for _, refusal := range []string{"first", "second"} {
		must(t, srv.Refuse("CREATE", 1, refusal))
		if err := mbox.CreateMailbox(srv.IMAPRef() + "Box"); !errors.Is(err, imapcompat.ErrRefused) {
			t.Error(err)
		}
	}
	for range 2 {
		if got := mbox.LastError(); got != "second" {
			t.Errorf("got %q", got)
		}
	}
	if got := mbox.Errors(); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("errors: %q", got)
	}
	if got := mbox.LastError(); got != "" {
		t.Errorf("afterwards: %q", got)
	}
}
