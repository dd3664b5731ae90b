package imapcompat_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestGC(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.IMAP())
	for _, tt := range []struct {
		flags               []imapcompat.GCFlag
		forText, forSection int
	}{
		{nil, 0, 1},
		{[]imapcompat.GCFlag{imapcompat.IMAP_GC_ELT}, 0, 1},
		{[]imapcompat.GCFlag{imapcompat.IMAP_GC_TEXTS}, 1, 1},
		{[]imapcompat.GCFlag{imapcompat.IMAP_GC_ENV}, 0, 2},
		{[]imapcompat.GCFlag{imapcompat.IMAP_GC_ENV, imapcompat.IMAP_GC_TEXTS}, 1, 2},
	} {
		_, err := mbox.FetchHeader(1, imapcompat.FT_PREFETCHTEXT)
		must(t, err)
		_, err = mbox.FetchBody(2, "1")
		must(t, err)
		must(t, mbox.GC(tt.flags...))
		before := len(srv.Transcript())
		_, err = mbox.Body(1, imapcompat.FT_PEEK)
		must(t, err)
		between := len(srv.Transcript())
		_, err = mbox.FetchBody(2, "1")
		must(t, err)
		after := len(srv.Transcript())
		if between-before != tt.forText || after-between != tt.forSection {
			t.Errorf("%v: sent %q", tt.flags, srv.Transcript()[before:])
		}
	}
}

func TestGCErrors(t *testing.T) {
	both(t, texts(1), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		err := mbox.GC(8)
		if !errors.Is(err, imapcompat.ErrInvalidArgument) ||
			err.Error() != "imap_gc(): Argument #2 ($flags) must be a bitmask of IMAP_GC_TEXTS, IMAP_GC_ELT, and IMAP_GC_ENV" {
			t.Errorf("got %v", err)
		}
		must(t, mbox.Close())
		if err := mbox.GC(); !errors.Is(err, imapcompat.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

func ExampleConnection_GC() {
	srv := exampleServer()
	defer srv.Close()
	mbox, _ := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	defer mbox.Close()

	mbox.FetchHeader(1, imapcompat.FT_PREFETCHTEXT)
	fmt.Println(mbox.GC(imapcompat.IMAP_GC_TEXTS))
	// Output: <nil>
}
