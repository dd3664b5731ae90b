package imapcompat_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestSizes(t *testing.T) {
	srv := imaptest.NewServer(t, "Subject: a\n\na\n", "Subject: b\n\nbb\n", "Subject: c\n\nccc\n")
	for _, name := range []string{srv.IMAP(), srv.POP3()} {
		mbox, err := imapcompat.Open(name, srv.User, srv.Password)
		if err != nil {
			t.Fatal(err)
		}
		defer mbox.Close()
		want := map[int]int{}
		list, err := mbox.FetchOverview("1:*")
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range list {
			want[o.Msgno] = o.Size
		}
		got, err := mbox.Sizes("1:*")
		if err != nil || len(want) != 3 || !maps.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", name, got, err, want)
		}
		delete(want, 1)
		got, err = mbox.Sizes("2:9", imapcompat.FT_UID)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%s by UID: %v, %v, want %v", name, got, err, want)
		}
		for _, err := range []error{
			second(mbox.Sizes("4")), second(mbox.Sizes("1\r\n")), second(mbox.Sizes("1", imapcompat.FT_PEEK)),
		} {
			if !errors.Is(err, imapcompat.ErrInvalidArgument) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
