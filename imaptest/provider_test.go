package imaptest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// Conformance tests compare what the library returns on each provider with what PHP returns.

func provider(t *testing.T, p imaptest.Provider, messages ...string) *imaptest.Server {
	t.Helper()
	return imaptest.Config{Provider: p, Token: "token"}.NewServer(t, messages...)
}

func TestNoSuchProvider(t *testing.T) {
	if srv, err := imaptest.Start(imaptest.Config{Provider: -1}); err == nil {
		srv.Close()
		t.Error("a server of no provider")
	}
}

func hasText(err error, text string) bool { return err != nil && strings.Contains(err.Error(), text) }

func TestExchange(t *testing.T) {
	srv := provider(t, imaptest.Exchange, first, second)
	_, err := imapcompat.Open(srv.IMAP(), srv.User, "wrong", imapcompat.WithRetries(1))
	if !errors.Is(err, imapcompat.ErrAuthentication) || !hasText(err, "AUTHENTICATE failed.") {
		t.Errorf("wrong password: %v", err)
	}
	mbox := open(t, srv.IMAP(), srv)
	defer mbox.Close()

	// Keywords are not kept, and the mailbox says so.
	if got, err := mbox.PermanentFlags(); err != nil || got.AnyKeyword || got.Keeps("Work") || !got.Keeps("$MDNSent") {
		t.Errorf("permanent flags %v, %v", got, err)
	}
	if err := mbox.SetFlagFull("1", `Work $MDNSent \Flagged`); err != nil {
		t.Error(err)
	}
	if err := mbox.Append(srv.IMAPRef()+"Drafts", second, imapcompat.WithAppendFlags("Work $MDNSent")); err != nil {
		t.Error(err)
	}
	for name, want := range map[string][]string{"INBOX": {`\Flagged`, "$MDNSent"}, "Drafts": {"$MDNSent"}} {
		if got := srv.Messages(name)[0].Flags; !slices.Equal(got, want) {
			t.Errorf("flags in %s: %q", name, got)
		}
	}

	// Sorting, which the server cannot do, works.
	if got, err := mbox.Sort(imapcompat.SORTSUBJECT, true); err != nil || !slices.Equal(got, []int{2, 1}) {
		t.Errorf("Sort: %v, %v", got, err)
	}
	// A text is whole, although the server does not cut texts.
	var text strings.Builder
	if err := mbox.SaveBody(&text, 1, ""); err != nil || !strings.HasSuffix(text.String(), "third\r\n") {
		t.Errorf("SaveBody: %q, %v", text.String(), err)
	}

	loggedInIMAP(t, srv).talk(`
		C: s SELECT INBOX
		S: * FLAGS…
		S: * OK [PERMANENTFLAGS…
		S: * 2 EXISTS
		S: * 0 RECENT
		S: * OK [UNSEEN…
		S: * OK [UIDVALIDITY…
		S: * OK [UIDNEXT…
		S: s OK…
		C: a SEARCH NOSUCH
		S: a BAD Command Argument Error. 11
		C: b UID FETCH 2 ()
		S: b BAD Command Argument Error. 11
		C: c FETCH 2 BODY.PEEK[]<0.3>
		S: * 2 FETCH (BODY[]<0> {22}
		S: Subject: two
		S:
		S: body
		S: )
		S: c OK…
		C: d SORT (DATE) US-ASCII ALL
		S: d BAD…
		C: e LIST "" "Junk Email"
		S: * LIST (\HasNoChildren \Junk) "/" "Junk Email"
		S: e OK…
		C: ` + "f NOOP " + strings.Repeat("x", 70000) + `
		S: f OK…
		C: ` + "g SEARCH TEXT " + strings.Repeat("x", 70000) + `
		S: g BAD Command Error. 10`)
}

func TestOffice365Shared(t *testing.T) {
	srv := provider(t, imaptest.Office365Shared, first)
	for _, user := range []string{"user/shared", `user\shared`} {
		for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
			mbox, err := imapcompat.Open(mailbox, user, srv.Password)
			if err != nil {
				t.Errorf("%s %s: %v", user, mailbox, err)
				continue
			}
			if n, err := mbox.NumMsg(); n != 1 || err != nil {
				t.Errorf("%s %s: %d messages, %v", user, mailbox, n, err)
			}
			mbox.Close()
		}
	}
	for _, user := range []string{"user/other", "other/shared", "usershared", "shared"} {
		if _, err := imapcompat.Open(srv.IMAP(), user, srv.Password, imapcompat.WithRetries(1)); !errors.Is(err, imapcompat.ErrAuthentication) {
			t.Errorf("%s: %v", user, err)
		}
	}

	// The token of the user, and the name of the mailbox.
	token := imapcompat.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "token"}))
	mbox, err := imapcompat.Open(srv.IMAP(), imaptest.SharedMailbox, "", token)
	if err != nil {
		t.Fatal(err)
	}
	mbox.Close()

	// A user with an authorization identity, by PHP's flags.
	ref := strings.TrimSuffix(srv.IMAPRef(), "}") + "/authuser=user}INBOX"
	if mbox, err = imapcompat.Open(ref, imaptest.SharedMailbox, srv.Password); err != nil {
		t.Fatal(err)
	}
	mbox.Close()

	// The user alone.
	const text = "User is authenticated but not connected."
	if mbox, err = imapcompat.Open(srv.IMAP(), srv.User, srv.Password); err != nil {
		t.Fatal(err)
	}
	if got := mbox.Errors(); !slices.Contains(got, text) {
		t.Errorf("errors of a user without mailbox: %q", got)
	}
	mbox.Close()
	loggedInIMAP(t, srv).talk("C: b SELECT INBOX\nS: b BAD " + text + "\nC: c NOOP\nS: c OK…\nC: d NAMESPACE\nS: d BAD " + text + "\nS: * BYE Connection closed. 14")
	if _, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password, imapcompat.WithRetries(1)); !errors.Is(err, imapcompat.ErrAuthentication) {
		t.Errorf("POP3: %v", err)
	}
}

func TestNetEase(t *testing.T) {
	srv := provider(t, imaptest.NetEase, first)
	identified := open(t, srv.IMAP(), srv)
	if n, err := identified.NumMsg(); n != 1 || err != nil {
		t.Errorf("%d messages with ID, %v", n, err)
	}
	identified.Close()
	// Without ID the connection is open and has no mailbox, as in PHP.
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password, imapcompat.WithID(nil))
	if err != nil {
		t.Fatal(err)
	}
	if got := mbox.Errors(); !slices.Contains(got, "SELECT Unsafe Login. Please contact kefu@188.com for help") {
		t.Errorf("errors without ID: %q", got)
	}
	mbox.Close()
	loggedInIMAP(t, srv).talk(`
		C: b ID NIL
		S: * ID…
		S: b OK…
		C: c EXAMINE INBOX
		S: c NO EXAMINE Unsafe Login…
		C: d SEARCH ALL
		S: d NO SEARCH State error
		C: e ID ("name" "x")
		S: * ID…
		S: e OK…
		C: s SELECT INBOX` + selected + `
		C: f IDLE
		S: f BAD…`)
	w := dial(t, srv.IMAPAddr())
	w.talk("S: * OK [CAPABILITY…\nC: a LOGIN user wrong\nS: a NO LOGIN Login error or password error")
}

func TestMailRu(t *testing.T) {
	srv := provider(t, imaptest.MailRu, first, second)
	mbox := open(t, srv.IMAP(), srv)
	defer mbox.Close()
	if _, err := mbox.Search(`SUBJECT "two"`); !hasText(err, `Unsupported search criterion: SUBJECT "TWO"`) {
		t.Errorf("Search for a text: %v", err)
	}
	if got, err := mbox.Search("UNSEEN"); err != nil || len(got) != 2 {
		t.Errorf("Search for flags: %v, %v", got, err)
	}
}

func TestYahoo(t *testing.T) {
	var messages []imaptest.Message
	for n := range 10010 {
		messages = append(messages, imaptest.Message{Text: fmt.Sprintf("Subject: %d\r\n\r\n", n+1)})
	}
	srv := imaptest.Config{Provider: imaptest.Yahoo, Messages: messages}.NewServer(t)
	mbox := open(t, srv.IMAP(), srv)
	defer mbox.Close()
	if n, err := mbox.NumMsg(); n != 10000 || err != nil {
		t.Errorf("%d messages, %v", n, err)
	}
	if header, err := mbox.FetchHeader(1); err != nil || header != "Subject: 11\r\n\r\n" {
		t.Errorf("first message: %q, %v", header, err)
	}
	if err := mbox.SetFlagFull("1", "Work $Junk"); err != nil {
		t.Error(err)
	}
	if got := srv.Messages("INBOX")[10].Flags; !slices.Equal(got, []string{"$Junk"}) {
		t.Errorf("flags %q", got)
	}
	if list, err := mbox.List(srv.IMAPRef(), "B*"); err != nil || !slices.Equal(list, []string{srv.IMAPRef() + "Bulk Mail"}) {
		t.Errorf("List: %q, %v", list, err)
	}
	loggedInIMAP(t, srv).talk(`
		C: s EXAMINE INBOX
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Forwarded $Junk $NotJunk)
		S: * OK [PERMANENTFLAGS…
		S: * 10000 EXISTS
		S: * 0 RECENT
		S: * OK [UNSEEN 1]…
		S: * OK [UIDVALIDITY…
		S: * OK [UIDNEXT 10011]…
		S: s OK…
		C: a UID SEARCH HEADER References x
		S: a NO [SERVERBUG] UID SEARCH Server error - Please try again later
		C: b SEARCH SUBJECT 9999
		S: * SEARCH 9989
		S: b OK…`)
}

func TestDomino(t *testing.T) {
	srv := provider(t, imaptest.Domino, "", first)
	if err := srv.CreateMailbox("Work/2024"); err != nil {
		t.Fatal(err)
	}
	mbox := open(t, srv.IMAP(), srv)
	defer mbox.Close()
	if err := mbox.MailCopy("2", `Work\2024`); err != nil {
		t.Error(err)
	}
	if got := srv.Messages("Work/2024"); len(got) != 1 {
		t.Errorf("%d messages copied", len(got))
	}
	boxes, err := mbox.GetMailboxes(srv.IMAPRef(), "*")
	if err != nil || len(boxes) != 3 || boxes[2].Name != srv.IMAPRef()+`Work\2024` || boxes[2].Delimiter != `\` {
		t.Errorf("GetMailboxes: %+v, %v", boxes, err)
	}
	// The odd envelope costs only its own message.
	list, err := mbox.FetchOverview("1:2")
	if err != nil || len(list) != 2 || list[1].Subject != "one" {
		t.Errorf("FetchOverview: %+v, %v", list, err)
	}
	loggedInIMAP(t, srv).talk(`
		C: a NAMESPACE
		S: * NAMESPACE (("" "\\")) (("Other Users\\" "\\")) (("Public Folders\\" "\\"))
		S: a OK…
		C: b LIST "" ""
		S: * LIST (\Noselect) "\\" ""
		S: b OK…
		C: c LIST "" "Work\\%"
		S: * LIST (\HasNoChildren) "\\" "Work\\2024"
		S: c OK…
		C: s EXAMINE INBOX
		S: * FLAGS…
		S: * OK [PERMANENTFLAGS…
		S: * 2 EXISTS
		S: * 0 RECENT
		S: * OK [UNSEEN 1]…
		S: * OK [UIDVALIDITY…
		S: * OK [UIDNEXT…
		S: s OK…
		C: d FETCH 1 (UID ENVELOPE FLAGS)
		S: * 1 FETCH (UID 1 FLAGS () (ENVELOPE (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)))
		S: d OK…`)
}
