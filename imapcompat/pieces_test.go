package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/sequence"
)

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		set           string
		last, numbers int
		want          string
	}{
		{"1", 9, 3, "1:1"},
		{"1:3", 9, 3, "1:3"},
		{"4:1", 9, 3, "1:3 4:4"},
		{"1:9", 9, 3, "1:3 4:6 7:9"},
		{"5:8,3,1", 9, 3, "1:1,3:3,5:5 6:8"},
		{"2:4294967295", 5, 3, "2:4 5:5"},
		{"7:9,12:14", 8, 3, "7:8"},
		{"9:14", 8, 3, ""},
	} {
		set, err := sequence.UIDs(test.set, test.last)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, piece := range split(set.Ranges, test.last, test.numbers) {
			got = append(got, string(piece))
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("split(%s, %d, %d) = %q, want %q", test.set, test.last, test.numbers, got, test.want)
		}
	}
}

// largeServer starts a server with more messages than a piece, and with gaps in the UIDs.
func largeServer(t *testing.T) *imaptest.Server {
	t.Helper()
	config := imaptest.Config{User: "joe", Password: testPassword}
	const messages = 3*pieceSize + 1
	for i := range messages {
		config.Messages = append(config.Messages, imaptest.Message{Text: fmt.Sprintf("Subject: message %d\n\n.\n", i+1), Flags: []string{`\Seen`}})
	}
	srv := config.NewServer(t)
	for uid := 10; uid <= 300; uid++ {
		if err := srv.Remove("INBOX", uid); err != nil {
			t.Fatal(err)
		}
	}
	return srv
}

// Work in pieces has the same result as one call.
func TestPieces(t *testing.T) {
	srv := largeServer(t)
	for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
		mbox, err := imapcompat.Open(mailbox, "joe", testPassword)
		if err != nil {
			t.Fatal(err)
		}
		defer mbox.Close()
		for _, set := range []string{"1:*", "*", "5,3,3:9", "300:200,1,*", "10:250", " 7"} {
			for _, uid := range []bool{false, true} {
				args := []string{"overview", mailbox, set, "--user", "joe", "--json"}
				var flags []imapcompat.FetchFlag
				if uid {
					args, flags = append(args, "--uid"), append(flags, imapcompat.FT_UID)
				}
				want, err := mbox.FetchOverview(imapcompat.Sequence(set), flags...)
				if err != nil {
					t.Fatal(err)
				}
				for _, o := range want {
					o.Recent = strings.Contains(mailbox, "/pop3") // on IMAP the first session has seen them
				}
				text, err := json.Marshal(want)
				if err != nil {
					t.Fatal(err)
				}
				if got := executeJSON(t, args...); got != string(text) {
					t.Errorf("%q: got\n%.400s\nwant\n%.400s", args, got, text)
				}
			}
		}
	}
}

func TestDeleteInPieces(t *testing.T) {
	for _, service := range []func(*imaptest.Server) string{(*imaptest.Server).IMAP, (*imaptest.Server).POP3} {
		srv := largeServer(t)
		n := len(srv.Messages("INBOX"))
		r := execute(t, "delete", service(srv), "3:*", "--uid", "--expunge", "--user", "joe")
		if want := (result{0, fmt.Sprintf("%d messages marked, %d expunged\n", n-2, n-2), ""}); r != want {
			t.Errorf("got %+v, want %+v", r, want)
		}
		if left := uidsLeft(srv); left != "1 2" {
			t.Errorf("left are %s", left)
		}
	}
}

// A set that is not divided takes few commands.
func TestPiecesOfLargeMailbox(t *testing.T) {
	srv := largeServer(t)
	r := execute(t, "headers", srv.IMAP(), "--user", "joe")
	if lines := strings.Count(r.stdout, "\n"); lines != 1+len(srv.Messages("INBOX")) {
		t.Errorf("%d lines", lines)
	}
	fetches := slices.DeleteFunc(srv.Transcript(), func(line string) bool { return !strings.Contains(line, "ENVELOPE") })
	if len(fetches) != 2 {
		t.Errorf("sent %q", fetches)
	}
}
