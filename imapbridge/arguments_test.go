package imapbridge_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// An invalid argument does not reach the server, whose script would fail.
func TestBadArguments(t *testing.T) {
	s, _ := open(t, "")
	two := numbers(backend.Range{First: 2, Last: 2})
	for _, flag := range []string{"", `\`, "a b", "a)", "a\r\nx", "\x00", "ä", `\\x`, "*", "(", `"`} {
		err := s.Store(ctx, two, backend.StoreAdd, []string{flag})
		if !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("flag %q: %v", flag, err)
		}
	}
	for _, name := range []string{"a\r\nx NOOP", "a\x00", "Müll", "&", "&AGE-", "&AOQ", "&!-", "a\x7f"} {
		if err := s.Select(ctx, name, false); !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("mailbox %q: %v", name, err)
		}
		if _, err := s.Status(ctx, name, backend.StatusItems{}); !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("status of mailbox %q: %v", name, err)
		}
	}
	for _, section := range []string{"1]\r\nx NOOP", "1] (", "header", "1 ", "1\x00"} {
		items := backend.Items{Sections: []backend.Section{{Name: section}}}
		if got := fetch(s, two, items); got != "error: Invalid section specifier" {
			t.Errorf("section %q: %s", section, got)
		}
	}
	if got := fetch(s, two, backend.Items{UniqueID: true}); got != "error: IMAP has no UIDL" {
		t.Errorf("UIDL: %s", got)
	}
	if s.State().Mailbox != "INBOX" {
		t.Error("the mailbox is not open any more")
	}
}
