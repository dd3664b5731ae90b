package imapcompat_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestSort(t *testing.T) {
	messages := []string{
		"From: bob@example.org\nSubject: Re: two\nDate: Tue, 3 Mar 2026 10:00:00 +0100\n\nx\n",
		"From: ada@example.org\nSubject: two\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n\nlonger than the others are\n",
		"From: Carol <carol@example.org>\nSubject: [list] one\nDate: Wed, 4 Mar 2026 10:00:00 +0100\n\nx\n",
	}
	both(t, messages, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		for _, tt := range []struct {
			criteria imapcompat.SortCriteria
			reverse  bool
			want     []int
		}{
			{imapcompat.SORTDATE, false, []int{2, 1, 3}},
			{imapcompat.SORTDATE, true, []int{3, 1, 2}},
			{imapcompat.SORTFROM, false, []int{2, 1, 3}},
			{imapcompat.SORTSUBJECT, false, []int{3, 1, 2}},
			{imapcompat.SORTSUBJECT, true, []int{1, 2, 3}},
			{imapcompat.SORTTO, true, []int{1, 2, 3}},
			{imapcompat.SORTCC, false, []int{1, 2, 3}},
		} {
			got, err := mbox.Sort(tt.criteria, tt.reverse)
			if err != nil || !slices.Equal(got, tt.want) {
				t.Errorf("%v, %v: got %v, %v, want %v", tt.criteria, tt.reverse, got, err, tt.want)
			}
		}
		if got, err := mbox.Sort(imapcompat.SORTSIZE, true, imapcompat.WithCriteria("SUBJECT two")); err != nil || !slices.Equal(got, []int{2, 1}) {
			t.Errorf("got %v, %v", got, err)
		}
		if got, err := mbox.Sort(imapcompat.SORTDATE, false, imapcompat.WithCriteria("SUBJECT three")); err != nil || got == nil || len(got) != 0 {
			t.Errorf("got %v, %v", got, err)
		}
		must(t, mbox.Delete("1"))
		must(t, mbox.Expunge())
		var want []int
		for _, num := range []int{2, 1} {
			uid, err := mbox.UID(num)
			must(t, err)
			want = append(want, uid)
		}
		got, err := mbox.Sort(imapcompat.SORTFROM, true, imapcompat.SE_UID, imapcompat.SE_NOPREFETCH)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	})
}

func TestSortErrors(t *testing.T) {
	both(t, texts(1), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		for _, tt := range []struct {
			criteria imapcompat.SortCriteria
			options  []imapcompat.SortOption
			want     string
		}{
			{7, nil, "imap_sort(): Argument #2 ($criteria) must be one of the SORT* constants"},
			{-1, nil, "imap_sort(): Argument #2 ($criteria) must be one of the SORT* constants"},
			{0, []imapcompat.SortOption{imapcompat.SE_FREE}, "imap_sort(): Argument #4 ($flags) must be a bitmask of SE_UID, and SE_NOPREFETCH"},
			{0, []imapcompat.SortOption{imapcompat.WithCriteria("NOPE")}, "imap_sort(): Unknown search criterion: NOPE"},
		} {
			list, err := mbox.Sort(tt.criteria, false, tt.options...)
			if !errors.Is(err, imapcompat.ErrInvalidArgument) || err.Error() != tt.want || len(list) != 0 {
				t.Errorf("got %v, %v, want %s", list, err, tt.want)
			}
		}
	})
}

func ExampleConnection_Sort() {
	srv := exampleServer()
	defer srv.Close()
	mbox, _ := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	defer mbox.Close()

	newestFirst, _ := mbox.Sort(imapcompat.SORTARRIVAL, true)
	fmt.Println(newestFirst)
	bySender, err := mbox.Sort(imapcompat.SORTFROM, false, imapcompat.WithCriteria("UNSEEN"))
	fmt.Println(bySender, err)
	// Output:
	// [3 2 1]
	// [1 3] <nil>
}

// TestSortNoPrefetch has Sort fetch the same with SE_NOPREFETCH and without: what it sorts
// by, and no more.
func TestSortNoPrefetch(t *testing.T) {
	for _, criteria := range []imapcompat.SortCriteria{imapcompat.SORTSUBJECT, imapcompat.SORTSIZE, imapcompat.SORTARRIVAL} {
		var sent [][]string
		for _, opts := range [][]imapcompat.SortOption{nil, {imapcompat.SE_NOPREFETCH}} {
			srv := imaptest.NewServer(t, texts(30)...)
			mbox := open(t, srv, srv.IMAP())
			before := len(srv.Transcript())
			_, err := mbox.Sort(criteria, false, opts...)
			must(t, err)
			must(t, mbox.Ping()) // nothing is under way any more
			sent = append(sent, srv.Transcript()[before:])
		}
		if !slices.Equal(sent[0], sent[1]) || len(sent[0]) != 2 {
			t.Errorf("sorting by %d sends %q, and with SE_NOPREFETCH %q", criteria, sent[0], sent[1])
		}
	}
}
