package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
)

// liar makes connections to servers that answer OK to MOVE and move nothing.
type liar struct{ net.Dialer }

func (l liar) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := l.Dialer.DialContext(ctx, network, address)
	return lyingConn{conn}, err
}

type lyingConn struct{ net.Conn }

var move = regexp.MustCompile(`UID MOVE [^\r]*`)

func (c lyingConn) Write(p []byte) (int, error) {
	_, err := c.Conn.Write(move.ReplaceAll(p, []byte("NOOP")))
	return len(p), err
}

// TestKnownBugs has the classes of bugs that users of other mail processors report, by name.
func TestKnownBugs(t *testing.T) {
	imap, pop3 := services[0], services[1]
	for _, test := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"UIDVALIDITY ignored, UIDs used again", func(t *testing.T) {
			// After the change UID 1 is the message that had UID 2, and a new one has UID 2.
			srv := imaptest.NewServer(t, mail(2)...)
			ledger, h := openLedger(t), handled{}
			doneLoop(t, inbox.New(imap.open(t, srv), ledger), h)
			if err := errors.Join(srv.Remove("INBOX", 1), srv.RenewUIDs("INBOX")); err != nil {
				t.Fatal(err)
			}
			if uid, err := srv.Append("INBOX", imaptest.Message{Text: letter(3)}); err != nil || uid != 2 {
				t.Fatal(uid, err)
			}
			doneLoop(t, inbox.New(imap.open(t, srv), ledger), h)
			h.check(t, each(3))
		}},
		{"marked before it was done", func(t *testing.T) {
			onBoth(t, func(t *testing.T, s service) {
				srv := imaptest.NewServer(t, mail(2)...)
				ledger, c := openLedger(t), newCounter()
				box := inbox.New(s.open(t, srv), ledger)
				crashed := false
				job := &inbox.Job{Box: box, Then: inbox.Delete(), Backoff: func(int) time.Duration { return 0 },
					Handle: func(ctx context.Context, m *inbox.Message) error {
						if n := len(srv.Messages("INBOX")); n != 2 {
							t.Errorf("%d messages are there while one is handled", n)
						}
						counts, err := ledger.Counts(ctx, box.Name())
						if err != nil || counts.Done > len(c.h) { // the last one may not be recorded yet
							t.Errorf("the ledger has %+v while message %d is handled, %v", counts, len(c.h)+1, err)
						}
						if !crashed {
							crashed = true
							return errors.New("crashed")
						}
						return c.handle(ctx, m)
					}}
				run(t, job)
				c.h.check(t, each(2))
			})
		}},
		{"done before it was marked", func(t *testing.T) {
			// The server refuses to remove what is done: it is not handled again, and removed later.
			srv := imaptest.NewServer(t, mail(3)...)
			ledger, c := openLedger(t), newCounter()
			job := &inbox.Job{Box: inbox.New(imap.open(t, srv), ledger), Then: inbox.Delete(), Handle: c.handle}
			if err := srv.Fail(imaptest.Fault{Command: "STORE", Times: -1, Refuse: "Try again later"}); err != nil {
				t.Fatal(err)
			}
			if _, err := job.Run(t.Context()); err == nil {
				t.Error("the report does not tell that the messages are still there")
			}
			srv.Heal()
			if r := run(t, job); r.Settled != 3 || len(srv.Messages("INBOX")) != 0 {
				t.Errorf("%v; %d messages are left", r, len(srv.Messages("INBOX")))
			}
			c.h.check(t, each(3))
		}},
		{"two workers at one mailbox", func(t *testing.T) {
			srv := imaptest.NewServer(t, mail(40)...)
			ledger, c := openLedger(t), newCounter()
			ended := make(chan error, 2)
			for range 2 {
				job := &inbox.Job{Box: inbox.New(imap.open(t, srv), ledger), Then: inbox.MoveTo("Processed"), Handle: c.handle}
				go func() {
					_, err := job.Run(t.Context())
					ended <- err
				}()
			}
			for range 2 {
				if err := <-ended; err != nil {
					t.Error(err)
				}
			}
			run(t, &inbox.Job{Box: inbox.New(imap.open(t, srv), ledger), Then: inbox.MoveTo("Processed"), Handle: c.handle})
			c.h.check(t, each(40))
			checkSettled(t, srv, inbox.MoveTo("Processed"), 40)
		}},
		{"one poison message stops the rest", func(t *testing.T) {
			onBoth(t, func(t *testing.T, s service) {
				srv := imaptest.NewServer(t, mail(9)...)
				c := newCounter()
				job := &inbox.Job{Box: inbox.New(s.open(t, srv), openLedger(t)), Attempts: 2, Backoff: func(int) time.Duration { return 0 },
					Handle: func(ctx context.Context, m *inbox.Message) error {
						if m.Header().Subject == "1" {
							panic("poison")
						}
						return c.handle(ctx, m)
					}}
				if r := run(t, job); r.Done != 8 || r.Quarantined != 1 || r.Left != 0 {
					t.Errorf("%v", r)
				}
			})
		}},
		{"one message under three labels of Gmail", func(t *testing.T) {
			srv := imaptest.Config{Provider: imaptest.Gmail}.NewServer(t, mail(2)...)
			mbox := imap.open(t, srv)
			for _, label := range []string{"Sales", "Urgent"} {
				if err := srv.CreateMailbox(label); err != nil {
					t.Fatal(err)
				}
				if err := mbox.MailCopy("1:2", label); err != nil {
					t.Fatal(err)
				}
			}
			ledger, h := openLedger(t), handled{}
			for _, label := range []string{"Sales", "INBOX", "Urgent", "[Gmail]/All Mail"} {
				m := imap.open(t, srv)
				if err := m.Reopen(srv.IMAPRef() + label); err != nil {
					t.Fatal(err)
				}
				doneLoop(t, inbox.New(m, ledger, inbox.Named("tickets")), h)
			}
			h.check(t, each(2))
		}},
		{"Message-ID taken for an identity", func(t *testing.T) {
			onBoth(t, func(t *testing.T, s service) { // all have the same
				srv := imaptest.NewServer(t, mail(3)...)
				h := handled{}
				doneLoop(t, inbox.New(s.open(t, srv), openLedger(t)), h)
				h.check(t, each(3))
			})
		}},
		{"no Message-ID", func(t *testing.T) {
			onBoth(t, func(t *testing.T, s service) {
				srv := imaptest.NewServer(t, "Subject: 1\n\none\n", "Subject: 2\n\ntwo\n")
				ledger, h := openLedger(t), handled{}
				for range 2 {
					doneLoop(t, inbox.New(s.open(t, srv), ledger), h)
				}
				h.check(t, each(2))
			})
		}},
		{"keywords as marks on Exchange", func(t *testing.T) {
			srv := imaptest.Config{Provider: imaptest.Exchange}.NewServer(t, mail(2)...)
			ledger, c := openLedger(t), newCounter()
			job := &inbox.Job{Box: inbox.New(imap.open(t, srv), ledger), Handle: c.handle, Then: inbox.Flag("Processed")}
			if _, err := job.Run(t.Context()); !errors.Is(err, imapcompat.ErrNotSupported) || len(c.h) > 0 {
				t.Errorf("%v, after %d messages", err, len(c.h))
			}
			for range 2 { // the ledger needs no marks
				run(t, &inbox.Job{Box: inbox.New(imap.open(t, srv), ledger), Handle: c.handle})
			}
			c.h.check(t, each(2))
		}},
		{"moved that was not: NO", func(t *testing.T) {
			srv := imaptest.NewServer(t, mail(2)...)
			ledger, c := openLedger(t), newCounter()
			job := &inbox.Job{Box: inbox.New(imap.open(t, srv), ledger), Handle: c.handle, Then: inbox.MoveTo("Processed")}
			if err := srv.Fail(imaptest.Fault{Command: "MOVE", Times: -1, Refuse: "Not now"}); err != nil {
				t.Fatal(err)
			}
			r, err := job.Run(t.Context())
			if err == nil || r.Settled != 0 {
				t.Errorf("%v, %v", r, err)
			}
			srv.Heal()
			run(t, job)
			c.h.check(t, each(2))
			checkSettled(t, srv, inbox.MoveTo("Processed"), 2)
		}},
		{"moved that was not: the connection is lost", func(t *testing.T) {
			srv := imaptest.NewServer(t, mail(2)...)
			ledger, c := openLedger(t), newCounter()
			job := &inbox.Job{Box: inbox.New(imap.open(t, srv), ledger), Handle: c.handle, Then: inbox.MoveTo("Processed")}
			for _, drop := range []imaptest.Drop{imaptest.DropBefore, imaptest.DropAnswer} {
				if err := srv.Fail(imaptest.Fault{Command: "MOVE", Drop: drop}); err != nil {
					t.Fatal(err)
				}
				if _, err := job.Run(t.Context()); err == nil && drop == imaptest.DropBefore {
					t.Error("the lost connection is no error")
				}
				srv.Heal()
			}
			run(t, job)
			c.h.check(t, each(2))
			checkSettled(t, srv, inbox.MoveTo("Processed"), 2)
		}},
		{"moved that was not: a lie", func(t *testing.T) {
			srv := imaptest.NewServer(t, mail(2)...)
			mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithDialer(liar{}))
			if err != nil {
				t.Fatal(err)
			}
			defer mbox.Close()
			ledger, c := openLedger(t), newCounter()
			r, err := (&inbox.Job{Box: inbox.New(mbox, ledger), Handle: c.handle, Then: inbox.MoveTo("Processed")}).Run(t.Context())
			if !errors.Is(err, imapcompat.ErrRefused) || r.Settled != 0 {
				t.Errorf("%v, %v", r, err)
			}
			run(t, &inbox.Job{Box: inbox.New(imap.open(t, srv), ledger), Handle: c.handle, Then: inbox.MoveTo("Processed")})
			c.h.check(t, each(2))
			checkSettled(t, srv, inbox.MoveTo("Processed"), 2)
		}},
		{"a POP3 server that uses UIDLs again", func(t *testing.T) {
			srv := imaptest.Config{UIDL: imaptest.ReusedUIDL}.NewServer(t, mail(3)...)
			ledger, h := openLedger(t), handled{}
			doneLoop(t, inbox.New(pop3.open(t, srv), ledger), h)
			if err := srv.Remove("INBOX", 1); err != nil {
				t.Fatal(err)
			}
			srv.Append("INBOX", imaptest.Message{Text: letter(4)}) // has the number of message 3
			doneLoop(t, inbox.New(pop3.open(t, srv), ledger), h)
			h.check(t, each(4))
		}},
		{"a POP3 server that gives a UIDL to another message", func(t *testing.T) {
			uidls := map[int]string{1: "a", 2: "b", 3: "b"} // by UID
			srv := imaptest.Config{UIDL: func(num, uid int) []string { return []string{fmt.Sprint(num, " ", uidls[uid])} }}.NewServer(t, mail(2)...)
			ledger, h := openLedger(t), handled{}
			doneLoop(t, inbox.New(pop3.open(t, srv), ledger), h)
			srv.Remove("INBOX", 2)
			doneLoop(t, inbox.New(pop3.open(t, srv), ledger), h) // sees that it has vanished
			srv.Append("INBOX", imaptest.Message{Text: letter(3)})
			doneLoop(t, inbox.New(pop3.open(t, srv), ledger), h)
			h.check(t, each(3))
		}},
		{"a POP3 server without UIDL", func(t *testing.T) {
			srv := imaptest.Config{Without: []string{"UIDL"}}.NewServer(t, mail(3)...)
			ledger, h := openLedger(t), handled{}
			doneLoop(t, inbox.New(pop3.open(t, srv), ledger), h)
			srv.Append("INBOX", imaptest.Message{Text: letter(4)})
			doneLoop(t, inbox.New(pop3.open(t, srv), ledger), h)
			h.check(t, each(4))
		}},
		{"a POP3 server that doubles UIDLs", func(t *testing.T) {
			srv := imaptest.Config{UIDL: func(num, uid int) []string { return []string{fmt.Sprintf("%d same", num)} }}.NewServer(t, append(mail(2), letter(2))...)
			ledger, h := openLedger(t), handled{}
			for range 2 {
				doneLoop(t, inbox.New(pop3.open(t, srv), ledger), h)
			}
			h.check(t, handled{"1": 1, "2": 2})
		}},
		{"from POP3 to IMAP and back", func(t *testing.T) {
			srv := imaptest.NewServer(t, mail(4)...)
			ledger, h := openLedger(t), handled{}
			for i, s := range []service{pop3, imap, pop3, imap} {
				doneLoop(t, inbox.New(s.open(t, srv), ledger), h)
				srv.Append("INBOX", imaptest.Message{Text: letter(5 + i)})
			}
			doneLoop(t, inbox.New(imap.open(t, srv), ledger), h)
			h.check(t, each(8))
		}},
		{"an unhandled message with the text of a removed one is removed", func(t *testing.T) {
			srv := imaptest.NewServer(t, letter(1))
			ledger, c := openLedger(t), newCounter()
			run(t, &inbox.Job{Box: inbox.New(imap.open(t, srv), ledger, inbox.Named("box")), Handle: c.handle, Then: inbox.MoveTo("Processed")})
			srv.Append("INBOX", imaptest.Message{Text: letter(1)})
			r := run(t, &inbox.Job{Box: inbox.New(pop3.open(t, srv), ledger, inbox.Named("box")), Handle: c.handle, Then: inbox.Delete()})
			if left := srv.Messages("INBOX"); len(left) != 1 || r.Kept != 1 {
				t.Errorf("%v; INBOX has %d", r, len(left))
			}
			c.h.check(t, each(1))
		}},
		{"handled twice because all UIDLs change before the session ends", func(t *testing.T) {
			srv := imaptest.NewServer(t, letter(1))
			ledger, c := openLedger(t), newCounter()
			if err := srv.Fail(imaptest.Fault{Command: "QUIT", Skip: 1, Times: -1, Drop: imaptest.DropBefore}); err != nil {
				t.Fatal(err)
			}
			job := func() *inbox.Job {
				return &inbox.Job{Box: inbox.New(pop3.open(t, srv), ledger), Handle: c.handle, Then: inbox.Delete()}
			}
			job().Run(t.Context())
			srv.Heal()
			if err := srv.RenewUIDs("INBOX"); err != nil {
				t.Fatal(err)
			}
			r := run(t, job())
			if left := srv.Messages("INBOX"); len(left) != 1 || r.Kept != 1 {
				t.Errorf("%v; INBOX has %d", r, len(left))
			}
			c.h.check(t, each(1))
		}},
		{"three messages with one text after a new UIDVALIDITY", func(t *testing.T) {
			srv := imaptest.NewServer(t, letter(1), letter(1))
			ledger, h := openLedger(t), handled{}
			doneLoop(t, inbox.New(imap.open(t, srv), ledger), h)
			if err := srv.RenewUIDs("INBOX"); err != nil {
				t.Fatal(err)
			}
			srv.Append("INBOX", imaptest.Message{Text: letter(1)})
			doneLoop(t, inbox.New(imap.open(t, srv), ledger), h)
			h.check(t, handled{"1": 3})
		}},
	} {
		t.Run(strings.ReplaceAll(test.name, ":", ","), test.run)
	}
}
