package imapbridge_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

func searchFor(keys ...backend.SearchKey) *backend.Search { return &backend.Search{Keys: keys} }

func found(nums []int, err error) string {
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(nums)
}

func TestSearch(t *testing.T) {
	seen := backend.SearchKey{Name: backend.SearchSeen}
	subject := func(text string) backend.SearchKey {
		return backend.SearchKey{Name: backend.SearchSubject, Text: text}
	}
	day := backend.Day{Year: 2020, Month: 2, Day: 3}
	latin1 := searchFor(subject("\xe4"))
	latin1.Charset = backend.String("ISO-8859-1")
	ascii := searchFor(subject("a"))
	ascii.Charset = backend.String("UTF-8")
	for _, test := range []struct {
		name   string
		search *backend.Search
		uid    bool
		script string
		want   string
	}{
		{"all", searchFor(), false, ``, "[1 2 3 4 5 6 7 8 9]"},
		{"all UIDs", searchFor(), true, `
			C: T UID SEARCH ALL
			S: * SEARCH 11 12 13 14 15 16 17 18 19
			S: T OK done`, "[11 12 13 14 15 16 17 18 19]"},
		{"all UIDs, of which the server leaves some out", searchFor(), true, `
			C: T UID SEARCH ALL
			S: * SEARCH 12
			S: T OK done
			C: T FETCH 1:9 (UID)
			S: * 1 FETCH (UID 11)
			S: * 2 FETCH (UID 12)
			S: * 3 FETCH (UID 13)
			S: * 4 FETCH (UID 14)
			S: * 5 FETCH (UID 15)
			S: * 6 FETCH (UID 16)
			S: * 7 FETCH (UID 17)
			S: * 8 FETCH (UID 18)
			S: * 9 FETCH (UID 19)
			S: T OK done`, "[11 12 13 14 15 16 17 18 19]"},
		{"words that are no numbers", searchFor(seen), false, `
			C: T SEARCH SEEN
			S: * SEARCH 3, x 4 (MODSEQ 5)
			S: T OK done`, "[3 4]"},
		{"a charset that the server does not want", ascii, false, `
			C: T SEARCH CHARSET UTF-8 SUBJECT a
			S: T NO [BADCHARSET (US-ASCII)] no
			C: T SEARCH SUBJECT a
			S: * SEARCH 3
			S: T OK done`, "[3]"},
		{"a charset that the server does not know, and needs", latin1, false, `
			C: T SEARCH CHARSET ISO-8859-1 SUBJECT {1}
			S: + go on
			C: ` + "\xe4" + `
			S: T NO [BADCHARSET] no`, "error: [BADCHARSET] no"},
		{"in the server's order, in two lines", searchFor(seen), false, `
			C: T SEARCH SEEN
			S: * SEARCH 9 2
			S: * 1 FETCH (FLAGS (\Seen))
			S: * SEARCH 1 (MODSEQ 12)
			S: T OK done`, "[9 2 1]"},
		{"nothing", searchFor(seen), false, `
			C: T SEARCH SEEN
			S: * SEARCH
			S: T OK done`, "[]"},
		{"no such message", searchFor(seen), false, `
			C: T SEARCH SEEN
			S: * SEARCH 0 9 10 99999999999999999999 1
			S: T OK done`, "[9 1]"},
		{"texts and days", searchFor(subject("a"), subject("a b"), subject(""), backend.SearchKey{Name: backend.SearchOn, Day: day}), false, `
			C: T SEARCH SUBJECT a SUBJECT "a b" SUBJECT "" ON 3-Feb-2020
			S: T OK done`, "[]"},
		{"literals", searchFor(subject(`a"`), seen, subject("\r\nx")), false, `
			C: T SEARCH SUBJECT {2}
			S: * SEARCH 1
			S: + go on
			C: a" SEEN SUBJECT {3}
			S: + go on
			C: 
			C: x
			S: * SEARCH 2
			S: T OK done`, "[2]"},
		{"charset", latin1, true, "\n" + `
			C: T UID SEARCH CHARSET ISO-8859-1 SUBJECT {1}
			S: + go on
			C: ` + "\xe4" + `
			S: * SEARCH 17
			S: T OK done`, "[17]"},
		{"charset of nothing", &backend.Search{Charset: backend.String("X")}, true, `
			C: T UID SEARCH ALL
			S: * SEARCH 11 12 13 14 15 16 17 18 19
			S: T OK done`, "[11 12 13 14 15 16 17 18 19]"},
		{"refused", searchFor(seen), false, `
			C: T SEARCH SEEN
			S: T NO [BADCHARSET] no`, "error: [BADCHARSET] no"},
		{"not understood", searchFor(seen), false, `
			C: T SEARCH SEEN
			S: T BAD what`, "error: Server does not understand the search"},
		{"not understood before the literal", searchFor(subject("\xe4")), false, `
			C: T SEARCH SUBJECT {1}
			S: T BAD what`, "error: Server does not understand the search"},
		{"lost before the literal", searchFor(subject("\xe4")), false, `
			C: T SEARCH SUBJECT {1}
			S: * BYE bye
			S: !`, "error: [CLOSED] IMAP connection broken (server response)"},
		{"NUL", searchFor(subject("a\x00")), false, ``, "error: Invalid search key"},
		{"NUL in the charset", &backend.Search{Keys: []backend.SearchKey{seen}, Charset: backend.String("a\x00")}, false, ``, "error: Invalid charset"},
		{"no name", searchFor(backend.SearchKey{Name: "SEEN\r\nNOOP"}), false, ``, "error: Invalid search key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, n := open(t, test.script)
			if got := found(s.Search(ctx, test.search, test.uid)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if n.texts() != "" {
				t.Errorf("notices: %s", n.texts())
			}
		})
	}
}

// The results are the caller's numbers, which an EXPUNGE has not moved yet.
func TestSearchAfterExpunge(t *testing.T) {
	s, _ := open(t, `
		C: T UID SEARCH SEEN
		S: * 2 EXPUNGE
		S: * SEARCH 15
		S: T OK done
		C: T SEARCH SEEN
		S: * SEARCH 1 2 8 9
		S: T OK done`)
	seen := searchFor(backend.SearchKey{Name: backend.SearchSeen})
	for _, want := range []string{"[15]", "[1 3 9]"} {
		if got := found(s.Search(ctx, seen, want == "[15]")); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := found(s.Search(ctx, searchFor(), false)); got != "[1 3 4 5 6 7 8 9]" {
		t.Errorf("got %s", got)
	}
}

func TestSearchByLoser(t *testing.T) {
	n := &notices{}
	cfg := serve(t, loggedIn+selected).config(n)
	cfg.Loser = true
	s, err := imapbridge.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Abort() })
	if err := s.Select(ctx, "INBOX", false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Search(ctx, searchFor(), false); !errors.Is(err, backend.ErrNotSupported) {
		t.Errorf("got %v", err)
	}
}

func TestLongTextIsLiteral(t *testing.T) {
	text := strings.Repeat("x", 1001)
	s, _ := open(t, `
		C: T SEARCH BODY {1001}
		S: + go on
		C: `+text+`
		S: * SEARCH 3
		S: T OK done`)
	if got := found(s.Search(ctx, searchFor(backend.SearchKey{Name: backend.SearchBody, Text: text}), false)); got != "[3]" {
		t.Errorf("got %s", got)
	}
}
