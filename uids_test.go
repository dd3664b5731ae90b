package imapcompat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/growth"
)

func TestUIDs(t *testing.T) {
	both(t, texts(7), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		must(t, mbox.Delete("1,4"))
		must(t, mbox.Expunge())
		for _, test := range []struct {
			sequence imapcompat.Sequence
			flags    imapcompat.FetchFlag
			want     []int
		}{
			{"1:*", 0, []int{2, 3, 5, 6, 7}},
			{"*", 0, []int{7}},
			{"5,1:2,2", 0, []int{2, 3, 7}},
			{" 2 ", 0, []int{3}},
			{"1:*", imapcompat.FT_UID, []int{2, 3, 5, 6, 7}},
			{"6:*", imapcompat.FT_UID, []int{6, 7}},
			{"7:*", imapcompat.FT_UID, []int{7}},
			{"8:*", imapcompat.FT_UID, []int{}}, // the server sends 7
			{"8:*,3", imapcompat.FT_UID, []int{3}},
			{"8:*,6:7,1:4", imapcompat.FT_UID, []int{2, 3, 6, 7}},
			{"*", imapcompat.FT_UID, []int{7}},
			{"1,4,99,5", imapcompat.FT_UID, []int{5}},
			{"4", imapcompat.FT_UID, []int{}},
			{"5", imapcompat.FT_UID, []int{5}},
		} {
			sent := sentTo(srv, "FETCH")
			got, err := mbox.UIDs(test.sequence, test.flags)
			must(t, err)
			if !slices.Equal(got, test.want) || got == nil {
				t.Errorf("%q %d: got %v, want %v", test.sequence, test.flags, got, test.want)
			}
			if n := sentTo(srv, "FETCH") - sent; n > 1 {
				t.Errorf("%q: %d commands", test.sequence, n)
			}
		}
		for _, err := range []error{
			second(mbox.UIDs("")), second(mbox.UIDs("6")), second(mbox.UIDs("0")), second(mbox.UIDs("1\r\nA NOOP")),
			second(mbox.UIDs("0", imapcompat.FT_UID)), second(mbox.UIDs("x", imapcompat.FT_UID)), second(mbox.UIDs("1", imapcompat.FT_PEEK)),
		} {
			if !errors.Is(err, imapcompat.ErrInvalidArgument) {
				t.Errorf("got %v", err)
			}
		}
		must(t, mbox.Delete("1:*"))
		must(t, mbox.Expunge())
		for _, sequence := range []imapcompat.Sequence{"1:*", "1", "*", "4:9"} {
			for _, flag := range []imapcompat.FetchFlag{0, imapcompat.FT_UID} {
				if got, err := mbox.UIDs(sequence, flag); len(got) > 0 || err != nil {
					t.Errorf("%q of nothing: %v, %v", sequence, got, err)
				}
			}
		}
		if err := second(mbox.UIDs("1\r\nA NOOP")); !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("got %v", err)
		}
	})
}

// What is under way for the messages is done before they are asked for.
func TestUIDsAfterChanges(t *testing.T) {
	srv := imaptest.NewServer(t, texts(5)...)
	mbox := open(t, srv, srv.IMAP())
	for n := 1; n <= 5; n++ {
		must(t, mbox.SetFlagFull(imapcompat.SequenceOf(n), `\Flagged`))
	}
	got, err := mbox.UIDs("1:4")
	if must(t, err); !slices.Equal(got, []int{1, 2, 3, 4}) {
		t.Errorf("got %v", got)
	}
	log := strings.Join(srv.Transcript(), "\n")
	if strings.LastIndex(log, " STORE ") > strings.LastIndex(log, " FETCH ") {
		t.Errorf("the flags were set later:\n%s", log)
	}
}

// Four times as many messages cost four times as much.
func TestUIDsGrowth(t *testing.T) {
	names := map[int]string{}
	for _, n := range []int{5_000, 20_000} {
		var answer strings.Builder
		for i := 1; i <= n; i++ {
			fmt.Fprintf(&answer, "* %d FETCH (UID %d MODSEQ (7) EMAILID (M%d))\r\n", i, 2*i, i)
		}
		names[n] = fetchServer(t, "OBJECTID CONDSTORE", n, answer.String())
	}
	for what, call := range map[string]func(*imapcompat.Connection) error{
		"UIDs by number": func(m *imapcompat.Connection) error { return second(m.UIDs("1:*")) },
		"UIDs by UID":    func(m *imapcompat.Connection) error { return second(m.UIDs("2:*", imapcompat.FT_UID)) },
		"EmailIDs":       func(m *imapcompat.Connection) error { return second(m.EmailIDs("1:*")) },
		"ChangedSince":   func(m *imapcompat.Connection) error { return second(m.ChangedSince(5)) },
	} {
		if err := growth.Linear(5_000, func(n int) {
			mbox, err := imapcompat.Open(names[n], "user", "password")
			must(t, err)
			defer mbox.Close()
			must(t, call(mbox))
		}); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}
