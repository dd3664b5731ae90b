package search_test

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/search"
)

func key(name backend.SearchName, text string) backend.SearchKey {
	return backend.SearchKey{Name: name, Text: text}
}

// PHP 8.2 decided what is accepted and refused (conformance, TestSearch).
func TestParse(t *testing.T) {
	for _, tt := range []struct {
		criteria string
		want     []backend.SearchKey
	}{
		{"", nil},
		{"  all ALL ", nil},
		{"ALL\x00X", nil},
		{"new", []backend.SearchKey{key("RECENT", ""), key("UNSEEN", "")}},
		{"FROM a@b", []backend.SearchKey{key("FROM", "a@b")}},
		{`SUBJECT a"b`, []backend.SearchKey{key("SUBJECT", `a"b`)}},
		{`SUBJECT "a b"SEEN`, []backend.SearchKey{key("SUBJECT", "a b"), key("SEEN", "")}},
		{`SUBJECT "" SEEN`, []backend.SearchKey{key("SUBJECT", " SEEN")}},
		{"SUBJECT {3}\r\na\"b SEEN", []backend.SearchKey{key("SUBJECT", `a"b`), key("SEEN", "")}},
		{"SUBJECT {3}\r\na b", []backend.SearchKey{key("SUBJECT", "a b")}},
		{"SUBJECT { 1}\r\na", []backend.SearchKey{key("SUBJECT", "a")}},
		{"SUBJECT {}\r\n", []backend.SearchKey{key("SUBJECT", "")}},
		{"ON 2020-01-02", []backend.SearchKey{{Name: "ON", Day: backend.Day{Year: 2020, Month: 1, Day: 2}}}},
		{`ON "2 Jan 2020" ON 3-Jan-2020`, []backend.SearchKey{{Name: "ON", Day: backend.Day{Year: 2020, Month: 1, Day: 3}}}},
	} {
		got, err := search.Parse(tt.criteria)
		if err != nil || !reflect.DeepEqual(got.Keys, tt.want) {
			t.Errorf("%q: got %v, %v, want %v", tt.criteria, got, err, tt.want)
		}
	}
	for criteria, word := range map[string]string{
		"NOPE":                             "NOPE",
		"seen nope":                        "NOPE",
		"ALL\tSEEN":                        "ALL\tSEEN",
		"SUBJECT":                          "SUBJECT",
		"SUBJECT  a":                       "SUBJECT",
		`SUBJECT "a`:                       "SUBJECT",
		`SUBJECT ""`:                       "SUBJECT",
		`SUBJECT "a"b`:                     "B",
		"SUBJECT {1}\r\n":                  "SUBJECT",
		"ON tomorrow":                      "ON",
		"ON 20200001":                      "ON",
		"\xe4bc":                           "\xe4BC",
		"thiswordislongerthanthirtyoctets": "THISWORDISLONGERTHANTHIRTYOCTE",
	} {
		_, err := search.Parse(criteria)
		if !errors.Is(err, backend.ErrInvalidArgument) || err.Error() != "Unknown search criterion: "+word {
			t.Errorf("%q: got %v, want %s", criteria, err, word)
		}
	}
}

// texts is a session on messages in memory, which have only their texts.
type texts struct {
	backend.Session
	list    []string
	fetches int
}

func (s *texts) State() backend.State { return backend.State{Messages: len(s.list)} }

func (s *texts) Fetch(_ context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	s.fetches++
	return func(yield func(*backend.Message, error) bool) {
		for _, r := range set.Ranges {
			for n := r.First; n <= r.Last; n++ {
				if !yield(read(n, s.list[n-1], items), nil) {
					return
				}
			}
		}
	}
}

// The results are those of PHP 8.2 on POP3 (conformance, TestSearchTexts).
func TestMessages(t *testing.T) {
	s := &texts{list: []string{
		"Subject: =?utf-8?q?M=C3=BCller?=\r\n =?utf-8?q?_und_Co?=\r\nFrom: Ada <ada@example.org>\r\n\r\nplain text\r\n",
		"Subject: =?utf-8?q?=zz?= hello\r\nFrom: \"Bob, B.\" <bob@example.org>, carol@example.com\r\n" +
			"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\nMIME-Version: 1.0\r\n\r\ngr=FC=\r\n=DFe\r\n",
		"Subject: M\xc3\xbcller\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" +
			"--x\r\nContent-Type: application/pdf\r\n\r\nhidden\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n" +
			"Content-Transfer-Encoding: base64\r\nX-Mark: marked\r\n\r\nZ3LDvMOfZQ==\r\n--x--\r\n",
	}}
	for criteria, want := range map[string][]int{
		"ALL":                             {1, 2, 3},
		"SUBJECT \"m\xc3\xbcLLER u\"":     {1},
		"SUBJECT hello":                   nil, // an encoded word with a fault
		"SUBJECT o":                       {1},
		"FROM \"bob@example.org>,carol\"": {2},
		"BODY \"gr\xc3\xbc\xc3\x9fe\"":    {2, 3},
		"BODY hidden":                     nil,
		"BODY marked":                     nil,
		"TEXT marked":                     {3},
		"TEXT example TEXT text":          {1},
		"BODY text SUBJECT co":            {1},
		"TO a":                            nil,
	} {
		program, err := search.Parse(criteria)
		if err != nil {
			t.Fatal(err)
		}
		got, err := search.Messages(context.Background(), s, program, func(text string) { t.Errorf("%q: %s", criteria, text) })
		if err != nil || len(got) != len(want) || len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %v, %v, want %v", criteria, got, err, want)
		}
	}
}

func TestBadCharset(t *testing.T) {
	s := &texts{list: []string{"Subject: a\r\n\r\n"}}
	program := &backend.Search{Keys: []backend.SearchKey{key("SUBJECT", "a")}, Charset: backend.String("X-NOPE")}
	_, err := search.Messages(context.Background(), s, program, nil)
	if !errors.Is(err, backend.ErrInvalidArgument) || !strings.HasPrefix(err.Error(), "[BADCHARSET (US-ASCII UTF-8 ") ||
		!strings.HasSuffix(err.Error(), " UTF-16)] Unknown charset: X-NOPE") || s.fetches != 0 {
		t.Errorf("got %v after %d fetches", err, s.fetches)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "ALL", `SUBJECT "a b" FROM c`, "TEXT {3}\r\nabc SEEN", "BEFORE \"1 Jan 2020\"", "X", "BODY {9", `TO "`, "KEYWORD \xff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, criteria string) {
		program, err := search.Parse(criteria)
		if err != nil {
			return
		}
		for _, key := range program.Keys {
			if strings.ContainsRune(key.Text, 0) || key.Name.HasDay() && (key.Day.Day < 1 || key.Day.Day > 31 || key.Day.Month < 1 || key.Day.Month > 12) {
				t.Errorf("%q: %+v", criteria, key)
			}
		}
	})
}

func FuzzMessages(f *testing.F) {
	f.Add("Subject: =?utf-8?q?a?= =?utf-7?b?YQ?=\r\n\r\n=41", "TEXT", "a")
	f.Add("Content-Type: text/plain; charset=utf-7\r\nMIME-Version: 1.0\r\n\r\n+AOQ-b+-", "BODY", "\xc3\xa4")
	f.Add("MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\nFrom: a\r\n\r\nb", "TEXT", "b")
	f.Fuzz(func(t *testing.T, message, name, text string) {
		s := &texts{list: []string{message}}
		program := &backend.Search{Keys: []backend.SearchKey{key(backend.SearchName(name), text)}}
		nums, err := search.Messages(context.Background(), s, program, func(string) {})
		if err != nil || len(nums) > 1 {
			t.Errorf("got %v, %v", nums, err)
		}
	})
}
