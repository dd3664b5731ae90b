package inbox_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/internal/memledger"
	"github.com/imapcompat/imapcompat/internal/cuts"
)

// scissors make the connections of a job, and cut them after some octets in a direction.
type scissors struct {
	dir   cuts.Direction
	after int // octets, of all connections together; negative is never

	mu     sync.Mutex
	passed map[cuts.Direction]int
	isCut  bool
	conns  []net.Conn
}

func (s *scissors) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.isCut {
		conn.Close()
		return nil, net.ErrClosed
	}
	s.conns = append(s.conns, conn)
	return &cutConn{conn, s}, nil
}

// pass returns how many of n octets pass.
func (s *scissors) pass(dir cuts.Direction, n int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if dir == s.dir && s.after >= 0 {
		n = min(n, s.after-s.passed[dir])
	}
	s.passed[dir] += n
	return n
}

func (s *scissors) cut() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.isCut = true
	for _, conn := range s.conns {
		conn.Close()
	}
	return net.ErrClosed
}

type cutConn struct {
	net.Conn
	s *scissors
}

func (c *cutConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if passed := c.s.pass(cuts.ToClient, n); passed < n {
		return passed, c.s.cut()
	}
	return n, err
}

func (c *cutConn) Write(p []byte) (int, error) {
	if passed := c.s.pass(cuts.ToServer, len(p)); passed < len(p) {
		c.Conn.Write(p[:passed])
		return passed, c.s.cut()
	}
	return c.Conn.Write(p)
}

// A job whose connections are cut after any octet, and its next run, handle each message once,
// and leave the mailbox as it is to be. All octets: IMAPCOMPAT_CUT_EVERY=1 go test -run TestCuts
// -v ./inbox
func TestCuts(t *testing.T) {
	every, err := cuts.Every(31)
	if err != nil {
		t.Fatal(err)
	}
	if testing.Short() {
		every *= 8
	}
	n := 0
	for _, test := range []struct {
		service service
		then    inbox.Action
	}{
		{services[0], inbox.Keep()}, {services[0], inbox.MoveTo("Processed")}, {services[0], inbox.Delete()},
		{services[0], inbox.Flag(`\Flagged`)}, {services[1], inbox.Keep()}, {services[1], inbox.Delete()},
	} {
		for _, dir := range []cuts.Direction{cuts.ToServer, cuts.ToClient} {
			t.Run(fmt.Sprint(test.service.name, " ", test.then, " ", dir), func(t *testing.T) {
				whole := cutJob(t, test.service, test.then, dir, -1)
				for after := 0; after < whole; after += every {
					n++
					if cutJob(t, test.service, test.then, dir, after); t.Failed() {
						t.Fatalf("cut after %d of %d octets", after, whole)
					}
				}
			})
		}
	}
	t.Logf("%d cuts", n)
}

// cutJob runs a job over connections that are cut, and then without cuts. It returns how many
// octets passed in the first run.
func cutJob(t *testing.T, s service, then inbox.Action, dir cuts.Direction, after int) int {
	t.Helper()
	const messages = 3
	srv, err := imaptest.Start(imaptest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	for _, text := range mail(messages) {
		if _, err := srv.Append("INBOX", imaptest.Message{Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	line := &scissors{dir: dir, after: after, passed: map[cuts.Direction]int{}}
	ledger, c := memledger.New(time.Now), newCounter()
	job := func(opts ...imapcompat.Option) (inbox.Report, error) {
		mbox, err := imapcompat.Open(s.url(srv), srv.User, srv.Password, opts...)
		if err != nil {
			return inbox.Report{}, err
		}
		defer mbox.Close()
		box := inbox.New(mbox, ledger, inbox.WithLease(time.Second), inbox.WithAttempts(100))
		return (&inbox.Job{Box: box, Handle: c.handle, Then: then, Backoff: func(int) time.Duration { return 0 }}).Run(t.Context())
	}
	if _, err := job(imapcompat.WithDialer(line)); (err != nil) != line.isCut && after < 0 {
		t.Errorf("the job that is not cut: %v", err)
	}
	if _, err := job(); err != nil {
		t.Errorf("the next run: %v", err)
	}
	c.h.check(t, each(messages))
	checkSettled(t, srv, then, messages)
	return line.passed[dir]
}

// checkSettled checks that the messages of a server, all of which are done, are where they
// belong.
func checkSettled(t *testing.T, srv *imaptest.Server, then inbox.Action, messages int) {
	t.Helper()
	left, moved := len(srv.Messages("INBOX")), len(srv.Messages("Processed"))
	wantLeft, wantMoved := messages, 0
	switch then {
	case inbox.Delete():
		wantLeft = 0
	case inbox.MoveTo("Processed"):
		wantLeft, wantMoved = 0, messages
	}
	if left != wantLeft || moved != wantMoved {
		t.Errorf("%d messages are left and %d moved, want %d and %d", left, moved, wantLeft, wantMoved)
	}
	for _, m := range srv.Messages("INBOX") {
		if want := fmt.Sprint([]string{`\Flagged`}); then == inbox.Flag(`\Flagged`) && fmt.Sprint(m.Flags) != want {
			t.Errorf("a message has the flags %v", m.Flags)
		}
	}
}
