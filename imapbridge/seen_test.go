package imapbridge_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// \Seen is sent with the next command and before it. Whatever the server answers to it, that
// command has its own answers.
func TestMarkSeen(t *testing.T) {
	const mark = "C: T STORE 2:3 +FLAGS.SILENT (\\Seen)\n"
	for name, script := range map[string]string{
		"done":          mark + "C: T FETCH 5 (UID)\nS: I2 OK done\nS: * 5 FETCH (UID 50)\nS: T OK done",
		"refused":       mark + "C: T FETCH 5 (UID)\nS: I2 NO [CANNOT] no\nS: * 5 FETCH (UID 50)\nS: T OK done",
		"not known":     mark + "C: T FETCH 5 (UID)\nS: * 5 FETCH (UID 50)\nS: I2 BAD what\nS: T OK done",
		"not answered":  mark + "C: T FETCH 5 (UID)\nS: * 5 FETCH (UID 50)\nS: T OK done",
		"answered late": mark + "C: T FETCH 5 (UID)\nS: * 5 FETCH (UID 50)\nS: T OK done\nC: T NOOP\nS: I2 OK done\nS: T OK done",
	} {
		t.Run(name, func(t *testing.T) {
			s, n := open(t, script)
			if !s.MarkSeen(numbers(backend.Range{First: 2, Last: 3})) {
				t.Fatal("not sent")
			}
			if got := fetch(s, numbers(backend.Range{First: 5, Last: 5}), backend.Items{UID: true}); !strings.Contains(got, "50") {
				t.Errorf("got %q", got)
			}
			if name == "answered late" {
				if err := s.Poll(ctx); err != nil {
					t.Error(err)
				}
			}
			if got := n.texts(); strings.Contains(got, "tagged") {
				t.Error(got)
			}
		})
	}
}

// Changes that a server never answers are not collected without end. A lost connection is
// the error of the command.
func TestMarkSeenBounded(t *testing.T) {
	mark := "C: T STORE 2 +FLAGS.SILENT (\\Seen)\n"
	s, _ := open(t, strings.Repeat(mark, 16)+"C: T NOOP\nS: !")
	one := numbers(backend.Range{First: 2, Last: 2})
	for i := range 17 {
		if sent := s.MarkSeen(one); sent != (i < 16) {
			t.Errorf("%d: %v", i, sent)
		}
	}
	if err := s.Poll(ctx); !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
	if s.MarkSeen(one) {
		t.Error("sent over a lost connection")
	}
}
