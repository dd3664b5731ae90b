package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// An overview of all messages is no mistake when there are none.
func TestOverviewOfEmptyMailbox(t *testing.T) {
	for _, sequence := range []imapcompat.Sequence{"1:*", "1:0"} {
		both(t, nil, func(t *testing.T, srv *imaptest.Server, name string) {
			mbox := open(t, srv, name)
			mbox.Errors()
			list, err := mbox.FetchOverview(sequence)
			if err != nil || list == nil || len(list) > 0 {
				t.Errorf("%s: %v, %v", sequence, list, err)
			}
			if got := mbox.Errors(); len(got) != 1 || got[0] != "Sequence out of range" {
				t.Errorf("%s: errors %q", sequence, got)
			}
		})
	}
}

// PHP shows 11 here: it has counted the octets.
func TestSizeReadAhead(t *testing.T) {
	const text = "A: b\r\n\r\nx" // which is sent with a line break behind it
	srv := imaptest.NewServer(t, text, text, text)
	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()
	for n := 1; n <= 3; n++ {
		if n == 3 {
			if _, err := mbox.FetchStructure(n); err != nil {
				t.Fatal(err)
			}
		}
		list, err := mbox.FetchOverview(imapcompat.SequenceOf(n))
		if err != nil || len(list) != 1 || list[0].Size != len(text) {
			t.Errorf("message %d: %v, %v", n, list, err)
		}
	}
}

func TestFetchOverviewErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		checkErrors(t, mbox, []failing{
			{func() error { _, err := mbox.FetchOverview("1", imapcompat.FT_PEEK); return err }, "imap_fetch_overview(): Argument #3 ($flags) must be FT_UID or 0", imapcompat.ErrInvalidArgument},
		})
	})
}

func TestOverviewTime(t *testing.T) {
	o := imapcompat.Overview{Udate: 1740722400}
	if got := o.Time().Unix(); got != o.Udate || !new(imapcompat.Overview).Time().IsZero() {
		t.Error(got)
	}
}
