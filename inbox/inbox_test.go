package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/inbox"
	"github.com/imapcompat/imapcompat/inbox/sqlledger"
)

// service opens the INBOX of a server over one of the protocols.
type service struct {
	name string
	url  func(*imaptest.Server) string
}

var services = []service{
	{"imap", (*imaptest.Server).IMAP},
	{"pop3", (*imaptest.Server).POP3},
}

func (s service) open(t *testing.T, srv *imaptest.Server) *imapcompat.Connection {
	t.Helper()
	mbox, err := imapcompat.Open(s.url(srv), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mbox.Close() })
	return mbox
}

// onBoth runs a test over both protocols.
func onBoth(t *testing.T, f func(t *testing.T, s service)) {
	for _, s := range services {
		t.Run(s.name, func(t *testing.T) { f(t, s) })
	}
}

// mail returns messages 1 to n.
func mail(n int) []string {
	var list []string
	for i := range n {
		list = append(list, letter(i+1))
	}
	return list
}

func letter(i int) string {
	return fmt.Sprintf("From: sender%d@example.org\nSubject: %d\nMessage-ID: <same@example.org>\n\nText of %d.\n", i%3, i, i)
}

func openLedger(t *testing.T) *sqlledger.Ledger {
	t.Helper()
	ledger, err := sqlledger.Open(filepath.Join(t.TempDir(), "inbox.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ledger.Close() })
	return ledger
}

// handled counts the messages that were handed over, by subject.
type handled map[string]int

func (h handled) add(m *inbox.Message) { h[m.Header().Subject]++ }

// each returns subjects 1 to n, once each.
func each(n int) handled {
	h := handled{}
	for i := range n {
		h[fmt.Sprint(i+1)] = 1
	}
	return h
}

func (h handled) check(t *testing.T, want handled) {
	t.Helper()
	if !maps.Equal(h, want) {
		t.Errorf("handled %v, want %v", h, want)
	}
}

// doneLoop handles all messages of a box in a loop.
func doneLoop(t *testing.T, box *inbox.Box, h handled) {
	t.Helper()
	for msg, err := range box.Messages(context.Background(), "") {
		if err != nil {
			t.Fatal(err)
		}
		h.add(msg)
		if err := msg.Done(); err != nil {
			t.Error(err)
		}
	}
}

func TestMessagesOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(10)...)
		ledger, h := openLedger(t), handled{}
		doneLoop(t, inbox.New(s.open(t, srv), ledger), h)
		h.check(t, each(10))
		doneLoop(t, inbox.New(s.open(t, srv), ledger), h)
		h.check(t, each(10))

		srv.Append("INBOX", imaptest.Message{Text: letter(11)})
		doneLoop(t, inbox.New(s.open(t, srv), ledger), h)
		h.check(t, each(11))
	})
}

// A text that is there twice is two messages, and so are two with one Message-ID.
func TestEqualTexts(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, letter(1), letter(2), letter(1))
		h := handled{}
		doneLoop(t, inbox.New(s.open(t, srv), openLedger(t)), h)
		h.check(t, handled{"1": 2, "2": 1})
	})
}

// Many messages with one text are all handled, and after a new UIDVALIDITY none is again.
func TestManyEqualTexts(t *testing.T) {
	if testing.Short() {
		t.Skip("takes most of a minute under the race detector")
	}
	const n = 3 * inbox.MaxSame
	var texts []string
	for range n {
		texts = append(texts, letter(1))
	}
	srv := imaptest.NewServer(t, texts...)
	ledger, h := openLedger(t), handled{}
	doneLoop(t, inbox.New(services[0].open(t, srv), ledger), h)
	h.check(t, handled{"1": n})
	if err := srv.RenewUIDs("INBOX"); err != nil {
		t.Fatal(err)
	}
	srv.Append("INBOX", imaptest.Message{Text: letter(2)})
	doneLoop(t, inbox.New(services[0].open(t, srv), ledger), h)
	h.check(t, handled{"1": n, "2": 1})
}

// A job keeps its memory over a change of the protocol.
func TestOtherProtocol(t *testing.T) {
	for i, first := range services {
		t.Run(first.name+" first", func(t *testing.T) {
			srv := imaptest.NewServer(t, append(mail(5), letter(5))...)
			ledger, h := openLedger(t), handled{}
			doneLoop(t, inbox.New(first.open(t, srv), ledger), h)
			srv.Append("INBOX", imaptest.Message{Text: letter(6)})
			doneLoop(t, inbox.New(services[1-i].open(t, srv), ledger), h)
			want := each(6)
			want["5"] = 2
			h.check(t, want)
		})
	}
}

// A new UIDVALIDITY hands nothing over again.
func TestNewUIDValidity(t *testing.T) {
	srv := imaptest.NewServer(t, mail(5)...)
	ledger, h := openLedger(t), handled{}
	doneLoop(t, inbox.New(services[0].open(t, srv), ledger), h)
	if err := srv.RenewUIDs("INBOX"); err != nil {
		t.Fatal(err)
	}
	srv.Append("INBOX", imaptest.Message{Text: letter(6)})
	doneLoop(t, inbox.New(services[0].open(t, srv), ledger), h)
	h.check(t, each(6))
}

// A mailbox that moves to another server is the same box.
func TestOtherServer(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		ledger, h := openLedger(t), handled{}
		named := inbox.Named("tickets")
		doneLoop(t, inbox.New(s.open(t, imaptest.NewServer(t, mail(4)...)), ledger, named), h)
		moved := append([]string{letter(5)}, mail(4)...)
		doneLoop(t, inbox.New(s.open(t, imaptest.NewServer(t, moved...)), ledger, named), h)
		h.check(t, each(5))
	})
}

// A message that another client moves away and back is known.
func TestMovedAwayAndBack(t *testing.T) {
	srv := imaptest.NewServer(t, mail(3)...)
	ledger, h := openLedger(t), handled{}
	mbox := services[0].open(t, srv)
	doneLoop(t, inbox.New(mbox, ledger), h)
	if err := srv.CreateMailbox("Elsewhere"); err != nil {
		t.Fatal(err)
	}
	if _, err := mbox.MoveUIDs("2", "Elsewhere"); err != nil {
		t.Fatal(err)
	}
	doneLoop(t, inbox.New(services[0].open(t, srv), ledger), h)
	if err := mbox.Reopen(strings.Replace(srv.IMAP(), "INBOX", "Elsewhere", 1)); err != nil {
		t.Fatal(err)
	}
	if _, err := mbox.MoveUIDs("1", "INBOX"); err != nil {
		t.Fatal(err)
	}
	doneLoop(t, inbox.New(services[0].open(t, srv), ledger), h)
	h.check(t, each(3))
}

// What the job has removed and somebody puts back is handled again.
func TestPutBack(t *testing.T) {
	srv := imaptest.NewServer(t, mail(2)...)
	ledger, h := openLedger(t), handled{}
	options := []inbox.Option{inbox.WithThen(inbox.MoveTo("Processed"))}
	doneLoop(t, inbox.New(services[0].open(t, srv), ledger, options...), h)
	if n := len(srv.Messages("Processed")); n != 2 {
		t.Fatalf("%d messages were moved", n)
	}
	srv.Append("INBOX", imaptest.Message{Text: letter(2)})
	doneLoop(t, inbox.New(services[0].open(t, srv), ledger, options...), h)
	h.check(t, handled{"1": 1, "2": 2})
}

// A message without an answer has failed, and the others are given back.
func TestUnanswered(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(6)...)
		ledger := openLedger(t)
		soon := inbox.WithBackoff(func(int) time.Duration { return 0 })
		leave := func(h handled, f func(*inbox.Message)) {
			defer func() { recover() }()
			for msg, err := range inbox.New(s.open(t, srv), ledger, soon).Messages(t.Context(), "") {
				if err != nil {
					t.Fatal(err)
				}
				h.add(msg)
				f(msg)
				return
			}
		}
		first, second := handled{}, handled{}
		leave(first, func(*inbox.Message) {})
		leave(second, func(*inbox.Message) { panic("a bug in the program") })
		rest := handled{}
		for msg, err := range inbox.New(s.open(t, srv), ledger).Messages(t.Context(), "") {
			if err != nil {
				t.Fatal(err)
			}
			rest.add(msg)
			want := 1
			if first[msg.Header().Subject] > 0 {
				want = 3 // both loops began with it
			}
			if msg.Attempt() != want {
				t.Errorf("%s: attempt %d, want %d", msg.Header().Subject, msg.Attempt(), want)
			}
			msg.Done()
		}
		rest.check(t, each(6))
	})
}

func TestAnswers(t *testing.T) {
	srv := imaptest.NewServer(t, mail(5)...)
	ledger := openLedger(t)
	box := inbox.New(services[0].open(t, srv), ledger, inbox.WithAttempts(1))
	states := map[string]inbox.State{}
	places := map[string]inbox.Place{}
	for msg, err := range box.Messages(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		subject := msg.Header().Subject
		places[subject] = msg.Place()
		answer := map[string]func() error{
			"1": msg.Done,
			"2": func() error { return msg.Fail(errors.New("broken")) },
			"3": func() error { return msg.Retry(time.Hour) },
			"4": func() error { return msg.Skip("not ours") },
			"5": func() error { return msg.Quarantine("poison") },
		}[subject]
		if err := answer(); err != nil {
			t.Error(subject, err)
		}
		if err := msg.Done(); !errors.Is(err, inbox.ErrAnswered) {
			t.Errorf("%s: a second answer: %v", subject, err)
		}
	}
	for subject, at := range places {
		found, err := ledger.Lookup(t.Context(), box.Name(), at.Source, []string{at.ID})
		if err != nil {
			t.Fatal(err)
		}
		r := found[0]
		states[subject] = r.State
		if r.Hint.Subject != subject || r.Hint.MessageID != "<same@example.org>" {
			t.Errorf("%s: the hint is %+v", subject, r.Hint)
		}
	}
	want := map[string]inbox.State{
		"1": inbox.StateDone, "2": inbox.StateQuarantined, "3": inbox.StateFailed,
		"4": inbox.StateSkipped, "5": inbox.StateQuarantined,
	}
	if !maps.Equal(states, want) {
		t.Errorf("states %v, want %v", states, want)
	}
}

func TestCriteria(t *testing.T) {
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, mail(6)...)
		ledger := openLedger(t)
		loop := func(criteria string) handled {
			h := handled{}
			for msg, err := range inbox.New(s.open(t, srv), ledger).Messages(t.Context(), criteria) {
				if err != nil {
					t.Fatal(err)
				}
				h.add(msg)
				msg.Done()
			}
			return h
		}
		loop(`FROM "sender1"`).check(t, handled{"1": 1, "4": 1})
		loop(`FROM "sender1"`).check(t, handled{})
		loop("ALL").check(t, handled{"2": 1, "3": 1, "5": 1, "6": 1})
	})
}

func TestTextAndParts(t *testing.T) {
	const text = "From: a@example.org\nSubject: x\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/html\n\n<p>two\n--b--\n"
	onBoth(t, func(t *testing.T, s service) {
		srv := imaptest.NewServer(t, text)
		for msg, err := range inbox.New(s.open(t, srv), openLedger(t)).Messages(t.Context(), "") {
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(msg.Text())
			if want := strings.ReplaceAll(text, "\n", "\r\n"); err != nil || string(raw) != want || msg.Size() != int64(len(want)) {
				t.Errorf("the text is %q, %v", raw, err)
			}
			var part strings.Builder
			if err := msg.WritePart(&part, "2"); err != nil || part.String() != "<p>two" {
				t.Errorf("part 2 is %q, %v", part.String(), err)
			}
			if st, err := msg.Structure(); err != nil || len(st.Parts) != 2 {
				t.Errorf("structure %+v, %v", st, err)
			}
			if o, err := msg.Overview(); err != nil || o.Subject != "x" || o.Seen {
				t.Errorf("overview %+v, %v", o, err)
			}
			if err := msg.Done(); err != nil {
				t.Error(err)
			}
		}
		if s.name == "imap" && slices.Contains(srv.Messages("INBOX")[0].Flags, `\Seen`) {
			t.Error("the message is marked as seen")
		}
	})
}
