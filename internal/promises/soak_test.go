package promises_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

var soak = flag.Duration("soak", 2*time.Second, "how long TestSoak is to last")

// chores are calls of all kinds, on a mailbox whose first half stays. Each checks its result as
// far as the others' work allows.
var chores = []func(m *imapcompat.Connection, r *rand.Rand, ref string, kept int) error{
	func(m *imapcompat.Connection, r *rand.Rand, _ string, kept int) error {
		n := 1 + r.IntN(kept)
		h, err := m.HeaderInfo(n)
		if err == nil && h.Subject != fmt.Sprint(n) {
			return fmt.Errorf("message %d has the subject %s", n, h.Subject)
		}
		return err
	},
	func(m *imapcompat.Connection, r *rand.Rand, _ string, kept int) error {
		n := 1 + r.IntN(kept)
		text, err := m.FetchBody(n, "1", imapcompat.FT_PEEK)
		if err == nil && text != fmt.Sprintf("body %d\r\n", n) {
			return fmt.Errorf("message %d has the text %q", n, text)
		}
		return err
	},
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, kept int) error {
		n := 0
		for msg, err := range m.Messages(imapcompat.SequenceRange(1, kept), imapcompat.FT_PEEK) {
			if err != nil {
				return err
			}
			if n++; msg.Msgno != n {
				return fmt.Errorf("message %d is number %d", n, msg.Msgno)
			}
		}
		if n != kept {
			return fmt.Errorf("%d messages, want %d", n, kept)
		}
		return nil
	},
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, kept int) error {
		n := 0
		for h, err := range m.HeaderInfos(imapcompat.SequenceRange(1, kept)) {
			if n++; err != nil || h.Subject != fmt.Sprint(n) {
				return fmt.Errorf("message %d: %v, %w", n, h, err)
			}
		}
		return nil
	},
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, kept int) error {
		n := 0
		for o, err := range m.Overviews(imapcompat.SequenceRange(1, kept)) {
			if n++; err != nil || o.Subject != fmt.Sprint(n) {
				return fmt.Errorf("message %d: %v, %w", n, o, err)
			}
		}
		return nil
	},
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, kept int) error {
		list, err := m.FetchOverview(imapcompat.SequenceRange(1, kept))
		if err == nil && len(list) != kept {
			return fmt.Errorf("%d overviews, want %d", len(list), kept)
		}
		return err
	},
	func(m *imapcompat.Connection, r *rand.Rand, _ string, kept int) error {
		return m.SetFlagFull(imapcompat.SequenceOf(1+r.IntN(kept)), `\Flagged`)
	},
	func(m *imapcompat.Connection, r *rand.Rand, _ string, kept int) error {
		return m.SaveBody(io.Discard, 1+r.IntN(kept), "", imapcompat.FT_PEEK)
	},
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, _ int) error {
		return second(m.Search(`SUBJECT "1"`))
	},
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, _ int) error {
		return second(m.Sort(imapcompat.SORTARRIVAL, true))
	},
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, _ int) error { return second(m.Thread()) },
	func(m *imapcompat.Connection, _ *rand.Rand, ref string, _ int) error {
		return unsupported(second(m.Status(ref+"INBOX", imapcompat.SA_ALL)))
	},
	func(m *imapcompat.Connection, _ *rand.Rand, ref string, _ int) error { return second(m.List(ref, "*")) },
	func(m *imapcompat.Connection, r *rand.Rand, _ string, kept int) error {
		return second(m.FetchStructure(1 + r.IntN(kept)))
	},
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, _ int) error { return second(m.MailboxMsgInfo()) },
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, _ int) error { return m.Ping() },
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, _ int) error {
		m.Errors()
		m.LastError()
		return nil
	},
	func(m *imapcompat.Connection, r *rand.Rand, ref string, kept int) error {
		if n, err := m.NumMsg(); err != nil || n > 2*kept {
			return err
		}
		return unsupported(m.Append(ref+"INBOX", "Subject: new\r\n\r\nnew\r\n"))
	},
	func(m *imapcompat.Connection, _ *rand.Rand, _ string, kept int) error {
		n, err := m.NumMsg()
		if err != nil || n <= kept {
			return err
		}
		if err := m.Delete(imapcompat.SequenceOf(n)); err != nil && !errors.Is(err, imapcompat.ErrBadMessageNumber) && !errors.Is(err, imapcompat.ErrInvalidArgument) {
			return err
		}
		return m.Expunge()
	},
}

func spawn(all *sync.WaitGroup, f func()) {
	all.Add(1)
	go func() {
		defer all.Done()
		f()
	}()
}

// unsupported returns err, or nil for what POP3 does not have.
func unsupported(err error) error {
	if errors.Is(err, imapcompat.ErrNotSupported) || errors.Is(err, imapcompat.ErrInvalidArgument) {
		return nil
	}
	return err
}

// deliver delivers messages that others delete. A POP3 session sees them after it was opened
// again.
func deliver(srv *imaptest.Server, m *imapcompat.Connection, name string, kept int) error {
	n, err := m.NumMsg()
	if err != nil || n > kept {
		time.Sleep(time.Millisecond)
		return err
	}
	for range kept {
		if _, err := srv.Append("INBOX", imaptest.Message{Text: "Subject: new\r\n\r\nnew\r\n"}); err != nil {
			return err
		}
	}
	return m.Reopen(name)
}

// 64 goroutines use one connection for everything at once, while others come and go on the same
// mailbox. -soak=1h sets the time; -short takes a tenth. No goroutine is left at the end.
func TestSoak(t *testing.T) {
	lasting := *soak / 2 // on each protocol
	if testing.Short() {
		lasting /= 10
	}
	before := runtime.NumGoroutine()
	t.Run("", func(t *testing.T) {
		both(t, texts(40), func(t *testing.T, srv *imaptest.Server, name string) {
			const kept = 20
			ref := name[:len(name)-len("INBOX")]
			mbox := open(t, srv, name, imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, 0))
			var calls atomic.Int64
			var workers sync.WaitGroup
			until := time.Now().Add(lasting)
			work := func(n int, do func(r *rand.Rand) error) {
				for i := range n {
					spawn(&workers, func() {
						r := rand.New(rand.NewPCG(uint64(i), uint64(n)))
						for time.Now().Before(until) && !t.Failed() {
							if err := do(r); err != nil {
								t.Error(err)
							}
							calls.Add(1)
						}
					})
				}
			}
			work(64, func(r *rand.Rand) error { return chores[r.IntN(len(chores))](mbox, r, ref, kept) })
			work(2, func(*rand.Rand) error { // what does not wait for a turn
				time.Sleep(100 * time.Microsecond)
				return errors.Join(second(mbox.NumMsg()), second(mbox.NumRecent()), second(mbox.IsOpen(), nil))
			})
			work(1, func(*rand.Rand) error { return deliver(srv, mbox, name, kept) })
			work(2, func(*rand.Rand) error { // come and go
				other, err := imapcompat.Open(name, srv.User, srv.Password)
				if err != nil {
					return err
				}
				if err := second(other.HeaderInfo(1)); err != nil {
					return err
				}
				return other.Close()
			})
			workers.Wait()
			t.Logf("%d calls in %v", calls.Load(), lasting)
			for i, msg := range srv.Messages("INBOX")[:kept] {
				if msg.Text != fmt.Sprintf("Subject: %d\r\nFrom: a@example.org\r\n\r\nbody %d\r\n", i+1, i+1) {
					t.Errorf("message %d is %q", i+1, msg.Text)
				}
			}
		})
	})
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}

// There are 200 connections at once, each with its own view of the mailbox.
func TestManyConnections(t *testing.T) {
	both(t, texts(20), func(t *testing.T, srv *imaptest.Server, name string) {
		var all sync.WaitGroup
		start := make(chan struct{})
		for i := range 200 {
			spawn(&all, func() {
				<-start
				mbox, err := imapcompat.Open(name, srv.User, srv.Password, imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, 0))
				if err != nil {
					t.Error(err)
					return
				}
				for n := range 5 {
					n = (i+n)%20 + 1
					h, err := mbox.HeaderInfo(n)
					if err != nil || h.Subject != fmt.Sprint(n) {
						t.Errorf("message %d: %v, %v", n, h, err)
					}
				}
				if err := mbox.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		close(start)
		all.Wait()
	})
}
