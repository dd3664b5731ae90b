package imaptest_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/imaptest"
)

func TestIMAPDialogues(t *testing.T) {
	tests := []struct {
		name   string
		config imaptest.Config
		script string
	}{
		{name: "select", config: imaptest.Config{Messages: []imaptest.Message{
			{Text: "Subject: zero\n\n", Flags: []string{`\seen`, "Custom", "custom"}},
		}}, script: `
			C: b SELECT INBOX
			S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft Custom)
			S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft Custom \*)] Flags permitted.
			S: * 3 EXISTS
			S: * 3 RECENT
			S: * OK [UNSEEN 2] First unseen.
			S: * OK [UIDVALIDITY 1] UIDs valid
			S: * OK [UIDNEXT 4] Predicted next UID
			S: b OK [READ-WRITE]…
			C: c FETCH 1:* FLAGS
			S: * 1 FETCH (FLAGS (\Seen \Recent Custom))
			S: * 2 FETCH (FLAGS (\Recent))
			S: * 3 FETCH (FLAGS (\Recent))
			S: c OK…
			C: d SELECT inbox
			S: * OK [CLOSED]…
			S: * FLAGS…
			S: * OK…
			S: * 3 EXISTS
			S: * 0 RECENT
			S: * OK [UNSEEN 2]…
			S: ⋮
			S: d OK…
			C: e SELECT nothing
			S: * OK [CLOSED]…
			S: e NO Mailbox doesn't exist: nothing.
			C: f FETCH 1 FLAGS
			S: f BAD…`},
		{name: "examine changes nothing", script: `
			C: b EXAMINE INBOX
			S: * FLAGS…
			S: * OK [PERMANENTFLAGS ()] Read-only mailbox.
			S: * 2 EXISTS
			S: * 2 RECENT
			S: * OK [UNSEEN 1]…
			S: * OK [UIDVALIDITY 1]…
			S: * OK [UIDNEXT 3]…
			S: b OK [READ-ONLY] Examine completed.
			C: c FETCH 2 BODY[TEXT]
			S: * 2 FETCH (BODY[TEXT] {6}
			S: body
			S: )
			S: c OK…
			C: d FETCH 2 FLAGS
			S: * 2 FETCH (FLAGS (\Recent))
			S: d OK…
			C: e STORE 1 +FLAGS (\Deleted)
			S: e OK…
			C: f EXPUNGE
			S: f OK…
			C: g MOVE 1 INBOX
			S: g NO [READ-ONLY]…
			C: h CLOSE
			S: h OK…
			C: i STATUS INBOX (SIZE MESSAGES RECENT UNSEEN UIDNEXT UIDVALIDITY)
			S: * STATUS INBOX (MESSAGES 2 RECENT 2 UIDNEXT 3 UIDVALIDITY 1 UNSEEN 2 SIZE 66)
			S: i OK…`},
		{name: "sections", script: `
			C: b SELECT INBOX
			S: ⋮
			S: b OK…
			C: c FETCH 1 BODY.PEEK[]<0.15>
			S: * 1 FETCH (BODY[]<0> {15}
			S: Subject: one
			S: …)
			S: c OK…
			C: d FETCH 1 BODY.PEEK[]<100.5>
			S: * 1 FETCH (BODY[]<100> {0}
			S: )
			S: d OK…
			C: e FETCH 1 (UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (subject date)])
			S: * 1 FETCH (UID 1 RFC822.SIZE 44 BODY[HEADER.FIELDS (SUBJECT DATE)] {16}
			S: Subject: one
			S:
			S: )
			S: e OK…
			C: f FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT (Subject)]
			S: * 1 FETCH (BODY[HEADER.FIELDS.NOT (SUBJECT)] {2}
			S:
			S: )
			S: f OK…
			C: g UID FETCH 2 RFC822.HEADER
			S: * 2 FETCH (UID 2 RFC822.HEADER {16}
			S: Subject: two
			S:
			S: )
			S: g OK…
			C: h FETCH 2 RFC822.TEXT
			S: * 2 FETCH (FLAGS (\Seen \Recent) RFC822.TEXT {6}
			S: body
			S: )
			S: h OK…`},
		{name: "message sets", script: `
			C: b EXAMINE INBOX
			S: ⋮
			S: b OK…
			C: c FETCH 3 UID
			S: c BAD…
			C: d FETCH 2:* UID
			S: * 2 FETCH (UID 2)
			S: d OK…
			C: e FETCH *:1 UID
			S: * 1 FETCH (UID 1)
			S: * 2 FETCH (UID 2)
			S: e OK…
			C: f UID FETCH 7:* UID
			S: * 2 FETCH (UID 2)
			S: f OK…
			C: g UID FETCH 7:9 UID
			S: g OK…
			C: h FETCH $ UID
			S: h BAD…`},
		{name: "store, copy, move, expunge", script: `
			C: b CREATE a/b
			S: b OK…
			C: c SELECT INBOX
			S: ⋮
			S: c OK…
			C: d STORE 1 FLAGS (\Flagged $Label)
			S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft $Label)
			S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft $Label \*)]…
			S: * 1 FETCH (FLAGS (\Flagged \Recent $Label))
			S: d OK…
			C: e UID STORE 1 -FLAGS.SILENT ($label)
			S: e OK…
			C: f UID STORE 1 +FLAGS (\deleted)
			S: * 1 FETCH (UID 1 FLAGS (\Flagged \Deleted \Recent))
			S: f OK…
			C: g COPY 1:2 a/b
			S: g OK [COPYUID 2 1:2 1:2]…
			C: h COPY 1 nowhere
			S: h NO [TRYCREATE]…
			C: i UID COPY 99 a/b
			S: i OK No messages found.
			C: j MOVE 2 a/b
			S: * OK [COPYUID 2 2 3]…
			S: * 2 EXPUNGE
			S: * 1 RECENT
			S: j OK…
			C: k UID EXPUNGE 2
			S: k OK…
			C: l EXPUNGE
			S: * 1 EXPUNGE
			S: * 0 RECENT
			S: l OK…
			C: l FETCH 1:* FLAGS
			S: l BAD…
			C: l FETCH * FLAGS
			S: l BAD…
			C: l UID FETCH 1:* FLAGS
			S: l OK…
			C: m SELECT a/b
			S: …
			S: ⋮
			S: m OK…
			C: n FETCH 1:* (UID FLAGS)
			S: * 1 FETCH (UID 1 FLAGS (\Flagged \Deleted \Recent))
			S: * 2 FETCH (UID 2 FLAGS (\Recent))
			S: * 3 FETCH (UID 3 FLAGS (\Recent))
			S: n OK…
			C: o CLOSE
			S: o OK…
			C: p STATUS a/b (MESSAGES)
			S: * STATUS a/b (MESSAGES 2)
			S: p OK…`},
		{name: "without MOVE and UIDPLUS", config: imaptest.Config{Without: []string{"MOVE", "UIDPLUS"}}, script: `
			C: b CAPABILITY
			S: * CAPABILITY IMAP4rev1 SASL-IR ID ENABLE IDLE LITERAL+ … UNSELECT CHILDREN NAMESPACE LIST-EXTENDED … BINARY STATUS=SIZE…
			S: b OK…
			C: c CREATE x
			S: c OK…
			C: d SELECT INBOX
			S: ⋮
			S: d OK…
			C: e MOVE 1 x
			S: e BAD…
			C: f UID EXPUNGE 1
			S: f BAD…
			C: g COPY 1 x
			S: g OK Copy completed.`},
		{name: "mailboxes", script: `
			C: b CREATE lists/go/dev
			S: b OK…
			C: c CREATE Archive/
			S: c OK…
			C: d CREATE Archive
			S: d NO [ALREADYEXISTS]…
			C: e CREATE a//b
			S: e NO [CANNOT]…
			C: f LIST "" *
			S: * LIST (\HasNoChildren) "/" INBOX
			S: * LIST (\HasNoChildren) "/" Archive
			S: * LIST (\Noselect \HasChildren) "/" lists
			S: * LIST (\Noselect \HasChildren) "/" lists/go
			S: * LIST (\HasNoChildren) "/" lists/go/dev
			S: f OK…
			C: g LIST "" %
			S: * LIST (\HasNoChildren) "/" INBOX
			S: * LIST (\HasNoChildren) "/" Archive
			S: * LIST (\Noselect \HasChildren) "/" lists
			S: g OK…
			C: h LIST lists/ %
			S: * LIST (\Noselect \HasChildren) "/" lists/go
			S: h OK…
			C: i LIST "" inbox
			S: * LIST (\HasNoChildren) "/" INBOX
			S: i OK…
			C: j LIST "" ""
			S: * LIST (\Noselect) "/" ""
			S: j OK…
			C: k SUBSCRIBE lists/go/dev
			S: k OK…
			C: l LSUB "" *
			S: * LSUB () "/" lists/go/dev
			S: l OK…
			C: m UNSUBSCRIBE lists/go/dev
			S: m OK…
			C: n LSUB "" *
			S: n OK…
			C: o RENAME lists mail
			S: o OK…
			C: p LIST "" *dev
			S: * LIST (\HasNoChildren) "/" mail/go/dev
			S: p OK…
			C: q RENAME mail Archive
			S: q NO [ALREADYEXISTS]…
			C: r RENAME nothing else
			S: r NO [NONEXISTENT]…
			C: s RENAME INBOX Old
			S: s OK…
			C: t STATUS INBOX (MESSAGES)
			S: * STATUS INBOX (MESSAGES 0)
			S: t OK…
			C: u LIST "" Old RETURN (STATUS (MESSAGES))
			S: * LIST () "/" Old
			S: * STATUS Old (MESSAGES 2)
			S: u OK…
			C: v DELETE Old
			S: v OK…
			C: w DELETE Old
			S: w NO [NONEXISTENT]…
			C: x DELETE INBOX
			S: x NO INBOX can't be deleted.
			C: y NAMESPACE
			S: * NAMESPACE (("" "/")) NIL NIL
			S: y OK…`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := loggedInIMAP(t, tt.config.NewServer(t, first, second))
			w.talk(tt.script)
			w.talk("C: z LOGOUT\nS: * BYE…\nS: z OK…")
		})
	}
}

const selected = `
	S: ⋮
	S: s OK…`

// Two sessions hear of the changes of each other and of the test.
func TestIMAPNews(t *testing.T) {
	srv := imaptest.NewServer(t, first, second, first, second)
	a, b := loggedInIMAP(t, srv), loggedInIMAP(t, srv)
	a.talk("C: s SELECT INBOX" + selected)
	b.talk("C: s SELECT INBOX" + selected)

	a.talk(`
		C: c STORE 2,3 +FLAGS.SILENT (\Deleted)
		S: c OK…
		C: d EXPUNGE
		S: * 3 EXPUNGE
		S: * 2 EXPUNGE
		S: * 2 RECENT
		S: d OK…`)
	b.talk(`
		C: c FETCH 2:3 UID
		S: * 2 FETCH (UID 2)
		S: * 3 FETCH (UID 3)
		S: * 2 FETCH (FLAGS (\Deleted))
		S: * 3 FETCH (FLAGS (\Deleted))
		S: c OK…
		C: d NOOP
		S: * 3 EXPUNGE
		S: * 2 EXPUNGE
		S: d OK…
		C: e FETCH 1:* UID
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 4)
		S: e OK…`)

	uid, err := srv.Append("INBOX", imaptest.Message{Text: second, Flags: []string{"News"}})
	if err != nil || uid != 5 {
		t.Fatalf("Append: %d, %v", uid, err)
	}
	if err := srv.SetFlags("inbox", 1, `\Answered`); err != nil {
		t.Fatal(err)
	}
	if err := srv.Remove("INBOX", 4); err != nil {
		t.Fatal(err)
	}
	a.talk(`
		C: f NOOP
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft News)
		S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft News \*)]…
		S: * 1 FETCH (FLAGS (\Answered \Recent))
		S: * 2 EXPUNGE
		S: * 2 EXISTS
		S: f OK…`)
	b.talk(`
		C: f NOOP
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft News)
		S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft News \*)]…
		S: * 1 FETCH (FLAGS (\Answered))
		S: * 2 EXPUNGE
		S: * 2 EXISTS
		S: f OK…`)
}

func TestIMAPIdle(t *testing.T) {
	srv := imaptest.NewServer(t, first)
	w := loggedInIMAP(t, srv)
	w.talk("C: s SELECT INBOX" + selected)
	w.talk("C: i IDLE\nS: + idling")
	if _, err := srv.Append("INBOX", imaptest.Message{Text: second}); err != nil {
		t.Fatal(err)
	}
	w.talk("S: * 2 EXISTS\nS: * 2 RECENT")
	if err := srv.Remove("INBOX", 1); err != nil {
		t.Fatal(err)
	}
	w.talk("S: * 1 EXPUNGE\nS: * 1 RECENT\nC: DONE\nS: i OK…")
	// Close does not wait for a session in IDLE.
	w.talk("C: j IDLE\nS: + idling")
}

func TestIMAPSearch(t *testing.T) {
	srv := imaptest.Config{Messages: []imaptest.Message{
		{
			Text:  "From: a@example.org\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nDate: Mon, 2 Mar 2020 23:30:00 -0500\n\nHello World\n",
			Flags: []string{`\Seen`, "Label"},
			Date:  time.Date(2020, 3, 4, 23, 0, 0, 0, time.FixedZone("", 2*3600)),
		},
		{
			Text: "From: b@example.org\nContent-Transfer-Encoding: base64\n\nc2VjcmV0IHdvcmQ=\n",
			Date: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC),
		},
		{
			Text: "From: c@example.org\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nin a part\n--x\nContent-Type: image/png\n\nnot text\n--x--\n",
			Date: time.Date(2021, 1, 2, 0, 0, 0, 0, time.UTC),
		},
	}}.NewServer(t)
	w := loggedInIMAP(t, srv)
	w.talk("C: s SELECT INBOX" + selected)
	for _, tt := range []struct{ criteria, want string }{
		{"ALL", " 1 2 3"},
		{"SEEN", " 1"},
		{"UNSEEN", " 2 3"},
		{"RECENT", " 1 2 3"},
		{"OLD", ""},
		{"KEYWORD label", " 1"},
		{"UNKEYWORD LABEL", " 2 3"},
		{"FROM EXAMPLE.ORG", " 1 2 3"},
		{"FROM b@", " 2"},
		{"SUBJECT {7+}\r\ngrüße", " 1"},
		{"HEADER Date \"\"", " 1"},
		{"SENTON 2-Mar-2020", " 1"},
		{"SENTSINCE 3-Mar-2020", ""},
		{"ON 4-Mar-2020", " 1"},
		{"SINCE 1-Jan-2021", " 2 3"},
		{"BEFORE 1-Jan-2021", " 1"},
		{"BODY \"hello world\"", " 1"},
		{"BODY \"secret word\"", " 2"},
		{"BODY part", " 3"},
		{"BODY \"not text\"", ""},
		{"BODY from", ""},
		{"TEXT {7+}\r\ngrüße", " 1"},
		{"LARGER 100", " 1 3"},
		{"SMALLER 100", " 2"},
		{"NOT SEEN 2:*", " 2 3"},
		{"OR SEEN UID 3", " 1 3"},
		{"UID 2:99", " 2 3"},
		{"(FROM a@ SEEN)", " 1"},
	} {
		w.send("x SEARCH " + tt.criteria)
		if got, want := w.receive(), "* SEARCH"+tt.want; got != want {
			t.Errorf("%s: %q, want %q", tt.criteria, got, want)
		}
		w.talk("S: x OK…")
	}
	w.talk(`
		C: y UID SEARCH RETURN (MIN MAX COUNT ALL) UNSEEN
		S: * ESEARCH (TAG "y") UID MIN 2 MAX 3 ALL 2:3 COUNT 2
		S: y OK…
		C: y SEARCH 4
		S: * SEARCH
		S: y OK…`)
}

// go-imap's own client works with the server.
func TestIMAPClient(t *testing.T) {
	date := time.Date(2020, 3, 4, 5, 6, 7, 0, time.FixedZone("", -3*3600))
	srv := imaptest.Config{Messages: []imaptest.Message{
		{Text: first, Flags: []string{`\Flagged`}, Date: date},
	}}.NewServer(t, second)
	c, err := imapclient.DialInsecure(srv.IMAPAddr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(srv.User, srv.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	data, err := c.Select("INBOX", nil).Wait()
	if err != nil || data.NumMessages != 2 || data.UIDNext != 3 {
		t.Fatalf("Select: %+v, %v", data, err)
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	messages, err := c.Fetch(imap.SeqSetNum(1, 2), &imap.FetchOptions{
		UID: true, Flags: true, InternalDate: true, Envelope: true,
		BodyStructure: &imap.FetchItemBodyStructure{Extended: true},
		BodySection:   []*imap.FetchItemBodySection{whole},
	}).Collect()
	if err != nil || len(messages) != 2 {
		t.Fatalf("Fetch: %d messages, %v", len(messages), err)
	}
	m := messages[0]
	if got, want := string(m.FindBodySection(whole)), strings.ReplaceAll(first, "\n", "\r\n"); got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if !m.InternalDate.Equal(date) || !slices.Contains(m.Flags, imap.FlagFlagged) ||
		m.Envelope.Subject != "one" || m.BodyStructure.MediaType() != "text/plain" {
		t.Errorf("message %+v", m)
	}

	text := "Subject: appended\r\n\r\n"
	cmd := c.Append("INBOX", int64(len(text)), &imap.AppendOptions{Flags: []imap.Flag{imap.FlagDraft}, Time: date})
	if _, err := cmd.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		t.Fatal(err)
	}
	appended, err := cmd.Wait()
	if err != nil || appended.UID != 3 || appended.UIDValidity != 1 {
		t.Fatalf("Append: %+v, %v", appended, err)
	}
	last := srv.Messages("INBOX")[2]
	if last.Text != text || last.UID != 3 || !last.Date.Equal(date) || !slices.Equal(last.Flags, []string{`\Draft`}) {
		t.Errorf("appended: %+v", last)
	}
	if err := c.Logout().Wait(); err != nil {
		t.Error(err)
	}
}

// A message that POP3 removes is gone on IMAP, and vice versa.
func TestOneStore(t *testing.T) {
	srv := imaptest.NewServer(t, first, second, first)
	w := loggedInIMAP(t, srv)
	w.talk("C: s SELECT INBOX" + selected)

	p := loggedInPOP3(t, srv)
	p.talk("C: DELE 1\nS: +OK Marked to be deleted.\nC: QUIT\nS: +OK…")
	w.talk("C: a NOOP\nS: * 1 EXPUNGE\nS: * 2 RECENT\nS: a OK…")

	w.talk(`
		C: b STORE 1 +FLAGS.SILENT (\Deleted)
		S: b OK…
		C: c EXPUNGE
		S: * 1 EXPUNGE
		S: * 1 RECENT
		S: c OK…
		C: d STATUS INBOX (MESSAGES RECENT)
		S: * STATUS INBOX (MESSAGES 1 RECENT 1)
		S: d OK…`)
	loggedInPOP3(t, srv).talk("C: LIST\nS: +OK…\nS: 1 44\nS: .")
}
