package imapcompat_test

import (
	"errors"
	"fmt"
	"log"
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestSearch(t *testing.T) {
	messages := []string{
		"From: Ada <ada@example.org>\nSubject: one\nDate: Mon, 2 Mar 2026 10:00:00 +0100\n\nfirst text\n",
		"From: Bob <bob@example.com>\nSubject: two\nDate: Tue, 3 Mar 2026 10:00:00 +0100\n\nsecond\n",
		"From: ada@example.net\nSubject: three\nDate: Wed, 4 Mar 2026 10:00:00 +0100\n\nthird text\n",
	}
	both(t, messages, func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		must(t, mbox.SetFlagFull("2", `\Flagged`))
		for criteria, want := range map[string][]int{
			"":                        {1, 2, 3},
			"ALL":                     {1, 2, 3},
			"flagged":                 {2},
			"UNFLAGGED FROM ada":      {1, 3},
			`FROM "ADA"`:              {1, 3},
			`BODY text`:               {1, 3},
			`TEXT "two"`:              {2},
			"SUBJECT {3}\r\none SEEN": {},
			"KEYWORD work":            {},
			"UNKEYWORD work":          {1, 2, 3},
		} {
			got, err := mbox.Search(criteria)
			if err != nil || got == nil || !slices.Equal(got, want) {
				t.Errorf("%q: got %v, %v, want %v", criteria, got, err, want)
			}
		}
		must(t, mbox.Delete("1"))
		must(t, mbox.Expunge())
		uids, err := mbox.Search("FROM ada", imapcompat.SE_UID, imapcompat.SE_FREE)
		uid, _ := mbox.UID(2)
		if err != nil || !slices.Equal(uids, []int{uid}) {
			t.Errorf("got %v, %v, want %d", uids, err, uid)
		}
	})
}

func TestSearchErrors(t *testing.T) {
	both(t, texts(1), func(t *testing.T, srv *imaptest.Server, name string) {
		mbox := open(t, srv, name)
		before := len(srv.Transcript())
		for criteria, want := range map[string]string{
			"NOPE":              "imap_search(): Unknown search criterion: NOPE",
			"SUBJECT":           "imap_search(): Unknown search criterion: SUBJECT",
			"SEEN\r\nA1 LOGOUT": "imap_search(): Unknown search criterion: SEEN\r\nA1",
		} {
			list, err := mbox.Search(criteria)
			if !errors.Is(err, imapcompat.ErrInvalidArgument) || err.Error() != want || len(list) != 0 {
				t.Errorf("%q: got %v, %v", criteria, list, err)
			}
			if got := mbox.LastError(); "imap_search(): "+got != want {
				t.Errorf("%q: LastError is %q", criteria, got)
			}
		}
		_, err := mbox.Search("ALL", imapcompat.SE_NOPREFETCH)
		if !errors.Is(err, imapcompat.ErrInvalidArgument) || err.Error() != "imap_search(): Argument #3 ($flags) must be a bitmask of SE_FREE, and SE_UID" {
			t.Errorf("got %v", err)
		}
		if after := len(srv.Transcript()); after != before {
			t.Errorf("sent %q", srv.Transcript()[before:])
		}
		must(t, mbox.Close())
		if _, err := mbox.Search("ALL"); !errors.Is(err, imapcompat.ErrClosed) {
			t.Errorf("got %v", err)
		}
	})
}

// Over POP3 a search reads headers for fields, and messages for texts.
func TestSearchReadsNoMoreThanNeeded(t *testing.T) {
	srv := imaptest.NewServer(t, texts(3)...)
	mbox := open(t, srv, srv.POP3())
	before := len(srv.Transcript())
	for _, tt := range []struct{ criteria, commands string }{
		{"UNSEEN", "[]"},
		{"SUBJECT 2", `["TOP 1 0" "TOP 2 0" "TOP 3 0"]`},
		{`SUBJECT 2 BODY "body 2"`, `["TOP 1 0" "TOP 2 0" "TOP 3 0" "RETR 2"]`},
	} {
		_, err := mbox.Search(tt.criteria)
		must(t, err)
		sent := srv.Transcript()[before:]
		before += len(sent)
		if got := fmt.Sprintf("%q", sent); got != tt.commands {
			t.Errorf("%s: sent %s, want %s", tt.criteria, got, tt.commands)
		}
	}
}

func ExampleConnection_Search() {
	srv := exampleServer()
	defer srv.Close()
	mbox, _ := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	defer mbox.Close()

	unread, _ := mbox.Search(`UNSEEN SINCE "3 March 2026"`)
	fmt.Println(unread)
	invoices, err := mbox.Search("SUBJECT invoice", imapcompat.SE_UID)
	fmt.Println(invoices, err)
	_, err = mbox.Search("UNREAD")
	fmt.Println(err)
	// Output:
	// [3]
	// [2] <nil>
	// imap_search(): Unknown search criterion: UNREAD
}

// The text is in UTF-8, and so is what it finds, decoded by the server.
func ExampleWithCharset() {
	srv := exampleServer()
	defer srv.Close()
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	if err != nil {
		log.Fatal(err)
	}
	defer mbox.Close()
	fmt.Println(mbox.Search(`SUBJECT "Grüße"`, imapcompat.WithCharset("UTF-8")))
	// Output: [1] <nil>
}
