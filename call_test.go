package imapcompat_test

import (
	"context"
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
	"github.com/imapcompat/imapcompat/imaptest"
)

// busy is a session whose Poll says that it has begun and waits.
type busy struct {
	backend.Session
	begun, end chan struct{}
}

func (b *busy) Poll(ctx context.Context) error {
	b.begun <- struct{}{}
	select {
	case <-b.end:
	case <-ctx.Done():
	}
	return nil
}

// A session has one call at a time.
func TestOneCallAtATime(t *testing.T) {
	srv := imaptest.NewServer(t)
	session := &busy{begun: make(chan struct{}, 2), end: make(chan struct{})}
	mbox := open(t, srv, srv.IMAP(), imapcompat.WithService("imap", func(ctx context.Context, cfg *backend.Config) (_ backend.Session, err error) {
		session.Session, err = imapbridge.Open(ctx, cfg)
		return session, err
	}))
	first := make(chan error)
	go func() { first <- mbox.Ping() }()
	<-session.begun
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := mbox.WithContext(ended).Check(); !errors.Is(err, context.Canceled) {
		t.Errorf("while another call is on its way: %v", err)
	}
	close(session.end)
	must(t, <-first)
	if n := len(session.begun); n != 0 {
		t.Errorf("%d other calls came to the session", n)
	}
}
