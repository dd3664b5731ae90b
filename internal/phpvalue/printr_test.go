package phpvalue_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// The texts are those of PHP 8.2's print_r.
func TestAppendPrinted(t *testing.T) {
	type inner struct {
		Name string `json:"name" php:"always"`
	}
	type object struct {
		Date   string   `json:"date"`
		Number int      `json:"number" php:"%4d"`
		Params []string `json:"params" php:"object"`
		Parts  []*inner `json:"parts"`
	}
	for _, test := range []struct {
		value any
		want  string
	}{
		{"", ""},
		{-3, "-3"},
		{[]string{}, "Array\n(\n)\n"},
		{[]string{"x", "y"}, "Array\n(\n    [0] => x\n    [1] => y\n)\n"},
		{pair{"k"}, "Array\n(\n    [k] => 5\n)\n"},
		{(*inner)(nil), ""},
		{&object{}, "stdClass Object\n(\n    [params] => stdClass Object\n        (\n        )\n\n)\n"},
		{&object{Date: "now", Number: 7, Params: []string{"p"}, Parts: []*inner{{"a;\"b\xff"}, {}}}, "stdClass Object\n(\n" +
			"    [date] => now\n    [number] =>    7\n    [params] => Array\n        (\n            [0] => p\n        )\n\n" +
			"    [parts] => Array\n        (\n            [0] => stdClass Object\n                (\n                    [name] => a;\"b\xff\n                )\n\n" +
			"            [1] => stdClass Object\n                (\n                    [name] => \n                )\n\n        )\n\n)\n"},
	} {
		if got := string(phpvalue.AppendPrinted(nil, test.value)); got != test.want {
			t.Errorf("%#v: got\n%s\nwant\n%s", test.value, got, test.want)
		}
	}
}
