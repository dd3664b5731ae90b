package imapcompat_test

import (
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
