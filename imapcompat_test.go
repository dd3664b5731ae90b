package imapcompat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// texts are messages of which the subject is the number.
func texts(n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("Subject: %d\nFrom: a@example.org\n\nbody %d\n", i+1, i+1))
	}
	return list
}

// both runs a test over IMAP and over POP3, each on a server of its own.
func both(t *testing.T, messages []string, test func(t *testing.T, srv *imaptest.Server, name string)) {
	t.Helper()
	for _, service := range []string{"IMAP", "POP3"} {
		t.Run(service, func(t *testing.T) {
			srv := imaptest.NewServer(t, messages...)
			name := srv.IMAP()
			if service == "POP3" {
				name = srv.POP3()
			}
			test(t, srv, name)
		})
	}
}

func open(t *testing.T, srv *imaptest.Server, name string, opts ...imapcompat.Option) *imapcompat.Connection {
	t.Helper()
	mbox, err := imapcompat.Open(name, srv.User, srv.Password, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mbox.Close() })
	return mbox
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// subjects are the subjects that a connection sees, in order.
func subjects(t *testing.T, mbox *imapcompat.Connection) string {
	t.Helper()
	n, err := mbox.NumMsg()
	must(t, err)
	var list []string
	for i := 1; i <= n; i++ {
		h, err := mbox.HeaderInfo(i)
		if err != nil {
			list = append(list, "-")
			continue
		}
		list = append(list, strings.TrimSpace(h.Deleted+h.Subject))
	}
	return strings.Join(list, " ")
}

// stored are the subjects of what the server has.
func stored(srv *imaptest.Server) string {
	var list []string
	for _, msg := range srv.Messages("INBOX") {
		h, _ := imapcompat.RFC822ParseHeaders(msg.Text)
		list = append(list, h.Subject)
	}
	return strings.Join(list, " ")
}

// A message that is marked stays until Expunge or a Close with CL_EXPUNGE.
func TestDelete(t *testing.T) {
	both(t, texts(5), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		must(t, mbox.Delete("2,4:5"))
		must(t, mbox.Undelete("4"))
		if got, want := subjects(t, mbox), "1 D2 3 4 D5"; got != want {
			t.Errorf("marked: %s, want %s", got, want)
		}
		info, err := mbox.MailboxMsgInfo()
		must(t, err)
		if info.Nmsgs != 5 || info.Deleted != 2 {
			t.Errorf("%d messages, %d deleted, want 5 and 2", info.Nmsgs, info.Deleted)
		}
		must(t, mbox.Expunge())
		if got, want := subjects(t, mbox), "1 3 4"; got != want {
			t.Errorf("expunged: %s, want %s", got, want)
		}
		must(t, mbox.Close())
		if got, want := stored(srv), "1 3 4"; got != want {
			t.Errorf("the server has %s, want %s", got, want)
		}
	})
}

func TestClose(t *testing.T) {
	for _, test := range []struct {
		name string
		open []imapcompat.Option
		flag []imapcompat.CloseFlag
		want string
	}{
		{"without expunge", nil, nil, "1 2 3"},
		{"with", nil, []imapcompat.CloseFlag{imapcompat.CL_EXPUNGE}, "1 3"},
		{"as opened", []imapcompat.Option{imapcompat.CL_EXPUNGE}, nil, "1 3"},
		{"as opened, with 0", []imapcompat.Option{imapcompat.CL_EXPUNGE}, []imapcompat.CloseFlag{0}, "1 3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			both(t, texts(3), func(t *testing.T, srv *imaptest.Server, name string) {
				mbox := open(t, srv, name, test.open...)
				must(t, mbox.Delete("2"))
				must(t, mbox.Close(test.flag...))
				if got := stored(srv); got != test.want {
					t.Errorf("the server has %s, want %s", got, test.want)
				}
				if mbox.IsOpen() {
					t.Error("still open")
				}
				_, err := mbox.Check()
				if !errors.Is(err, imapcompat.ErrClosed) || err.Error() != `imap_check(): IMAP\Connection is already closed` {
					t.Errorf("after Close: %v", err)
				}
			})
		})
	}
}

// Close refuses flags that it does not know and stays open.
func TestCloseFlags(t *testing.T) {
	both(t, nil, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		err := mbox.Close(1)
		if !errors.Is(err, imapcompat.ErrInvalidArgument) || err.Error() != "imap_close(): Argument #2 ($flags) must be CL_EXPUNGE or 0" {
			t.Error(err)
		}
		if !mbox.IsOpen() {
			t.Error("closed nonetheless")
		}
	})
}

// A POP3 session that breaks before QUIT is acknowledged has removed nothing,
// and says so.
func TestBrokenBeforeQuit(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	mbox := open(t, srv, srv.POP3())
	must(t, mbox.Delete("1:*"))
	must(t, mbox.Expunge())
	if n, _ := mbox.NumMsg(); n != 0 {
		t.Errorf("%d messages after Expunge", n)
	}
	srv.DropConnections()
	err := mbox.Close()
	if !errors.Is(err, imapcompat.ErrConnectionLost) {
		t.Errorf("Close: %v", err)
	}
	if got := stored(srv); got != "1 2 3" {
		t.Errorf("the server has %s", got)
	}
}

// An overview of all messages is no mistake when there are none.
func TestOverviewOfEmptyMailbox(t *testing.T) {
	for _, sequence := range []imapcompat.Sequence{"1:*", "1:0"} {
		both(t, nil, func(t *testing.T, srv *imaptest.Server, name string) {
			mbox := open(t, srv, name)
			mbox.Errors()
			list, err := mbox.FetchOverview(sequence)
			if err != nil || list == nil || len(list) > 0 {
				t.Errorf("%s: %v, %v", sequence, list, err)
			}
			if got := mbox.Errors(); len(got) != 1 || got[0] != "Sequence out of range" {
				t.Errorf("%s: errors %q", sequence, got)
			}
		})
	}
}

func TestSequences(t *testing.T) {
	for _, test := range []struct {
		sequence imapcompat.Sequence
		uid      bool
		want     string // of the messages marked, or an error's text
	}{
		{"1", false, "1"},
		{"1,3,5:7", false, "1 3 5 6 7"},
		{"2:2", false, "2"},
		{"4:2", false, "2 3 4"},
		{"1:*", false, "1 2 3 4 5 6 7"},
		{"*", false, "7"},
		{"*:6", false, "6 7"},
		{"   4", false, "4"},
		{" 4 ", false, "4"},
		{imapcompat.SequenceOf(2, 3), false, "2 3"},
		{imapcompat.SequenceRange(2, 3), false, "2 3"},
		{"8", false, "Sequence out of range"},
		{"0", false, "Sequence out of range"},
		{"5:8", false, "Sequence range invalid"},
		{"1,,2", false, "Syntax error in sequence"},
		{"", false, "Syntax error in sequence"},
		{imapcompat.SequenceOf(), false, "Syntax error in sequence"},
		{"a", false, "Syntax error in sequence"},
		{"1:2:3", false, "Sequence range syntax error"},
		{"1 2", false, "Sequence syntax error"},
		{"1\r\nX LOGOUT", false, "Sequence syntax error"},
		{"1\x00", false, "Sequence syntax error"},
		{"99999999999999999999999", false, "Sequence out of range"},
		{"3", true, "3"},
		{"2", true, ""},
		{"1:3,900", true, "1 3"},
		{"6:*", true, "6 7 9"},
		{"*", true, "9"},
		{"50:*", true, "9"},
		{"0", true, "UID may not be zero"},
		{"1:a", true, "UID sequence range invalid"},
	} {
		t.Run(fmt.Sprintf("%q uid %v", test.sequence, test.uid), func(t *testing.T) {
			both(t, texts(9), func(t *testing.T, srv *imaptest.Server, name string) {
				flags := []imapcompat.FetchFlag{}
				want := test.want
				if test.uid {
					// UIDs have gaps on IMAP, and on POP3 when messages
					// were expunged in this session.
					flags = append(flags, imapcompat.FT_UID)
				}
				mbox := open(t, srv, name)
				must(t, mbox.Delete("2,8"))
				must(t, mbox.Expunge())
				before := len(srv.Transcript())
				err := mbox.Delete(test.sequence, flags...)
				if err != nil {
					if !errors.Is(err, imapcompat.ErrInvalidArgument) || err.Error() != "imap_delete(): "+want {
						t.Errorf("got %v, want %s", err, want)
					}
					if sent := srv.Transcript()[before:]; len(sent) > 0 {
						t.Errorf("sent %q", sent)
					}
					return
				}
				if got := marked(t, mbox, test.uid); got != want {
					t.Errorf("marked %s, want %s", got, want)
				}
			})
		})
	}
}

// marked are the numbers or UIDs of the messages marked for deletion.
func marked(t *testing.T, mbox *imapcompat.Connection, uid bool) string {
	t.Helper()
	list, err := mbox.FetchOverview("1:*")
	must(t, err)
	var out []string
	for _, o := range list {
		switch {
		case o.Deleted && uid:
			out = append(out, fmt.Sprint(o.UID))
		case o.Deleted:
			out = append(out, fmt.Sprint(o.Msgno))
		}
	}
	return strings.Join(out, " ")
}

// Body and FetchBody set \Seen, and nothing else changes anything.
func TestReadingChangesNothing(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	mbox := open(t, srv, srv.IMAP())
	flags := func() string { return strings.Join(srv.Messages("INBOX")[0].Flags, " ") }
	for _, step := range []struct {
		name string
		call func() error
		want string
	}{
		{"HeaderInfo", func() error { _, err := mbox.HeaderInfo(1); return err }, ""},
		{"Headers", func() error { _, err := mbox.Headers(); return err }, ""},
		{"FetchHeader", func() error { _, err := mbox.FetchHeader(1); return err }, ""},
		{"FetchOverview", func() error { _, err := mbox.FetchOverview("1"); return err }, ""},
		{"MailboxMsgInfo", func() error { _, err := mbox.MailboxMsgInfo(); return err }, ""},
		{"Status", func() error { _, err := mbox.Status(srv.IMAP(), imapcompat.SA_ALL); return err }, ""},
		{"Body, peek", func() error { _, err := mbox.Body(1, imapcompat.FT_PEEK); return err }, ""},
		{"FetchBody, peek", func() error { _, err := mbox.FetchBody(1, "1", imapcompat.FT_PEEK); return err }, ""},
		{"FetchBody", func() error { _, err := mbox.FetchBody(1, "1"); return err }, `\Seen`},
		{"ClearFlagFull", func() error { return mbox.ClearFlagFull("1", `\Seen`) }, ""},
		{"Body", func() error { _, err := mbox.Body(1); return err }, `\Seen`},
		{"ClearFlagFull", func() error { return mbox.ClearFlagFull("1", `\Seen`) }, ""},
		{"FetchHeader, prefetching", func() error { _, err := mbox.FetchHeader(1, imapcompat.FT_PREFETCHTEXT); return err }, ""},
		{"Body, prefetched", func() error { _, err := mbox.Body(1); return err }, `\Seen`},
	} {
		if err := step.call(); err != nil {
			t.Errorf("%s: %v", step.name, err)
		}
		if got := flags(); got != step.want {
			t.Errorf("after %s the flags are %q, want %q", step.name, got, step.want)
		}
	}
}

func TestPrefetchedText(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		header, err := mbox.FetchHeader(2, imapcompat.FT_PREFETCHTEXT)
		must(t, err)
		if header != "Subject: 2\r\nFrom: a@example.org\r\n\r\n" {
			t.Errorf("got header %q", header)
		}
		before := len(srv.Transcript())
		text, err := mbox.Body(2, imapcompat.FT_PEEK)
		must(t, err)
		if text != "body 2\r\n" {
			t.Errorf("got text %q", text)
		}
		if sent := srv.Transcript()[before:]; len(sent) > 0 {
			t.Errorf("sent %q for a text that was there", sent)
		}
		if text, err := mbox.Body(1); err != nil || text != "body 1\r\n" {
			t.Errorf("another message: %q, %v", text, err)
		}
	})
}

// A number means the same message while another client removes and adds some.
func TestNumbersStay(t *testing.T) {
	both(t, texts(6), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		_, err := mbox.FetchOverview("1:*")
		must(t, err)
		must(t, srv.Remove("INBOX", 2))
		srv.Append("INBOX", imaptest.Message{Text: "Subject: 7\n\n"})
		for _, num := range []int{5, 3, 6} {
			h, err := mbox.HeaderInfo(num)
			must(t, err)
			if h.Subject != fmt.Sprint(num) || h.Msgno != num {
				t.Errorf("message %d is %q (%d)", num, h.Subject, h.Msgno)
			}
			// A UID command is one in which IMAP servers tell of removals.
			if n, err := mbox.MsgNo(num); err != nil || n != num {
				t.Errorf("the number of UID %d is %d, %v", num, n, err)
			}
		}
		must(t, mbox.Delete("4"))
		must(t, mbox.Expunge())
		must(t, mbox.Close())
		got := stored(srv)
		if strings.Contains(got, "4") || !strings.Contains(got, "3 5 6") {
			t.Errorf("the server has %s", got)
		}
	})
}

// On IMAP the removal shows at the next Ping.
func TestPing(t *testing.T) {
	srv := imaptest.NewServer(t, texts(4)...)
	mbox := open(t, srv, srv.IMAP())
	must(t, srv.Remove("INBOX", 1))
	srv.Append("INBOX", imaptest.Message{Text: "Subject: 5\n\n"})
	if got := subjects(t, mbox); !strings.HasPrefix(got, "1 2 3 4") && !strings.HasPrefix(got, "- 2 3 4") {
		t.Errorf("before: %s", got)
	}
	must(t, mbox.Ping())
	if got, want := subjects(t, mbox), "2 3 4 5"; got != want {
		t.Errorf("after: %s, want %s", got, want)
	}
}

// The objects of a list of addresses and of a header are PHP's, as JSON and for isset.
func TestAddressObjects(t *testing.T) {
	list, _ := imapcompat.RFC822ParseAdrList("A <a@b>, c@d", "h")
	got, err := json.Marshal(list)
	must(t, err)
	if want := `[{"mailbox":"a","host":"b","personal":"A"},{"mailbox":"c","host":"d"}]`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !list[0].Isset("personal") || list[1].Isset("personal") || list[0].Isset("adl") || !list[1].Isset("host") {
		t.Error("isset differs")
	}
	srv := imaptest.NewServer(t, "To: A <a@b>, c@d\nSubject: s\n\n")
	h, err := open(t, srv, srv.IMAP()).HeaderInfo(1)
	must(t, err)
	got, err = json.Marshal(h.To)
	must(t, err)
	if want := `[{"personal":"A","mailbox":"a","host":"b"},{"mailbox":"c","host":"d"}]`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !h.To[0].Isset("personal") || h.To[1].Isset("personal") {
		t.Error("isset differs")
	}
	if first := h.To.First(); first.Personal != "A" {
		t.Errorf("the first is %+v", first)
	}
	if first := h.Cc.First(); first.Personal+first.Mailbox+first.Host+first.ADL != "" {
		t.Errorf("the first of none is %+v", first)
	}
}

// In an empty mailbox there is no UID, and nothing is sent to find that out.
func TestMsgNoOfEmptyMailbox(t *testing.T) {
	both(t, nil, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		sent := len(srv.Transcript())
		if num, err := mbox.MsgNo(5); num != 0 || err != nil || len(srv.Transcript()) != sent {
			t.Errorf("got %d, %v, sent %q", num, err, srv.Transcript()[sent:])
		}
	})
}

// A loop ends with the connection.
func TestLoopIsLost(t *testing.T) {
	both(t, texts(3), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name, imapcompat.WithReadAhead(imapcompat.ReadAheadOff))
		seen := 0
		var last error
		for msg, err := range mbox.Messages("1:*") {
			if last = err; err != nil {
				if msg != nil {
					t.Errorf("with the end came %+v", msg)
				}
				continue
			}
			seen++
			srv.DropConnections()
		}
		if seen != 1 || !errors.Is(last, imapcompat.ErrConnectionLost) {
			t.Errorf("%d messages, and %v", seen, last)
		}
	})
}

func TestMessageNumberErrors(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		for _, test := range []struct {
			call func() error
			want string
			kind error
		}{
			{func() error { _, err := mbox.HeaderInfo(0); return err }, "imap_headerinfo(): Argument #2 ($message_num) must be greater than 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.HeaderInfo(3); return err }, "imap_headerinfo(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.Header(-1); return err }, "imap_headerinfo(): Argument #2 ($message_num) must be greater than 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.HeaderInfo(1, 1025); return err }, "imap_headerinfo(): Argument #3 ($from_length) must be between 0 and 1024", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.HeaderInfo(1, 0, -1); return err }, "imap_headerinfo(): Argument #4 ($subject_length) must be between 0 and 1024", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.FetchHeader(3); return err }, "imap_fetchheader(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.FetchHeader(9, imapcompat.FT_UID); return err }, "imap_fetchheader(): UID does not exist", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.FetchHeader(1, imapcompat.FT_PEEK); return err }, "imap_fetchheader(): Argument #3 ($flags) must be a bitmask of FT_UID, FT_PREFETCHTEXT, and FT_INTERNAL", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.Body(3); return err }, "imap_body(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.Body(1, imapcompat.FT_NOT); return err }, "imap_body(): Argument #3 ($flags) must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.FetchBody(9, "1", imapcompat.FT_UID); return err }, "imap_fetchbody(): UID does not exist", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.FetchBody(1, "1", imapcompat.FT_NOT); return err }, "imap_fetchbody(): Argument #4 ($flags) must be a bitmask of FT_UID, FT_PEEK, and FT_INTERNAL", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.UID(3); return err }, "imap_uid(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { _, err := mbox.MsgNo(0); return err }, "imap_msgno(): Argument #2 ($message_uid) must be greater than 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.FetchOverview("1", imapcompat.FT_PEEK); return err }, "imap_fetch_overview(): Argument #3 ($flags) must be FT_UID or 0", imapcompat.ErrInvalidArgument},
			{func() error { return mbox.Delete("1", imapcompat.FT_PEEK) }, "imap_delete(): Argument #3 ($flags) must be FT_UID or 0", imapcompat.ErrInvalidArgument},
			{func() error { return mbox.SetFlagFull("1", `\Seen`, imapcompat.ST_SILENT) }, "imap_setflag_full(): Argument #4 ($options) must be ST_UID or 0", imapcompat.ErrInvalidArgument},
			{func() error { return mbox.SetFlagFull("1", `(\Seen`) }, "imap_setflag_full(): Bad flag list", imapcompat.ErrInvalidArgument},
			{func() error { return mbox.SetFlagFull("1", `\Seen)`) }, "imap_setflag_full(): Bad flag list", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.HeaderInfo(3, -1); return err }, "imap_headerinfo(): Bad message number", imapcompat.ErrBadMessageNumber},
			{func() error { return mbox.ClearFlagFull("1", `\Seen`, imapcompat.ST_SET) }, "imap_clearflag_full(): Argument #4 ($options) must be ST_UID or 0", imapcompat.ErrInvalidArgument},
			{func() error { _, err := mbox.Status(name, 32); return err }, "imap_status(): Argument #3 ($flags) must be a bitmask of SA_* constants", imapcompat.ErrInvalidArgument},
			{func() error { return mbox.Reopen(name, imapcompat.OP_SECURE) }, "imap_reopen(): Argument #3 ($flags) must be a bitmask of OP_READONLY, OP_ANONYMOUS, OP_HALFOPEN, OP_EXPUNGE, and CL_EXPUNGE", imapcompat.ErrInvalidArgument},
		} {
			err := test.call()
			if err == nil || err.Error() != test.want || !errors.Is(err, test.kind) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		}
		if n, err := mbox.MsgNo(9); n != 0 || err != nil {
			t.Errorf("MsgNo of an unknown UID: %d, %v", n, err)
		}
		if text, err := mbox.FetchBody(1, "7"); text != "" || err != nil {
			t.Errorf("an unknown section: %q, %v", text, err)
		}
	})
}

// A connection is asked about mailboxes of its own service only.
func TestStatusOfAnotherService(t *testing.T) {
	srv := imaptest.NewServer(t, texts(1)...)
	for _, test := range []struct{ open, about string }{{srv.IMAP(), srv.POP3()}, {srv.POP3(), srv.IMAP()}} {
		_, err := open(t, srv, test.open).Status(test.about, imapcompat.SA_ALL)
		want := "imap_status(): Can't get status of mailbox " + test.about + ": invalid remote specification"
		if err == nil || err.Error() != want || !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A POP3 server's own unique-ids are there for those who want them.
func TestUIDL(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	pop3 := open(t, srv, srv.POP3())
	first, err := pop3.UIDL(1)
	must(t, err)
	second, err := pop3.UIDL(2)
	must(t, err)
	if first == "" || first == second {
		t.Errorf("got %q and %q", first, second)
	}
	if _, err := open(t, srv, srv.IMAP()).UIDL(1); !errors.Is(err, imapcompat.ErrNotSupported) {
		t.Errorf("on IMAP: %v", err)
	}
	without := imaptest.Config{Without: []string{"UIDL"}}.NewServer(t, texts(1)...)
	if _, err := open(t, without, without.POP3()).UIDL(1); !errors.Is(err, imapcompat.ErrNotSupported) {
		t.Errorf("without UIDL: %v", err)
	}
}

// A header is read with TOP where the server has it, and with RETR where not.
func TestWithoutTOP(t *testing.T) {
	for _, test := range []struct {
		without []string
		want    string
	}{
		{nil, "TOP 2 0"},
		{[]string{"TOP"}, "RETR 2"},
		{[]string{"TOP", "CAPA"}, "RETR 2"},
	} {
		srv := imaptest.Config{Without: test.without}.NewServer(t, texts(2)...)
		header, err := open(t, srv, srv.POP3()).FetchHeader(2)
		if err != nil || header != "Subject: 2\r\nFrom: a@example.org\r\n\r\n" {
			t.Errorf("without %v: %q, %v", test.without, header, err)
		}
		sent := func(line string) bool { return strings.HasSuffix(line, test.want) }
		if !slices.ContainsFunc(srv.Transcript(), sent) {
			t.Errorf("without %v: no %s in %q", test.without, test.want, srv.Transcript())
		}
	}
}

// PHP shows 11 here: it has counted the octets.
func TestSizeReadAhead(t *testing.T) {
	const text = "A: b\r\n\r\nx" // which is sent with a line break behind it
	srv := imaptest.NewServer(t, text, text, text)
	mbox, err := imapcompat.Open(srv.POP3(), srv.User, srv.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer mbox.Close()
	for n := 1; n <= 3; n++ {
		if n == 3 {
			if _, err := mbox.FetchStructure(n); err != nil {
				t.Fatal(err)
			}
		}
		list, err := mbox.FetchOverview(imapcompat.SequenceOf(n))
		if err != nil || len(list) != 1 || list[0].Size != len(text) {
			t.Errorf("message %d: %v, %v", n, list, err)
		}
	}
}
