package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// keysOf returns the keys of the messages of a box in the ledger, in its order.
func keysOf(t *testing.T, ledger *sqlledger.Ledger, box string) []string {
	t.Helper()
	var keys []string
	for r, err := range ledger.Records(t.Context(), sqlledger.Filter{Box: box}) {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, r.Key)
	}
	return keys
}

func TestScanAndHandle(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(5)...)
		ledger, h := openLedger(t), handled{}
		box := inbox.New(s.open(t, srv), ledger, inbox.Named("box"))
		if n, err := box.Scan(t.Context(), ""); n != 5 || err != nil {
			t.Fatalf("%d new messages, %v", n, err)
		}
		if n, err := box.Scan(t.Context(), ""); n != 0 || err != nil {
			t.Fatalf("the second time %d new messages, %v", n, err)
		}
		for _, key := range keysOf(t, ledger, "box") {
			e, err := box.Handle(t.Context(), key, func(_ context.Context, m *inbox.Message) error {
				if m.Key() != key {
					t.Errorf("the key is %s, not %s", m.Key(), key)
				}
				h.add(m)
				return nil
			})
			if e.Kind != inbox.EventDone || e.Record.Key != key || err != nil {
				t.Errorf("%+v, %v", e, err)
			}
			if _, err := box.Handle(t.Context(), key, nil); !errors.Is(err, inbox.ErrNotDue) {
				t.Errorf("a message that is done: %v", err)
			}
		}
		h.check(t, each(5))
	})
}

func TestScanSettles(t *testing.T) {
	srv := imaptest.NewServer(t, mail(3)...)
	ledger := openLedger(t)
	mbox := services[0].open(t, srv)
	box := inbox.New(mbox, ledger, inbox.Named("box"), inbox.WithThen(inbox.MoveTo("Processed")))
	if _, err := box.Scan(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	keys := keysOf(t, ledger, "box")
	done := func(context.Context, *inbox.Message) error { return nil }
	for i, key := range keys {
		if _, err := box.Handle(t.Context(), key, done); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if n, err := box.Settle(t.Context()); n != 1 || err != nil {
				t.Errorf("%d settled, %v", n, err)
			}
		}
	}
	if n := len(srv.Messages("Processed")); n != 1 {
		t.Errorf("%d messages were moved before the scan", n)
	}
	if _, err := box.Scan(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if n := len(srv.Messages("Processed")); n != 3 {
		t.Errorf("%d messages were moved", n)
	}
	flags := inbox.New(mbox, ledger, inbox.Named("box"), inbox.WithThen(inbox.MoveTo("INBOX")))
	if _, err := flags.Scan(t.Context(), ""); !errors.Is(err, imapcompat.ErrInvalidArgument) {
		t.Errorf("messages are moved to where they are: %v", err)
	}
}

func TestHandleOutcomes(t *testing.T) {
	broken := errors.New("broken")
	outcomes := []struct {
		name   string
		handle inbox.Handler
		kind   inbox.EventKind
		state  inbox.State
	}{
		{"error", func(context.Context, *inbox.Message) error { return broken }, inbox.EventFailed, inbox.StateFailed},
		{"permanent", func(context.Context, *inbox.Message) error { return inbox.Permanent(broken) }, inbox.EventQuarantined, inbox.StateQuarantined},
		{"later", func(context.Context, *inbox.Message) error { return inbox.Later(time.Hour, broken) }, inbox.EventFailed, inbox.StateFailed},
		{"skip", func(_ context.Context, m *inbox.Message) error { return m.Skip("") }, inbox.EventSkipped, inbox.StateSkipped},
		{"done and an error", func(_ context.Context, m *inbox.Message) error { m.Done(); return broken }, inbox.EventDone, inbox.StateDone},
		{"removed", nil, inbox.EventGone, inbox.StateGone},
	}
	for _, o := range outcomes {
		t.Run(o.name, func(t *testing.T) {
			srv := imaptest.NewServer(t, mail(1)...)
			ledger := openLedger(t)
			box := inbox.New(services[0].open(t, srv), ledger, inbox.Named("box"))
			if _, err := box.Scan(t.Context(), ""); err != nil {
				t.Fatal(err)
			}
			if o.handle == nil {
				if err := srv.Remove("INBOX", srv.Messages("INBOX")[0].UID); err != nil {
					t.Fatal(err)
				}
			}
			key := keysOf(t, ledger, "box")[0]
			e, err := box.Handle(t.Context(), key, o.handle)
			if e.Kind != o.kind || err != nil {
				t.Errorf("%+v, %v", e, err)
			}
			if r, err := ledger.Record(t.Context(), "box", key); r.State != o.state || err != nil {
				t.Errorf("the message is %s, %v", r.State, err)
			}
		})
	}
}

// A message whose handler panics has failed; one whose context is cancelled is given back.
func TestHandleEnds(t *testing.T) {
	srv := imaptest.NewServer(t, mail(2)...)
	ledger := openLedger(t)
	box := inbox.New(services[0].open(t, srv), ledger, inbox.Named("box"))
	if _, err := box.Scan(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	keys := keysOf(t, ledger, "box")
	func() {
		defer func() {
			if p := recover(); fmt.Sprint(p) != "oops" {
				t.Errorf("recovered %v", p)
			}
		}()
		box.Handle(t.Context(), keys[0], func(context.Context, *inbox.Message) error { panic("oops") })
	}()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := box.Handle(ctx, keys[1], func(ctx context.Context, m *inbox.Message) error {
		cancel()
		return ctx.Err()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	for i, want := range []inbox.State{inbox.StateFailed, inbox.StateNew} {
		if r, err := ledger.Record(t.Context(), "box", keys[i]); r.State != want || err != nil {
			t.Errorf("message %d is %s, %v", i+1, r.State, err)
		}
	}
}

// A message that was moved to another mailbox of the box before it was handled is the same one.
func TestHandleKnown(t *testing.T) {
	first, second := imaptest.NewServer(t, letter(1)), imaptest.NewServer(t, letter(1))
	ledger := openLedger(t)
	var key [2]string
	var boxes [2]*inbox.Box
	for i, srv := range []*imaptest.Server{first, second} {
		boxes[i] = inbox.New(services[0].open(t, srv), ledger, inbox.Named("box"))
		if n, err := boxes[i].Scan(t.Context(), ""); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		key[i] = keysOf(t, ledger, "box")[i]
	}
	done := func(context.Context, *inbox.Message) error { return nil }
	if e, err := boxes[0].Handle(t.Context(), key[0], done); e.Kind != inbox.EventDone || err != nil {
		t.Fatal(e, err)
	}
	e, err := boxes[1].Handle(t.Context(), key[1], done)
	if e.Kind != inbox.EventKnown || e.Record.Key != key[0] || err != nil {
		t.Errorf("%+v, %v", e, err)
	}
}
