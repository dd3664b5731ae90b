package imapbridge_test

import (
	"testing"

	"encoding/json"
	"reflect"

	"github.com/imapcompat/imapcompat/backend"
)

// Some servers send NIL or an empty list for a body without text, and NIL for a media type.
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

// What servers send for a body of which they know nothing.
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
