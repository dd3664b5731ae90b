package imapcompat_test

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// counting opens a mailbox whose mod-sequence the server tells.
func counting(t *testing.T, srv *imaptest.Server) (*imapcompat.Connection, uint64) {
	t.Helper()
	must(t, second(open(t, srv, srv.IMAP()).ChangedSince(0))) // the server counts from now on
	mbox := open(t, srv, srv.IMAP())
	sent := len(srv.Transcript())
	highest, err := mbox.HighestModSeq()
	must(t, err)
	if n := len(srv.Transcript()); n != sent || highest == 0 {
		t.Errorf("%d, after %q", highest, srv.Transcript()[sent:])
	}
	return mbox, highest
}

func TestChangedSince(t *testing.T) {
	srv := imaptest.NewServer(t, texts(6)...)
	mbox, highest := counting(t, srv)
	check := func(since uint64, want ...int) {
		t.Helper()
		sent := sentTo(srv, "FETCH")
		got, err := mbox.ChangedSince(since)
		if must(t, err); !slices.Equal(got, want) {
			t.Errorf("since %d: %v, want %v", since, got, want)
		}
		if n := sentTo(srv, "FETCH") - sent; n != 1 {
			t.Errorf("%d commands", n)
		}
	}
	check(highest)
	check(0, 1, 2, 3, 4, 5, 6)
	check(1<<63 - 1)
	other := open(t, srv, srv.IMAP())
	must(t, other.SetFlagFull("2,5", `\Seen`))
	must(t, second(srv.Append("INBOX", imaptest.Message{Text: "Subject: new\n\n"})))
	must(t, mbox.Ping())
	check(highest, 2, 5, 7)
	for n := 3; n <= 6; n++ {
		must(t, mbox.SetFlagFull(imapcompat.SequenceOf(n), `\Answered`)) // which no one waits for in the end
	}
	check(highest, 2, 3, 4, 5, 6, 7)

	later := open(t, srv, srv.IMAP())
	now, err := later.HighestModSeq()
	if must(t, err); now <= highest {
		t.Errorf("%d after %d", now, highest)
	}
	got, err := later.ChangedSince(now)
	if must(t, err); len(got) > 0 || got == nil {
		t.Errorf("got %v", got)
	}
	must(t, mbox.Delete("1:*"))
	must(t, mbox.Expunge())
	if got, err := mbox.ChangedSince(0); len(got) > 0 || err != nil {
		t.Errorf("of nothing: %v, %v", got, err)
	}
}

func TestSetFlagUnchanged(t *testing.T) {
	srv := imaptest.NewServer(t, texts(6)...)
	mbox, highest := counting(t, srv)
	must(t, mbox.Delete("1"))
	must(t, mbox.Expunge()) // UIDs 2 to 6 are 1 to 5 now
	other := open(t, srv, srv.IMAP())
	must(t, other.SetFlagFull("2,4", `\Seen`))
	check := func(sequence imapcompat.Sequence, since uint64, option imapcompat.StoreFlag, want ...int) {
		t.Helper()
		got, err := mbox.SetFlagUnchanged(sequence, `\Flagged $Claimed`, since, option)
		if must(t, err); !slices.Equal(got, want) || got == nil {
			t.Errorf("%q: %v, want %v", sequence, got, want)
		}
	}
	flagged := func() (list []int) {
		for _, m := range srv.Messages("INBOX") {
			if slices.Contains(m.Flags, "$Claimed") && slices.Contains(m.Flags, `\Flagged`) {
				list = append(list, m.UID)
			}
		}
		return list
	}
	check("1:3", highest, 0, 2)
	if got := flagged(); !slices.Equal(got, []int{2, 4}) {
		t.Errorf("flagged: %v", got)
	}
	check("2:6,99", highest, imapcompat.ST_UID, 2, 3, 4, 5)
	if got := flagged(); !slices.Equal(got, []int{2, 4, 6}) {
		t.Errorf("flagged: %v", got)
	}
	check("99", highest, imapcompat.ST_UID)
	overview, err := mbox.FetchOverview("5")
	if must(t, err); !overview[0].Flagged {
		t.Error("the flag is not seen here")
	}
}

// Of several clients one gets each message.
func TestSetFlagUnchangedClaims(t *testing.T) {
	srv := imaptest.NewServer(t, texts(20)...)
	_, highest := counting(t, srv)
	var mu sync.Mutex
	claimed := map[int]int{}
	var clients sync.WaitGroup
	for range 4 {
		mbox := open(t, srv, srv.IMAP())
		clients.Add(1)
		go func() {
			defer clients.Done()
			for n := 1; n <= 20; n++ {
				modified, err := mbox.SetFlagUnchanged(imapcompat.SequenceOf(n), "$Claimed", highest)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				claimed[n] += 1 - len(modified)
				mu.Unlock()
			}
		}()
	}
	clients.Wait()
	for n := 1; n <= 20; n++ {
		if claimed[n] != 1 {
			t.Errorf("%d clients have message %d", claimed[n], n)
		}
	}
}

// Nothing is sent by what the server cannot do, and for bad arguments. Nothing tells a server
// that CONDSTORE is wanted before it is used.
func TestCondstoreSendsNothing(t *testing.T) {
	srv := imaptest.NewServer(t, texts(2)...)
	without := imaptest.Config{Without: []string{"CONDSTORE"}}.NewServer(t, texts(2)...)
	for name, srv := range map[string]*imaptest.Server{without.IMAP(): without, srv.POP3(): srv} {
		mbox := open(t, srv, name)
		must(t, mbox.Ping())
		before := len(srv.Transcript())
		for _, err := range []error{second(mbox.SetFlagUnchanged("1", `\Seen`, 1)), second(mbox.ChangedSince(1)), second(mbox.ChangedSince(0))} {
			if !errors.Is(err, imapcompat.ErrNotSupported) {
				t.Errorf("got %v", err)
			}
		}
		if n, err := mbox.HighestModSeq(); n != 0 || err != nil {
			t.Errorf("got %d, %v", n, err)
		}
		if sent := srv.Transcript()[before:]; len(sent) > 0 {
			t.Errorf("sent %q", sent)
		}
	}
	mbox := open(t, srv, srv.IMAP())
	must(t, mbox.Ping())
	before := len(srv.Transcript())
	for _, err := range []error{
		second(mbox.SetFlagUnchanged("", `\Seen`, 1)), second(mbox.SetFlagUnchanged("3", `\Seen`, 1)), second(mbox.SetFlagUnchanged("1 (", `\Seen`, 1)),
		second(mbox.SetFlagUnchanged("1", "(", 1)), second(mbox.SetFlagUnchanged("1", "a\r\nb", 1)), second(mbox.SetFlagUnchanged("1", `\Seen`, 1<<63)),
		second(mbox.SetFlagUnchanged("1", `\Seen`, 1, 2)), second(mbox.ChangedSince(1 << 63)),
	} {
		if !errors.Is(err, imapcompat.ErrInvalidArgument) {
			t.Errorf("got %v", err)
		}
	}
	if sent := srv.Transcript()[before:]; len(sent) > 0 {
		t.Errorf("sent %q", sent)
	}
	if log := strings.Join(srv.Transcript(), "\n"); strings.Contains(log, "CONDSTORE") || strings.Contains(log, "ENABLE ") {
		t.Errorf("CONDSTORE is on:\n%s", log)
	}
	must(t, mbox.Close())
	if err := second(mbox.HighestModSeq()); !errors.Is(err, imapcompat.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

// What servers may say about mod-sequences.
func TestOddModSeqs(t *testing.T) {
	for _, test := range []struct {
		name, selected, answer, status string
		highest                        uint64
		changed                        []int // by ChangedSince(5)
		modified, modifiedUIDs         []int // by SetFlagUnchanged of messages 1:*
	}{
		{name: "highest", selected: "* OK [HIGHESTMODSEQ 715194045007] x\r\n", highest: 715194045007},
		{name: "highest of 63 bits", selected: "* OK [HIGHESTMODSEQ 9223372036854775807] x\r\n", highest: 1<<63 - 1},
		{name: "highest of 64 bits", selected: "* OK [HIGHESTMODSEQ 9223372036854775808] x\r\n", highest: 1<<63 - 1},
		{name: "no number", selected: "* OK [HIGHESTMODSEQ -1] x\r\n"},
		{name: "later", answer: "* OK [HIGHESTMODSEQ 7] x\r\n", highest: 7},
		{name: "in odd orders", answer: "* 3 FETCH (MODSEQ (9) UID 30)\r\n* 1 FETCH (UID 10)\r\n* 2 FETCH (FLAGS ())\r\n* 1 FETCH (UID 10)\r\n* 9 FETCH (UID 90)\r\n* 2 FETCH (UID x)\r\n", changed: []int{10, 30}},
		{name: "modified", status: "[MODIFIED 3,1:2] ", modified: []int{1, 2, 3}, modifiedUIDs: []int{1, 2, 3}},
		{name: "modified twice", status: "[MODIFIED 2:2,1:2,2] ", modified: []int{1, 2}, modifiedUIDs: []int{1, 2}},
		{name: "more than there are", status: "[MODIFIED 2:2147000000] ", modified: []int{2, 3}, modifiedUIDs: nil},
		{name: "nonsense", status: "[MODIFIED 2:*] "},
		{name: "nothing", status: "[MODIFIED] "},
	} {
		t.Run(test.name, func(t *testing.T) {
			mbox, err := imapcompat.Open(condstoreServer(t, test.selected, test.answer, test.status), "user", "password")
			must(t, err)
			defer mbox.Close()
			changed, err := mbox.ChangedSince(5)
			if must(t, err); !slices.Equal(changed, test.changed) {
				t.Errorf("changed: %v, want %v", changed, test.changed)
			}
			modified, err := mbox.SetFlagUnchanged("1:*", `\Seen`, 5)
			if must(t, err); !slices.Equal(modified, test.modified) {
				t.Errorf("modified: %v, want %v", modified, test.modified)
			}
			if modified, err = mbox.SetFlagUnchanged("1:*", `\Seen`, 5, imapcompat.ST_UID); !slices.Equal(modified, test.modifiedUIDs) || err != nil {
				t.Errorf("modified: %v, %v, want %v", modified, err, test.modifiedUIDs)
			}
			if highest, err := mbox.HighestModSeq(); highest != test.highest || err != nil {
				t.Errorf("highest: %d, %v, want %d", highest, err, test.highest)
			}
		})
	}
	mbox, err := imapcompat.Open(condstoreServer(t, "* OK [NOMODSEQ] none\r\n", "", ""), "user", "password")
	must(t, err)
	defer mbox.Close()
	for _, err := range []error{second(mbox.ChangedSince(1)), second(mbox.SetFlagUnchanged("1", `\Seen`, 1))} {
		if !errors.Is(err, imapcompat.ErrNotSupported) {
			t.Errorf("got %v", err)
		}
	}
}

// condstoreServer is an IMAP server with three messages that says something when they are
// selected, in answer to CHANGEDSINCE, and in the status of STORE.
func condstoreServer(t *testing.T, selected, answer, status string) (name string) {
	t.Helper()
	return "{" + listen(t, func(conn net.Conn) {
		fmt.Fprint(conn, "* PREAUTH [CAPABILITY IMAP4rev1 CONDSTORE] ready\r\n")
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			tag, command, _ := strings.Cut(lines.Text(), " ")
			code := ""
			switch {
			case strings.HasPrefix(command, "SELECT "):
				fmt.Fprint(conn, "* 3 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n"+selected)
			case strings.Contains(command, "(CHANGEDSINCE"):
				fmt.Fprint(conn, answer)
			case strings.Contains(command, "STORE "):
				code = status
			}
			fmt.Fprintf(conn, "%s OK %sdone\r\n", tag, code)
		}
	}) + "/imap/notls}INBOX"
}
