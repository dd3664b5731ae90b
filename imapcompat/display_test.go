package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLegible(t *testing.T) {
	for _, test := range []struct{ field, want string }{
		{"plain", "plain"},
		{"=?ISO-8859-1?Q?J=FCrgen?= <j@example.org>", "Jürgen <j@example.org>"},
		{"=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=", "ab"},
		{"=?ISO-2022-JP?B?GyRCJSolVSUjJTkbKEI=?=", "オフィス"},
		{"=?windows-1252?Q?10_=80?=", "10 €"},
		{"=?x-no-such-charset?Q?a?=", "a"},
		{"folded\r\n\tline", "folded line"},
		{"=?UTF-8?Q?=1B[2J?=", "[2J"},
		{"\x00\x1b]0;x\x07\x7f", "]0;x"},
		{"caf\xe9", "café"},
		{"\u202egpj.exe\u202c\u2066\u200f", "gpj.exe"},
	} {
		if got := legible(test.field); got != test.want {
			t.Errorf("legible(%q) = %q, want %q", test.field, got, test.want)
		}
	}
}

func FuzzLegible(f *testing.F) {
	for _, seed := range []string{"a", "=?UTF-8?Q?=1B[2J?=", "\x9b\xc2\x9b", "=?ISO-2022-JP?B?GyRCJSo=?=", "\u202e", "=?utf-7?Q?+ABs-?="} {
		f.Add(seed, 7)
	}
	f.Fuzz(func(t *testing.T, field string, limit int) {
		s := legible(field)
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl) {
			t.Errorf("legible(%q) = %q", field, s)
		}
		limit = 1 + max(limit, -limit)%200
		if short := cut(s, limit); textCells(short) > limit {
			t.Errorf("cut(%q, %d) = %q", s, limit, short)
		}
	})
}

func TestCut(t *testing.T) {
	for _, test := range []struct {
		text  string
		limit int
		want  string
	}{
		{"abcdef", 0, "abcdef"},
		{"abcdef", 6, "abcdef"},
		{"abcdef", 5, "abcd…"},
		{"abcdef", 1, "…"},
		{"打ち合わせ", 10, "打ち合わせ"},
		{"打ち合わせ", 9, "打ち合わ…"},
		{"打ち合わせ", 8, "打ち合…"}, // a character of two cells is not divided
		{"e\u0301e\u0301e\u0301", 3, "e\u0301e\u0301e\u0301"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301…"},
		{"ｆｕｌｌ", 5, "ｆｕ…"},
	} {
		if got := cut(test.text, test.limit); got != test.want {
			t.Errorf("cut(%q, %d) = %q, want %q", test.text, test.limit, got, test.want)
		}
	}
}

func TestTable(t *testing.T) {
	rows := [][]string{
		{"No", "From", "Subject"},
		{"1", "佐藤", "3月の打ち合わせ"},
		{"1000", "Jürgen Müller, Köln", "Grüße"},
	}
	for _, test := range []struct {
		limit int
		want  string
	}{
		{0, `
No    From                 Subject
1     佐藤                 3月の打ち合わせ
1000  Jürgen Müller, Köln  Grüße
`},
		{30, `
No    From        Subject
1     佐藤        3月の打ち合…
1000  Jürgen Mü…  Grüße
`},
	} {
		var got bytes.Buffer
		table(&got, rows, test.limit)
		if "\n"+got.String() != test.want {
			t.Errorf("limit %d: got\n%s\nwant%s", test.limit, got.String(), test.want)
		}
	}
}

func TestSize(t *testing.T) {
	for octets, want := range map[int]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 12_345: "12.3 kB", 1_000_000: "1.0 MB", 25_500_000: "25.5 MB"} {
		if got := size(octets); got != want {
			t.Errorf("size(%d) = %q, want %q", octets, got, want)
		}
	}
}
