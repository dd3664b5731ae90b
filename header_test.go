package imapcompat_test

import (
	"testing"

	"github.com/imapcompat/imapcompat"
)

// An address without a host gets the one that is given, as in PHP, or "UNKNOWN".
func TestRFC822ParseHeadersDefaultHost(t *testing.T) {
	const header = "From: a\r\nTo: b@c\r\n"
	for _, test := range []struct {
		host []string
		want string
	}{{nil, "UNKNOWN"}, {[]string{"h.example"}, "h.example"}, {[]string{""}, ""}} {
		h, notices := imapcompat.RFC822ParseHeaders(header, test.host...)
		if h.From[0].Host != test.want || h.To[0].Host != "c" || len(notices) > 0 {
			t.Errorf("%q: From %v, To %v, notices %q", test.host, h.From, h.To, notices)
		}
	}
}
