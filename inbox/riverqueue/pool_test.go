package riverqueue

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func testPool(t *testing.T, srv *imaptest.Server, url string, size int) *pool {
	p := newPool(func(ctx context.Context) (*imapcompat.Connection, error) {
		return imapcompat.OpenContext(ctx, url, srv.User, srv.Password)
	}, size)
	t.Cleanup(func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

func take(t *testing.T, p *pool) *connection {
	t.Helper()
	c, err := p.tryGet(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A connection is used again if it shows messages that arrive later.
func TestPoolReuses(t *testing.T) {
	srv := imaptest.NewServer(t, "Subject: 1\n\n1\n")
	for _, test := range []struct {
		url     string
		healthy bool
		want    bool
	}{{srv.IMAP(), true, true}, {srv.IMAP(), false, false}, {srv.POP3(), true, false}} {
		p := testPool(t, srv, test.url, 1)
		first := take(t, p)
		p.put(first, test.healthy)
		srv.Append("INBOX", imaptest.Message{Text: "Subject: 2\n\n2\n"})
		second := take(t, p)
		if (first == second) != test.want {
			t.Errorf("%s, healthy %v: the connection is the same one: %v", test.url, test.healthy, first == second)
		}
		if n, err := second.NumMsg(); n != len(srv.Messages("INBOX")) || err != nil {
			t.Errorf("%s: it shows %d messages, %v", test.url, n, err)
		}
		p.put(second, true)
	}
}

// An idle connection that has ended is replaced.
func TestPoolReplaces(t *testing.T) {
	srv := imaptest.NewServer(t)
	p := testPool(t, srv, srv.IMAP(), 1)
	p.put(take(t, p), true)
	srv.DropConnections()
	c := take(t, p)
	if err := c.Ping(); err != nil {
		t.Error(err)
	}
	p.put(c, true)
}

// Many jobs of one mailbox are put off one after the other, and do not wait in workers.
func TestPoolPutsOff(t *testing.T) {
	srv := imaptest.NewServer(t)
	p := testPool(t, srv, srv.IMAP(), 2)
	first, second := take(t, p), take(t, p)
	got := make(chan *connection)
	for range 2 {
		go func() {
			c, err := p.tryGet(t.Context())
			if err != nil {
				t.Error(err)
			}
			got <- c
		}()
	}
	for waiting := 0; waiting < 2; time.Sleep(time.Millisecond) {
		p.mu.Lock()
		waiting = p.waiting
		p.mu.Unlock()
	}
	var last time.Duration
	for i := range 10 {
		_, err := p.tryGet(t.Context())
		var busy *busyError
		if !errors.As(err, &busy) {
			t.Fatalf("job %d: %v", i, err)
		}
		if i == 9 {
			last = busy.delay
		}
	}
	if most := 10 * firstGuess / 2; last > most || last < firstGuess {
		t.Errorf("the last job is put off by %v", last)
	}
	p.put(first, true)
	p.put(second, true)
	p.put(<-got, true)
	p.put(<-got, true)
}

// After a failure no message opens a connection for a while, longer each time.
func TestPoolTrouble(t *testing.T) {
	srv := imaptest.NewServer(t)
	p := testPool(t, srv, srv.IMAP(), 1)
	for _, least := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300} {
		if d := p.trouble(); d < least*time.Second || d > least*time.Second*3/2 {
			t.Errorf("the delay is %v, want %v s", d, int(least))
		}
	}
	var busy *busyError
	if _, err := p.tryGet(t.Context()); !errors.As(err, &busy) {
		t.Errorf("a message opens a connection: %v", err)
	}
	c, err := p.get(t.Context()) // as a scan does
	if err != nil {
		t.Fatal(err)
	}
	p.put(c, true)
	p.put(take(t, p), true)
}

func TestSpread(t *testing.T) {
	s := spread("mailbox", time.Minute)
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for range 5 {
		next := s.Next(now)
		if wait := next.Sub(now); wait <= 0 || wait > time.Minute {
			t.Errorf("after %v comes %v", now, next)
		}
		if again := s.Next(next); again.Sub(next) != time.Minute {
			t.Errorf("after %v comes %v", next, again)
		}
		now = now.Add(17 * time.Second)
	}
	if spread("another", time.Minute) == s {
		t.Error("two mailboxes are scanned at the same time")
	}
}
