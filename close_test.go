package imapcompat_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestClose(t *testing.T) {
	for _, test := range []struct {
		name string
		open []imapcompat.Option
		flag []imapcompat.CloseFlag
		want string
	}{
		{"without expunge", nil, nil, "1 2 3"},
		{"with", nil, []imapcompat.CloseFlag{imapcompat.CL_EXPUNGE}, "1 3"},
		{"as opened", []imapcompat.Option{imapcompat.CL_EXPUNGE}, nil, "1 3"},
		{"as opened, with 0", []imapcompat.Option{imapcompat.CL_EXPUNGE}, []imapcompat.CloseFlag{0}, "1 3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			both(t, texts(3), func(t *testing.T, srv *imaptest.Server, name string) {
				mbox := open(t, srv, name, test.open...)
				must(t, mbox.Delete("2"))
				must(t, mbox.Close(test.flag...))
				if got := stored(srv); got != test.want {
					t.Errorf("the server has %s, want %s", got, test.want)
				}
				if mbox.IsOpen() {
					t.Error("still open")
				}
				_, err := mbox.Check()
				if !errors.Is(err, imapcompat.ErrClosed) || err.Error() != `imap_check(): IMAP\Connection is already closed` {
					t.Errorf("after Close: %v", err)
				}
			})
		})
	}
}

// Close refuses flags that it does not know and stays open.
func TestCloseFlags(t *testing.T) {
	both(t, nil, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		err := mbox.Close(1)
		if !errors.Is(err, imapcompat.ErrInvalidArgument) || err.Error() != "imap_close(): Argument #2 ($flags) must be CL_EXPUNGE or 0" {
			t.Error(err)
		}
		if !mbox.IsOpen() {
			t.Error("closed nonetheless")
		}
	})
}
