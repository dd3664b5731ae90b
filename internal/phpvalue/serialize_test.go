package phpvalue_test

import (
	"iter"
	"testing"

	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

type pair struct{ key string }

func (p pair) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) { yield(p.key, 5) }
}

func TestAppendSerialized(t *testing.T) {
	type inner struct {
		Name string `json:"name" php:"always"`
	}
	type object struct {
		Date   string   `json:"date" alias:"Date"`
		None   string   `json:"none"`
		Empty  string   `json:"empty"`
		Number int      `json:"number" php:"%4d"`
		Seen   bool     `json:"seen" php:"always"`
		Params []string `json:"params" php:"object"`
		Parts  []*inner `json:"parts"`

		empty phpvalue.Empty
	}
	full := &object{Date: "now", Number: 7, Seen: true, Parts: []*inner{{"a\x00\xff"}, {}}}
	full.empty.Mark("empty")
	for _, tt := range []struct {
		value any
		want  string
	}{
		{"", `s:0:"";`},
		{-3, `i:-3;`},
		{uint32(3), `i:3;`},
		{[]string{}, `a:0:{}`},
		{[]string{"x", "\xff\""}, "a:2:{i:0;s:1:\"x\";i:1;s:2:\"\xff\"\";}"},
		{pair{"k"}, `a:1:{s:1:"k";i:5;}`},
		{(*inner)(nil), `N;`},
		{&object{}, `O:8:"stdClass":2:{s:4:"seen";i:0;s:6:"params";O:8:"stdClass":0:{}}`},
		{full, `O:8:"stdClass":7:{s:4:"date";s:3:"now";s:4:"Date";s:3:"now";s:5:"empty";s:0:"";` +
			`s:6:"number";s:4:"   7";s:4:"seen";i:1;s:6:"params";O:8:"stdClass":0:{}` +
			"s:5:\"parts\";a:2:{i:0;O:8:\"stdClass\":1:{s:4:\"name\";s:3:\"a\x00\xff\";}i:1;O:8:\"stdClass\":1:{s:4:\"name\";s:0:\"\";}}}"},
	} {
		if got := string(phpvalue.AppendSerialized(nil, tt.value)); got != tt.want {
			t.Errorf("%#v: got %s, want %s", tt.value, got, tt.want)
		}
	}
}
