package rfc822

import (
	"strings"
	"testing"
)

// TestTooManyAddresses checks the error that replaces addresses above the limit, also in groups
// and over all lists of a header together.
func TestTooManyAddresses(t *testing.T) {
	whole := strings.Repeat("a,", maxAddresses)
	for _, test := range []struct {
		name, list string
		want       int // addresses, the one of the error included
		tooMany    bool
	}{
		{"as many as there may be", whole, maxAddresses, false},
		{"one more", whole + "b", maxAddresses + 1, true},
		{"in a group", "g:" + whole + ";", maxAddresses + 2, true},
	} {
		var notices []string
		list := ParseAddressList(test.list, "h", func(s string) { notices = append(notices, s) })
		if len(list) != test.want {
			t.Errorf("%s: %d addresses, want %d", test.name, len(list), test.want)
		}
		if last := list[len(list)-1]; test.tooMany && !strings.HasPrefix(test.list, "g:") && last.Mailbox.Value != "TOO_MANY_ADDRESSES" {
			t.Errorf("%s: the last is %v", test.name, last)
		}
		if got := len(notices) == 1 && strings.HasPrefix(notices[0], "Too many addresses: "); got != test.tooMany {
			t.Errorf("%s: notices %q", test.name, notices)
		}
	}
	var notices []string
	env := ParseEnvelope([]byte("To: "+whole+"\nCc: b@c\n"), "h", func(s string) { notices = append(notices, s) })
	if len(env.To) != maxAddresses || len(env.Cc) != 1 || env.Cc[0].Host.Value != errorHost {
		t.Errorf("a header: %d in To, Cc %v", len(env.To), env.Cc)
	}
	if len(notices) != 1 || notices[0] != "Too many addresses: b@c" {
		t.Errorf("a header: notices %q", notices)
	}
}
