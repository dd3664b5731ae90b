package imaptest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

const (
	allMail = "[Gmail]/All Mail"
	trash   = "[Gmail]/Trash"
)

// subjects returns the subjects of the messages of a mailbox.
func subjects(srv *imaptest.Server, name string) (list []string) {
	for _, m := range srv.Messages(name) {
		subject, _, _ := strings.Cut(strings.TrimPrefix(m.Text, "Subject: "), "\r\n")
		list = append(list, subject)
	}
	return list
}

func wantSubjects(t *testing.T, srv *imaptest.Server, name string, want ...string) {
	t.Helper()
	if got := subjects(srv, name); !slices.Equal(got, want) {
		t.Errorf("%s has %q, want %q", name, got, want)
	}
}

// Delete means archive, and only the trash removes.
func TestGmailDelete(t *testing.T) {
	srv := provider(t, imaptest.Gmail, first, second)
	mbox := open(t, srv.IMAP(), srv)
	defer mbox.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	wantSubjects(t, srv, allMail, "one", "two")

	must(mbox.Delete("1"))
	must(mbox.Expunge())
	wantSubjects(t, srv, "INBOX", "two")
	wantSubjects(t, srv, allMail, "one", "two")

	// In All Mail EXPUNGE does nothing.
	must(mbox.Reopen(srv.IMAPRef() + allMail))
	must(mbox.Delete("1"))
	must(mbox.Expunge())
	wantSubjects(t, srv, allMail, "one", "two")

	// A message that moves to the trash leaves all other mailboxes.
	must(mbox.Reopen(srv.IMAP()))
	must(mbox.MailMove("1", trash))
	must(mbox.Expunge())
	wantSubjects(t, srv, "INBOX")
	wantSubjects(t, srv, allMail, "one")
	wantSubjects(t, srv, trash, "two")

	must(mbox.Reopen(srv.IMAPRef() + trash))
	must(mbox.Delete("1"))
	must(mbox.Expunge())
	wantSubjects(t, srv, trash)
	wantSubjects(t, srv, allMail, "one")

	must(srv.Remove(allMail, 1))
	wantSubjects(t, srv, allMail)
}

// A message is the same in all mailboxes, and has one set of flags.
func TestGmailLabels(t *testing.T) {
	srv := provider(t, imaptest.Gmail, first, second)
	mbox := open(t, srv.IMAP(), srv)
	defer mbox.Close()
	if err := mbox.CreateMailbox(srv.IMAPRef() + "Work"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := mbox.MailCopy("1", "Work"); err != nil {
			t.Fatal(err)
		}
	}
	wantSubjects(t, srv, "Work", "one")
	if err := mbox.SetFlagFull("1", `\Seen \Deleted`); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{"INBOX": {`\Deleted`, `\Seen`}, "Work": {`\Seen`}, allMail: {`\Seen`}} {
		if got := srv.Messages(name)[0].Flags; !slices.Equal(got, want) {
			t.Errorf("flags in %s: %q", name, got)
		}
	}
	if list, err := mbox.List(srv.IMAPRef(), "[Gmail]*"); err != nil || len(list) != 5 {
		t.Errorf("List: %q, %v", list, err)
	}
	loggedInIMAP(t, srv).talk(`
		C: s EXAMINE Work
		S: * FLAGS…
		S: * OK [PERMANENTFLAGS…
		S: * 1 EXISTS
		S: * 1 RECENT
		S: * OK [UIDVALIDITY…
		S: * OK [UIDNEXT…
		S: s OK…
		C: a FETCH 1 (X-GM-MSGID X-GM-THRID X-GM-LABELS)
		S: * 1 FETCH (X-GM-MSGID 1800000000000000001 X-GM-THRID 1800000000000000001 X-GM-LABELS (\Inbox))
		S: a OK…
		C: b SORT (DATE) US-ASCII ALL
		S: b BAD…
		C: c LIST "" "[Gmail]*"
		S: * LIST (\Noselect \HasChildren) "/" [Gmail]
		S: * LIST (\HasNoChildren \All) "/" "[Gmail]/All Mail"
		S: * LIST (\HasNoChildren \Drafts) "/" [Gmail]/Drafts
		S: * LIST (\HasNoChildren \Sent) "/" "[Gmail]/Sent Mail"
		S: * LIST (\HasNoChildren \Junk) "/" [Gmail]/Spam
		S: * LIST (\HasNoChildren \Trash) "/" [Gmail]/Trash
		S: c OK…`)
	loggedInIMAP(t, srv).talk(`
		C: s SELECT INBOX
		S: * FLAGS…
		S: * OK [PERMANENTFLAGS…
		S: * 2 EXISTS
		S: * 0 RECENT
		S: * OK [UNSEEN 2]…
		S: * OK [UIDVALIDITY…
		S: * OK [UIDNEXT…
		S: s OK…
		C: a STORE 2 +X-GM-LABELS (New Work)
		S: * 2 FETCH (X-GM-LABELS (New Work) UID 2)
		S: a OK Success
		C: b STORE 2 -X-GM-LABELS (New)
		S: * 2 FETCH (X-GM-LABELS (Work) UID 2)
		S: b OK Success
		C: c STORE 2 -X-GM-LABELS (Missing)
		S: c NO…
		C: d SEARCH X-GM-LABELS Work
		S: * SEARCH 1 2
		S: d OK…
		C: e SEARCH X-GM-MSGID 1800000000000000002
		S: * SEARCH 2
		S: e OK…
		C: f SEARCH X-GM-LABELS New
		S: * SEARCH
		S: f OK…
		C: g SEARCH X-GM-RAW x
		S: g BAD…`)
	// Other servers know nothing of this.
	loggedInIMAP(t, imaptest.NewServer(t, first)).talk("C: s SELECT INBOX" + selected + "\nC: a FETCH 1 X-GM-MSGID\nS: a BAD…\nC: b SEARCH X-GM-LABELS x\nS: b BAD…")
}

// An answer has the thread of what it answers.
func TestGmailThreads(t *testing.T) {
	srv := provider(t, imaptest.Gmail, "Message-ID: <a@x>\n\n", "Message-ID: <b@x>\n\n", "References: <a@x>\n\n")
	loggedInIMAP(t, srv).talk(`
		C: s SELECT INBOX
		S: * FLAGS…
		S: * OK [PERMANENTFLAGS…
		S: * 3 EXISTS
		S: * 3 RECENT
		S: * OK [UNSEEN 1]…
		S: * OK [UIDVALIDITY…
		S: * OK [UIDNEXT…
		S: s OK…
		C: a SEARCH X-GM-THRID 1800000000000000001
		S: * SEARCH 1 3
		S: a OK…`)
}

func TestGmailConnections(t *testing.T) {
	srv := provider(t, imaptest.Gmail, first)
	var open []*wire
	for range 15 {
		open = append(open, loggedInIMAP(t, srv))
	}
	_, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithRetries(1))
	if !hasText(err, "Too many simultaneous connections. (Failure)") {
		t.Errorf("the 16th session: %v", err)
	}
	open[0].talk("C: x LOGOUT\nS: * BYE…\nS: x OK…")
	if !open[0].closed() {
		t.Error("open after LOGOUT")
	}
	loggedInIMAP(t, srv)
}

// POP3 hides what was retrieved, and removes nothing.
func TestGmailPOP3(t *testing.T) {
	srv := provider(t, imaptest.Gmail, first, second, first)
	count := func(want int) *imapcompat.Connection {
		t.Helper()
		mbox := open(t, srv.POP3(), srv)
		if n, err := mbox.NumMsg(); n != want || err != nil {
			t.Errorf("%d messages, %v, want %d", n, err, want)
		}
		return mbox
	}
	// TOP and a session without QUIT hide nothing.
	p := loggedInPOP3(t, srv)
	p.talk("C: TOP 1 0\nS: +OK\nS: Subject: one\nS:\nS: .\nC: QUIT\nS: +OK…")
	p = loggedInPOP3(t, srv)
	p.talk("C: RETR 2\nS: +OK…")
	srv.DropConnections()

	mbox := count(3)
	if _, err := mbox.Body(1); err != nil {
		t.Error(err)
	}
	if err := mbox.Delete("2"); err != nil {
		t.Error(err)
	}
	mbox.Close(imapcompat.CL_EXPUNGE)
	count(1).Close()
	wantSubjects(t, srv, "INBOX", "one", "two", "one")
	if got := srv.Messages("INBOX")[0].Flags; len(got) > 0 {
		t.Errorf("flags %q", got)
	}

	many := make([]string, 260)
	for i := range many {
		many[i] = first
	}
	loggedInPOP3(t, provider(t, imaptest.Gmail, many...)).talk("C: STAT\nS: +OK 250…")
}
