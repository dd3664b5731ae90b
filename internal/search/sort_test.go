package search_test

import (
	"context"
	"reflect"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/search"
)

var sortSubjects = []string{
	"b", "a", "A", "Re: b", "RE: a", "re : a", "re[2]: a", "Re [2] : a", "Re[2: a", "re: re: a", "Fwd: a", "fw: a", "FWD[x]: a", "fwx: a", "[list] a", "[list] Re: a", "[list][two] a",
	"[a]", "[a] ", "[a [b] c", "a (fwd)", "a (FWD) (fwd) ", "a  x (fwd)", "a x (fwd)", "[Fwd: a]", "[fwd: Re: a (fwd)]", "[Fwd: a] x", "[Fwd:]", "[Fwd: [Fwd: a]]", "Re: [Fwd: a]",
	"Re: [list] a", "  a", "a  ", "a\tx", "a   x", "=?utf-8?q?Re=3A_a?=", "=?utf-8?q?=C3=A4?=", "=?utf-8?q?=zz?= a", "\xc3\xa4", "", "Re:", "Re: ", "(fwd)", "[", "]", "[]", "[] a", "Aw: a", "a: b",
	"re[1][2]: a", "re [1] x: a", "z", "Z", "_", "0",
}

// The order is PHP 8.2's (conformance, TestSortSubjects).
func TestSortSubjects(t *testing.T) {
	s := &texts{}
	var all []int
	for i, subject := range sortSubjects {
		s.list = append(s.list, "Subject: "+subject+"\r\nFrom: a@example.org\r\n\r\ntext\r\n")
		all = append(all, i+1)
	}
	got, err := search.Sort(context.Background(), s, all, backend.Order{Key: backend.SortSubject})
	want := []int{28, 40, 41, 42, 43, 55, 38, 44, 46, 20, 18, 19, 45, 54, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 15, 16, 17, 21, 22, 25, 26, 29, 30, 31, 32, 36, 47, 33, 24, 34, 35, 23, 49, 48, 37, 1, 4, 14, 51, 50, 9, 27, 52, 53, 39}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestSort(t *testing.T) {
	s := &texts{list: []string{
		"Date: Mon, 2 Mar 2026 10:00:00 +0100\r\nFrom: Zed <b@example.org>\r\nTo: Team: x@example.org;\r\n\r\n12345678\r\n",
		"Date: Mon, 2 Mar 2026 08:59:00 +0000\r\nFrom: B@example.net\r\nCc: c@example.org\r\n\r\n\r\n",
		"Date: today\r\nFrom: a@example.org\r\nTo: s@example.org\r\n\r\n1234567890123456789012345678901234567890123456789012345678901234567890\r\n",
	}}
	for _, tt := range []struct {
		key               backend.SortKey
		forward, backward []int
	}{
		{backend.SortDate, []int{3, 2, 1}, []int{1, 2, 3}},
		{backend.SortArrival, []int{3, 2, 1}, []int{1, 2, 3}},
		{backend.SortFrom, []int{3, 1, 2}, []int{1, 2, 3}},
		{backend.SortTo, []int{2, 3, 1}, []int{1, 3, 2}},
		{backend.SortCc, []int{1, 3, 2}, []int{2, 1, 3}},
		{backend.SortSubject, []int{1, 2, 3}, []int{1, 2, 3}},
		{backend.SortSize, []int{2, 1, 3}, []int{3, 1, 2}},
	} {
		for _, reverse := range []bool{false, true} {
			want := tt.forward
			if reverse {
				want = tt.backward
			}
			got, err := search.Sort(context.Background(), s, []int{1, 2, 3}, backend.Order{Key: tt.key, Reverse: reverse})
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, reverse %v: got %v, %v, want %v", tt.key, reverse, got, err, want)
			}
		}
	}
}

func FuzzSort(f *testing.F) {
	for _, subject := range sortSubjects {
		f.Add(subject)
	}
	f.Fuzz(func(t *testing.T, subject string) {
		s := &texts{list: []string{"Subject: " + subject + "\r\n\r\n", "Subject: Re: " + subject + "\r\n\r\n"}}
		got, err := search.Sort(context.Background(), s, []int{1, 2}, backend.Order{Key: backend.SortSubject})
		if err != nil || len(got) != 2 {
			t.Errorf("got %v, %v", got, err)
		}
	})
}
