package phpbridge

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func TestUnserialize(t *testing.T) {
	for in, want := range map[string]any{
		`N;`:                                   nil,
		`b:1;`:                                 true,
		`b:0;`:                                 false,
		"i:" + strconv.Itoa(math.MinInt) + ";": math.MinInt,
		"s:4:\"\x00\xff\";\";":                 "\x00\xff\";",
		`s:0:"";`:                              "",
		`a:0:{}`:                               array{},
		`a:1:{i:0;a:1:{i:0;i:5;}}`:             array{{0, array{{0, 5}}}},
		`a:2:{i:3;N;s:1:"k";b:1;}`:             array{{3, nil}, {"k", true}},
		`a:1:{s:3:"1.5";s:1:"x";}`:             array{{"1.5", "x"}},
		`a:1:{i:-1;s:3:"a;b";}`:                array{{-1, "a;b"}},
		strings.Repeat("a:1:{i:0;", maxDepth) + "N;" + strings.Repeat("}", maxDepth): nest(maxDepth),
	} {
		got, err := unserialize([]byte(in))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %#v, %v; want %#v", in, got, err, want)
		}
	}
}

func nest(depth int) any {
	var v any
	for range depth {
		v = array{{0, v}}
	}
	return v
}

func TestUnserializeRefuses(t *testing.T) {
	for _, in := range []string{
		``, `N`, `n;`, `i:;`, `i:1`, `i:1;i:1;`, `i:x;`, `i:9223372036854775808;`, `b:2;`, `d:1.5;`,
		`s:5:"abc";`, `s:-1:"";`, `s:1:"ab";`, `s:1:'a';`, `s:99999999999:"";`,
		`a:1:{}`, `a:-1:{}`, `a:1000000000:{i:0;N;}`, `a:1:{N;N;}`, `a:1:{b:1;N;}`, `a:0:{`,
		`O:8:"stdClass":0:{}`, `R:1;`, `C:1:"x":0:{}`,
		strings.Repeat("a:1:{i:0;", maxDepth+1) + "N;" + strings.Repeat("}", maxDepth+1),
	} {
		if v, err := unserialize([]byte(in)); err == nil {
			t.Errorf("%s: got %#v", in, v)
		}
	}
}

// FuzzUnserialize looks for texts that take too much memory for their length, and for values that
// change when they are written and read again.
func FuzzUnserialize(f *testing.F) {
	for _, seed := range []string{
		`a:2:{i:0;s:12:"imap_num_msg";i:1;i:1;}`,
		`a:4:{i:0;s:9:"imap_body";i:1;i:1;i:2;i:5;i:3;N;}`,
		`a:2:{s:1:"a";b:1;s:4:"list";a:1:{i:0;s:1:"x";}}`,
		`a:99999:{`, `s:99999:"`, `i:-`, `a:1:{i:0;O:1:"a":0:{}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		v, err := unserialize(in)
		if err != nil {
			return
		}
		text := request(v)
		again, err := unserialize(text)
		if err != nil || !reflect.DeepEqual(v, again) {
			t.Fatalf("%q is %#v and then %#v, %v", in, v, again, err)
		}
	})
}
