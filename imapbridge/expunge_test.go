package imapbridge_test

import (
	"context"
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

func TestExpunge(t *testing.T) {
	s, _ := open(t, `
		C: T EXPUNGE
		S: * 2 EXPUNGE
		S: * 2 EXPUNGE
		S: T OK done
		C: T EXPUNGE
		S: * 1 EXPUNGE
		S: !`)
	if err := s.Expunge(ctx); err != nil {
		t.Fatal(err)
	}
	if n := s.State().Messages; n != 7 {
		t.Errorf("%d messages, want 7", n)
	}
	err := s.Expunge(ctx)
	want := "[CLOSED] IMAP connection broken (server response): the server had reported 1 messages expunged and may have expunged more"
	if !errors.Is(err, backend.ErrConnectionLost) || err.Error() != want {
		t.Errorf("got %v", err)
	}
	for _, next := range []func(context.Context) error{s.Poll, s.Expunge} {
		if err := next(ctx); !errors.Is(err, backend.ErrConnectionLost) || err.Error() != "[CLOSED] IMAP connection lost" {
			t.Errorf("the next call: %v", err)
		}
	}
	if err := s.Logout(ctx); !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("Logout: %v", err)
	}
}

// Only UID EXPUNGE is sent, in commands of bounded length. The error of a lost connection
// says how many messages were expunged.
func TestExpungeUIDs(t *testing.T) {
	set := everySecond(301)
	set.UID = true
	first, second := backend.Set{Ranges: set.Ranges[:300]}, backend.Set{Ranges: set.Ranges[300:]}
	s, _ := openUIDPlus(t, `C: T UID EXPUNGE `+sequence(first, 0)+`
		S: * 2 EXPUNGE
		S: * 2 EXPUNGE
		S: T OK done
		C: T UID EXPUNGE `+sequence(second, 0)+`
		S: * 1 EXPUNGE
		S: T OK done
		C: T UID EXPUNGE 9
		S: T NO not now
		C: T UID EXPUNGE 9
		S: * 1 EXPUNGE
		S: !`)
	if err := s.ExpungeUIDs(ctx, set); err != nil {
		t.Fatal(err)
	}
	if n := s.State().Messages; n != 6 {
		t.Errorf("%d messages, want 6", n)
	}
	checkFailure(t, s.ExpungeUIDs(ctx, uids(one(9))), backend.ErrRefused, "not now")
	checkFailure(t, s.ExpungeUIDs(ctx, uids(one(9))), backend.ErrConnectionLost, "the server had reported 1 messages expunged and may have expunged more")
	checkFailure(t, s.ExpungeUIDs(ctx, uids(one(9))), backend.ErrConnectionLost, "[CLOSED] IMAP connection lost")
}
