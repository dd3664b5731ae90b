package imapbridge_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

func TestSilentServer(t *testing.T) {
	n := &notices{}
	server := serve(t, loggedIn+selected+"C: T NOOP")
	cfg := server.config(n)
	cfg.Timeouts.Read = 50 * time.Millisecond
	s, err := imapbridge.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	if err := s.Select(ctx, "INBOX", false); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // no answer is due, so there is no timeout
	err = s.Poll(ctx)
	if !errors.Is(err, backend.ErrTimeout) || !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
}

func TestCancel(t *testing.T) {
	s, _ := open(t, "C: T NOOP")
	ctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(20*time.Millisecond, cancel)
	if err := s.Poll(ctx); !errors.Is(err, context.Canceled) || !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
	if s.Link().Closed == nil {
		t.Error("the session does not say that it is closed")
	}
}
