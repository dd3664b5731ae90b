package imapbridge_test

import (
	"errors"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/imapbridge"
)

func TestSort(t *testing.T) {
	const sorting = "S: * PREAUTH [CAPABILITY IMAP4rev1 SORT] hello\n"
	latin1 := searchFor(backend.SearchKey{Name: backend.SearchFrom, Text: "\xe4"})
	latin1.Charset = backend.String("ISO-8859-1")
	for _, test := range []struct {
		name   string
		search *backend.Search
		order  backend.Order
		uid    bool
		script string
		want   string
	}{
		{"all", searchFor(), backend.Order{Key: backend.SortDate}, false, `
			C: T SORT (DATE) US-ASCII ALL
			S: * SORT 3 1 2
			S: T OK done`, "[3 1 2]"},
		{"reverse, UIDs", searchFor(backend.SearchKey{Name: backend.SearchSeen}), backend.Order{Key: backend.SortCc, Reverse: true}, true, `
			C: T UID SORT (REVERSE CC) US-ASCII SEEN
			S: * SORT 30 10
			S: T OK done`, "[30 10]"},
		{"charset", latin1, backend.Order{Key: backend.SortSubject}, false, `
			C: T SORT (SUBJECT) ISO-8859-1 FROM {1}
			S: + go on
			C: ` + "\xe4" + `
			S: * SORT
			S: T OK done`, "[]"},
		{"refused", searchFor(), backend.Order{Key: backend.SortSize}, false, `
			C: T SORT (SIZE) US-ASCII ALL
			S: T NO no`, "error: no"},
		{"not understood", searchFor(), backend.Order{Key: backend.SortTo}, false, `
			C: T SORT (TO) US-ASCII ALL
			S: T BAD what`, "error: Server does not understand the search"},
		{"no key", searchFor(), backend.Order{Key: "X\r\nY"}, false, ``, "error: Unknown sort key"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := imapbridge.Open(ctx, serve(t, sorting+selected+test.script).config(&notices{}))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Abort() })
			if err := s.Select(ctx, "INBOX", false); err != nil {
				t.Fatal(err)
			}
			if got := found(s.Sort(ctx, test.search, test.order, test.uid)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	s, _ := open(t, "")
	if _, err := s.Sort(ctx, searchFor(), backend.Order{Key: backend.SortDate}, false); !errors.Is(err, backend.ErrNotSupported) {
		t.Errorf("without SORT: got %v", err)
	}
}
