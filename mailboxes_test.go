package imapcompat_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
	"github.com/imapcompat/imapcompat/imaptest"
)

// refused checks that an error is of a kind and has PHP's text.
func refused(t *testing.T, err, kind error, text string) {
	t.Helper()
	var e *imapcompat.Error
	if !errors.As(err, &e) || !errors.Is(err, kind) || e.Text != text {
		t.Errorf("got %v, want %q (%v)", err, text, kind)
	}
}

func TestManageMailboxes(t *testing.T) {
	srv := imaptest.NewServer(t)
	ref := srv.IMAPRef()
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.CreateMailbox(ref+"Archive"))
	must(t, mbox.CreateMailbox(ref+"&AOQ-"))
	// As in PHP the host in the name does not matter.
	must(t, mbox.CreateMailbox("{elsewhere.example/imap}Other"))
	must(t, mbox.RenameMailbox(ref+"Archive", ref+"Archive/2025"))
	must(t, mbox.DeleteMailbox(ref+"Other"))
	if got, want := strings.Join(srv.Mailboxes(), " "), "Archive/2025 INBOX ä"; got != want {
		t.Errorf("the server has %q, want %q", got, want)
	}
}

// The texts are those of PHP 8.2 on Dovecot, where they do not come from the
// server: see conformance.
func TestMailboxNames(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	ref, pop3 := srv.IMAPRef(), srv.POP3Ref()
	mbox := open(t, srv, srv.IMAP())
	invalid := imapcompat.ErrInvalidArgument
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.CreateMailbox("INBOX"), "Can't create INBOX"},
		{mbox.CreateMailbox(ref + "a\r\nb"), "Can't create mailbox with such a name"},
		{mbox.CreateMailbox("{x}ä"), "Can't create mailbox name with 8-bit octet: {x}ä"},
		{mbox.CreateMailbox("{x}a&b"), "Can't create unterminated modified UTF-7 name: {x}a&b"},
		{mbox.CreateMailbox("{x}a&!-"), "Can't create invalid modified UTF-7 name: {x}a&!-"},
		{mbox.CreateMailbox(strings.Repeat("x", 800)), "Can't create " + strings.Repeat("x", 80) + ": no such mailbox"},
		{mbox.RenameMailbox("x", ref+"y"), "Can't rename mailbox x: no such mailbox"},
		{mbox.RenameMailbox(ref+"x", "{x}a&b"), "Can't rename to unterminated modified UTF-7 name: {x}a&b"},
		{mbox.DeleteMailbox("{bad"), "Can't delete mailbox {bad: invalid remote specification"},
		{mbox.DeleteMailbox("{x/pop3}INBOX"), "Can't delete mailbox {x/pop3}INBOX: invalid remote specification"},
		{mbox.Subscribe("x"), "Can't subscribe to mailbox x: no such mailbox"},
		{mbox.Unsubscribe("x"), "No subscriptions"},
		{mbox.Append("x", "text"), "Can't append to mailbox x: no such mailbox"},
		{mbox.Append(ref+"a\nb", "text"), "Can't append to mailbox with such a name"},
		{mbox.Append(ref+"INBOX", "text", imapcompat.WithAppendFlags("(a")), "Bad flag list"},
		{mbox.Append(ref+"INBOX", "text", imapcompat.WithAppendFlags("a\r\nb")), "Invalid flag"},
		{mbox.Append(ref+"INBOX", "text", imapcompat.WithInternalDate("39-Jul-2020 00:00:00 +0000")), "Bad date in append"},
		{mbox.MailCopy("1", "a\r\nb"), "Mailbox name is not modified UTF-7"},
		{mbox.MailCopy("1", "x", 4), "Argument #4 ($flags) must be a bitmask of CP_UID, and CP_MOVE"},
		{mbox.MailMove("1", "x", imapcompat.CP_MOVE), "Argument #4 ($flags) must be CP_UID or 0"},
	} {
		refused(t, test.err, invalid, test.want)
	}
	// PHP returns false and says nothing.
	for _, err := range []error{mbox.CreateMailbox("{bad"), mbox.CreateMailbox("x"), mbox.CreateMailbox(pop3 + "INBOX"), mbox.RenameMailbox(ref+"x", "y")} {
		if !errors.Is(err, invalid) {
			t.Errorf("got %v", err)
		}
	}
	for _, line := range srv.Transcript() {
		for _, command := range []string{" CREATE ", " RENAME ", " DELETE ", " SUBSCRIBE ", " UNSUBSCRIBE ", " APPEND ", " COPY "} {
			if strings.Contains(line, command) {
				t.Errorf("sent %q", line)
			}
		}
	}
}

// Which dates a new message may have, and that the others append nothing, is PHP's answer.
func TestInternalDates(t *testing.T) {
	srv := imaptest.NewServer(t)
	mbox := open(t, srv, srv.IMAP())
	for date, valid := range map[string]bool{
		"00-Jul-2020 00:00:00": false, "01-Jul-2020 00:00:00": true, "31-Jul-2020 00:00:00": true, "32-Jul-2020 00:00:00": false,
		"01-Jul-1969 00:00:00": false, "01-Jul-1970 00:00:00": true, "01-Jul-2097 00:00:00": true, "01-Jul-2098 00:00:00": false,
		"01-Jul-2020 23:59:59": true, "01-Jul-2020 24:00:00": false,
	} {
		before := len(srv.Messages("INBOX"))
		err := mbox.Append(srv.IMAP(), "text", imapcompat.WithInternalDate(date+" +0000"))
		if valid != (err == nil) || !valid && !errors.Is(err, imapcompat.ErrInvalidArgument) || (len(srv.Messages("INBOX")) > before) != valid {
			t.Errorf("%s: %v", date, err)
		}
	}
}

func TestMailboxesOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	ref := srv.POP3Ref()
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.CreateMailbox(ref + "x"), "Can't create mailboxes over POP3"},
		{mbox.RenameMailbox(ref+"INBOX", ref+"x"), "Can't rename mailbox over POP3"},
		{mbox.DeleteMailbox(ref + "INBOX"), "Can't delete mailbox over POP3"},
		{mbox.Subscribe(ref + "INBOX"), "Can't subscribe to mailbox over POP3"},
		{mbox.Append(ref+"INBOX", "text"), "Append not valid for POP3"},
		{mbox.MailCopy("1", "x"), "Copy not valid for POP3"},
		{mbox.MailMove("1", "x"), "Copy not valid for POP3"},
	} {
		refused(t, test.err, imapcompat.ErrNotSupported, test.want)
	}
	if got, want := mbox.Errors(), []string{"Append not valid for POP3", "Copy not valid for POP3", "Copy not valid for POP3"}; !slices.Equal(got, want) {
		t.Errorf("errors: %q, want %q", got, want)
	}
}

func TestAppend(t *testing.T) {
	srv := imaptest.NewServer(t)
	mbox := open(t, srv, srv.IMAP())
	mbox.Errors()
	text := "Subject: new\r\n\r\n" + strings.Repeat("0123456789\r\n", 1000)
	must(t, mbox.Append(srv.IMAP(), text, imapcompat.WithAppendFlags(`\Seen work`), imapcompat.WithInternalDate("17-Jul-1996 02:44:25 -0700")))
	must(t, mbox.Append(srv.IMAP(), "a: b\r\n\r\n", imapcompat.WithInternalDate("yesterday")))
	if got, want := strings.Join(mbox.Errors(), "|"), "Internal date not correctly formatted"; got != want {
		t.Errorf("errors: %q, want %q", got, want)
	}
	messages := srv.Messages("INBOX")
	if len(messages) != 2 {
		t.Fatalf("%d messages, want 2", len(messages))
	}
	m := messages[0]
	if m.Text != text || !slices.Equal(m.Flags, []string{`\Seen`, "work"}) || m.Date.UTC().Format("2006-01-02 15:04:05") != "1996-07-17 09:44:25" {
		t.Errorf("got %d octets, %q, %v", len(m.Text), m.Flags, m.Date)
	}
	refusal := mbox.Append(srv.IMAPRef()+"Nope", text)
	if !errors.Is(refusal, imapcompat.ErrRefused) || !strings.Contains(refusal.Error(), "[TRYCREATE]") {
		t.Errorf("got %v", refusal)
	}
	must(t, mbox.Ping())
}

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

func TestAppendReader(t *testing.T) {
	srv := imaptest.NewServer(t)
	mbox := open(t, srv, srv.IMAP())
	text := "Subject: new\r\n\r\n" + strings.Repeat("0123456789\r\n", 100_000)
	must(t, mbox.AppendReader(srv.IMAP(), iotest.HalfReader(strings.NewReader(text)), int64(len(text)), imapcompat.WithAppendFlags(`\Seen`)))
	if m := srv.Messages("INBOX"); len(m) != 1 || m[0].Text != text || !slices.Equal(m[0].Flags, []string{`\Seen`}) {
		t.Errorf("%d messages, or another one", len(m))
	}
	err := mbox.AppendReader(srv.IMAP(), strings.NewReader(text), -1)
	refused(t, err, imapcompat.ErrInvalidArgument, "The size of a message is negative")
	must(t, mbox.Ping())

	for name, test := range map[string]struct {
		r    io.Reader
		size int64
		kind error
		want string
	}{
		"short": {strings.NewReader("a: b\r\n"), 9, imapcompat.ErrInvalidArgument, "The message ends 3 octets before the announced size"},
		"long":  {strings.NewReader("a: b\r\n"), 4, imapcompat.ErrInvalidArgument, "The message is longer than was announced"},
		"fails": {iotest.ErrReader(errDiskFull), 4, errDiskFull, "Failed to read the message: disk full"},
	} {
		mbox := open(t, srv, srv.IMAP())
		err := mbox.AppendReader(srv.IMAP(), test.r, test.size)
		refused(t, err, imapcompat.ErrConnectionLost, test.want+": the message was not appended")
		if !errors.Is(err, test.kind) {
			t.Errorf("%s: %v does not match %v", name, err, test.kind)
		}
		if err := mbox.Ping(); !errors.Is(err, imapcompat.ErrConnectionLost) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := len(srv.Messages("INBOX")); n != 1 {
		t.Errorf("%d messages stored, want 1", n)
	}
}

// A message goes from one server to another without being in memory.
func TestAppendFromElsewhere(t *testing.T) {
	from, to := imaptest.NewServer(t, "Subject: large\r\n\r\n"+strings.Repeat("0123456789\r\n", 400_000)), imaptest.NewServer(t)
	source, target := open(t, from, from.IMAP()), open(t, to, to.IMAP())
	overview, err := source.FetchOverview("1")
	must(t, err)
	r, w := io.Pipe()
	go func() { w.CloseWithError(source.SaveBody(w, 1, "")) }()
	must(t, target.AppendReader(to.IMAP(), r, int64(overview[0].Size)))
	if to.Messages("INBOX")[0].Text != from.Messages("INBOX")[0].Text {
		t.Error("another message has arrived")
	}
}

func TestList(t *testing.T) {
	srv := imaptest.NewServer(t)
	ref := srv.IMAPRef()
	for _, name := range []string{"Archive/2024", "Notes", "&AOQ-"} {
		must(t, open(t, srv, srv.IMAP()).CreateMailbox(ref+name))
	}
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.Subscribe(ref+"Notes"))
	names := func(list []string, err error) string {
		t.Helper()
		must(t, err)
		if list == nil {
			t.Error("nil, want an empty slice")
		}
		return strings.ReplaceAll(strings.Join(list, " "), ref, "@")
	}
	for _, test := range []struct{ got, want string }{
		{names(mbox.List(ref, "*")), "@INBOX @Archive/2024 @Notes @&AOQ-"},
		{names(mbox.List(ref, "%")), "@INBOX @Notes @&AOQ-"},
		{names(mbox.List(ref+"Archive/", "%")), "@Archive/2024"},
		{names(mbox.List("", ref+"N*")), "@Notes"},
		{names(mbox.List("{elsewhere.example/ssl}", "N*")), "{elsewhere.example/ssl}Notes"},
		{names(mbox.List(ref, "none")), ""},
		{names(mbox.LSub(ref, "*")), "@Notes"},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
	infos, err := mbox.GetMailboxes("{x}", "A%")
	must(t, err)
	text, err := json.Marshal(infos)
	must(t, err)
	if got, want := string(text), `[{"name":"{x}Archive","attributes":34,"delimiter":"/"}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	must(t, mbox.Unsubscribe(ref+"Notes"))
	if subscribed, err := mbox.GetSubscribed(ref, "*"); err != nil || len(subscribed) != 0 || subscribed == nil {
		t.Errorf("got %v, %v", subscribed, err)
	}
	_, err = mbox.List("Archive", "*")
	refused(t, err, imapcompat.ErrInvalidArgument, "Can't list mailboxes of Archive: no such mailbox")
	_, err = mbox.LSub(ref, strings.Repeat("x", 257))
	refused(t, err, imapcompat.ErrInvalidArgument, "Invalid LSUB pattern specification: "+strings.Repeat("x", 80))
	_, err = mbox.ListScan(ref, "*", "text")
	refused(t, err, imapcompat.ErrNotSupported, "Scan not valid on this IMAP server")
	must(t, mbox.Close())
	if _, err := mbox.List(ref, "*"); !errors.Is(err, imapcompat.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestListOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t)
	ref := srv.POP3Ref()
	mbox := open(t, srv, srv.POP3())
	infos, err := mbox.GetMailboxes(ref, "%")
	must(t, err)
	if want := []imapcompat.MailboxInfo{{Name: ref + "INBOX", Attributes: imapcompat.LATT_NOINFERIORS}}; !slices.Equal(infos, want) {
		t.Errorf("got %v, want %v", infos, want)
	}
	for _, pattern := range []string{"inbox", "A*", ""} {
		if list, err := mbox.List(ref, pattern); err != nil || len(list) != 0 || list == nil {
			t.Errorf("%q: %v, %v", pattern, list, err)
		}
	}
	if list, err := mbox.LSub(ref, "*"); err != nil || len(list) != 0 {
		t.Errorf("got %v, %v", list, err)
	}
	_, err = mbox.ListScan(ref, "*", "text")
	refused(t, err, imapcompat.ErrNotSupported, "Scan not valid for POP3 mailboxes")
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
