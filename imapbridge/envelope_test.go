package imapbridge_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

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

// An ENVELOPE of NILs may be that of a message that is gone. With any other value, the
// server is not asked about it.
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
