package imapcompat_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestCopyAndMove(t *testing.T) {
	srv := imaptest.NewServer(t, texts(5)...)
	must(t, srv.CreateMailbox("Archive"))
	mbox := open(t, srv, srv.IMAP())
	archived := func(want string) {
		t.Helper()
		var list []string
		for _, m := range srv.Messages("Archive") {
			h, _ := imapcompat.RFC822ParseHeaders(m.Text)
			list = append(list, h.Subject)
		}
		if got := strings.Join(list, " "); got != want {
			t.Errorf("copied: %q, want %q", got, want)
		}
	}
	must(t, mbox.MailCopy("1:2", "Archive"))
	archived("1 2")
	must(t, mbox.MailMove("2", "Archive"))
	must(t, mbox.MailCopy("3", "Archive", imapcompat.CP_UID, imapcompat.CP_MOVE))
	must(t, mbox.MailMove("5:*", "Archive", imapcompat.CP_UID))
	if got, want := subjects(t, mbox), "1 D2 D3 4 D5"; got != want {
		t.Errorf("marked: %s, want %s", got, want)
	}
	archived("1 2 2 3 5")
	if err := mbox.MailMove("1", "Nope"); !errors.Is(err, imapcompat.ErrRefused) {
		t.Errorf("got %v", err)
	}
	must(t, mbox.Expunge())
	if got, want := subjects(t, mbox), "1 4"; got != want {
		t.Errorf("expunged: %s, want %s", got, want)
	}
}

// archive are the subjects of what the server has in Archive.
func archive(srv *imaptest.Server) string {
	var list []string
	for _, m := range srv.Messages("Archive") {
		h, _ := imapcompat.RFC822ParseHeaders(m.Text)
		list = append(list, h.Subject)
	}
	return strings.Join(list, " ")
}

// A script copies messages one by one and deletes those of which it heard no error, or all
// of them. Whichever copy is refused, each message is in one of the mailboxes afterwards.
func TestRefusedCopies(t *testing.T) {
	const messages = 12
	for _, script := range []struct {
		name string
		copy func(m *imapcompat.Connection, n int) error
		del  func(m *imapcompat.Connection, n int) error
	}{
		{"by number", func(m *imapcompat.Connection, n int) error { return m.MailCopy(imapcompat.SequenceOf(n), "Archive") },
			func(m *imapcompat.Connection, n int) error { return m.Delete(imapcompat.SequenceOf(n)) }},
		{"copied by UID", func(m *imapcompat.Connection, n int) error {
			return m.MailCopy(imapcompat.SequenceOf(uidOf(n)), "Archive", imapcompat.CP_UID)
		}, func(m *imapcompat.Connection, n int) error { return m.Delete(imapcompat.SequenceOf(n)) }},
		{"deleted by UID and flag", func(m *imapcompat.Connection, n int) error { return m.MailCopy(imapcompat.SequenceOf(n), "Archive") },
			func(m *imapcompat.Connection, n int) error {
				return m.SetFlagFull(imapcompat.SequenceOf(uidOf(n)), `\DELETED`, imapcompat.ST_UID)
			}},
		{"moved", func(m *imapcompat.Connection, n int) error { return m.MailMove(imapcompat.SequenceOf(n), "Archive") },
			func(m *imapcompat.Connection, n int) error { return m.Delete(imapcompat.SequenceOf(n)) }},
		{"moved only", func(m *imapcompat.Connection, n int) error { return m.MailMove(imapcompat.SequenceOf(n), "Archive") },
			func(*imapcompat.Connection, int) error { return nil }},
	} {
		for _, atOnce := range []bool{false, true} { // it deletes each at once, or all at the end
			for refused := range messages {
				title := fmt.Sprintf("%s, at once %v, copy %d refused", script.name, atOnce, refused+1)
				srv := imaptest.NewServer(t, texts(messages)...)
				must(t, srv.CreateMailbox("Archive"))
				m := open(t, srv, srv.IMAP())
				told := 0
				var copied []int
				for n := 1; n <= messages; n++ {
					if n == refused+1 {
						must(t, srv.Refuse("COPY", 1, "[OVERQUOTA] no room"))
					}
					if err := script.copy(m, n); err != nil {
						told++
						continue
					}
					copied = append(copied, n)
					if atOnce && script.del(m, n) != nil {
						told++
					}
				}
				if !atOnce && len(copied) == messages { // as far as it was told
					if m.Delete("1:*") != nil {
						told++
					}
				}
				for _, n := range copied {
					if !atOnce && script.del(m, n) != nil {
						told++
					}
				}
				for _, end := range []func() error{m.Expunge, func() error { return m.Close() }} {
					if err := end(); errors.Is(err, imapcompat.ErrRefused) {
						told++
					} else {
						must(t, err)
					}
				}
				if told == 0 {
					t.Errorf("%s: no call has an error", title)
				}
				where := map[string]int{}
				for _, mailbox := range []string{"INBOX", "Archive"} {
					for _, message := range srv.Messages(mailbox) {
						h, _ := imapcompat.RFC822ParseHeaders(message.Text)
						where[h.Subject]++
					}
				}
				for n := 1; n <= messages; n++ {
					if where[fmt.Sprint(n)] == 0 {
						t.Errorf("%s: message %d is lost", title, n)
					}
				}
			}
		}
	}
}

// A message whose copy was refused after MailCopy had returned is not deleted before the
// mailbox is left, by whatever number.
func TestRefusedCopyIsNotDeleted(t *testing.T) {
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, test := range []struct {
		name    string
		between func(srv *imaptest.Server, m *imapcompat.Connection) error
		err     error
		number  imapcompat.Sequence
		deletes bool
	}{
		{"at once", func(*imaptest.Server, *imapcompat.Connection) error { return nil }, nil, "3", false},
		{"after the name of no mailbox", func(srv *imaptest.Server, m *imapcompat.Connection) error {
			return m.Reopen(srv.IMAPRef() + "&")
		}, imapcompat.ErrInvalidArgument, "3", false},
		{"after a call that was cancelled", func(srv *imaptest.Server, m *imapcompat.Connection) error {
			return m.WithContext(cancelled).Reopen(srv.IMAPRef() + "Archive")
		}, context.Canceled, "3", false},
		{"by its next number", func(_ *imaptest.Server, m *imapcompat.Connection) error {
			return errors.Join(m.Delete("1"), m.Expunge())
		}, nil, "2", false},
		{"the next message by its old number", func(_ *imaptest.Server, m *imapcompat.Connection) error {
			return errors.Join(m.Delete("1"), m.Expunge())
		}, nil, "3", true},
		{"in another mailbox", func(srv *imaptest.Server, m *imapcompat.Connection) error {
			return m.Reopen(srv.IMAPRef() + "Other")
		}, nil, "3", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := imaptest.NewServer(t, texts(5)...)
			must(t, srv.CreateMailbox("Archive"))
			must(t, srv.CreateMailbox("Other"))
			m := open(t, srv, srv.IMAP())
			must(t, m.MailCopy("1:4", "Other"))
			must(t, m.MailCopy("1", "Archive"))
			must(t, m.MailCopy("2", "Archive"))
			must(t, srv.Refuse("COPY", 1, "[OVERQUOTA] no room"))
			must(t, m.MailCopy("3", "Archive"))
			refused(t, m.Undelete("5"), imapcompat.ErrRefused, "[OVERQUOTA] no room")
			if err := test.between(srv, m); !errors.Is(err, test.err) {
				t.Errorf("got %v", err)
			}
			if err := m.Delete(test.number); (err == nil) != test.deletes || err != nil && !errors.Is(err, imapcompat.ErrRefused) {
				t.Errorf("Delete: %v", err)
			}
		})
	}
}

// A message whose copy was refused can be moved: a move marks only what it has copied.
func TestMoveAfterRefusedCopy(t *testing.T) {
	for _, options := range [][]imapcompat.Option{nil, {imapcompat.WithMove()}} {
		srv := imaptest.NewServer(t, texts(3)...)
		must(t, srv.CreateMailbox("Archive"))
		m := open(t, srv, srv.IMAP(), options...)
		must(t, m.MailCopy("1", "Archive"))
		must(t, m.MailCopy("2", "Archive"))
		must(t, srv.Refuse("COPY", 1, "[OVERQUOTA] no room"))
		must(t, m.MailCopy("3", "Archive"))
		refused(t, m.MailMove("3", "Archive"), imapcompat.ErrRefused, "[OVERQUOTA] no room") // of the copy
		must(t, m.Expunge())
		if got := stored(srv) + "|" + archive(srv); got != "1 2|1 2 3" {
			t.Errorf("the server has %s", got)
		}
	}
}

// A message that was marked before its copy was refused stays until the caller knows of the
// refusal.
func TestRefusedCopyOfMarked(t *testing.T) {
	srv := imaptest.NewServer(t, texts(4)...)
	must(t, srv.CreateMailbox("Archive"))
	m := open(t, srv, srv.IMAP())
	must(t, m.Delete("1:3"))
	must(t, m.MailCopy("1", "Archive"))
	must(t, m.MailCopy("2", "Archive"))
	must(t, srv.Refuse("COPY", 1, "[OVERQUOTA] no room"))
	must(t, m.MailCopy("3", "Archive"))
	refused(t, m.Expunge(), imapcompat.ErrRefused, "[OVERQUOTA] no room: messages that were not copied are not expunged")
	if got := stored(srv); got != "1 2 3 4" {
		t.Errorf("the server has %s", got)
	}
	must(t, m.Undelete("3"))
	must(t, m.Expunge())
	if got := stored(srv) + "|" + archive(srv); got != "3 4|1 2" {
		t.Errorf("the server has %s", got)
	}
}

// uidOf is the UID of a message of a new server.
func uidOf(n int) int { return n }

// The texts are those of PHP 8.2 on Dovecot, where they do not come from the
// server: see conformance.
func TestMailCopyErrors(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.MailCopy("1", "a\r\nb"), "Mailbox name is not modified UTF-7"},
		{mbox.MailCopy("1", "x", 4), "Argument #4 ($flags) must be a bitmask of CP_UID, and CP_MOVE"},
	} {
		refused(t, test.err, imapcompat.ErrInvalidArgument, test.want)
	}
	unsent(t, srv, sent)
}

func TestMailCopyOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	refused(t, mbox.MailCopy("1", "x"), imapcompat.ErrNotSupported, "Copy not valid for POP3")
	if got, want := mbox.Errors(), []string{"Copy not valid for POP3"}; !slices.Equal(got, want) {
		t.Errorf("errors: %q, want %q", got, want)
	}
}
