package imapbridge_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// A range of a section (RFC 9051 section 6.4.5) is what was asked for, or an
// error: what a server sends beyond it is not believed.
func TestPartial(t *testing.T) {
	two := numbers(backend.Range{First: 2, Last: 2})
	first := backend.Section{Name: "1", Peek: true, Size: 4}
	second := backend.Section{Name: "1", Offset: 4, Size: 4}
	const ask = "C: T FETCH 2 (BODY.PEEK[1]<0.4>)\n"
	const askSecond = "C: T FETCH 2 (BODY[1]<4.4>)\n"
	for _, test := range []struct {
		name     string
		sections []backend.Section
		script   string
		want     string
	}{
		{"the first", []backend.Section{first}, ask + `S: * 2 FETCH (BODY[1]<0> "abcd")`, `2 "abcd"`},
		{"the second", []backend.Section{second}, askSecond + `S: * 2 FETCH (BODY[1]<4> {2}\nef)`, `2 "ef"`},
		{"both", []backend.Section{first, second}, "C: T FETCH 2 (BODY.PEEK[1]<0.4> BODY[1]<4.4>)\n" +
			`S: * 2 FETCH (BODY[1]<4> "ef" BODY[1]<0> "abcd")`, `2 "abcd" "ef"`},
		{"behind the end", []backend.Section{second}, askSecond + `S: * 2 FETCH (BODY[1]<4> "")`, `2 ""`},
		{"behind the end, NIL", []backend.Section{second}, askSecond + `S: * 2 FETCH (BODY[1]<4> NIL)`, `2 nil`},
		{"all of a short text", []backend.Section{first}, ask + `S: * 2 FETCH (BODY[1] "ab")`, `2 "ab"`},
		{"more than asked", []backend.Section{first}, ask + `S: * 2 FETCH (BODY[1]<0> "abcde")`,
			"error: FETCH response does not parse: 5 octets from 0 on are not what was asked for at octet 19"},
		{"all in place of a range", []backend.Section{second}, askSecond + `S: * 2 FETCH (BODY[1] "abcd")`,
			"error: FETCH response does not parse: 4 octets from 0 on are not what was asked for at octet 15"},
		{"another range", []backend.Section{second}, askSecond + `S: * 2 FETCH (BODY[1]<8> "abcd")`,
			"error: FETCH response does not parse: 4 octets from 8 on are not what was asked for at octet 18"},
		{"a range in place of all", []backend.Section{{Name: "1"}}, "C: T FETCH 2 (BODY[1])\n" + `S: * 2 FETCH (BODY[1]<8> "abcd")`,
			"error: FETCH response does not parse: 4 octets from 8 on are not what was asked for at octet 18"},
		{"an origin that is none", []backend.Section{first}, ask + `S: * 2 FETCH (BODY[1]<x> "abcd")`,
			`error: FETCH response does not parse: unexpected "<x>" behind a section at octet 11`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := open(t, test.script+"\nS: T OK done")
			if got := fetch(s, two, backend.Items{Sections: test.sections}); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestPartialArguments(t *testing.T) {
	for _, section := range []backend.Section{{Offset: -1, Size: 1}, {Size: -1}, {Offset: 1}} {
		s, _ := open(t, "")
		items := backend.Items{Sections: []backend.Section{section}}
		if got, want := fetch(s, numbers(backend.Range{First: 1, Last: 1}), items), "error: Invalid range of a section"; got != want {
			t.Errorf("%+v: got %s, want %s", section, got, want)
		}
	}
}

// Servers have NIL or an empty list in the place of a body without text, and
// NIL for a media type.
func TestStructureOfNothing(t *testing.T) {
	for given, mediaType := range map[string]string{
		"NIL":                         "",
		"()":                          "",
		"nil":                         "",
		`(NIL "X" NIL NIL NIL NIL 3)`: "X-UNKNOWN",
		`("" "X" NIL NIL NIL NIL 3)`:  "",
	} {
		s, _ := open(t, "C: T FETCH 2 (BODYSTRUCTURE)\nS: * 2 FETCH (BODYSTRUCTURE "+given+")\nS: T OK done")
		n := 0
		for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 2, Last: 2}), backend.Items{Structure: true}) {
			if err != nil {
				t.Fatalf("%s: %v", given, err)
			}
			if n++; msg.Structure.Type != mediaType {
				t.Errorf("%s: got %q, want %q", given, msg.Structure.Type, mediaType)
			}
		}
		if n != 1 {
			t.Errorf("%s: %d messages", given, n)
		}
	}
}
