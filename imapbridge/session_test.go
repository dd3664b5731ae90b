package imapbridge_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

var ctx = context.Background()

func numbers(ranges ...backend.Range) backend.Set { return backend.Set{Ranges: ranges} }
func uids(ranges ...backend.Range) backend.Set    { return backend.Set{UID: true, Ranges: ranges} }

// fetch collects what a Fetch brings, a line each.
func fetch(s *imapbridge.Session, set backend.Set, items backend.Items) string {
	var lines []string
	for msg, err := range s.Fetch(ctx, set, items) {
		if err != nil {
			lines = append(lines, "error: "+err.Error())
			continue
		}
		line := fmt.Sprint(msg.Num)
		if items.UID {
			line += fmt.Sprintf(" uid %d", msg.UID)
		}
		if items.Size {
			line += fmt.Sprintf(" size %d", msg.Size)
		}
		for _, text := range msg.Sections {
			if text == nil {
				line += " nil"
			} else {
				line += fmt.Sprintf(" %q", text)
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func TestFetch(t *testing.T) {
	two := numbers(backend.Range{First: 2, Last: 2})
	header := backend.Items{Sections: []backend.Section{{Name: "HEADER", Peek: true}}}
	for _, test := range []struct {
		name   string
		set    backend.Set
		items  backend.Items
		script string
		want   string
	}{
		{"several", numbers(backend.Range{First: 1, Last: 2}), backend.Items{UID: true, Size: true}, `
			C: T FETCH 1:2 (UID RFC822.SIZE)
			S: * 1 FETCH (UID 11 RFC822.SIZE 5)
			S: * 2 FETCH (RFC822.SIZE 6 UID 12)
			S: T OK done`,
			"1 uid 11 size 5; 2 uid 12 size 6"},
		{"in pieces", two, backend.Items{UID: true, Size: true}, `
			C: T FETCH 2 (UID RFC822.SIZE)
			S: * 2 FETCH (UID 12)
			S: * 2 FETCH (RFC822.SIZE 6)
			S: T OK done`,
			"2 uid 12 size 6"},
		{"with what was not asked for", two, backend.Items{Size: true}, `
			C: T FETCH 2 (RFC822.SIZE)
			S: * 2 FETCH (FLAGS (\Seen))
			S: * 7 FETCH (RFC822.SIZE 9)
			S: * 2 FETCH (X-NEW ("a" (b {1}\nc)) RFC822.SIZE 6 MODSEQ (12))
			S: * XLIST (\Noselect) "/" "x"
			S: T OK done`,
			"2 size 6"},
		{"literal", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] {8}\na: b\n\n FLAGS ())
			S: T OK done`,
			`2 "a: b\r\n\r\n"`},
		{"quoted", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] "a \"b\" \\")
			S: T OK done`,
			`2 "a \"b\" \\"`},
		{"empty and NIL", numbers(backend.Range{First: 2, Last: 3}), header, `
			C: T FETCH 2:3 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] "")
			S: * 3 FETCH (BODY[HEADER] NIL)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE BODY.PEEK[HEADER])
			S: * 3 FETCH (RFC822.SIZE 40 BODY[HEADER] NIL)
			S: T OK done`,
			`2 ""; error: The server did not send the text of message 3`},
		{"NIL for no octets", two, backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}}, `
			C: T FETCH 2 (BODY.PEEK[TEXT])
			S: * 2 FETCH (BODY[TEXT] NIL)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE BODY.PEEK[HEADER])
			S: * 2 FETCH (RFC822.SIZE 8 BODY[HEADER] {8}\na: b\n\n)
			S: T OK done`,
			`2 nil`},
		{"NIL for octets", two, backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}}, `
			C: T FETCH 2 (BODY.PEEK[TEXT])
			S: * 2 FETCH (BODY[TEXT] NIL)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE BODY.PEEK[HEADER])
			S: * 2 FETCH (RFC822.SIZE 9 BODY[HEADER] {8}\na: b\n\n)
			S: T OK done`,
			`error: The server did not send the text of message 2`},
		{"gone, and not told", numbers(backend.Range{First: 2, Last: 4}), backend.Items{Size: true}, `
			C: T FETCH 2:4 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 0)
			S: * 3 FETCH (RFC822.SIZE 0)
			S: * 4 FETCH (RFC822.SIZE 5)
			S: T OK [EXPUNGEISSUED] some
			C: T NOOP
			S: * 2 EXPUNGE
			S: T OK done`,
			`4 size 5; error: Message 2 is gone; 3 size 0`},
		{"some are not sent", numbers(backend.Range{First: 2, Last: 5}), backend.Items{Size: true}, `
			C: T FETCH 2:5 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 4)
			S: * 5 FETCH (RFC822.SIZE 7)
			S: T OK done
			C: T NOOP
			S: * 3 EXPUNGE
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done`,
			`2 size 4; 5 size 7; error: The server did not send message 4`},
		{"one is sent only alone", numbers(backend.Range{First: 2, Last: 4}), backend.Items{Size: true}, `
			C: T FETCH 2:4 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 4)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: * 3 FETCH (RFC822.SIZE 5)
			S: T OK done
			C: T FETCH 4 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done`,
			`2 size 4; 3 size 5; error: The server did not send message 4`},
		{"one is refused", numbers(backend.Range{First: 2, Last: 5}), backend.Items{Size: true}, `
			C: T FETCH 2:5 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 4)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 4:5 (RFC822.SIZE)
			S: * 4 FETCH (RFC822.SIZE 6)
			S: * 5 FETCH (RFC822.SIZE 7)
			S: T OK done`,
			`2 size 4; error: cannot; 4 size 6; 5 size 7`},
		{"all are refused", numbers(backend.Range{First: 2, Last: 5}), backend.Items{Size: true}, `
			C: T FETCH 2:5 (RFC822.SIZE)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 3:5 (RFC822.SIZE)
			S: T NO cannot now
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: T NO cannot
			C: T NOOP
			S: T OK done
			C: T FETCH 4:5 (RFC822.SIZE)
			S: T NO cannot at all
			C: T NOOP
			S: T OK done`,
			`error: cannot; error: cannot; error: cannot at all`},
		{"several are refused", numbers(backend.Range{First: 2, Last: 4}), backend.Items{Size: true}, `
			C: T FETCH 2:4 (RFC822.SIZE)
			S: T NO one at a time
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE 4)
			S: T OK done
			C: T FETCH 3:4 (RFC822.SIZE)
			S: T NO one at a time
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: * 3 FETCH (RFC822.SIZE 5)
			S: T OK done
			C: T FETCH 4 (RFC822.SIZE)
			S: * 4 FETCH (RFC822.SIZE 6)
			S: T OK done`,
			`2 size 4; 3 size 5; 4 size 6`},
		{"none is sent", numbers(backend.Range{First: 2, Last: 5}), backend.Items{Size: true}, `
			C: T FETCH 2:5 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 2 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 3:5 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 3 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T FETCH 4:5 (RFC822.SIZE)
			S: T OK done
			C: T NOOP
			S: T OK done`,
			`error: The server did not send message 2; error: The server did not send message 3; error: The server did not send messages from 4 on`},
		{"no such UID", uids(backend.Range{First: 20, Last: 20}), backend.Items{Size: true}, `
			C: T UID FETCH 20 (UID RFC822.SIZE)
			S: T OK done
			C: T UID SEARCH UID 20
			S: * SEARCH
			S: T OK done`,
			""},
		{"a UID that is not sent", uids(backend.Range{First: 20, Last: 20}), backend.Items{Size: true}, `
			C: T UID FETCH 20 (UID RFC822.SIZE)
			S: T OK done
			C: T UID SEARCH UID 20
			S: * SEARCH 20
			S: T OK done
			C: T NOOP
			S: T OK done
			C: T UID SEARCH UID 20
			S: * SEARCH 20
			S: T OK done`,
			"error: The server did not send the message with UID 20"},
		{"a text that is too large", numbers(backend.Range{First: 2, Last: 3}), header, `
			C: T FETCH 2:3 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] {1048577}\n` + strings.Repeat("x", 1<<20+1) + `)
			S: * 3 FETCH (BODY[HEADER] {1048576}\n` + strings.Repeat("x", 1<<20) + `)
			S: T OK done`,
			`error: Text of message 2 is larger than the limit; 3 "` + strings.Repeat("x", 1<<20) + `"`},
		{"by UID", uids(backend.Range{First: 20, Last: 20}, backend.Range{First: 30, Last: backend.Max}), backend.Items{Size: true}, `
			C: T UID FETCH 20,30:* (UID RFC822.SIZE)
			S: * 3 FETCH (RFC822.SIZE 6 UID 20)
			S: T OK done
			C: T UID SEARCH UID 20,30:*
			S: * SEARCH 20
			S: T OK done`,
			"3 size 6"},
		{"none", numbers(backend.Range{First: 10, Last: 20}), backend.Items{Size: true}, "", ""},
		{"refused", two, backend.Items{Size: true}, `
			C: T FETCH 2 (RFC822.SIZE)
			S: T NO [UNAVAILABLE] not now {3}
			C: T NOOP
			S: T OK done`,
			"error: [UNAVAILABLE] not now {3}"},
		{"no number", two, backend.Items{Size: true}, `
			C: T FETCH 2 (RFC822.SIZE)
			S: * 2 FETCH (RFC822.SIZE four)
			S: T OK done`,
			"2 size 0"},
		{"nested too deep", two, backend.Items{Structure: true}, `
			C: T FETCH 2 (BODYSTRUCTURE)
			S: * 2 FETCH (BODYSTRUCTURE ` + strings.Repeat("(", 5000) + `
			S: T OK done`,
			"error: FETCH response does not parse: nested too deep"},
		{"neither a value nor an end", two, backend.Items{Structure: true}, `
			C: T FETCH 2 (BODYSTRUCTURE)
			S: * 2 FETCH (BODYSTRUCTURE ("a" "b" NIL NIL NIL NIL 1 NIL NIL NIL NIL [
			S: T OK done`,
			"2"},
		{"cut off", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] {800}\na: b
			S: !`,
			"error: [CLOSED] IMAP connection broken (server response)"},
		{"absurd literal", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * 2 FETCH (BODY[HEADER] {2147483647}\na: b`,
			"error: Absurd server literal length 2147483647"},
		{"bye", two, header, `
			C: T FETCH 2 (BODY.PEEK[HEADER])
			S: * BYE going down
			S: !`,
			"error: [CLOSED] IMAP connection broken (server response)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := open(t, test.script)
			if got := fetch(s, test.set, test.items); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// What does not parse is reported of the header of a message and of that of a
// message in it, and of no other text.
func TestFetchNotices(t *testing.T) {
	for name, want := range map[string]string{
		"HEADER":     "Must use comma to separate addresses: c",
		"2.1.HEADER": "Must use comma to separate addresses: c",
		"2.MIME":     "",
		"TEXT":       "",
	} {
		s, _ := open(t, `
			C: T FETCH 2 (BODY.PEEK[`+name+`])
			S: * 2 FETCH (BODY[`+name+`] "To: a@b c")
			S: T OK done`)
		set := numbers(backend.Range{First: 2, Last: 2})
		for msg, err := range s.Fetch(ctx, set, backend.Items{Sections: []backend.Section{{Name: name, Peek: true}}}) {
			if got := strings.Join(msg.Notices, "; "); err != nil || got != want {
				t.Errorf("%s: notices %q, want %q; error %v", name, got, want, err)
			}
		}
	}
}

// A Fetch that the caller leaves early is read to its end, so that the next
// command finds its own answer.
func TestFetchLeftEarly(t *testing.T) {
	s, _ := open(t, `
		C: T FETCH 1:9 (UID)
		S: * 1 FETCH (UID 11)
		S: * 2 FETCH (UID 12)
		S: * 3 FETCH (UID 13)
		S: T OK done
		C: T FETCH 3 (UID)
		S: * 3 FETCH (UID 13)
		S: T OK done`)
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 1, Last: 9}), backend.Items{UID: true}) {
		if err != nil || msg.UID != 11 {
			t.Fatalf("got %v, %v", msg, err)
		}
		break
	}
	if got := fetch(s, numbers(backend.Range{First: 3, Last: 3}), backend.Items{UID: true}); got != "3 uid 13" {
		t.Errorf("next command got %q", got)
	}
}

// The strings of an ENVELOPE are the server's, as c-client shows them.
func TestEnvelope(t *testing.T) {
	s, _ := open(t, `
		C: T FETCH 2 (ENVELOPE BODY.PEEK[HEADER.FIELDS (Newsgroups Followup-To References)])
		S: * 2 FETCH (ENVELOPE ("not a date" {5}\na\n\tb `+
		`(("=?utf-8?q?=C3=A4?=" NIL "a" "b.example")) NIL `+
		`((NIL NIL "group" NIL)(NIL "@r" "m" "h")(NIL NIL NIL NIL)) `+
		`((NIL NIL NIL NIL)("junk" NIL "g" NIL)("" NIL "x" "y")) NIL NIL "<r>" NIL) `+
		`BODY[HEADER.FIELDS (NEWSGROUPS FOLLOWUP-TO REFERENCES)] {25}\nReferences: <a>\n <b>\n\n)
		S: T OK done`)
	var got *backend.Envelope
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.Items{Envelope: true}) {
		if err != nil {
			t.Fatal(err)
		}
		got = msg.Envelope
	}
	nstr := backend.String
	nothing := backend.NString{}
	want := &backend.Envelope{
		Date:    nstr("not a date"),
		Subject: nstr("a   b"),
		From:    []backend.Address{{Personal: nstr("=?utf-8?q?=C3=A4?="), Mailbox: nstr("a"), Host: nstr("b.example")}},
		ReplyTo: []backend.Address{
			{Mailbox: nstr("group")}, {ADL: nstr("@r"), Mailbox: nstr("m"), Host: nstr("h")}, {Personal: nothing},
		},
		To:         []backend.Address{{Personal: nstr(""), Mailbox: nstr("x"), Host: nstr("y")}},
		InReplyTo:  nstr("<r>"),
		References: nstr("<a> <b>"),
	}
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("got  %s\nwant %s", a, b)
	}
}

func TestBodyStructure(t *testing.T) {
	const text = `("TEXT" "plain" ("charset" "a" "CHARSET" NIL) "<id>" "desc" "7BIT" 12 3 "md5" ("inline" ("filename" "x")) ("en" "de") "loc" (1 2))`
	s, _ := open(t, `
		C: T FETCH 2 (BODYSTRUCTURE)
		S: * 2 FETCH (BODYSTRUCTURE (`+text+`("MESSAGE" "RFC822" NIL NIL NIL "8bit" 99 ("d" "s" NIL NIL NIL NIL NIL NIL NIL NIL) `+text+` 7)`+
		`("image" "png" NIL NIL NIL "base64" 5) "mixed" ("boundary" "b") NIL "fr"))
		S: T OK done`)
	var got *backend.BodyStructure
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.Items{Structure: true}) {
		if err != nil {
			t.Fatal(err)
		}
		got = msg.Structure
	}
	nstr := backend.String
	leaf := &backend.BodyStructure{
		Type: "TEXT", Subtype: nstr("plain"),
		Params: []backend.Param{{Name: nstr("charset"), Value: nstr("a")}, {Name: nstr("CHARSET")}},
		ID:     nstr("<id>"), Description: nstr("desc"), Encoding: nstr("7BIT"), Size: 12, Lines: 3, MD5: nstr("md5"),
		Disposition: nstr("inline"), DispositionParams: []backend.Param{{Name: nstr("filename"), Value: nstr("x")}},
		Language: []string{"en", "de"}, Location: nstr("loc"),
	}
	want := &backend.BodyStructure{
		Type: "MULTIPART", Subtype: nstr("mixed"),
		Params:   []backend.Param{{Name: nstr("boundary"), Value: nstr("b")}},
		Language: []string{"fr"},
		Parts: []*backend.BodyStructure{
			leaf,
			{Type: "MESSAGE", Subtype: nstr("RFC822"), Encoding: nstr("8bit"), Size: 99, Lines: 7,
				Envelope: &backend.Envelope{Date: nstr("d"), Subject: nstr("s")}, Body: leaf},
			{Type: "image", Subtype: nstr("png"), Encoding: nstr("base64"), Size: 5},
		},
	}
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if string(a) != string(b) {
		t.Errorf("got  %s\nwant %s", a, b)
	}
}

// What a server may have in the place of a body of which it knows nothing.
func TestBodyStructureOfNothing(t *testing.T) {
	for text, want := range map[string]backend.BodyStructure{
		`()`:  {},
		`NIL`: {},
		// A multipart without parts on Mailutils: c-client takes its subtype for a type.
		`( "mixed" NIL NIL NIL)`:              {Type: "mixed"},
		`( "mixed" ("boundary" "b") NIL NIL)`: {Type: "mixed"},
	} {
		s, _ := open(t, `
			C: T FETCH 2 (BODYSTRUCTURE)
			S: * 2 FETCH (BODYSTRUCTURE `+text+`)
			S: T OK done`)
		for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.Items{Structure: true}) {
			if err != nil || !reflect.DeepEqual(*msg.Structure, want) {
				t.Errorf("%s: got %+v, %v", text, msg.Structure, err)
			}
		}
	}
}

// What is to be said of a FETCH that the server does not understand comes with
// the error, and nowhere else.
func TestFetchRefused(t *testing.T) {
	for answer, want := range map[string]string{
		"BAD no such set": "IMAP protocol error: no such set",
		"NO not now\nC: T NOOP\nS: T OK\nC: T UID SEARCH UID 3\nS: * SEARCH 3\nS: T OK": "",
	} {
		s, _ := open(t, `
			C: T UID FETCH 3 (UID)
			S: T `+answer)
		for msg, err := range s.Fetch(ctx, uids(backend.Range{First: 3, Last: 3}), backend.Items{UID: true}) {
			var refused *backend.Error
			if msg == nil || msg.UID != 3 || !errors.As(err, &refused) || !errors.Is(err, backend.ErrRefused) || refused.Notice != want {
				t.Errorf("%s: got %v, %#v", answer, msg, err)
			}
		}
	}
}

// Message numbers stay what they were while a server removes messages during
// commands that are not about that.
func TestNumbersStay(t *testing.T) {
	s, _ := open(t, `
		C: T UID FETCH 50 (UID)
		S: * 2 EXPUNGE
		S: * 3 EXPUNGE
		S: * 3 FETCH (UID 50)
		S: * 8 EXISTS
		S: T OK done
		C: T FETCH 1:2,6 (UID)
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 30)
		S: * 6 FETCH (UID 80)
		S: T OK done
		C: T STORE 7 +FLAGS.SILENT (\Deleted)
		S: T OK done
		C: T NOOP
		S: * 1 EXPUNGE
		S: T OK done
		C: T FETCH 1:2 (UID)
		S: * 1 FETCH (UID 30)
		S: * 2 FETCH (UID 50)
		S: T OK done`)
	if got := fetch(s, uids(backend.Range{First: 50, Last: 50}), backend.Items{UID: true}); got != "5 uid 50" {
		t.Errorf("by UID: %s", got)
	}
	// Nor do they change by a call that did not come to ask.
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	for _, call := range []func(context.Context) error{s.Poll, s.Expunge} {
		if err := call(cancelled); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	}
	if n := s.State().Messages; n != 10 {
		t.Errorf("%d messages, want the 9 of the beginning and a new one", n)
	}
	set := numbers(backend.Range{First: 1, Last: 3}, backend.Range{First: 4, Last: 4}, backend.Range{First: 8, Last: 8})
	if got := fetch(s, set, backend.Items{UID: true}); got != "1 uid 1; 3 uid 30; 8 uid 80" {
		t.Errorf("by number: %s", got)
	}
	if err := s.Store(ctx, numbers(backend.Range{First: 9, Last: 9}), backend.StoreAdd, []string{`\Deleted`}); err != nil {
		t.Error(err)
	}
	if err := s.Store(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.StoreAdd, []string{`\Deleted`}); err != nil {
		t.Error("a message that is gone:", err)
	}
	if err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if n := s.State().Messages; n != 7 {
		t.Errorf("%d messages after Poll, want 7", n)
	}
	if got := fetch(s, numbers(backend.Range{First: 1, Last: 2}), backend.Items{UID: true}); got != "1 uid 30; 2 uid 50" {
		t.Errorf("after Poll: %s", got)
	}
}

func TestState(t *testing.T) {
	s, n := open(t, `
		C: T NOOP
		S: * OK [ALERT] disk full
		S: * 4 EXISTS
		S: * 99 RECENT
		S: * 10 EXISTS
		S: * 10 RECENT
		S: * 11 RECENT
		S: * 40 EXPUNGE
		S: * OK [ALERT]disk full
		S: T OK [ALERT] disk full`)
	want := "INBOX 9 2 77 100 [work] false"
	state := func() string {
		st := s.State()
		return fmt.Sprint(st.Mailbox, " ", st.Messages, " ", st.Recent, " ", st.UIDValidity, " ", st.UIDNext, " ", st.Keywords, " ", st.ReadOnly)
	}
	if got := state(); got != want {
		t.Errorf("after SELECT: %s, want %s", got, want)
	}
	if err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if got, want := state(), "INBOX 10 10 77 100 [work] false"; got != want {
		t.Errorf("after NOOP: %s, want %s", got, want)
	}
	if st := s.Link(); st.Host != "127.0.0.1" || st.Port == 0 || st.TLS {
		t.Errorf("the connection is %s port %d, TLS %v", st.Host, st.Port, st.TLS)
	}
	if got := n.texts(); got != "[ALERT] disk full" {
		t.Errorf("notices: %s", got)
	}
}

// A command has up to 300 ranges of messages.
func TestManyRanges(t *testing.T) {
	var ranges []backend.Range
	var list []string
	for uid := 1; uid <= 601; uid += 2 {
		ranges, list = append(ranges, backend.Range{First: uid, Last: uid}), append(list, fmt.Sprint(uid))
	}
	first := strings.Join(list[:300], ",")
	s, _ := open(t, `
		C: T UID STORE `+first+` +FLAGS.SILENT (\Seen)
		S: T OK done
		C: T UID STORE `+first+` +FLAGS.SILENT (\Seen)
		S: T OK done
		C: T UID STORE 601 +FLAGS.SILENT (\Seen)
		S: T OK done
		C: T UID FETCH `+first+` (UID)
		S: T OK done
		C: T UID FETCH 601 (UID)
		S: T OK done`)
	for _, set := range []backend.Set{uids(ranges[:300]...), uids(ranges...)} {
		if err := s.Store(ctx, set, backend.StoreAdd, []string{`\Seen`}); err != nil {
			t.Error(err)
		}
	}
	if got := fetch(s, uids(ranges...), backend.Items{UID: true}); got != "" {
		t.Error(got)
	}
}

// What is the answer to no command that is on its way is passed over, and told.
func TestUnexpectedTag(t *testing.T) {
	long := "X9 OK " + strings.Repeat("x", 80)
	for name, call := range map[string]func(*imapbridge.Session) error{
		"NOOP":           func(s *imapbridge.Session) error { return s.Poll(ctx) },
		`DELETE "x"`:     func(s *imapbridge.Session) error { return s.DeleteMailbox(ctx, "x") },
		`SELECT "INBOX"`: func(s *imapbridge.Session) error { return s.Select(ctx, "INBOX", false) },
	} {
		s, n := open(t, "C: T "+name+"\nS: "+long+"\nS: T OK done")
		if err := call(s); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got, want := n.texts(), "Unexpected tagged response: "+long[:80]; got != want {
			t.Errorf("%s: got %s", name, got)
		}
	}
}

func TestStatus(t *testing.T) {
	s, _ := open(t, `
		C: T STATUS "a \"b" (MESSAGES RECENT UIDVALIDITY)
		S: * STATUS {4}\na "b (MESSAGES 4 X-SIZE 12 RECENT 0)
		S: T OK done
		C: T STATUS "gone" ()
		S: T NO [NONEXISTENT] no such mailbox`)
	got, err := s.Status(ctx, `a "b`, backend.StatusItems{Messages: true, Recent: true, UIDValidity: true})
	want := backend.Status{Items: backend.StatusItems{Messages: true, Recent: true}, Messages: 4}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	_, err = s.Status(ctx, "gone", backend.StatusItems{})
	if !errors.Is(err, backend.ErrRefused) || err.Error() != "[NONEXISTENT] no such mailbox" {
		t.Errorf("got %v", err)
	}
}

// Nothing of an argument that cannot be an argument reaches the server, whose
// script would fail over it.
func TestBadArguments(t *testing.T) {
	s, _ := open(t, "")
	two := numbers(backend.Range{First: 2, Last: 2})
	for _, flag := range []string{"", `\`, "a b", "a)", "a\r\nx", "\x00", "ä", `\\x`, "*", "(", `"`} {
		err := s.Store(ctx, two, backend.StoreAdd, []string{flag})
		if !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("flag %q: %v", flag, err)
		}
	}
	for _, name := range []string{"a\r\nx NOOP", "a\x00", "Müll", "&", "&AGE-", "&AOQ", "&!-", "a\x7f"} {
		if err := s.Select(ctx, name, false); !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("mailbox %q: %v", name, err)
		}
		if _, err := s.Status(ctx, name, backend.StatusItems{}); !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("status of mailbox %q: %v", name, err)
		}
	}
	for _, section := range []string{"1]\r\nx NOOP", "1] (", "header", "1 ", "1\x00"} {
		items := backend.Items{Sections: []backend.Section{{Name: section}}}
		if got := fetch(s, two, items); got != "error: Invalid section specifier" {
			t.Errorf("section %q: %s", section, got)
		}
	}
	if got := fetch(s, two, backend.Items{UniqueID: true}); got != "error: IMAP has no UIDL" {
		t.Errorf("UIDL: %s", got)
	}
	if s.State().Mailbox != "INBOX" {
		t.Error("the mailbox is not open any more")
	}
}

func TestSelect(t *testing.T) {
	s, _ := open(t, `
		C: T EXAMINE "&AOQ-&-"
		S: * 1 EXISTS
		S: T OK [READ-ONLY] selected
		C: T SELECT "gone"
		S: T NO [NONEXISTENT] no
		C: T SELECT "locked"
		S: T OK [READ-ONLY] selected
		C: T EXAMINE "odd"
		S: T OK [READ-WRITE] selected
		C: T EXAMINE "old"
		S: T OK selected
		C: T UNSELECT
		S: T OK done`)
	if err := s.Select(ctx, "&AOQ-&-", true); err != nil {
		t.Fatal(err)
	}
	if st := s.State(); st.Messages != 1 || !st.ReadOnly || st.Mailbox != "&AOQ-&-" {
		t.Errorf("got %+v", st)
	}
	if err := s.Select(ctx, "gone", false); !errors.Is(err, backend.ErrRefused) {
		t.Errorf("got %v", err)
	}
	if st := s.State(); st.Messages != 0 || st.Mailbox != "" {
		t.Errorf("got %+v", st)
	}
	for _, test := range []struct {
		name            string
		asked, readOnly bool
	}{{"locked", false, true}, {"odd", true, false}, {"old", true, true}} {
		news := s.State().News
		if err := s.Select(ctx, test.name, test.asked); err != nil || s.State().ReadOnly != test.readOnly || s.State().News <= news {
			t.Errorf("%s: %v, read-only %v", test.name, err, s.State().ReadOnly)
		}
	}
	if err := s.Unselect(ctx); err != nil {
		t.Error(err)
	}
	if st, link := s.State(), s.Link(); st.Mailbox != "" || st.ReadOnly || link.Host != "127.0.0.1" || link.Port == 0 {
		t.Errorf("got %+v", st)
	}
}

// The envelope of a message that is gone has nothing in it; one that has anything is not
// asked about.
func TestBlankEnvelope(t *testing.T) {
	const address = `((NIL NIL "a" "b"))`
	fields := []string{`"d"`, `"s"`, address, address, address, address, address, address, `"<r>"`, `"<m>"`}
	for i := range fields {
		for j := i; j < len(fields); j++ {
			envelope := slices.Repeat([]string{"NIL"}, len(fields))
			envelope[i], envelope[j] = fields[i], fields[j]
			s, _ := open(t, `
				C: T FETCH 2 (ENVELOPE BODY.PEEK[HEADER.FIELDS (Newsgroups Followup-To References)])
				S: * 2 FETCH (BODY[HEADER.FIELDS (X)] "" ENVELOPE (`+strings.Join(envelope, " ")+`))
				S: T OK [EXPUNGEISSUED] some`)
			if got := fetch(s, numbers(backend.Range{First: 2, Last: 2}), backend.Items{Envelope: true}); got != "2" {
				t.Errorf("%s: %s", envelope, got)
			}
		}
	}
	s, _ := open(t, `
		C: T FETCH 2 (ENVELOPE BODY.PEEK[HEADER.FIELDS (Newsgroups Followup-To References)])
		S: * 2 FETCH (BODY[HEADER.FIELDS (X)] "" ENVELOPE (`+strings.Join(slices.Repeat([]string{"NIL"}, len(fields)), " ")+`))
		S: T OK [EXPUNGEISSUED] some
		C: T NOOP
		S: * 2 EXPUNGE
		S: T OK done`)
	if got := fetch(s, numbers(backend.Range{First: 2, Last: 2}), backend.Items{Envelope: true}); got != "error: Message 2 is gone" {
		t.Error(got)
	}
}

func TestExpunge(t *testing.T) {
	s, _ := open(t, `
		C: T EXPUNGE
		S: * 2 EXPUNGE
		S: * 2 EXPUNGE
		S: T OK done
		C: T EXPUNGE
		S: * 1 EXPUNGE
		S: !`)
	if err := s.Expunge(ctx); err != nil {
		t.Fatal(err)
	}
	if n := s.State().Messages; n != 7 {
		t.Errorf("%d messages, want 7", n)
	}
	err := s.Expunge(ctx)
	want := "[CLOSED] IMAP connection broken (server response): the server had reported 1 messages expunged and may have expunged more"
	if !errors.Is(err, backend.ErrConnectionLost) || err.Error() != want {
		t.Errorf("got %v", err)
	}
	for _, next := range []func(context.Context) error{s.Poll, s.Expunge} {
		if err := next(ctx); !errors.Is(err, backend.ErrConnectionLost) || err.Error() != "[CLOSED] IMAP connection lost" {
			t.Errorf("the next call: %v", err)
		}
	}
	if err := s.Logout(ctx); !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("Logout: %v", err)
	}
}

func TestSilentServer(t *testing.T) {
	n := &notices{}
	server := serve(t, loggedIn+selected+"C: T NOOP")
	cfg := server.config(n)
	cfg.Timeouts.Read = 50 * time.Millisecond
	s, err := imapbridge.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Abort()
	if err := s.Select(ctx, "INBOX", false); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond) // nothing is awaited: no timeout
	err = s.Poll(ctx)
	if !errors.Is(err, backend.ErrTimeout) || !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
}

func TestCancel(t *testing.T) {
	s, _ := open(t, "C: T NOOP")
	ctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(20*time.Millisecond, cancel)
	if err := s.Poll(ctx); !errors.Is(err, context.Canceled) || !errors.Is(err, backend.ErrConnectionLost) {
		t.Errorf("got %v", err)
	}
	if s.Link().Closed == nil {
		t.Error("the session does not say that it is closed")
	}
}

// Abort may come in the middle of an iteration, also from within.
func TestAbortDuringFetch(t *testing.T) {
	var script strings.Builder
	script.WriteString("C: T FETCH 1:9 (UID)\n")
	for range 50 {
		for n := range 9 {
			fmt.Fprintf(&script, "S: * %d FETCH (UID %d)\n", n+1, n+1)
		}
	}
	s, _ := open(t, script.String()+"S: T OK done")
	var last error
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 1, Last: 9}), backend.Items{UID: true}) {
		if last = err; msg != nil && msg.Num == 2 {
			s.Abort()
		}
	}
	if !errors.Is(last, backend.ErrConnectionLost) {
		t.Errorf("the iteration ended in %v", last)
	}
}

// A command that cannot be sent ends the session, whoever sends it.
func TestNotSent(t *testing.T) {
	for name, call := range map[string]func(*imapbridge.Session) error{
		"by go-imap": func(s *imapbridge.Session) error { return s.Poll(ctx) },
		"by itself": func(s *imapbridge.Session) error {
			_, err := s.Status(ctx, "INBOX", backend.StatusItems{Messages: true})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			conn := &unwritable{}
			cfg := serve(t, loggedIn+selected).config(&notices{})
			cfg.Dial = func(ctx context.Context, network, address string) (_ net.Conn, err error) {
				conn.Conn, err = new(net.Dialer).DialContext(ctx, network, address)
				return conn, err
			}
			s, err := imapbridge.Open(ctx, cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Abort()
			if err := s.Select(ctx, "INBOX", false); err != nil {
				t.Fatal(err)
			}
			conn.broken = true
			checkFailure(t, call(s), backend.ErrConnectionLost, "[CLOSED] IMAP connection broken")
			checkFailure(t, call(s), backend.ErrConnectionLost, "[CLOSED] IMAP connection lost")
		})
	}
}

// unwritable is a connection that takes nothing once it is broken, and is silent.
type unwritable struct {
	net.Conn
	broken bool
}

func (u *unwritable) Write(p []byte) (int, error) {
	if u.broken {
		return 0, io.ErrClosedPipe
	}
	return u.Conn.Write(p)
}
