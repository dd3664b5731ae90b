package inbox_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// A failure that says nothing about the message does not count, however often it comes.
func TestLater(t *testing.T) {
	srv := imaptest.NewServer(t, "Subject: a\n\na\n")
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()
	ledger, err := sqlledger.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer ledger.Close()
	absent := errors.New("the database is not there")
	var attempts []int
	answer := inbox.Later(time.Nanosecond, absent)
	var events []inbox.Event
	job := inbox.Job{
		Box: inbox.New(mbox, ledger), Attempts: 2,
		Handle: func(_ context.Context, m *inbox.Message) error {
			if attempts = append(attempts, m.Attempt()); len(attempts) > 4 {
				return nil
			}
			return answer
		},
		Observe: func(e inbox.Event) {
			if e.Record.Key != "" {
				events = append(events, e)
			}
		},
	}
	for len(attempts) < 5 {
		if _, err := job.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, attempt := range attempts {
		if attempt != 1 {
			t.Fatalf("attempts %d", attempts)
		}
	}
	for i, e := range events {
		want := inbox.EventFailed
		if i == 4 {
			want = inbox.EventDone
		}
		if e.Kind != want || want == inbox.EventFailed && e.Reason != absent.Error() {
			t.Errorf("event %d is %+v", i, e)
		}
	}
	if len(events) != 5 || !errors.Is(answer, absent) {
		t.Errorf("%d events, %v", len(events), answer)
	}
}

// Another process may create the mailbox of a MoveTo at the same time.
func TestMoveToIsCreatedByAnother(t *testing.T) {
	srv := imaptest.NewServer(t, "Subject: a\n\na\n")
	if err := srv.Fail(imaptest.Fault{Command: "CREATE", Before: func() { srv.CreateMailbox("Processed") }}); err != nil {
		t.Fatal(err)
	}
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()
	ledger, err := sqlledger.Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer ledger.Close()
	job := inbox.Job{
		Box: inbox.New(mbox, ledger), Then: inbox.MoveTo("Processed"),
		Handle: func(context.Context, *inbox.Message) error { return nil },
	}
	if report, err := job.Run(t.Context()); err != nil || report.Settled != 1 {
		t.Errorf("%v, %v", report, err)
	}
	if n := len(srv.Messages("Processed")); n != 1 {
		t.Errorf("%d messages are moved", n)
	}
}
