package imapbridge_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

var errFull = errors.New("no room left")

// limited accepts a number of octets and then fails.
type limited struct {
	strings.Builder
	room int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.room -= len(p); l.room < 0 {
		return 0, errFull
	}
	return l.Builder.Write(p)
}

// WriteSection writes the whole section or returns an error.
func TestWriteSection(t *testing.T) {
	const ask = "C: T FETCH 2 (BODY[1])\n"
	const news = "\nC: T NOOP\nS: T OK"
	for _, test := range []struct {
		name, script, want string
		found              bool
		err                error
	}{
		{"a literal", `S: * 2 FETCH (BODY[1] {4}\nabcd)\nS: T OK`, "abcd", true, nil},
		{"in lower case, with an origin", `S: * 2 fetch (FLAGS (\Seen) body[1]<0> {4}\nabcd FLAGS ())\nS: T OK`, "abcd", true, nil},
		{"a quoted string", `S: * 2 FETCH (BODY[1] "abcd")\nS: T OK`, "abcd", true, nil},
		{"an empty literal", `S: * 2 FETCH (BODY[1] {0}\n)\nS: T OK`, "", true, nil},
		{"a part that is not there", `S: * 2 FETCH (BODY[1] NIL)\nS: T OK`, "", true, nil},
		{"larger than the limit", `S: * 2 FETCH (BODY[1] {2000000}\n` + strings.Repeat("0123456789", 200_000) + `)\nS: T OK`,
			strings.Repeat("0123456789", 200_000), true, nil},
		{"more than the writer takes", `S: * 2 FETCH (BODY[1] {4000000}\n` + strings.Repeat("0123456789", 400_000) + `)\nS: T OK`,
			"", true, errFull},
		{"twice", `S: * 2 FETCH (BODY[1] {4}\nabcd)\nS: * 2 FETCH (BODY[1] {4}\nefgh)\nS: T OK`, "abcd", true, nil},
		{"twice in one response", `S: * 2 FETCH (BODY[1] {4}\nabcd BODY[1] {4}\nefgh)\nS: T OK`, "abcd", true, backend.ErrProtocol},
		{"a piece from behind", `S: * 2 FETCH (BODY[1]<8> {4}\nabcd)\nS: T OK` + news, "", true, backend.ErrProtocol},
		{"another message", `S: * 3 FETCH (BODY[1] {4}\nabcd)\nS: T OK` + news, "", true, backend.ErrProtocol},
		{"another section", `S: * 2 FETCH (BODY[2] {4}\nabcd)\nS: T OK` + news, "", true, backend.ErrProtocol},
		{"nothing", "S: T OK" + news, "", true, backend.ErrProtocol},
		{"refused", "S: T NO no" + news, "", true, backend.ErrRefused},
		{"gone", `S: * 2 FETCH (BODY[1] NIL)\nS: T OK [EXPUNGEISSUED] x\nC: T NOOP\nS: * 2 EXPUNGE\nS: T OK`, "", true, backend.ErrBadMessageNumber},
		{"gone, and not there", `S: T OK\nC: T NOOP\nS: * 2 EXPUNGE\nS: T OK`, "", false, nil},
		{"cut off", `S: * 2 FETCH (BODY[1] {10}\nabcd` + "\nS: !", "abcd\r\n", false, backend.ErrConnectionLost},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := open(t, ask+strings.NewReplacer(`\nS:`, "\nS:", `\nC:`, "\nC:").Replace(test.script)+"\nC: T NOOP\nS: T OK")
			w := limited{room: 3 << 20}
			found, err := s.WriteSection(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.Section{Name: "1"}, &w)
			if test.err == errFull {
				test.want = w.String() // as much as the writer has accepted
			}
			if w.String() != test.want || found != test.found || !errors.Is(err, test.err) {
				t.Errorf("wrote %.40q (%d octets), %v, %v", w.String(), w.Len(), found, err)
			}
			if err := s.Poll(ctx); errors.Is(test.err, backend.ErrConnectionLost) != (err != nil) {
				t.Errorf("the session: %v", err)
			}
		})
	}
}
