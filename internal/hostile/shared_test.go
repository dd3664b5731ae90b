package hostile_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// sharer is one of the goroutines that use a connection.
type sharer struct {
	t       *testing.T
	r       *rand.Rand
	srv     *imaptest.Server
	m       *imapcompat.Connection
	name    string // of the mailbox
	removes bool   // messages; on POP3 the UIDs of the next session would be others
}

const shared = 150 // messages

// shareable are the errors of a connection that others close and whose messages they remove.
var shareable = []error{
	imapcompat.ErrBadMessageNumber, imapcompat.ErrConnectionLost, imapcompat.ErrClosed, imapcompat.ErrNotSupported,
	context.Canceled, context.DeadlineExceeded,
}

func (s *sharer) check(what string, err error) bool {
	if err != nil && !slices.ContainsFunc(shareable, func(kind error) bool { return errors.Is(err, kind) }) {
		s.t.Errorf("%s: %v", what, err)
	}
	return err == nil
}

// loop reads messages by UID. Each has its own text.
func (s *sharer) loop(m *imapcompat.Connection) {
	first := 1 + s.r.IntN(shared)
	for uid := first; uid <= min(shared, first+s.r.IntN(40)); uid++ {
		text, err := m.FetchBody(uid, "1", imapcompat.FT_UID)
		if s.check("text", err) && text != fmt.Sprintf("This is m%d.\r\n", uid) {
			s.t.Errorf("UID %d: %q", uid, text)
		}
		header, err := m.FetchHeader(uid, imapcompat.FT_UID)
		if s.check("header", err) && !strings.HasPrefix(header, fmt.Sprintf("Subject: m%d\r\n", uid)) {
			s.t.Errorf("UID %d: %q", uid, header)
		}
	}
}

func (s *sharer) call() {
	m := s.m
	if s.r.IntN(12) == 0 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(s.r.IntN(4000))*time.Microsecond)
		defer cancel()
		m = m.WithContext(ctx)
	}
	switch s.r.IntN(9) {
	case 0:
		s.check("ping", m.Ping())
	case 1:
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(s.r.IntN(20))*time.Millisecond)
		defer cancel()
		s.check("wait", m.Wait(ctx))
	case 2:
		if s.removes {
			_ = s.srv.Remove("INBOX", 1+s.r.IntN(shared)) // it may be gone already
		}
		s.check("expunge", m.Expunge())
	case 3:
		if s.r.IntN(3) == 0 {
			s.check("reopen", m.Reopen(s.name))
		}
	case 4:
		for range 3 {
			s.check("flag", m.SetFlagFull(imapcompat.SequenceOf(1+s.r.IntN(shared)), `\Flagged`, imapcompat.ST_UID))
		}
	default:
		s.loop(m)
	}
}

// Goroutines share a connection, which one of them closes, and which may be lost. Each call has its
// own answer, and no goroutine is left.
func TestShared(t *testing.T) {
	for _, protocol := range []string{"IMAP", "POP3"} {
		for _, seed := range restlessSeeds(t) {
			t.Run(fmt.Sprint(protocol, "/", seed), func(t *testing.T) {
				watch(t, func() { playShared(t, protocol, seed) })
			})
		}
	}
}

func playShared(t *testing.T, protocol string, seed uint64) {
	srv, err := imaptest.Start(imaptest.Config{Password: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	for n := 1; n <= shared; n++ {
		if _, err := srv.Append("INBOX", imaptest.Message{Text: fmt.Sprintf("Subject: m%d\r\n\r\nThis is m%[1]d.\r\n", n)}); err != nil {
			t.Fatal(err)
		}
	}
	name := srv.IMAP()
	if protocol == "POP3" {
		name = srv.POP3()
	}
	m, err := open(name)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 0))
	if r.IntN(3) == 0 { // a slow link
		if err := srv.Fail(imaptest.Fault{Times: -1, Delay: 2 * time.Millisecond}); err != nil {
			t.Fatal(err)
		}
	}
	if r.IntN(3) == 0 {
		srv.DropAfter(2000 + r.IntN(60_000))
	}
	var all sync.WaitGroup
	for i := range 5 {
		s := &sharer{t, rand.New(rand.NewPCG(seed, uint64(1+i))), srv, m, name, protocol == "IMAP"}
		all.Add(1)
		go func() {
			defer all.Done()
			for range 12 {
				s.call()
			}
			if i == 0 {
				s.check("close", m.Close())
			}
		}()
	}
	all.Wait()
	if err := m.Close(); !errors.Is(err, imapcompat.ErrClosed) {
		t.Errorf("closed twice: %v", err)
	}
}
