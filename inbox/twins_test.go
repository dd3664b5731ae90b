package inbox_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/internal/memledger"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// twins has two messages with one text, of which the first one is handled before the second one
// arrives.
type twins struct {
	t      *testing.T
	srv    *imaptest.Server
	ledger inbox.Ledger
	h      handled
	kept   []string // keys of the messages of which a second one was left, from events
}

func newTwins(t *testing.T, config imaptest.Config) *twins {
	return &twins{t: t, srv: config.NewServer(t), ledger: openLedger(t), h: handled{}}
}

// deliver delivers one of the two, and returns its UID.
func (w *twins) deliver() int {
	uid, err := w.srv.Append("INBOX", imaptest.Message{Text: letter(1)})
	if err != nil {
		w.t.Fatal(err)
	}
	return uid
}

// run runs a job on a new connection. It may fail: faults are part of these histories.
func (w *twins) run(s service, then inbox.Action) inbox.Report {
	mbox := s.open(w.t, w.srv)
	defer mbox.Close()
	job := &inbox.Job{
		Box: inbox.New(mbox, w.ledger, inbox.Named("twins")), Then: then,
		Handle: func(_ context.Context, m *inbox.Message) error {
			w.h.add(m)
			return nil
		},
		Observe: func(e inbox.Event) {
			if e.Kind == inbox.EventKnown && e.Reason != "" {
				w.kept = append(w.kept, e.Record.Key)
			}
		},
	}
	report, _ := job.Run(w.t.Context())
	return report
}

func (w *twins) fail(f imaptest.Fault) {
	if err := w.srv.Fail(f); err != nil {
		w.t.Fatal(err)
	}
}

// quit has the end of a session fail.
func (w *twins) quit(drop imaptest.Drop) {
	w.fail(imaptest.Fault{Command: "QUIT", Skip: 1, Times: -1, Drop: drop})
}

// A second message with the text of a handled one is first seen in another source, and the first
// one may have been removed. It is not handed over, it stays in the mailbox whatever jobs run, and
// the report has it.
func TestTwinIsLeft(t *testing.T) {
	imap, pop3 := services[0], services[1]
	move, remove := inbox.MoveTo("Processed"), inbox.Delete()
	for _, test := range []struct {
		name  string
		first func(w *twins)
		s     service // sees the second one first
		then  inbox.Action
	}{
		{"moved over IMAP", func(w *twins) { w.run(imap, move) }, pop3, remove},
		{"deleted over POP3", func(w *twins) { w.run(pop3, remove) }, imap, move},
		{"moved before a new UIDVALIDITY", func(w *twins) {
			w.run(imap, move)
			if err := w.srv.RenewUIDs("INBOX"); err != nil {
				w.t.Fatal(err)
			}
		}, imap, move},
		{"moved, and the answer was lost", func(w *twins) {
			w.fail(imaptest.Fault{Command: "MOVE", Drop: imaptest.DropAnswer})
			w.run(imap, move)
		}, pop3, remove},
		{"deleted over POP3, and the answer was lost", func(w *twins) {
			w.quit(imaptest.DropAnswer)
			w.run(pop3, remove)
			w.srv.Heal()
		}, imap, move},
		{"deleted over POP3, and the answer was lost, then over POP3", func(w *twins) {
			w.quit(imaptest.DropAnswer)
			w.run(pop3, remove)
			w.srv.Heal()
		}, pop3, remove},
		{"kept, and removed by somebody", func(w *twins) {
			w.run(imap, inbox.Keep())
			for _, m := range w.srv.Messages("INBOX") {
				w.srv.Remove("INBOX", m.UID)
			}
		}, pop3, remove},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newTwins(t, imaptest.Config{})
			w.deliver()
			test.first(w)
			w.h.check(t, handled{"1": 1})
			uid := w.deliver()
			if r := w.run(test.s, test.then); r.Known != 1 || r.Kept != 1 || r.Done != 0 || r.Left != 0 {
				t.Errorf("%v", r)
			}
			if len(w.kept) != 1 {
				t.Errorf("events of messages that are left: %v", w.kept)
			}
			for range 2 {
				if r := w.run(test.s, test.then); r.Known+r.Settled+r.Done != 0 {
					t.Errorf("later: %v", r)
				}
			}
			w.h.check(t, handled{"1": 1})
			left := w.srv.Messages("INBOX")
			if len(left) != 1 || left[0].UID != uid {
				t.Errorf("INBOX has %v", left)
			}
			if err := w.ledger.(*sqlledger.Ledger).Forget(t.Context(), "twins", w.kept[0]); err != nil {
				t.Fatal(err)
			}
			w.run(test.s, test.then)
			w.h.check(t, handled{"1": 2})
			if left := w.srv.Messages("INBOX"); len(left) != 0 {
				t.Errorf("INBOX has %v", left)
			}
		})
	}
}

// While the IMAP job waits for the answer to its MOVE, the second message arrives and a job over
// POP3 sees it. The IMAP job handles it later.
func TestTwinDuringMove(t *testing.T) {
	w := newTwins(t, imaptest.Config{})
	w.deliver()
	w.fail(imaptest.Fault{Command: "MOVE", After: func() {
		w.deliver()
		if r := w.run(services[1], inbox.Delete()); r.Kept != 1 {
			t.Errorf("over POP3: %v", r)
		}
	}})
	w.run(services[0], inbox.MoveTo("Processed"))
	w.h.check(t, handled{"1": 1})
	w.run(services[0], inbox.MoveTo("Processed"))
	w.h.check(t, handled{"1": 2})
	checkSettled(t, w.srv, inbox.MoveTo("Processed"), 2)
}

// The server's ID of the content tells that a message is the handled one: it is moved as before.
func TestSameIDIsSettled(t *testing.T) {
	w := newTwins(t, imaptest.Config{ObjectIDs: true})
	w.deliver()
	w.fail(imaptest.Fault{Command: "MOVE", Drop: imaptest.DropBefore})
	w.run(services[0], inbox.MoveTo("Processed"))
	if err := w.srv.RenewUIDs("INBOX"); err != nil {
		t.Fatal(err)
	}
	if r := w.run(services[0], inbox.MoveTo("Processed")); r.Known != 1 || r.Kept != 0 || r.Settled != 1 {
		t.Errorf("%v", r)
	}
	w.h.check(t, handled{"1": 1})
	checkSettled(t, w.srv, inbox.MoveTo("Processed"), 1)
}

// A message that both protocols have seen before it was handled is removed where it was handled,
// and its place over the other protocol is settled.
func TestBothSawIt(t *testing.T) {
	for i, s := range services {
		t.Run(s.name, func(t *testing.T) {
			w := newTwins(t, imaptest.Config{})
			w.deliver()
			for _, other := range []service{s, services[1-i]} { // each fails
				mbox := other.open(t, w.srv)
				box := inbox.New(mbox, w.ledger, inbox.Named("twins"), inbox.WithThen(inbox.Delete()))
				for msg, err := range box.Messages(t.Context(), "") {
					if err == nil {
						err = msg.Retry(0)
					}
					if err != nil {
						t.Fatal(err)
					}
					break
				}
				mbox.Close()
			}
			if r := w.run(s, inbox.Delete()); r.Done != 1 || r.Settled != 1 {
				t.Errorf("%v", r)
			}
			w.h.check(t, handled{"1": 1})
			if left := w.srv.Messages("INBOX"); len(left) != 0 {
				t.Errorf("INBOX has %v", left)
			}
			counts, err := w.ledger.Counts(t.Context(), "twins")
			if err != nil || counts.Unsettled != 0 || counts.Done != 1 || counts.Open() != 0 {
				t.Errorf("%+v, %v", counts, err)
			}
		})
	}
}

// Several jobs over IMAP handle many messages with one text. A message that one of them has moved
// and not recorded yet is no reason to leave another one.
func TestManyTwins(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute under the race detector")
	}
	const n = 100
	var list []string
	for range n {
		list = append(list, letter(1))
	}
	for range 3 {
		srv := imaptest.NewServer(t, list...)
		ledger, c := openLedger(t), newCounter()
		ended := make(chan error)
		for range 3 {
			job := &inbox.Job{Box: inbox.New(services[0].open(t, srv), ledger), Then: inbox.MoveTo("Processed"), Handle: c.handle, Workers: 2}
			go func() {
				r, err := job.Run(t.Context())
				if err == nil && r.Kept > 0 {
					err = errors.New(r.String())
				}
				ended <- err
			}()
		}
		for range 3 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
		run(t, &inbox.Job{Box: inbox.New(services[0].open(t, srv), ledger), Then: inbox.MoveTo("Processed"), Handle: c.handle})
		c.h.check(t, handled{"1": n})
		checkSettled(t, srv, inbox.MoveTo("Processed"), n)
	}
}

// A process that dies between two steps of recognizing a twin leaves nothing that removes it.
func TestTwinAfterDeath(t *testing.T) {
	for _, step := range []string{"Identify", "Merge"} {
		for _, after := range []bool{false, true} {
			now := time.Unix(1e9, 0)
			whole := memledger.New(func() time.Time { return now })
			w := newTwins(t, imaptest.Config{})
			w.ledger = whole
			w.deliver()
			w.run(services[0], inbox.MoveTo("Processed"))
			uid := w.deliver()
			w.ledger = &failingLedger{Ledger: whole, step: step, after: after}
			w.run(services[1], inbox.Delete())
			w.ledger = whole
			now = now.Add(24 * time.Hour) // the lease of the dead one is over
			kept := len(w.kept)
			w.run(services[1], inbox.Delete())
			if merged := step == "Merge" && after; len(w.kept)-kept == 1 == merged {
				t.Errorf("the end of %s, after it %v: the next run has left %d", step, after, len(w.kept)-kept)
			}
			w.run(services[1], inbox.Delete())
			w.h.check(t, handled{"1": 1})
			if !slices.ContainsFunc(w.srv.Messages("INBOX"), func(m imaptest.Message) bool { return m.UID == uid }) {
				t.Errorf("the end of %s, after it %v: the second message was removed", step, after)
			}
		}
	}
}

// failingLedger fails from one call on, before or after the call.
type failingLedger struct {
	inbox.Ledger
	step  string
	after bool
	dead  bool
}

var errDead = errors.New("the database is away")

func (l *failingLedger) call(step string, f func() error) error {
	if l.dead || step == l.step && !l.after {
		l.dead = true
		return errDead
	}
	err := f()
	if step == l.step {
		l.dead = true
		return errDead
	}
	return err
}

func (l *failingLedger) Identify(ctx context.Context, ids []inbox.Identity) (same [][]inbox.Record, err error) {
	err = l.call("Identify", func() error {
		same, err = l.Ledger.Identify(ctx, ids)
		return err
	})
	return same, err
}

func (l *failingLedger) Merge(ctx context.Context, claimed, other inbox.Record, apart bool) error {
	return l.call("Merge", func() error { return l.Ledger.Merge(ctx, claimed, other, apart) })
}

func (l *failingLedger) Settle(ctx context.Context, box string, places []inbox.Place, removed bool) error {
	return l.call("Settle", func() error { return l.Ledger.Settle(ctx, box, places, removed) })
}
