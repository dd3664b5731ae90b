package imapcompat_test

import (
	"errors"
	"fmt"
	"testing"

	"context"
	"io"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
	"github.com/imapcompat/imapcompat/imaptest"
)

// sentTo are the commands of a name that a server got.
func sentTo(srv *imaptest.Server, name string) int {
	n := 0
	for _, line := range srv.Transcript() {
		if strings.Contains(line, " "+name+" ") {
			n++
		}
	}
	return n
}

// With WithMove the messages are gone at once, and the others keep their numbers
// until the next Ping.
func TestWithMove(t *testing.T) {
	srv := imaptest.NewServer(t, texts(7)...)
	must(t, srv.CreateMailbox("Archive"))
	mbox := open(t, srv, srv.IMAP(), imapcompat.WithMove())
	check := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	must(t, mbox.Delete("1"))
	_, err := mbox.FetchStructure(2)
	must(t, err)
	_, err = mbox.FetchHeader(4, imapcompat.FT_PREFETCHTEXT)
	must(t, err)
	must(t, mbox.MailMove("2,4", "Archive"))
	check("archive", archive(srv), "2 4")
	check("inbox", stored(srv), "1 3 5 6 7")
	check("numbers", subjects(t, mbox), "D1 - 3 - 5 6 7")
	for what, call := range map[string]func() error{
		"Body":           func() error { _, err := mbox.Body(4); return err },
		"FetchStructure": func() error { _, err := mbox.FetchStructure(2); return err },
		"FetchHeader":    func() error { _, err := mbox.FetchHeader(2); return err },
		"FetchBody":      func() error { _, err := mbox.FetchBody(2, "1"); return err },
		"SaveBody":       func() error { return mbox.SaveBody(io.Discard, 2, "") },
		"UID":            func() error { _, err := mbox.UID(2); return err },
		"by UID":         func() error { _, err := mbox.FetchHeader(2, imapcompat.FT_UID); return err },
		"MailCopy":       func() error { return mbox.MailCopy("2", "Archive") },
		"MailMove":       func() error { return mbox.MailMove("1,4", "Archive") },
	} {
		if err := call(); !errors.Is(err, imapcompat.ErrBadMessageNumber) {
			t.Errorf("%s of a message that was moved: %v", what, err)
		}
	}
	overview, err := mbox.FetchOverview("1:4")
	if err != nil || len(overview) != 2 || overview[1].Subject != "3" {
		t.Errorf("got %v, %v", overview, err)
	}
	found, err := mbox.Search("ALL")
	if err != nil || !slices.Equal(found, []int{1, 3, 5, 6, 7}) {
		t.Errorf("found %v, %v", found, err)
	}
	must(t, mbox.Delete("2:4")) // marks 3
	must(t, mbox.Undelete("1:4"))
	must(t, mbox.MailCopy("1:3", "Archive", imapcompat.CP_MOVE))
	must(t, mbox.MailMove("6:*", "Archive", imapcompat.CP_UID))
	check("numbers", subjects(t, mbox), "- - - - 5 - -")
	check("archive", archive(srv), "2 4 1 3 6 7")
	if err := mbox.MailMove("5", "Nope"); !errors.Is(err, imapcompat.ErrRefused) {
		t.Errorf("got %v", err)
	}
	must(t, mbox.Ping())
	check("numbers", subjects(t, mbox), "5")
	check("inbox", stored(srv), "5")
	if copies, stores := sentTo(srv, "COPY"), sentTo(srv, "EXPUNGE"); copies+stores > 0 {
		t.Errorf("%d copies, %d expunges", copies, stores)
	}
}

// Where there is no MOVE, or no right to change the mailbox, WithMove changes
// nothing.
func TestWithMoveInVain(t *testing.T) {
	for _, test := range []struct {
		name    string
		without []string
		options []imapcompat.Option
		marked  string
	}{
		{"no MOVE", []string{"MOVE"}, nil, "1 D2 D3"},
		{"read only", nil, []imapcompat.Option{imapcompat.OP_READONLY}, "1 2 3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := imaptest.Config{Without: test.without}.NewServer(t, texts(3)...)
			must(t, srv.CreateMailbox("Archive"))
			mbox := open(t, srv, srv.IMAP(), append(test.options, imapcompat.WithMove())...)
			must(t, mbox.MailMove("2:3", "Archive"))
			if got := subjects(t, mbox); got != test.marked {
				t.Errorf("marked: %s, want %s", got, test.marked)
			}
			if got := stored(srv) + "|" + archive(srv); got != "1 2 3|2 3" {
				t.Errorf("the server has %s", got)
			}
			if n := sentTo(srv, "MOVE"); n > 0 {
				t.Errorf("%d moves", n)
			}
		})
	}
}

// A move that breaks off says what is known, and no message is there twice.
func TestWithMoveBreaksOff(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	must(t, srv.CreateMailbox("Archive"))
	mbox := open(t, srv, srv.IMAP(), imapcompat.WithMove())
	srv.DropAfter(20)
	err := mbox.MailMove("1:2", "Archive")
	if !errors.Is(err, imapcompat.ErrConnectionLost) || !strings.Contains(err.Error(), "may have moved more") {
		t.Errorf("got %v", err)
	}
	if got := stored(srv) + "|" + archive(srv); got != "3|1 2" {
		t.Errorf("the server has %s", got)
	}
}

// unmarked is a session that loses its connection between the copying and the
// marking.
type unmarked struct{ *imapbridge.Session }

func (u unmarked) Copy(ctx context.Context, set backend.Set, mailbox string) error {
	defer u.Abort()
	return u.Session.Copy(ctx, set, mailbox)
}

// A move that breaks off leaves the messages where they were, and says so.
func TestMoveBreaksOff(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	must(t, srv.CreateMailbox("Archive"))
	mbox := open(t, srv, srv.IMAP(), imapcompat.WithService("imap", func(ctx context.Context, cfg *backend.Config) (backend.Session, error) {
		s, err := imapbridge.Open(ctx, cfg)
		return unmarked{s}, err
	}))
	err := mbox.MailMove("1:2", "Archive")
	if !errors.Is(err, imapcompat.ErrConnectionLost) || !strings.Contains(err.Error(), "the messages were copied, and may not all be marked") {
		t.Errorf("got %v", err)
	}
	for _, m := range srv.Messages("INBOX") {
		if slices.Contains(m.Flags, `\Deleted`) {
			t.Error("a message is marked")
		}
	}
	if n := len(srv.Messages("Archive")); n != 2 {
		t.Errorf("%d messages copied, want 2", n)
	}
}

// arriving is a session to which mail comes during the copying.
type arriving struct {
	*imapbridge.Session
	arrive func()
}

func (a arriving) Copy(ctx context.Context, set backend.Set, mailbox string) error {
	defer a.arrive()
	return a.Session.Copy(ctx, set, mailbox)
}

// What arrives during a move of "1:*" is neither copied nor marked.
func TestMoveAndArrival(t *testing.T) {
	for _, flags := range [][]imapcompat.CopyFlag{nil, {imapcompat.CP_UID}} {
		srv := imaptest.NewServer(t, texts(3)...)
		must(t, srv.CreateMailbox("Archive"))
		arrive := func() {
			_, err := srv.Append("INBOX", imaptest.Message{Text: "Subject: late\n\n"})
			must(t, err)
		}
		mbox := open(t, srv, srv.IMAP(), imapcompat.WithService("imap", func(ctx context.Context, cfg *backend.Config) (backend.Session, error) {
			s, err := imapbridge.Open(ctx, cfg)
			return arriving{s, arrive}, err
		}))
		must(t, mbox.MailMove("2:*", "Archive", flags...))
		must(t, mbox.Expunge())
		if got, want := stored(srv), "1 late"; got != want {
			t.Errorf("%v: the inbox has %q, want %q", flags, got, want)
		}
		if n := len(srv.Messages("Archive")); n != 2 {
			t.Errorf("%v: %d messages copied, want 2", flags, n)
		}
	}
}

// "*" among UIDs stands for the messages that there are when the copying begins:
// what is marked is named, and a message that arrives meanwhile stays.
func TestMoveNamesWhatIsMarked(t *testing.T) {
	srv := imaptest.NewServer(t, texts(4)...)
	must(t, srv.Remove("INBOX", 2))
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.CreateMailbox(srv.IMAPRef()+"Archive"))
	uid, err := mbox.UID(2)
	must(t, err)
	must(t, mbox.MailMove(imapcompat.Sequence(fmt.Sprintf("1,%d:*", uid)), "Archive", imapcompat.CP_UID))
	var stored []string
	for _, line := range srv.Transcript() {
		if _, command, ok := strings.Cut(line, "UID STORE "); ok {
			stored = append(stored, command)
		}
	}
	if len(stored) != 1 || !strings.HasPrefix(stored[0], "1,3:4 ") {
		t.Errorf("stored %q", stored)
	}
}

// The texts are those of PHP 8.2 on Dovecot, where they do not come from the
// server: see conformance.
func TestMailMoveErrors(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.MailMove("1", "x", imapcompat.CP_MOVE), "Argument #4 ($flags) must be CP_UID or 0"},
	} {
		refused(t, test.err, imapcompat.ErrInvalidArgument, test.want)
	}
	unsent(t, srv, sent)
}

func TestMailMoveOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	refused(t, mbox.MailMove("1", "x"), imapcompat.ErrNotSupported, "Copy not valid for POP3")
	if got, want := mbox.Errors(), []string{"Copy not valid for POP3"}; !slices.Equal(got, want) {
		t.Errorf("errors: %q, want %q", got, want)
	}
}
