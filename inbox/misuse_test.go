package inbox_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
)

// A handler that ends its goroutine, as testing.T.FailNow does, has failed, and its worker
// goes on.
func TestHandlerExits(t *testing.T) {
	for _, limit := range []time.Duration{0, time.Hour} {
		onBoth(t, func(t *testing.T, s service) {
			srv := imaptest.NewServer(t, mail(5)...)
			job := inbox.Job{
				Box:       inbox.New(s.open(t, srv), openLedger(t)),
				Workers:   2,
				TimeLimit: limit,
				Handle:    func(context.Context, *inbox.Message) error { runtime.Goexit(); return nil },
			}
			report, err := job.Run(context.Background())
			if err != nil || report.Failed != 5 || report.Left != 5 {
				t.Errorf("%v, %v", report, err)
			}
		})
	}
}

// A message that is done leaves no file in the folder of the quarantine.
func TestQuarantineAfterDone(t *testing.T) {
	srv := imaptest.NewServer(t, mail(1)...)
	folder := t.TempDir()
	job := inbox.Job{
		Box:        inbox.New(services[0].open(t, srv), openLedger(t)),
		Quarantine: inbox.SaveTo(folder),
		Handle: func(_ context.Context, m *inbox.Message) error {
			if err := m.Done(); err != nil {
				return err
			}
			if err := m.Quarantine("too late"); !errors.Is(err, inbox.ErrAnswered) {
				t.Errorf("the second answer: %v", err)
			}
			return nil
		},
	}
	report, err := job.Run(context.Background())
	if err != nil || report.Done != 1 {
		t.Errorf("%v, %v", report, err)
	}
	if files, err := os.ReadDir(folder); len(files) > 0 || err != nil {
		t.Errorf("the folder has %v, %v", files, err)
	}
}

// Jobs that share a box are several workers.
func TestJobsOfOneBox(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(20)...)
		box := inbox.New(s.open(t, srv), openLedger(t))
		var mu sync.Mutex
		h := handled{}
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				job := inbox.Job{Box: box, Workers: 2, Then: inbox.Delete(), Handle: func(_ context.Context, m *inbox.Message) error {
					mu.Lock()
					defer mu.Unlock()
					h.add(m)
					return nil
				}}
				if report, err := job.Run(context.Background()); err != nil {
					t.Errorf("%v, %v", report, err)
				}
			})
		}
		group.Wait()
		h.check(t, each(20))
		if left := srv.Messages("INBOX"); len(left) > 0 {
			t.Errorf("%d messages are left", len(left))
		}
	})
}

// What the server will refuse fails the job before the first message.
func TestActionRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		then  inbox.Action
		flags imapcompat.OpenFlag
		want  error // nil if any will do
	}{
		"no name":           {then: inbox.MoveTo(""), want: imapcompat.ErrInvalidArgument},
		"no mailbox":        {then: inbox.MoveTo("Processed/")},
		"lines":             {then: inbox.MoveTo("a\r\nA1 DELETE INBOX")},
		"no atom":           {then: inbox.Flag("a(b")},
		"flags in lines":    {then: inbox.Flag("a\r\nb")},
		"read-only, delete": {inbox.Delete(), imapcompat.OP_READONLY, imapcompat.ErrNotSupported},
		"read-only, move":   {then: inbox.MoveTo("Processed"), flags: imapcompat.OP_READONLY},
		"read-only, flag":   {inbox.Flag(`\Seen`), imapcompat.OP_READONLY, imapcompat.ErrNotSupported},
	} {
		want := tt.want
		t.Run(name, func(t *testing.T) {
			srv := imaptest.NewServer(t, mail(2)...)
			mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, tt.flags)
			if err != nil {
				t.Fatal(err)
			}
			defer mbox.Close()
			job := inbox.Job{
				Box:  inbox.New(mbox, openLedger(t)),
				Then: tt.then,
				Handle: func(context.Context, *inbox.Message) error {
					t.Error("a message is handed over")
					return nil
				},
			}
			_, err = job.Run(context.Background())
			if err == nil || want != nil && !errors.Is(err, want) {
				t.Errorf("error %v, want %v", err, want)
			}
		})
	}
}

// What cannot be recorded of a message without an answer ends the loop.
func TestLoopCannotRecord(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(3)...)
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		box := inbox.New(s.open(t, srv), openLedger(t), inbox.WithAttempts(1), inbox.WithQuarantine(inbox.SaveTo(file)))
		messages := 0
		var last error
		for m, err := range box.Messages(context.Background(), "") {
			if m != nil {
				messages++
			}
			last = err
		}
		if messages != 1 || last == nil {
			t.Errorf("%d messages, error %v", messages, last)
		}
	})
}

// A transaction that is rolled back leaves the message on the server, and it comes again.
func TestRolledBack(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(2)...)
		ledger := openLedger(t)
		run := func(lease time.Duration, end func(*sql.Tx) error) inbox.Report {
			job := inbox.Job{
				Box:  inbox.New(s.open(t, srv), ledger, inbox.WithLease(lease)),
				Then: inbox.Delete(),
				Handle: func(ctx context.Context, m *inbox.Message) error {
					tx, err := ledger.DB().BeginTx(ctx, nil)
					if err != nil {
						return err
					}
					defer tx.Rollback()
					if err := m.DoneTx(tx); err != nil {
						return err
					}
					return end(tx)
				},
			}
			report, err := job.Run(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			return report
		}
		if report := run(time.Second, (*sql.Tx).Rollback); report.Left != 2 || len(srv.Messages("INBOX")) != 2 {
			t.Errorf("rolled back: %v, and %d messages", report, len(srv.Messages("INBOX")))
		}
		for len(srv.Messages("INBOX")) > 0 && t.Context().Err() == nil {
			time.Sleep(100 * time.Millisecond)
			run(time.Minute, (*sql.Tx).Commit)
		}
	})
}
