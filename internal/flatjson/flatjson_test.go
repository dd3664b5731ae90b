package flatjson_test

import (
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat/internal/flatjson"
)

func TestValues(t *testing.T) {
	for text, want := range map[string]string{
		`{"a":{"b":[1,"<x>"]},"c":[],"d":{}}`:   `[{a->b[0] 1} {a->b[1] "<x>"} {c []} {d {}}]`,
		`[[true],null]`:                         `[{[0][0] true} {[1] null}]`,
		`12345678901234567890`:                  `[{ 12345678901234567890}]`,
		`"x"`:                                   `[{ "x"}]`,
		`{"a":{"b":1},"a.b":2,"":3,"[0]":4}`:    `[{a->b 1} {["a.b"] 2} {[""] 3} {["[0]"] 4}]`,
		`{"a":{"\u001b":"\u001b\u009b\u202e"}}`: `[{a["\x1b"] "\u001b\u009b\u202e"}]`,
		`["\u009b\u202e"]`:                      `[{[0] "\u009b\u202e"}]`,
		`{"a":1,"a":2}`:                         `[{a 1} {a 2}]`,
	} {
		got, err := flatjson.Values([]byte(text), "->")
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: got %v, %v, want %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "{", `{"a"`, "[1", "1 2", "{1:2}", "]"} {
		if got, err := flatjson.Values([]byte(text), "."); err == nil {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

func TestIndent(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{map[string]string{"a": `<b> & \u003c`}, "{\n  \"a\": \"<b> & \\\\u003c\"\n}\n"},
		{[]int{1}, "[\n  1\n]\n"},
	} {
		if got, err := flatjson.Indent(test.value); err != nil || got != test.want {
			t.Errorf("got %s, %v, want %s", got, err, test.want)
		}
	}
	if _, err := flatjson.Indent(func() {}); err == nil {
		t.Error("a function has JSON")
	}
}

func FuzzValues(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":null}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		values, err := flatjson.Values(text, ".")
		if err == nil && (len(values) == 0 || len(values) > len(text)) {
			t.Errorf("%d values of %q", len(values), text)
		}
	})
}
