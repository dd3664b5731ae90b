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

// movers are the servers that can move certain messages, by what they lack.
var movers = map[string][]string{"MOVE": nil, "UIDPLUS": {"MOVE"}, "MOVE alone": {"UIDPLUS"}}

// The messages are in the other mailbox only, and what others have marked stays.
func TestMoveUIDs(t *testing.T) {
	for name, without := range movers {
		t.Run(name, func(t *testing.T) {
			srv := imaptest.Config{Without: without}.NewServer(t, texts(8)...)
			must(t, srv.CreateMailbox("Archive"))
			mbox := open(t, srv, srv.IMAP())
			must(t, mbox.Delete("1,3"))
			other := open(t, srv, srv.IMAP())
			must(t, other.SetFlagFull("8", `\Deleted`))
			must(t, srv.Remove("INBOX", 5)) // which the connection has not heard yet
			for _, n := range []imapcompat.Sequence{"2", "4", "6", "7"} {
				must(t, mbox.SetFlagFull(n, `\Flagged`)) // which no one waits for in the end
			}
			copied, err := mbox.MoveUIDs("2:3,5:6,99", "Archive")
			must(t, err)
			want := "2>1=2 3>2=3 6>3=6"
			if name == "MOVE alone" {
				want = "2>0=? 3>0=? 6>0=?"
			}
			if got := found(t, srv, "Archive", copied); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if got, want := stored(srv)+"|"+archive(srv), "1 4 7 8|2 3 6"; got != want {
				t.Errorf("the server has %s, want %s", got, want)
			}
			if got, want := subjects(t, mbox), "D1 4 7 D8"; got != want {
				t.Errorf("the numbers are of %s, want %s", got, want)
			}
			for _, m := range srv.Messages("Archive") {
				if flagged := strings.Contains(fmt.Sprint(m.Flags), `\Flagged`); flagged != !strings.Contains(m.Text, "body 3") {
					t.Errorf("%q has %q", m.Text, m.Flags)
				}
			}

			// Nothing is there, or nothing is left.
			for _, uids := range []imapcompat.Sequence{"2:3", "9:*", "99"} {
				if copied, err := mbox.MoveUIDs(uids, "Archive"); err != nil || len(copied.Messages) > 0 {
					t.Errorf("%q: %v, %v", uids, copied, err)
				}
			}
			copied, err = mbox.MoveUIDs("*", "Archive")
			if must(t, err); len(copied.Messages) != 1 || copied.Messages[0].UID != 8 {
				t.Errorf("got %v", copied)
			}
			copied, err = mbox.MoveUIDs("1:*", "Archive")
			if must(t, err); len(copied.Messages) != 3 || stored(srv) != "" {
				t.Errorf("got %v, left %s", copied, stored(srv))
			}
			if copied, err = mbox.MoveUIDs("1:*", "Archive"); err != nil || len(copied.Messages) > 0 {
				t.Errorf("%v, %v", copied, err)
			}
		})
	}
}

// A message that arrives while others are moved stays, and one that goes then is left out.
func TestMoveUIDsMeanwhile(t *testing.T) {
	for name, without := range movers {
		for _, command := range []string{"MOVE", "COPY", "STORE", "EXPUNGE"} {
			if (command == "MOVE") == (name == "UIDPLUS") {
				continue
			}
			t.Run(name+"/"+command, func(t *testing.T) {
				srv := imaptest.Config{Without: without}.NewServer(t, texts(4)...)
				must(t, srv.CreateMailbox("Archive"))
				mbox := open(t, srv, srv.IMAP())
				must(t, srv.Fail(imaptest.Fault{Command: command, Before: func() {
					srv.Remove("INBOX", 3)
					srv.Append("INBOX", imaptest.Message{Text: "Subject: new\n\n", Flags: []string{`\Deleted`}})
				}}))
				copied, err := mbox.MoveUIDs("2:*", "Archive")
				must(t, err)
				if got, want := stored(srv), "1 new"; got != want {
					t.Errorf("the server has %s, want %s", got, want)
				}
				gone := command == "MOVE" || command == "COPY"
				if strings.Contains(archive(srv), "3") == gone {
					t.Errorf("the archive has %s", archive(srv))
				}
				if n := len(copied.Messages); gone && name != "MOVE alone" && n != 2 || !gone && n != 3 {
					t.Errorf("got %v", copied)
				}
			})
		}
	}
}

// A refusal leaves messages where they were, and tells of those that are in both mailboxes.
func TestMoveUIDsRefused(t *testing.T) {
	for _, test := range []struct {
		without []string
		command string
		kind    error
		inbox   string
		archive string
		text    string
	}{
		{nil, "MOVE", imapcompat.ErrRefused, "1 2 3", "", ""},
		{[]string{"MOVE"}, "COPY", imapcompat.ErrRefused, "1 2 3", "", ""},
		{[]string{"MOVE"}, "STORE", imapcompat.ErrRefused, "1 2 3", "1 2", "were copied, and may not all be removed"},
		{[]string{"MOVE"}, "EXPUNGE", imapcompat.ErrRefused, "1 2 3", "1 2", "were copied, and may not all be removed"},
	} {
		srv := imaptest.Config{Without: test.without}.NewServer(t, texts(3)...)
		must(t, srv.CreateMailbox("Archive"))
		mbox := open(t, srv, srv.IMAP())
		must(t, srv.Fail(imaptest.Fault{Command: test.command, Refuse: "No"}))
		copied, err := mbox.MoveUIDs("1:2", "Archive")
		if !errors.Is(err, test.kind) || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s: %v", test.command, err)
		}
		if got, want := stored(srv)+"|"+archive(srv), test.inbox+"|"+test.archive; got != want {
			t.Errorf("%s: the server has %s, want %s", test.command, got, want)
		}
		if n := len(copied.Messages); (n == 2) != (test.archive != "") {
			t.Errorf("%s: got %v", test.command, copied)
		}
	}
}

// Nothing is sent where messages cannot be moved out, and for bad arguments.
func TestMoveUIDsSendsNothing(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	none := imaptest.Config{Without: []string{"MOVE", "UIDPLUS"}}.NewServer(t, texts(2)...)
	for _, test := range []struct {
		srv           *imaptest.Server
		name          string
		uids          imapcompat.Sequence
		mailbox       string
		want          error
		readOnlyFlags []imapcompat.Option
	}{
		{none, none.IMAP(), "1", "INBOX", imapcompat.ErrNotSupported, nil},
		{srv, srv.POP3(), "1", "INBOX", imapcompat.ErrNotSupported, nil},
		{srv, srv.IMAP(), "1", "INBOX", imapcompat.ErrNotSupported, []imapcompat.Option{imapcompat.OP_READONLY}},
		{srv, srv.IMAP(), "", "INBOX", imapcompat.ErrInvalidArgument, nil},
		{srv, srv.IMAP(), "0", "INBOX", imapcompat.ErrInvalidArgument, nil},
		{srv, srv.IMAP(), "1 +FLAGS", "INBOX", imapcompat.ErrInvalidArgument, nil},
		{srv, srv.IMAP(), "1", "A\r\nA1 NOOP", imapcompat.ErrInvalidArgument, nil},
		{srv, srv.IMAP(), "1", "\x00", imapcompat.ErrInvalidArgument, nil},
		{srv, srv.IMAP(), "1", "é", imapcompat.ErrInvalidArgument, nil},
	} {
		mbox := open(t, test.srv, test.name, test.readOnlyFlags...)
		must(t, mbox.Ping())
		before := len(test.srv.Transcript())
		if copied, err := mbox.MoveUIDs(test.uids, test.mailbox); !errors.Is(err, test.want) || len(copied.Messages) > 0 {
			t.Errorf("%q to %q: %v, %v", test.uids, test.mailbox, copied, err)
		}
		if sent := test.srv.Transcript()[before:]; len(sent) > 0 {
			t.Errorf("%q to %q: sent %q", test.uids, test.mailbox, sent)
		}
	}
	mbox := open(t, srv, srv.IMAP())
	if _, err := mbox.MoveUIDs("1", "Nope"); !errors.Is(err, imapcompat.ErrRefused) || !strings.Contains(err.Error(), "[TRYCREATE]") {
		t.Errorf("got %v", err)
	}
}

// A connection that breaks at any octet of a move loses and doubles nothing that the result
// does not tell of, and touches no other message.
func TestMoveUIDsBreaksOff(t *testing.T) {
	for name, without := range movers {
		t.Run(name, func(t *testing.T) {
			for cut, cuts := 0, 0; ; cut += 1 + cuts*7 {
				srv := imaptest.Config{Without: without}.NewServer(t, texts(4)...)
				must(t, srv.CreateMailbox("Archive"))
				mbox := open(t, srv, srv.IMAP(), imapcompat.WithRetries(1))
				must(t, mbox.Delete("4"))
				srv.DropAfter(cut)
				copied, err := mbox.MoveUIDs("2:3", "Archive")
				inbox, moved := stored(srv), archive(srv)
				for _, m := range []string{"2", "3"} {
					if !strings.Contains(inbox+moved, m) {
						t.Errorf("cut after %d octets: %s is lost", cut, m)
					}
				}
				if !strings.HasPrefix(inbox, "1") || !strings.HasSuffix(inbox, "4") || strings.ContainsAny(moved, "14") {
					t.Errorf("cut after %d octets: the server has %s|%s", cut, inbox, moved)
				}
				for _, m := range copied.Messages {
					if !strings.Contains(moved, fmt.Sprint(m.UID)) {
						t.Errorf("cut after %d octets: %d was not copied", cut, m.UID)
					}
				}
				if err == nil {
					if inbox+"|"+moved != "1 4|2 3" || len(copied.Messages) != 2 || cut == 0 {
						t.Errorf("cut after %d octets: %s|%s, %v", cut, inbox, moved, copied)
					}
					return
				}
				if !errors.Is(err, imapcompat.ErrConnectionLost) {
					t.Errorf("cut after %d octets: %v", cut, err)
				}
				if testing.Short() {
					cuts = 1
				}
			}
		})
	}
}
