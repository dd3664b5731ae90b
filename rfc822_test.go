package imapcompat_test

import (
	"encoding/json"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// An address without a host gets the one that is given, as in PHP, or "UNKNOWN".
func TestRFC822ParseHeadersDefaultHost(t *testing.T) {
	const header = "From: a\r\nTo: b@c\r\n"
	for _, test := range []struct {
		host []imapcompat.ParseHeadersOption
		want string
	}{
		{nil, "UNKNOWN"},
		{[]imapcompat.ParseHeadersOption{imapcompat.WithDefaultHost("h.example")}, "h.example"},
		{[]imapcompat.ParseHeadersOption{imapcompat.WithDefaultHost("")}, ""},
	} {
		h, notices := imapcompat.RFC822ParseHeaders(header, test.host...)
		if h.From[0].Host != test.want || h.To[0].Host != "c" || len(notices) > 0 {
			t.Errorf("From %v, want %q, To %v, notices %q", h.From, test.want, h.To, notices)
		}
	}
}

// The lists are PHP 8.2's, as JSON.
func TestRFC822ParseAdrList(t *testing.T) {
	for _, test := range []struct{ list, host, want string }{
		{"A <a@b>, c@d", "h", `[{"mailbox":"a","host":"b","personal":"A"},{"mailbox":"c","host":"d"}]`},
		{`x, "Q, R" <y@z.example>`, "h.example", `[{"mailbox":"x","host":"h.example"},{"mailbox":"y","host":"z.example","personal":"Q, R"}]`},
		{"g: a@b, c;", "h", `[{"mailbox":"g"},{"mailbox":"a","host":"b"},{"mailbox":"c","host":"h"},{}]`},
		{"", "h", `[]`},
	} {
		list, notices := imapcompat.RFC822ParseAdrList(test.list, test.host)
		got, err := json.Marshal(list)
		must(t, err)
		if string(got) != test.want || len(notices) > 0 {
			t.Errorf("%q: got %s, %q, want %s", test.list, got, notices, test.want)
		}
	}
	list, _ := imapcompat.RFC822ParseAdrList("A <a@b>, c@d", "h")
	if !list[0].Isset("personal") || list[1].Isset("personal") || list[0].Isset("adl") || !list[1].Isset("host") {
		t.Error("isset differs")
	}
}

// The addresses are PHP 8.2's.
func TestRFC822WriteAddress(t *testing.T) {
	for _, test := range []struct{ mailbox, host, personal, want string }{
		{"a", "b.example", "A", "A <a@b.example>"},
		{"a", "b.example", "A, B", `"A, B" <a@b.example>`},
		{"a b", "b.example", "", `"a b"@b.example`},
		{"a", "b.example", `"q" \x`, `"\"q\" \\x" <a@b.example>`},
		{"a", "", "N", `N <a@"">`},
		{"", "", "", `""@""`},
	} {
		if got := imapcompat.RFC822WriteAddress(test.mailbox, test.host, test.personal); got != test.want {
			t.Errorf("%q %q %q: got %s, want %s", test.mailbox, test.host, test.personal, got, test.want)
		}
	}
}
