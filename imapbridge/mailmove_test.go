package imapbridge_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

// openMoving is open with a server that has MOVE.
func openMoving(t *testing.T, script string) *imapbridge.Session {
	t.Helper()
	server := serve(t, "S: * PREAUTH [CAPABILITY IMAP4rev1 MOVE] hello\n"+selected+script)
	s, err := imapbridge.Open(ctx, server.config(&notices{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	if err := s.Select(ctx, "INBOX", false); err != nil {
		t.Fatal(err)
	}
	return s
}

// The messages that stay keep their numbers until Poll. The numbers of the moved messages
// are invalid until then.
func TestMove(t *testing.T) {
	s := openMoving(t, `
		C: T MOVE 2,4 "Box"
		S: * OK [COPYUID 5 12,14 1:2] moved
		S: * 4 EXPUNGE
		S: * 9 EXISTS
		S: * 2 EXPUNGE
		S: T OK done
		C: T FETCH 1:3 (UID)
		S: * 1 FETCH (UID 11)
		S: * 2 FETCH (UID 13)
		S: * 3 FETCH (UID 15)
		S: T OK done
		C: T MOVE 2:3 "Box"
		S: * 2 EXPUNGE
		S: * 2 EXPUNGE
		S: T OK done
		C: T UID MOVE 20 "Box"
		S: T OK no such message
		C: T NOOP
		S: T OK done
		C: T FETCH 2 (UID)
		S: * 2 FETCH (UID 16)
		S: T OK done`)
	move := func(set backend.Set) {
		t.Helper()
		if err := s.Move(ctx, set, "Box"); err != nil {
			t.Fatal(err)
		}
	}
	check := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %s, want %s", what, got, want)
		}
	}
	move(numbers(one(2), one(4)))
	check("fetched", fetch(s, numbers(backend.Range{First: 1, Last: 5}), backend.Items{UID: true}), "1 uid 11; 3 uid 13; 5 uid 15")
	check("messages", fmt.Sprint(s.State().Messages), "10")
	for _, set := range []backend.Set{numbers(one(2)), numbers(one(1), one(4))} {
		for what, err := range map[string]error{"move": s.Move(ctx, set, "Box"), "copy": s.Copy(ctx, set, "Box")} {
			if !errors.Is(err, backend.ErrBadMessageNumber) {
				t.Errorf("%s %v: %v", what, set, err)
			}
		}
	}
	check("fetched", fetch(s, numbers(one(4)), backend.Items{UID: true}), "")
	if err := s.Store(ctx, numbers(one(4)), backend.StoreAdd, []string{`\Deleted`}); err != nil {
		t.Error(err)
	}
	move(numbers(backend.Range{First: 2, Last: 5}))
	move(uids(one(20)))
	if err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	check("messages", fmt.Sprint(s.State().Messages), "6")
	check("fetched", fetch(s, numbers(one(2)), backend.Items{UID: true}), "2 uid 16")
}

// A large set takes several commands. The first one moves the numbers of the second.
func TestMoveInParts(t *testing.T) {
	set := everySecond(310)
	first, second := backend.Set{Ranges: set.Ranges[:300]}, backend.Set{Ranges: set.Ranges[300:]}
	start := "C: T NOOP\nS: * 1000 EXISTS\nS: T OK done\nC: T MOVE " + sequence(first, 0) + " \"Box\"\n" +
		strings.Repeat("S: * 2 EXPUNGE\n", 1)
	for i := 1; i < 300; i++ {
		start += fmt.Sprintf("S: * %d EXPUNGE\n", i+2)
	}
	start += "S: T OK done\nC: T MOVE " + sequence(second, 300) + " \"Box\"\n"
	for _, test := range []struct {
		name, end string
		kind      error
		text      string
	}{
		{"done", "S: T OK done", nil, ""},
		{"refused", "S: T NO [OVERQUOTA] full", backend.ErrRefused, "[OVERQUOTA] full: the server had reported 300 messages gone from the mailbox"},
		{"lost", "S: * 302 EXPUNGE\nS: !", backend.ErrConnectionLost, "the server had reported 301 messages gone from the mailbox, and may have moved more"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := openMoving(t, start+test.end)
			if err := s.Poll(ctx); err != nil {
				t.Fatal(err)
			}
			err := s.Move(ctx, set, "Box")
			if test.kind != nil {
				checkFailure(t, err, test.kind, test.text)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMoveFails(t *testing.T) {
	for _, test := range []struct {
		name, script string
		kind         error
		text         string
	}{
		{"refused", "S: T NO [TRYCREATE] no", backend.ErrRefused, "[TRYCREATE] no"},
		{"refused in part", "S: * 3 EXPUNGE\nS: T NO [LIMIT] no", backend.ErrRefused, "[LIMIT] no: the server had reported 1 messages gone"},
		{"not known", "S: T BAD what", backend.ErrRefused, "what"},
		{"lost at once", "S: !", backend.ErrConnectionLost, "the server had reported 0 messages gone from the mailbox, and may have moved more"},
		{"lost", "S: * OK [COPYUID 1 3:4 1:2] ok\nS: * 3 EXPUNGE\nS: !", backend.ErrConnectionLost, "reported 1 messages gone"},
		{"lost behind neighbours", "S: * 3 EXPUNGE\nS: * 3 EXPUNGE\nS: !", backend.ErrConnectionLost, "reported 2 messages gone"},
		{"strange COPYUID", "S: * OK [COPYUID 0 * ] ok\nS: * 3 EXPUNGE\nS: T OK [COPYUID] done", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := openMoving(t, "C: T UID MOVE 3:4 \"Box\"\n"+test.script)
			err := s.Move(ctx, uids(backend.Range{First: 3, Last: 4}), "Box")
			if test.kind != nil {
				checkFailure(t, err, test.kind, test.text)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
	s, _ := open(t, "") // nothing is sent to a server without MOVE
	checkFailure(t, s.Move(ctx, numbers(one(1)), "Box"), backend.ErrNotSupported, "Server has no MOVE")
}
