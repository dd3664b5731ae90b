package rfc822_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// PHP 8.2 threads by these identifiers (conformance, TestThread).
func TestMessageIDs(t *testing.T) {
	for _, tt := range []struct {
		field   string
		want    []string
		notices []string
	}{
		{"", nil, nil},
		{"<a@x>", []string{"a@x"}, nil},
		{"<a@x> <b@x>\t<c@x>", []string{"a@x", "b@x", "c@x"}, nil},
		{"<a@x><b@x>", []string{"a@x", "b@x"}, nil},
		{"<a@x>,<b@x>", []string{"a@x"}, nil},
		{"<a@x> and <b@x>", []string{"a@x", "b@x"}, nil},
		{"( comment ) <a@x> (<b@x>) <c@x>", []string{"a@x", "c@x"}, nil},
		{"your message <a@x>", []string{"a@x"}, nil},
		{"\"a phrase\" <a@x>", []string{"a@x"}, nil},
		{"<\"a b\"@x> < c @ y . z >", []string{"a b@x", "c@y.z"}, nil},
		{"<@route:a@x> <a@[1.2.3.4]>", []string{"a@x", "a@[1.2.3.4]"}, nil},
		{"<a> <b@x>", []string{"a@.MISSING-HOST-NAME.", "b@x"}, nil},
		{"a@x <b@x>", nil, nil},
		{"<> <b@x>", nil, nil},
		{"nothing", nil, nil},
		{"<a@x\x00> <b@x>", []string{"a@x"}, []string{"Unterminated mailbox: a@x"}},
		{"<a@> <b@x>", []string{"a@.SYNTAX-ERROR.", "b@x"}, []string{"Missing or invalid host name after @"}},
		{"<a@x> (open <b@x>", []string{"a@x"}, []string{"Unterminated comment: (open <b@x>"}},
	} {
		var notices []string
		notice := func(text string) { notices = append(notices, text) }
		if got := slices.Collect(rfc822.MessageIDs(tt.field, notice)); !slices.Equal(got, tt.want) || !slices.Equal(notices, tt.notices) {
			t.Errorf("%q: got %q, %q, want %q, %q", tt.field, got, notices, tt.want, tt.notices)
		}
		first := append(tt.want, "")[0]
		if got := rfc822.MessageID(tt.field, nil); got != first {
			t.Errorf("%q: the first is %q, want %q", tt.field, got, first)
		}
	}
}

func FuzzMessageIDs(f *testing.F) {
	for _, seed := range []string{"<a@x> <b@x>", "words <\"a\"@x> (c <d@", "<@r,@s:a@[x]>", "<a@x.", "\x1b$B<\x1b(B<a@x>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, field string) {
		octets := 0
		for id := range rfc822.MessageIDs(field, nil) {
			if strings.ContainsRune(id, 0) || !strings.Contains(id, "@") {
				t.Errorf("%q: %q", field, id)
			}
			octets += len(id) - len(rfc822.MissingHost)
		}
		if octets > 2*len(field) {
			t.Errorf("%d octets in a field of %d", octets, len(field))
		}
	})
}
