package imapbridge_test

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// describe returns a value without its zero fields. It distinguishes NIL from the empty
// string.
func describe(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case backend.NString:
		if !x.Valid {
			return "NIL"
		}
		return strconv.Quote(x.Value)
	case []byte:
		if x == nil {
			return "NIL"
		}
		return strconv.Quote(string(x))
	}
	switch v.Kind() {
	case reflect.Pointer:
		return describe(v.Elem())
	case reflect.Struct:
		var fields []string
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				fields = append(fields, v.Type().Field(i).Name+" "+describe(f))
			}
		}
		return "{" + strings.Join(fields, ", ") + "}"
	case reflect.Slice:
		var items []string
		for i := range v.Len() {
			items = append(items, describe(v.Index(i)))
		}
		return "[" + strings.Join(items, " ") + "]"
	case reflect.String:
		return strconv.Quote(v.String())
	}
	return fmt.Sprint(v.Interface())
}

// largeNumber may overflow an int of 32 bits.
var largeNumber = regexp.MustCompile(`\d{10}`)

// testdata/values.txt has the results and notices of reading FETCH responses, for all
// branches of the reader. Package conformance compares such responses with PHP.
func TestValues(t *testing.T) {
	text, err := os.ReadFile("testdata/values.txt")
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]backend.Items{
		"FLAGS":                    {Flags: true},
		"INTERNALDATE RFC822.SIZE": {InternalDate: true, Size: true},
		"ENVELOPE BODY.PEEK[HEADER.FIELDS (Newsgroups Followup-To References)]": {Envelope: true},
		"BODYSTRUCTURE": {Structure: true},
		"BODY.PEEK[1] BODY[TEXT] BODY.PEEK[]": {
			Sections: []backend.Section{{Name: "1", Peek: true}, {Name: "TEXT"}, {Name: "", Peek: true}}},
	}
	command, response, want, notice, n := "", "", "", "", 0
	check := func() {
		if response == "" {
			return
		}
		n++
		if strconv.IntSize == 32 && largeNumber.MatchString(response) {
			response, want, notice = "", "", ""
			return
		}
		if got, said := readValues(t, groups[command], command, response); got != want || said != notice {
			t.Errorf("%s:\ngot  %s\nwant %s\nsaid %s\nwant %s", response, got, want, said, notice)
		}
		response, want, notice = "", "", ""
	}
	for line := range strings.Lines(string(text)) {
		line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "(…", strings.Repeat("(", 250))
		switch {
		case strings.HasPrefix(line, "["):
			check()
			command = strings.TrimSuffix(line[1:], "]")
			if _, known := groups[command]; !known {
				t.Fatalf("no group is %q", command)
			}
		case strings.HasPrefix(line, "< "):
			check()
			response = line[2:]
		case strings.HasPrefix(line, "> "):
			want = line[2:]
		case strings.HasPrefix(line, "! "):
			notice = line[2:]
		}
	}
	if check(); n < 60 {
		t.Errorf("%d responses only", n)
	}
}

// readValues returns the result and the notices of reading a FETCH response.
func readValues(t *testing.T, items backend.Items, command, response string) (got, said string) {
	items.UID = true
	s, n := open(t, "C: T FETCH 2 (UID "+command+")\nS: * 2 FETCH (UID 12 "+response+")\nS: T OK done\n")
	defer s.Abort()
	for msg, err := range s.Fetch(ctx, numbers(backend.Range{First: 2, Last: 2}), items) {
		if err != nil {
			got += "error: " + err.Error() + " "
		}
		got += describe(reflect.ValueOf(msg))
	}
	return got, n.texts()
}
