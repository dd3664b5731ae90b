package readable_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

// list are attributes and values.
type list [][2]string

func (l list) parameters() (out []imapcompat.Parameter) {
	for _, p := range l {
		out = append(out, imapcompat.Parameter{Attribute: p[0], Value: p[1]})
	}
	return out
}

func TestParameter(t *testing.T) {
	for _, test := range []struct {
		name         string
		list         list
		want, doubts string
	}{
		{"plain", list{{"name", "a.txt"}}, "a.txt", ""},
		{"any case", list{{"x", "y"}, {"NAME", "a.txt"}, {"name", "b.txt"}}, "a.txt", ""},
		{"none", list{{"names", "a.txt"}, {"nam", "b"}}, "", ""},
		{"encoded", list{{"name*", "utf-8'de'Gr%C3%BC%C3%9Fe.txt"}}, "Grüße.txt", ""},
		{"Latin-1", list{{"NAME*", "ISO-8859-1''Gr%FC%DFe.txt"}}, "Grüße.txt", ""},
		{"in pieces", list{{"name*2", "c"}, {"name*0", "a"}, {"name*1", "b"}}, "abc", ""},
		{"eleven pieces", list{{"name*10", "k"}, {"name*0", "a"}, {"name*1", "b"}, {"name*2", "c"}, {"name*3", "d"}, {"name*4", "e"},
			{"name*5", "f"}, {"name*6", "g"}, {"name*7", "h"}, {"name*8", "i"}, {"name*9", "j"}}, "abcdefghijk", ""},
		{"some encoded", list{{"name*0*", "utf-8''Gr%C3%BC"}, {"name*1", "%20"}, {"name*2*", "%C3%9Fe"}}, "Grü%20ße", ""},
		{"a character in two pieces", list{{"name*0*", "utf-8''Gr%C3"}, {"name*1*", "%BC"}}, "Grü", ""},
		{"both forms", list{{"name", "Grusse.txt"}, {"name*", "utf-8''Gr%C3%BC%C3%9Fe.txt"}}, "Grüße.txt", ""},
		{"word in quotes", list{{"name", "=?utf-8?Q?Gr=C3=BC=C3=9Fe.txt?="}}, "Grüße.txt", ""},
		{"word in pieces", list{{"name*0", "=?utf-8?Q?Gr=C3=BC"}, {"name*1", "=C3=9Fe.txt?="}}, "Grüße.txt", ""},
		{"octets", list{{"name", "Gr\xfc\xdfe.txt"}}, "Grüße.txt", join(guessed)},
		{"percent stays", list{{"name", "100%25.txt"}}, "100%25.txt", ""},
		{"2231 in the plain form", list{{"name", "utf-8''Gr%C3%BC%C3%9Fe.txt"}}, "Grüße.txt", join(parameter)},
		{"apostrophes", list{{"name", "Ann's 'best' 100%.txt"}}, "Ann's 'best' 100%.txt", ""},
		{"no charset", list{{"name*", "''Gr%C3%BC.txt"}}, "Grü.txt", ""},
		{"no apostrophes", list{{"name*", "Gr%C3%BC.txt"}}, "Grü.txt", join(parameter)},
		{"unknown charset", list{{"name*", "x-foo''Gr%FC.txt"}}, "Grü.txt", join(unknown, guessed)},
		{"broken percent", list{{"name*", "utf-8''100%_%4"}}, "100%_%4", join(parameter)},
		{"first piece missing", list{{"name*1", "b"}, {"name*2", "c"}}, "bc", join(parameter)},
		{"piece twice", list{{"name*0", "a"}, {"name*0", "x"}, {"name*1", "b"}}, "ab", ""},
		{"charset in the second piece", list{{"name*0", "a"}, {"name*1*", "utf-8''%C3%BC"}}, "aü", join(parameter)},
		{"no number", list{{"name*x", "a"}, {"name*-1", "b"}, {"name*99999999999", "c"}}, "", ""},
		{"controls", list{{"name*", "utf-8''a%00%0D%0A%E2%80%AEb"}}, "a b", join(control)},
	} {
		got, doubts := readable.Parameter(test.list.parameters(), "Name")
		if got != test.want || kinds(doubts) != test.doubts {
			t.Errorf("%s: %q, %v, want %q, %s", test.name, got, doubts, test.want, test.doubts)
		}
	}
}

func TestFileName(t *testing.T) {
	for _, test := range []struct {
		disposition, mediaType list
		want                   string
	}{
		{nil, nil, ""},
		{list{{"FILENAME", "a"}}, list{{"NAME", "b"}}, "a"},
		{list{{"filename", ""}}, list{{"name", "b"}}, "b"},
		{nil, list{{"filename", "a"}, {"name", "b"}}, "b"},
		{nil, list{{"filename*", "utf-8''%C3%BC"}}, "ü"},
		{list{{"name", "a"}}, nil, "a"},
	} {
		got, _ := readable.FileName(&imapcompat.Structure{DParameters: test.disposition.parameters(), Parameters: test.mediaType.parameters()})
		if got != test.want {
			t.Errorf("%v %v: %q, want %q", test.disposition, test.mediaType, got, test.want)
		}
	}
}

func FuzzParameter(f *testing.F) {
	f.Add("name*0*", "utf-8''Gr%C3", "name*1*", "%BC")
	f.Add("name*", "iso-2022-jp''%1B$B%25F", "name", "=?utf-8?q?a?=")
	f.Fuzz(func(t *testing.T, a, x, b, y string) {
		got, doubts := readable.Parameter(list{{a, x}, {b, y}}.parameters(), "name")
		checkLine(t, x+y, got, doubts)
	})
}
