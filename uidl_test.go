package imapcompat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// A POP3 server's own unique-ids are there for those who want them.
func TestUIDL(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	pop3 := open(t, srv, srv.POP3())
	ids, err := pop3.UIDLs()
	must(t, err)
	for n := 1; n <= 3; n++ {
		id, err := pop3.UIDL(n)
		must(t, err)
		if len(ids) != 3 || id != ids[n-1] || id == "" || slices.Index(ids, id) != n-1 {
			t.Errorf("message %d is %q, of %q", n, id, ids)
		}
	}
	must(t, pop3.Delete("2"))
	must(t, pop3.Expunge())
	left, err := pop3.UIDLs()
	if must(t, err); !slices.Equal(left, []string{ids[0], ids[2]}) {
		t.Errorf("left: %q of %q", left, ids)
	}
	must(t, pop3.Delete("1:*"))
	must(t, pop3.Expunge())
	if left, err = pop3.UIDLs(); len(left) > 0 || err != nil {
		t.Errorf("left: %q, %v", left, err)
	}

	without := imaptest.Config{Without: []string{"UIDL"}}.NewServer(t, texts(1)...)
	for _, mbox := range []*imapcompat.Connection{open(t, srv, srv.IMAP()), open(t, without, without.POP3())} {
		if err := second(mbox.UIDL(1)); !errors.Is(err, imapcompat.ErrNotSupported) {
			t.Errorf("got %v", err)
		}
		if ids, err := mbox.UIDLs(); !errors.Is(err, imapcompat.ErrNotSupported) || len(ids) > 0 {
			t.Errorf("got %v, %v", ids, err)
		}
	}
}

// What servers list in place of unique-ids.
func TestOddUIDLs(t *testing.T) {
	for _, test := range []struct {
		name string
		uidl func(num, uid int) []string
		want []string // for three messages
	}{
		{"missing", func(num, _ int) []string { return line(num == 2, "2 a") }, []string{"", "a", ""}},
		{"none", func(int, int) []string { return nil }, []string{"", "", ""}},
		{"the same for all", func(num, _ int) []string { return []string{fmt.Sprint(num, " a")} }, []string{"a", "a", "a"}},
		{"a line twice", func(num, _ int) []string { return []string{fmt.Sprint(num, " a"), fmt.Sprint(num, " a")} }, []string{"a", "a", "a"}},
		{"two for a message", func(num, _ int) []string { return []string{fmt.Sprint(num, " a"), "2 b", fmt.Sprint(num, " c")} }, []string{"", "", ""}},
		{"empty", func(num, _ int) []string { return []string{fmt.Sprint(num) + strings.Repeat(" ", num-1)} }, []string{"", "", ""}},
		{"long", func(num, _ int) []string {
			return []string{fmt.Sprint(num, " ", strings.Repeat("x", []int{71, 1024, 1025}[num-1]))}
		},
			[]string{strings.Repeat("x", 71), strings.Repeat("x", 1024), ""}},
		{"beyond ASCII", func(num, _ int) []string { return []string{fmt.Sprintf("%d \xff%dé", num, num)} }, []string{"\xff1é", "\xff2é", "\xff3é"}},
		{"blanks within", func(num, _ int) []string { return []string{fmt.Sprintf("%d  a b %d ", num, num)} }, []string{"a b 1", "a b 2", "a b 3"}},
		{"control characters", func(num, _ int) []string {
			return []string{fmt.Sprintf("%d a%s", num, []string{"\x00", "\x1b", "\x7f"}[num-1])}
		}, []string{"", "", ""}},
		{"wrong numbers", func(num, _ int) []string {
			return []string{fmt.Sprint(num-1, " a"), "-1 a", "99 a", "18446744073709551617 a", "x"}
		}, []string{"a", "a", ""}},
		{"out of order", func(num, _ int) []string { return []string{fmt.Sprintf("%d a%d", 4-num, 4-num)} }, []string{"a1", "a2", "a3"}},
		{"used again", imaptest.ReusedUIDL, []string{"1", "2", "3"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := imaptest.Config{UIDL: test.uidl}.NewServer(t, texts(3)...)
			mbox := open(t, srv, srv.POP3())
			got, err := mbox.UIDLs()
			must(t, err)
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
			for n := 1; n <= 3; n++ {
				if id, err := mbox.UIDL(n); id != test.want[n-1] || err != nil {
					t.Errorf("message %d: %q, %v", n, id, err)
				}
			}
		})
	}
}

// line is a list of one line, or none.
func line(there bool, text string) []string {
	if !there {
		return nil
	}
	return []string{text}
}

// A unique-id that is used again means another message in the next session.
func TestReusedUIDLs(t *testing.T) {
	srv := imaptest.Config{UIDL: imaptest.ReusedUIDL}.NewServer(t, texts(3)...)
	mbox := open(t, srv, srv.POP3())
	must(t, mbox.Delete("1"))
	must(t, mbox.Close(imapcompat.CL_EXPUNGE))
	again := open(t, srv, srv.POP3())
	ids, err := again.UIDLs()
	must(t, err)
	if got := subjects(t, again); !slices.Equal(ids, []string{"1", "2"}) || got != "2 3" {
		t.Errorf("%q are %s", ids, got)
	}
}
