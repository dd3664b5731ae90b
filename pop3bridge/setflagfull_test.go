package pop3bridge_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/pop3bridge"
)

// flags returns the flags of all messages: S, A, F, D, X, and N for \Recent.
func flags(t *testing.T, s *pop3bridge.Session) []string {
	t.Helper()
	var list []string
	for _, m := range collect(t, s, all, backend.Items{Flags: true}) {
		text := ""
		for i, set := range []bool{m.Flags.Seen, m.Flags.Answered, m.Flags.Flagged, m.Flags.Deleted, m.Flags.Draft, m.Flags.Recent} {
			if set {
				text += "SAFDXN"[i : i+1]
			}
		}
		list = append(list, text)
	}
	return list
}

func TestStore(t *testing.T) {
	server := newScript(t, withMessages(plainServer, "1", "1", "1"))
	s := server.open()
	store := func(set backend.Set, op backend.StoreOp, names ...string) {
		t.Helper()
		check(t, "error", s.Store(ctx, set, op, names), nil)
	}
	store(all, backend.StoreAdd, `\SEEN`, `\flagged`)
	store(msgs(2, 9), backend.StoreRemove, `\Seen`, "foo", `\Recent`)
	store(backend.Set{UID: true, Ranges: []backend.Range{{First: 7, Last: backend.Max}}}, backend.StoreReplace, `\Draft`, `\Answered`)
	check(t, "flags", flags(t, s), []string{"SFN", "FN", "AXN"})
	check(t, "notices", server.notes(), []string{"Unknown flag: foo", `Unsupported system flag: \Recent`})
	store(backend.Set{}, backend.StoreAdd, `\Deleted`)
	check(t, "flags", flags(t, s), []string{"SFN", "FN", "AXN"})
	if err := s.Store(ctx, all, 99, nil); !errors.Is(err, backend.ErrInvalidArgument) {
		t.Error(err)
	}
}

// Store returns an error after the session has ended.
func TestStoreWhenClosed(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")).open()
	s.Abort()
	want := s.Poll(ctx)
	check(t, "an error", want != nil, true)
	check(t, "store", fmt.Sprint(s.Store(ctx, all, backend.StoreAdd, []string{`\Seen`})), fmt.Sprint(want))
}

func TestStoreOfNoKind(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")).open()
	check(t, "store", fmt.Sprint(s.Store(ctx, all, 99, []string{`\Seen`})), "no such StoreOp: 99")
	check(t, "flags", flags(t, s), []string{"N"})
}
