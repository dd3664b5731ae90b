package imapbridge_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

func TestStatus(t *testing.T) {
	s, _ := open(t, `
		C: T STATUS "a \"b" (MESSAGES RECENT UIDVALIDITY)
		S: * STATUS {4}\na "b (MESSAGES 4 X-SIZE 12 RECENT 0)
		S: T OK done
		C: T STATUS "gone" ()
		S: T NO [NONEXISTENT] no such mailbox`)
	got, err := s.Status(ctx, `a "b`, backend.StatusItems{Messages: true, Recent: true, UIDValidity: true})
	want := backend.Status{Items: backend.StatusItems{Messages: true, Recent: true}, Messages: 4}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = s.Status(ctx, "gone", backend.StatusItems{})
	if !errors.Is(err, backend.ErrRefused) || err.Error() != "[NONEXISTENT] no such mailbox" {
		t.Errorf("got %v", err)
	}
}

// The commands of go-imap survive unusual responses before and after their answers.
func TestOddStatus(t *testing.T) {
	for _, answer := range []string{
		"S: T OK done  ", "S: * 2 EXPUNGE  \nS: T OK done", "S: T OK [COPYUID x (1 2] done", "S: * OK [UIDNEXT\nS: T OK [UNSEEN done",
		"S: T OK", "S: T ok done\nS: T OK done", "S: * VANISHED {3}\\nabc x\nS: T OK done", "S: \nS: X9 OK what\nS: *\nS: T OK done",
		"S: * LIST (\\x \"\nS: * FLAGS x\nS: * 1 FETCH (((\nS: * CAPABILITY {\nS: T OK done",
	} {
		for _, call := range []struct {
			name, sent string
			do         func(*imapbridge.Session) error
		}{
			{"Poll", "NOOP", func(s *imapbridge.Session) error { return s.Poll(ctx) }},
			{"Store", `STORE 1 +FLAGS.SILENT (\Deleted)`, func(s *imapbridge.Session) error {
				return s.Store(ctx, numbers(backend.Range{First: 1, Last: 1}), backend.StoreAdd, []string{`\Deleted`})
			}},
			{"Copy", `COPY 1 "x"`, func(s *imapbridge.Session) error {
				return s.Copy(ctx, numbers(backend.Range{First: 1, Last: 1}), "x")
			}},
		} {
			s, _ := open(t, "C: T "+call.sent+"\n"+answer+"\nC: T NOOP\nS: T OK done")
			if err := call.do(s); err != nil {
				t.Errorf("%s, %q: %v", call.name, answer, err)
			}
			if err := s.Poll(ctx); err != nil {
				t.Errorf("after %s, %q: %v", call.name, answer, err)
			}
		}
	}
}
