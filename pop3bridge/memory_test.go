package pop3bridge_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// plainText returns a message of some octets that begins with a letter.
func plainText(letter string, size int) string { return letter + strings.Repeat("x", size-3) + "\r\n" }

// The last texts that were read are kept, up to 4 MiB of them together, or a longer one
// alone. They are not retrieved again.
func TestTextsKept(t *testing.T) {
	const half = 2 << 20
	a, b, c, large := plainText("a", half), plainText("b", half), plainText("c", 3), plainText("d", 2*half+1)
	s := newScript(t, withMessages(plainServer, itoa(half), itoa(half), "3", itoa(2*half+1))+
		answer("RETR 1", a)+answer("RETR 2", b)+ // both are kept
		answer("RETR 3", c)+ // 1 is dropped
		answer("RETR 1", a)+ // 2 is dropped
		answer("RETR 4", large)+ // only this is kept
		answer("RETR 3", c)+
		answer("RETR 1", a)+
		"C: QUIT\nS: +OK\n").open()
	read := func(nums ...int) {
		t.Helper()
		for _, n := range nums {
			if got, want := texts(t, s, n, "")[0], []string{a, b, c, large}[n-1]; got != want {
				t.Errorf("message %d: %d octets, want %d", n, len(got), len(want))
			}
		}
	}
	read(1, 2, 1, 2, 3, 2, 3, 1, 3, 4, 4, 3, 1, 3, 1)
	// A text that is kept is written from memory.
	if found, err := s.WriteSection(ctx, msgs(1), backend.Section{}, io.Discard); !found || err != nil {
		t.Error(found, err)
	}
	check(t, "logout", s.Logout(ctx), nil)
}

// A message that was retrieved again is kept once. An expunged message is not kept.
func TestTextsKeptOnce(t *testing.T) {
	const third = 4 << 20 / 3
	a, b, c := plainText("a", third), plainText("b", third), plainText("c", third)
	s := newScript(t, withMessages(plainServer, itoa(third), itoa(third), itoa(third))+
		answer("RETR 1", a)+"C: DELE 1\nS: +OK\n"+answer("RETR 2", b)+answer("RETR 3", c)+"C: QUIT\nS: +OK\n").open()
	check(t, "the first", texts(t, s, 1, "")[0] == a, true)
	s.Store(ctx, msgs(1), backend.StoreAdd, []string{`\Deleted`})
	check(t, "expunge", s.Expunge(ctx), nil)
	for range 3 {
		check(t, "the second", texts(t, s, 1, "")[0] == b, true)
		check(t, "the third", texts(t, s, 2, "")[0] == c, true)
	}
	check(t, "logout", s.Logout(ctx), nil)
	checkError(t, s.Poll(ctx), backend.ErrConnectionLost, "POP3 connection lost")
}

// The answers in flight have at most 4 MiB, by the sizes in LIST. One answer is always
// allowed.
func TestOctetsInFlight(t *testing.T) {
	const retr1, retr2, retr3, retr4 = "C: RETR 1\n", "C: RETR 2\n", "C: RETR 3\n", "C: RETR 4\n"
	const text = "S: +OK\nS: x\nS: .\n"
	for size, dialogue := range map[string]string{
		"2097152": retr1 + retr2 + text + retr3 + text + retr4 + text + text,
		"2097153": retr1 + text + retr2 + text + retr3 + text + retr4 + text,
		"1048576": retr1 + retr2 + retr3 + retr4 + text + text + text + text,
		"9000000": retr1 + text + retr2 + text + retr3 + text + retr4 + text,
	} {
		s := newScript(t, withMessages(pipelining, size, size, size, size)+dialogue+"C: QUIT\nS: +OK\n").open()
		check(t, size, len(collect(t, s, all, sections(true, ""))), 4)
		check(t, "logout", s.Logout(ctx), nil)
	}
}

// An owed message whose RETR is pending when the caller stops is still compared, and is
// retrieved once.
func TestLeaveWithOwed(t *testing.T) {
	const one, two, head = "A: 1\r\n\r\none\r\n", "A: 2\r\n\r\ntwo\r\n", `R: A: x\r\n\r\n.\r\n` + "\n"
	for _, last := range []int{3, 4} {
		s := newScript(t, withMessages([]string{"TOP", "PIPELINING"}, "13", "13", "262145", "262145")+
			answer("RETR 1", one)+answer("TOP 1 13", one)+answer("TOP 2 13", two)+
			"C: TOP 3 0\nC: TOP 4 0\nC: RETR 2\nS: +OK\n"+head+"S: +OK\n"+head+"S: +OK\nR: A: 2\\r\\n\\r\\ntwo\\r\\n.\\r\\n\n"+
			"C: DELE 2\nS: +OK\nC: QUIT\nS: +OK\n").openSlowly()
		texts(t, s, 1, "TEXT")
		for m, err := range s.Fetch(ctx, msgs(2), backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}, Untraced: true}) {
			check(t, "untraced", fmt.Sprint(m.Num, err), "2 <nil>")
		}
		s.Retrieve(msgs(2))
		for m, err := range s.Fetch(ctx, msgs(3, 4), sections(true, "HEADER")) {
			check(t, "header", err, nil)
			if m.Num == last {
				break
			}
		}
		s.Store(ctx, msgs(2), backend.StoreAdd, []string{`\Deleted`})
		check(t, "expunge", s.Expunge(ctx), nil)
		check(t, "logout", s.Logout(ctx), nil)
	}
}

// A text of exactly the limit is read. A text that is longer by one octet is an error of
// its message, whether or not LIST has its size. It is read to its end up to twice the
// limit.
func TestTextLimits(t *testing.T) {
	const limit = 10
	for _, test := range []struct {
		listed string
		size   int
		kind   error
	}{
		{"10", 10, nil}, {"9", 10, nil}, {"99", 0, backend.ErrTooLarge}, {"11", 0, backend.ErrTooLarge}, {"10", 11, backend.ErrTooLarge},
		{"10", 20, backend.ErrTooLarge}, {"10", 21, backend.ErrConnectionLost},
	} {
		script := withMessages(plainServer, test.listed)
		if test.size > 0 {
			script += "C: RETR 1\nS: +OK\nR: " + strings.ReplaceAll(plainText("a", test.size), "\r\n", `\r\n`) + `.\r\n` + "\n"
		}
		if test.kind != backend.ErrConnectionLost {
			script += "C: NOOP\nS: +OK\n"
		}
		server := newScript(t, script)
		cfg := server.config()
		cfg.MaxLiteral = limit
		s, err := pop3bridge.Open(ctx, cfg)
		if err != nil {
			t.Fatal(err)
		}
		for m, err := range s.Fetch(ctx, msgs(1), sections(true, "")) {
			var known *backend.Error
			switch {
			case test.kind == nil && (err != nil || len(m.Sections[0]) != test.size):
				t.Errorf("%+v: %v", test, err)
			case test.kind != nil && (!errors.As(err, &known) || known.Kind != test.kind):
				t.Errorf("%+v: %v", test, err)
			}
		}
		if err := s.Poll(ctx); (err != nil) != (test.kind == backend.ErrConnectionLost) {
			t.Errorf("%+v: then %v", test, err)
		}
		s.Abort()
	}
}
