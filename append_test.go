package imapcompat_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

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

// The texts are those of PHP 8.2 on Dovecot, where they do not come from the
// server: see conformance.
func TestAppendErrors(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	ref := srv.IMAPRef()
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	for _, test := range []struct {
		err  error
		want string
	}{
		{mbox.Append("x", "text"), "Can't append to mailbox x: no such mailbox"},
		{mbox.Append(ref+"a\nb", "text"), "Can't append to mailbox with such a name"},
		{mbox.Append(ref+"INBOX", "text", imapcompat.WithAppendFlags("(a")), "Bad flag list"},
		{mbox.Append(ref+"INBOX", "text", imapcompat.WithAppendFlags("a\r\nb")), "Invalid flag"},
		{mbox.Append(ref+"INBOX", "text", imapcompat.WithInternalDate("39-Jul-2020 00:00:00 +0000")), "Bad date in append"},
	} {
		refused(t, test.err, imapcompat.ErrInvalidArgument, test.want)
	}
	unsent(t, srv, sent)
}

func TestAppendOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	mbox := open(t, srv, srv.POP3())
	mbox.Errors()
	refused(t, mbox.Append(srv.POP3Ref()+"INBOX", "text"), imapcompat.ErrNotSupported, "Append not valid for POP3")
	if got, want := mbox.Errors(), []string{"Append not valid for POP3"}; !slices.Equal(got, want) {
		t.Errorf("errors: %q, want %q", got, want)
	}
}
