package pop3bridge_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

func TestPoll(t *testing.T) {
	s := newScript(t, withMessages(plainServer, "1")+"C: NOOP\nS: +OK\nC: NOOP\nS: -ERR huh\n").open()
	check(t, "poll", s.Poll(ctx), nil)
	checkError(t, s.Poll(ctx), backend.ErrRefused, "huh")
	check(t, "closed", s.Link().Closed, nil)
	if err := s.Unselect(ctx); !errors.Is(err, backend.ErrNotSupported) {
		t.Error(err)
	}
}
