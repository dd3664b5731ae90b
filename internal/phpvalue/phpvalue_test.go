package phpvalue_test

import (
	"iter"
	"math"
	"testing"

	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

type inner struct {
	Name string `json:"name"`

	empty phpvalue.Empty
}

type object struct {
	Date   string  `json:"date" alias:"Date"`
	Count  int     `json:"count" php:"always"`
	Padded int     `json:"padded" php:"%4d"`
	Flag   bool    `json:"flag" php:"always"`
	List   []inner `json:"list"`
	Time   int64   `json:"time"`
	Number uint32  `json:"number"`
	Hidden string  `json:"-"`
	secret string

	empty phpvalue.Empty
}

// list has a list that PHP shows as an object when it is empty.
type list struct {
	Params []inner `json:"params" php:"object"`
}

func marked(properties ...string) (e phpvalue.Empty) {
	for _, p := range properties {
		e.Mark(p)
	}
	return e
}

// The JSON is that of PHP 8.2's json_encode with JSON_UNESCAPED_SLASHES and
// JSON_UNESCAPED_UNICODE, except for HTML's characters, which encoding/json always writes as
// \u003c.
func TestJSON(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{object{}, `{"count":0,"flag":0}`},
		{&object{Hidden: "x", secret: "y"}, `{"count":0,"flag":0}`},
		{object{Date: "a/b", Count: 3, Padded: 7, Flag: true, Time: -1, Number: math.MaxInt32},
			`{"date":"a/b","Date":"a/b","count":3,"padded":"   7","flag":1,"time":-1,"number":2147483647}`},
		{object{empty: marked("date", "list", "padded", "time")},
			`{"date":"","Date":"","count":0,"padded":"   0","flag":0,"list":[],"time":0}`},
		{object{List: []inner{{Name: "é"}, {}, {empty: marked("name")}}},
			`{"count":0,"flag":0,"list":[{"name":"é"},{},{"name":""}]}`},
		{list{}, `{"params":{}}`},
		{list{[]inner{}}, `{"params":{}}`},
		{list{[]inner{{Name: "a"}}}, `{"params":[{"name":"a"}]}`},
		{(*object)(nil), `null`},
		{[]string{"a", "b"}, `["a","b"]`},
		{object{Date: "\xff"}, `{"date":"\ufffd","Date":"\ufffd","count":0,"flag":0}`},
	} {
		got, err := phpvalue.MarshalJSON(test.value)
		if err != nil || string(got) != test.want {
			t.Errorf("got  %s, %v\nwant %s", got, err, test.want)
		}
	}
}

// pairs is an array with keys.
type pairs [][2]any

func (p pairs) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, pair := range p {
			if !yield(pair[0].(string), pair[1]) {
				return
			}
		}
	}
}

func TestKeyed(t *testing.T) {
	var none *pairs
	for _, test := range []struct {
		value any
		want  string
	}{
		{pairs{}, `[]`},
		{none, `null`},
		{pairs{{"b", 1}, {"a\xff", "\xff"}, {"c", pairs{{"d", inner{Name: "n"}}}}}, `{"b":1,"aÿ":"ÿ","c":{"d":{"name":"n"}}}`},
		{&pairs{{"a", []string{}}}, `{"a":[]}`},
		{[]pairs{{{"a", 1}}, {}}, `[{"a":1},[]]`},
	} {
		if got := string(phpvalue.Latin1(test.value)); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
}

func TestLatin1(t *testing.T) {
	if got, want := string(phpvalue.Latin1([]string{"a\xff\x00é"})), `["aÿ\u0000Ã©"]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestIsset(t *testing.T) {
	o := &object{Date: "x", empty: marked("list")}
	for property, want := range map[string]bool{
		"date": true, "Date": true, "count": true, "flag": true, "list": true,
		"padded": false, "time": false, "Hidden": false, "secret": false, "": false, "-": false,
	} {
		if got := phpvalue.Isset(o, property); got != want {
			t.Errorf("isset %q: %v, want %v", property, got, want)
		}
	}
	if phpvalue.Isset((*object)(nil), "date") {
		t.Error("a property of nothing is set")
	}
}
