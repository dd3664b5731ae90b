package pop3bridge_test

import (
	"errors"
	"testing"

	"slices"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// The client sends all commands that open the maildrop before any answer if the server has
// PIPELINING, but only after the login is accepted.
func TestOpeningInOneFlight(t *testing.T) {
	opening := "S: +OK ready\n" + capabilities(pipelining...) +
		"C: USER joe\nS: +OK\nC: PASS secret\nS: +OK\n" + "C: CAPA\nC: STAT\nC: LIST\n"
	const list = "S: +OK\nS: 1 120\nS: 2 130\nS: .\n"
	fetch := backend.Items{Size: true}
	for _, test := range []struct {
		name, dialogue string
		sizes          []int
	}{
		{"answered", opening + "S: +OK\nS: TOP\nS: .\nS: +OK 2 250\n" + list, []int{120, 130}},
		{"LIST refused", opening + "S: +OK\nS: TOP\nS: .\nS: +OK 2 250\nS: -ERR no\n" +
			"C: RETR 1\nS: +OK\nS: A: b\nS: .\nC: RETR 2\nS: +OK\nS: A: bc\nS: .\n", []int{6, 7}},
		{"CAPA refused the second time", opening + "S: -ERR no\nS: +OK 2 250\n" + list +
			"C: RETR 1\nS: +OK\nS: A: b\nS: .\nC: RETR 2\nS: +OK\nS: A: bc\nS: .\n", []int{6, 7}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript(t, test.dialogue).open()
			var sizes []int
			for msg, err := range s.Fetch(ctx, all, fetch) {
				if err != nil {
					t.Fatal(err)
				}
				sizes = append(sizes, msg.Size)
			}
			check(t, "sizes", sizes, test.sizes)
		})
	}
	for name, dialogue := range map[string]string{
		"STAT refused":   opening + `R: +OK\r\n.\r\n-ERR no\r\n-ERR no\r\n` + "\nC: QUIT\n",
		"login refused":  "S: +OK ready\n" + capabilities(pipelining...) + "C: USER joe\nS: +OK\nC: PASS secret\nS: -ERR no\nC: QUIT\nS: +OK\n",
		"broken in STAT": opening + "S: +OK\nS: .\nX\n",
		"broken in LIST": opening + "S: +OK\nS: .\nS: +OK 2 250\nS: +OK\nS: 1 120\nX\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := pop3bridge.Open(ctx, newScript(t, dialogue).config())
			var known *backend.Error
			if !errors.As(err, &known) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Sizes and headers are what PHP shows after the same answers. The size is that of LIST
// until the message was read. Numbers above that of STAT are ignored, and so is a size of
// 0.
func TestSizes(t *testing.T) {
	dialogue := loggedIn("TOP") + "C: STAT\nS: +OK   2 0\nC: LIST\nS: +OK\nS: 2 99\nS: 3 44\nS: xx\nS: 1 0\nS: .\n" +
		"C: RETR 1\nS: +OK\nS: Subject: one\nS: \nS: body\nS: .\n" +
		"C: RETR 2\nS: +OK\nS: Subject: two\nS: \nS: .\n"
	s := newScript(t, dialogue).open()
	size := func() (sizes []int) {
		for _, m := range collect(t, s, all, backend.Items{Size: true}) {
			sizes = append(sizes, m.Size)
		}
		return sizes
	}
	check(t, "sizes", size(), []int{22, 99})
	texts(t, s, 2, "TEXT")
	check(t, "sizes after RETR", size(), []int{22, 16})
}

func TestUniqueID(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1", "1", "1")+
		"C: UIDL\nS: +OK\nS: 1 abc\nS: 3 def\nS: 4 x\nS: junk\nS: .\nC: DELE 1\nS: +OK\n").open()
	ids := func() (ids []string) {
		for _, m := range collect(t, s, all, backend.Items{UniqueID: true}) {
			ids = append(ids, m.UniqueID)
		}
		return ids
	}
	check(t, "ids", ids(), []string{"abc", "", "def"})
	s.Store(ctx, msgs(1), backend.StoreAdd, []string{`\Deleted`})
	check(t, "expunge", s.Expunge(ctx), nil)
	check(t, "ids after expunge", ids(), []string{"", "def"})

	s = newScript(t, withMessages(nil, "1")+"C: UIDL\nS: -ERR unknown\n").open()
	for m, err := range s.Fetch(ctx, all, backend.Items{UniqueID: true}) {
		check(t, "message", m, nil)
		checkError(t, err, backend.ErrNotSupported, "No unique-ids from this POP3 server: unknown")
	}
}

func TestSetsOfNone(t *testing.T) {
	s := newScript(t, withMessages(plainServer)).open()
	for _, uid := range []bool{false, true} {
		set := backend.Set{UID: uid, Ranges: []backend.Range{{First: 1, Last: backend.Max}, {First: backend.Max, Last: backend.Max}}}
		check(t, "messages", len(collect(t, s, set, backend.Items{})), 0)
	}
}

func TestSets(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1", "1", "1")).open()
	r := func(first, last int) []backend.Range { return []backend.Range{{First: first, Last: last}} }
	for _, test := range []struct {
		set  backend.Set
		want []int
	}{
		{backend.Set{Ranges: r(1, backend.Max)}, []int{1, 2, 3}},
		{backend.Set{Ranges: r(backend.Max, backend.Max)}, []int{3}},
		{backend.Set{Ranges: r(2, 9)}, []int{2, 3}},
		{backend.Set{Ranges: r(8, 9)}, nil},
		{backend.Set{UID: true, Ranges: r(8, backend.Max)}, []int{3}},
		{backend.Set{Ranges: append(r(3, 3), r(1, 1)...)}, []int{1, 3}},
		{backend.Set{Ranges: append(r(2, 3), r(1, 2)...)}, []int{1, 2, 3}},
		{backend.Set{UID: true, Ranges: append(r(2, 2), r(2, 3)...)}, []int{2, 3}},
		{backend.Set{UID: true, Ranges: r(-1, 1)}, []int{1}},
		{backend.Set{Ranges: r(0, 1)}, []int{1}},
		{backend.Set{}, nil},
	} {
		var got []int
		for _, m := range collect(t, s, test.set, backend.Items{}) {
			got = append(got, m.Num)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%+v: %v, want %v", test.set, got, test.want)
		}
	}
}
