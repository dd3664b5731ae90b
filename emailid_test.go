package imapcompat_test

import (
	"bufio"
	"errors"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The identifier is the same in every mailbox, and in another one after a copy.
func TestEmailIDs(t *testing.T) {
	for form, config := range map[string]imaptest.Config{
		`^EMAILID:M[0-9a-f]{24}$`: {ObjectIDs: true},
		`^X-GM-MSGID:18\d{17}$`:   {Provider: imaptest.Gmail},
	} {
		srv := config.NewServer(t, texts(4)...)
		must(t, srv.CreateMailbox("Archive"))
		mbox := open(t, srv, srv.IMAP())
		must(t, mbox.Delete("2"))
		must(t, mbox.Expunge())
		ids, err := mbox.EmailIDs("1:*")
		must(t, err)
		if nums := slices.Sorted(maps.Keys(ids)); !slices.Equal(nums, []int{1, 2, 3}) {
			t.Errorf("messages %v", nums)
		}
		for n, id := range ids {
			one, err := mbox.EmailID(n)
			must(t, err)
			uid, err := mbox.UID(n)
			must(t, err)
			byUID, err := mbox.EmailID(uid, imapcompat.FT_UID)
			must(t, err)
			if id != one || id != byUID || !regexp.MustCompile(form).MatchString(id) {
				t.Errorf("message %d is %q, %q and %q", n, id, one, byUID)
			}
		}
		if ids[1] == ids[2] {
			t.Errorf("two messages are %q", ids[1])
		}
		byUID, err := mbox.EmailIDs("3:*,99", imapcompat.FT_UID)
		if must(t, err); !maps.Equal(byUID, map[int]string{3: ids[2], 4: ids[3]}) {
			t.Errorf("by UID: %v of %v", byUID, ids)
		}
		none, err := mbox.EmailIDs("9:*", imapcompat.FT_UID) // the server adds the last message
		if must(t, err); len(none) > 0 {
			t.Errorf("got %v", none)
		}
		must(t, mbox.MailCopy("2:3", "Archive"))
		must(t, mbox.Reopen(srv.IMAPRef()+"Archive"))
		copies, err := mbox.EmailIDs("1:*")
		if must(t, err); !maps.Equal(copies, map[int]string{1: ids[2], 2: ids[3]}) {
			t.Errorf("copies: %v of %v", copies, ids)
		}
	}
}

func TestEmailIDErrors(t *testing.T) {
	with := imaptest.Config{ObjectIDs: true}.NewServer(t, texts(2)...)
	without := imaptest.NewServer(t, texts(2)...)
	for name, srv := range map[string]*imaptest.Server{without.IMAP(): without, without.POP3(): without, with.POP3(): with} {
		mbox := open(t, srv, name)
		must(t, mbox.Ping())
		before := len(srv.Transcript())
		for _, err := range []error{second(mbox.EmailID(1)), second(mbox.EmailIDs("1:*")), second(mbox.EmailIDs("1", imapcompat.FT_UID))} {
			if !errors.Is(err, imapcompat.ErrNotSupported) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if sent := srv.Transcript()[before:]; len(sent) > 0 {
			t.Errorf("sent %q", sent)
		}
	}
	mbox := open(t, with, with.IMAP())
	for _, test := range []struct{ err, want error }{
		{second(mbox.EmailID(3)), imapcompat.ErrBadMessageNumber},
		{second(mbox.EmailID(3, imapcompat.FT_UID)), imapcompat.ErrBadMessageNumber},
		{second(mbox.EmailID(0)), imapcompat.ErrInvalidArgument},
		{second(mbox.EmailID(1, imapcompat.FT_PEEK)), imapcompat.ErrInvalidArgument},
		{second(mbox.EmailIDs("3")), imapcompat.ErrInvalidArgument},
		{second(mbox.EmailIDs("1\r\nA NOOP")), imapcompat.ErrInvalidArgument},
		{second(mbox.EmailIDs("1", imapcompat.FT_PEEK)), imapcompat.ErrInvalidArgument},
	} {
		if !errors.Is(test.err, test.want) {
			t.Errorf("got %v, want %v", test.err, test.want)
		}
	}
}

// A loop over single messages reads ahead.
func TestEmailIDLoop(t *testing.T) {
	srv := imaptest.Config{ObjectIDs: true}.NewServer(t, texts(60)...)
	mbox := open(t, srv, srv.IMAP())
	all, err := mbox.EmailIDs("1:*")
	must(t, err)
	before := sentTo(srv, "FETCH")
	for n := 1; n <= 60; n++ {
		if id, err := mbox.EmailID(n); id != all[n] || err != nil {
			t.Errorf("message %d: %q, %v, want %q", n, id, err, all[n])
		}
	}
	if n := sentTo(srv, "FETCH") - before; n > 5 {
		t.Errorf("%d commands", n)
	}
}

// What is no identifier is none, and says nothing of other messages.
func TestOddEmailIDs(t *testing.T) {
	odd := []string{
		"EMAILID NIL", "EMAILID ()", "EMAILID (NIL)", "EMAILID (" + strings.Repeat("M", 256) + ")", `EMAILID "M"`, "EMAILID (M\xe9)",
		"EMAILID (M;)", "EMAILID {3}\r\nabc", "FLAGS ()", "EMAILID",
	}
	answers := ""
	for i, item := range odd {
		answers += fmt.Sprintf("* %d FETCH (%s)\r\n", i+1, item)
	}
	n := len(odd) + 2
	answers += fmt.Sprintf("* %d FETCH (EMAILID (%s))\r\n* %d FETCH (EMAILID M-_9)\r\n", n-1, strings.Repeat("M", 255), n)
	mbox, err := imapcompat.Open(fetchServer(t, "OBJECTID", n, answers), "user", "password")
	must(t, err)
	defer mbox.Close()
	ids, err := mbox.EmailIDs("1:*")
	want := map[int]string{n - 1: "EMAILID:" + strings.Repeat("M", 255), n: "EMAILID:M-_9"}
	if !maps.Equal(ids, want) || err != nil {
		t.Errorf("got %v, %v", ids, err)
	}
}

// fetchServer is an IMAP server with a capability and n messages that answers each FETCH in the
// same way.
func fetchServer(t *testing.T, capability string, n int, answer string) (name string) {
	t.Helper()
	return "{" + listen(t, func(conn net.Conn) {
		fmt.Fprintf(conn, "* PREAUTH [CAPABILITY IMAP4rev1 %s] ready\r\n", capability)
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			tag, command, _ := strings.Cut(lines.Text(), " ")
			switch {
			case strings.HasPrefix(command, "SELECT "):
				fmt.Fprintf(conn, "* %d EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n", n)
			case strings.Contains(command, "FETCH "):
				fmt.Fprint(conn, answer)
			}
			fmt.Fprintf(conn, "%s OK done\r\n", tag)
		}
	}) + "/imap/notls}INBOX"
}
