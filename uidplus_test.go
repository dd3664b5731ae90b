package imapcompat_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// found is what a Copied says: "2>7=x" is a copy of UID 2 that has UID 7, under which the
// mailbox has a message with the subject x.
func found(t *testing.T, srv *imaptest.Server, mailbox string, copied imapcompat.Copied) string {
	t.Helper()
	there := open(t, srv, srv.IMAPRef()+mailbox)
	validity, err := there.UIDValidity()
	must(t, err)
	var list []string
	for _, m := range copied.Messages {
		subject := "?"
		if m.CopyUID > 0 {
			header, err := there.FetchHeader(m.CopyUID, imapcompat.FT_UID)
			must(t, err)
			h, _ := imapcompat.RFC822ParseHeaders(header)
			subject = h.Subject
			if copied.UIDValidity != validity {
				t.Errorf("UIDVALIDITY %d, want %d", copied.UIDValidity, validity)
			}
		}
		list = append(list, fmt.Sprintf("%d>%d=%s", m.UID, m.CopyUID, subject))
	}
	return strings.Join(list, " ")
}

func TestMailCopyUIDs(t *testing.T) {
	srv := imaptest.NewServer(t, texts(6)...)
	must(t, srv.CreateMailbox("Archive"))
	mbox := open(t, srv, srv.IMAP())
	check := func(want string, copied imapcompat.Copied, err error) {
		t.Helper()
		must(t, err)
		if got := found(t, srv, "Archive", copied); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	must(t, mbox.Delete("1"))
	must(t, mbox.Expunge())
	for range 4 { // which no one waits for in the end
		must(t, mbox.MailCopy("1", "Archive"))
	}
	copied, err := mbox.MailCopyUIDs("2:3,5", "Archive")
	check("3>5=3 4>6=4 6>7=6", copied, err)
	copied, err = mbox.MailCopyUIDs("1:2,5:*", "Archive", imapcompat.CP_UID, imapcompat.CP_MOVE)
	check("2>8=2 5>9=5 6>10=6", copied, err)
	copied, err = mbox.MailCopyUIDs("1,99", "Archive", imapcompat.CP_UID)
	check("", copied, err)
	copied, err = mbox.MailMoveUIDs("3", "Archive")
	check("4>11=4", copied, err)
	if got, want := subjects(t, mbox), "D2 3 D4 D5 D6"; got != want {
		t.Errorf("marked: %s, want %s", got, want)
	}
	if copied, err = mbox.MailMoveUIDs("1", "Nope"); !errors.Is(err, imapcompat.ErrRefused) || len(copied.Messages) > 0 {
		t.Errorf("got %v, %v", copied, err)
	}
	for _, err := range []error{
		second(mbox.MailCopyUIDs("1", "Archive", 4)), second(mbox.MailMoveUIDs("1", "Archive", imapcompat.CP_MOVE)),
		second(mbox.MailCopyUIDs("9", "Archive")), second(mbox.MailMoveUIDs("", "Archive")),
	} {
		if !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("got %v", err)
		}
	}
}

func TestMailMoveUIDsWithMove(t *testing.T) {
	for _, without := range [][]string{nil, {"MOVE"}} {
		srv := imaptest.Config{Without: without}.NewServer(t, texts(3)...)
		must(t, srv.CreateMailbox("Archive"))
		mbox := open(t, srv, srv.IMAP(), imapcompat.WithMove())
		copied, err := mbox.MailMoveUIDs("2:3", "Archive")
		must(t, err)
		if got, want := found(t, srv, "Archive", copied), "2>1=2 3>2=3"; got != want {
			t.Errorf("without %v: got %q, want %q", without, got, want)
		}
		if got := stored(srv); (got == "1") != (without == nil) {
			t.Errorf("without %v: the server has %s", without, got)
		}
	}
}

func TestAppendUID(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.IMAP())
	text := "Subject: new\r\n\r\nbody\r\n"
	for want := 3; want < 6; want++ { // the later ones do not wait for the server's consent
		appended, err := mbox.AppendUID(srv.IMAP(), strings.NewReader(text), int64(len(text)), imapcompat.WithAppendFlags(`\Seen`))
		must(t, err)
		validity, err := mbox.UIDValidity()
		must(t, err)
		if appended.UID != want || appended.UIDValidity != validity {
			t.Errorf("got %+v, want UID %d of %d", appended, want, validity)
		}
	}
	if m := srv.Messages("INBOX"); len(m) != 5 || m[4].Text != text || len(m[4].Flags) != 1 {
		t.Errorf("the server has %+v", m)
	}
	appended, err := mbox.AppendUID(srv.IMAPRef()+"Nope", strings.NewReader(text), int64(len(text)))
	if !errors.Is(err, imapcompat.ErrRefused) || appended != (imapcompat.Appended{}) {
		t.Errorf("got %+v, %v", appended, err)
	}
}

// Of the messages that are marked, by whomever, those alone are removed that are asked for.
func TestExpungeUIDs(t *testing.T) {
	both(t, texts(6), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		must(t, mbox.Delete("1:3,5"))
		if strings.Contains(name, "imap") {
			other := open(t, srv, name)
			must(t, other.SetFlagFull("6", `\Deleted`))
			must(t, mbox.Ping())
		} else {
			must(t, mbox.Delete("6"))
		}
		must(t, mbox.ExpungeUIDs("2:4,77"))
		if got, want := subjects(t, mbox), "D1 4 D5 D6"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		must(t, mbox.ExpungeUIDs("4,99"))
		must(t, mbox.ExpungeUIDs("5:5"))
		if got, want := subjects(t, mbox), "D1 4 D6"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		for _, bad := range []imapcompat.Sequence{"", "x", "0", "1\r\nA EXPUNGE"} {
			if err := mbox.ExpungeUIDs(bad); !errors.Is(err, imapcompat.ErrInvalidArgument) {
				t.Errorf("%q: %v", bad, err)
			}
		}
		must(t, mbox.Close())
		if got, want := stored(srv), "1 4 6"; got != want {
			t.Errorf("the server has %s, want %s", got, want)
		}
	})
}

// "*" is the message that is the last one now, not one that has come by the time that the
// server reads it.
func TestExpungeUIDsOfTheLast(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.Delete("2:3"))
	must(t, mbox.ExpungeUIDs("*"))
	if got, want := stored(srv), "1 2"; got != want {
		t.Errorf("the server has %s, want %s", got, want)
	}
	if sent := strings.Join(srv.Transcript(), "\n"); !strings.Contains(sent, " UID EXPUNGE 3") {
		t.Errorf("no UID EXPUNGE 3 in:\n%s", sent)
	}
}

// Without UIDPLUS nothing is done, and no plain command takes the place of one with UIDs.
func TestWithoutUIDPLUS(t *testing.T) {
	srv := imaptest.Config{Without: []string{"UIDPLUS"}}.NewServer(t, texts(3)...)
	must(t, srv.CreateMailbox("Archive"))
	names := map[string]string{"IMAP": srv.IMAP(), "POP3": srv.POP3()}
	for service, name := range names {
		mbox := open(t, srv, name, imapcompat.WithMove())
		must(t, mbox.Delete("1:2"))
		for what, call := range map[string]func() error{
			"copy": func() error { return second(mbox.MailCopyUIDs("1", "Archive")) },
			"move": func() error { return second(mbox.MailMoveUIDs("1", "Archive")) },
			"append": func() error {
				return second(mbox.AppendUID(srv.IMAPRef()+"Archive", strings.NewReader("a"), 1))
			},
			"expunge": func() error { return mbox.ExpungeUIDs("1") },
		} {
			if service == "POP3" && (what == "append" || what == "expunge") {
				continue // there are other tests of these
			}
			if err := call(); !errors.Is(err, imapcompat.ErrNotSupported) {
				t.Errorf("%s over %s: %v", what, service, err)
			}
		}
	}
	if got := stored(srv) + "|" + archive(srv); got != "1 2 3|" {
		t.Errorf("the server has %s", got)
	}
	if sent := sentTo(srv, "EXPUNGE") + sentTo(srv, "COPY") + sentTo(srv, "MOVE") + sentTo(srv, "APPEND"); sent > 0 {
		t.Errorf("%d commands were sent", sent)
	}
}

// A server that goes away tells of no copy that it has not told of.
func TestMailCopyUIDsBreaksOff(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	must(t, srv.CreateMailbox("Archive"))
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.Ping())
	srv.DropAfter(len("* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\nI5 OK Fetch completed.\r\n"))
	copied, err := mbox.MailCopyUIDs("1:2", "Archive")
	if !errors.Is(err, imapcompat.ErrConnectionLost) || len(copied.Messages) > 0 || !strings.Contains(err.Error(), "may have been copied or not") {
		t.Errorf("got %v, %v", copied, err)
	}
}
