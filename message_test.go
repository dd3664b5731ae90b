package imapcompat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestMessages(t *testing.T) {
	both(t, texts(30), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		next := 3
		for msg, err := range mbox.Messages("3:12", imapcompat.FT_PEEK) {
			must(t, err)
			if want := strings.ReplaceAll(texts(next)[next-1], "\n", "\r\n"); msg.Msgno != next || string(msg.Raw) != want {
				t.Errorf("message %d: %d, %q", next, msg.Msgno, msg.Raw)
			}
			next++
		}
		if next != 13 {
			t.Errorf("it ended before message %d", next)
		}
		if _, err := mbox.Body(20); err != nil {
			t.Error(err)
		}
		for msg, err := range mbox.Messages("20:*") {
			must(t, err)
			if msg.Msgno == 25 {
				break
			}
		}
		// Those that were read and no others, whatever was fetched ahead.
		unseen := ""
		for o, err := range mbox.Overviews("1:*") {
			must(t, err)
			if !o.Seen {
				unseen += fmt.Sprint(o.Msgno, " ")
			}
		}
		if want := "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 26 27 28 29 30 "; unseen != want {
			t.Errorf("unseen: %s", unseen)
		}
	})
}

// A loop may delete what it goes over.
func TestWalkAndExpunge(t *testing.T) {
	both(t, texts(12), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		seen := ""
		for h, err := range mbox.HeaderInfos("1:*") {
			must(t, err)
			seen += h.Subject + " "
			if h.Msgno%2 == 1 {
				must(t, mbox.Delete(imapcompat.SequenceOf(h.Msgno)))
			}
			if h.Subject == "5" {
				must(t, mbox.Delete(imapcompat.SequenceOf(7)))
				must(t, mbox.Expunge()) // 1, 3, 5 and 7
			}
		}
		if want := "1 2 3 4 5 6 8 9 10 11 12 "; seen != want {
			t.Errorf("went over %s", seen)
		}
	})
}

func TestWalkErrors(t *testing.T) {
	both(t, texts(3), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		for _, test := range []struct {
			sequence imapcompat.Sequence
			flag     imapcompat.FetchFlag
			want     error
		}{
			{"7", 0, imapcompat.ErrInvalidArgument},
			{"x", 0, imapcompat.ErrInvalidArgument},
			{"1", imapcompat.FT_INTERNAL, imapcompat.ErrInvalidArgument},
		} {
			calls := 0
			for msg, err := range mbox.Messages(test.sequence, test.flag) {
				if calls++; msg != nil || !errors.Is(err, test.want) {
					t.Errorf("%s: %v, %v", test.sequence, msg, err)
				}
			}
			if calls != 1 {
				t.Errorf("%s: %d times", test.sequence, calls)
			}
		}
		must(t, mbox.Close())
		for _, err := range mbox.HeaderInfos("1:*") {
			if !errors.Is(err, imapcompat.ErrClosed) {
				t.Errorf("closed: %v", err)
			}
		}
	})
}

// A loop sees what its own calls change, however far ahead it reads.
func TestLoopSeesItsChanges(t *testing.T) {
	both(t, texts(40), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		for i := 1; i <= 40; i++ {
			h, err := mbox.HeaderInfo(i)
			must(t, err)
			want := " "
			if i > 1 && (i-1)%3 == 0 {
				want = "D"
			}
			if h.Subject != fmt.Sprint(i) || h.Deleted != want {
				t.Errorf("message %d: %s, %q", i, h.Subject, h.Deleted)
			}
			if i%3 == 0 && i < 40 {
				must(t, mbox.Delete(imapcompat.SequenceOf(i+1)))
			}
			if _, err := mbox.Body(i); err != nil {
				t.Fatal(err)
			}
			if h, err := mbox.HeaderInfo(i); err != nil || h.Recent == "N" || h.Unseen == "U" {
				t.Errorf("message %d after reading: %+v, %v", i, h, err)
			}
		}
	})
}

// A loop that marks messages takes few commands, and all of them are marked by the time
// that the server does anything else.
func TestLoopOfChanges(t *testing.T) {
	srv := imaptest.NewServer(t, texts(200)...)
	mbox := open(t, srv, srv.IMAP())
	for i := 1; i <= 200; i++ {
		if i%2 == 0 {
			must(t, mbox.Delete(imapcompat.SequenceOf(i)))
		}
		must(t, mbox.SetFlagFull(imapcompat.SequenceOf(i), `\Flagged`))
		if i%10 == 0 {
			must(t, mbox.Undelete(imapcompat.SequenceOf(i)))
		}
	}
	must(t, mbox.Ping())
	stores := 0
	for _, line := range srv.Transcript() {
		if strings.Contains(line, " STORE ") {
			stores++
		}
	}
	if stores >= 320 {
		t.Errorf("%d STOREs for 320 calls", stores)
	}
	for i, msg := range srv.Messages("INBOX") {
		num := i + 1
		deleted := num%2 == 0 && num%10 != 0
		if slices.Contains(msg.Flags, `\Deleted`) != deleted || !slices.Contains(msg.Flags, `\Flagged`) {
			t.Errorf("message %d has %q", num, msg.Flags)
		}
	}
	must(t, mbox.Expunge())
	if n, err := mbox.NumMsg(); n != 120 || err != nil {
		t.Errorf("%d messages are left, %v", n, err)
	}
}

// A message that is larger than may be held is an error of its own, and the loop goes on.
func TestMessagesPassOverLargeOnes(t *testing.T) {
	messages := texts(3)
	messages[1] += strings.Repeat("x", 5000)
	both(t, messages, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name, imapcompat.WithMaxMessageSize(4000))
		var got []string
		for m, err := range mbox.Messages("1:3") {
			if m == nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(m.Msgno, " ", m.UID, " ", len(m.Raw) > 0, " ", errors.Is(err, imapcompat.ErrTooLarge)))
		}
		if want := "1 1 true false, 2 2 false true, 3 3 true false"; strings.Join(got, ", ") != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// After several overviews their messages are read with as few commands by number as by UID.
func TestMessagesOfOverviews(t *testing.T) {
	srv := imaptest.NewServer(t, texts(600)...)
	for _, byUID := range []bool{false, true} {
		mbox := open(t, srv, srv.IMAP())
		list, err := mbox.FetchOverview("50,100,150,200,250,300,350,400,450,500,550,600")
		must(t, err)
		before := len(srv.Transcript())
		for _, o := range list {
			if byUID {
				must(t, second(mbox.FetchHeader(o.UID, imapcompat.FT_UID)))
			} else {
				must(t, second(mbox.FetchHeader(o.Msgno)))
			}
		}
		sent := 0
		for _, line := range srv.Transcript()[before:] {
			if strings.Contains(line, " FETCH ") && !strings.Contains(line, " * ") {
				sent++
			}
		}
		if sent > 6 {
			t.Errorf("by UID %v: %d commands for 12 messages", byUID, sent)
		}
	}
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
