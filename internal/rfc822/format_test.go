package rfc822_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

func TestWriteAddress(t *testing.T) {
	type writeCase struct{ Mailbox, Host, Personal, Result octets }
	for _, c := range golden[writeCase](t, "write.json") {
		got := rfc822.WriteAddress(string(c.Mailbox), string(c.Host), string(c.Personal))
		if got != string(c.Result) {
			t.Errorf("WriteAddress(%q, %q, %q) = %q, want %q", c.Mailbox, c.Host, c.Personal, got, c.Result)
		}
	}
}

// These lists can only come from a server, not from a header. The header tests cover the
// others.
func TestFormatAddressListFromServer(t *testing.T) {
	joe := backend.Address{Mailbox: backend.String("joe"), Host: backend.String("example.org")}
	tests := []struct {
		name string
		list []backend.Address
		want string
	}{
		{"nothing", nil, ""},
		{"end of no group", []backend.Address{{}, joe, {}, joe}, "joe@example.orgjoe@example.org"},
		{"group without an end", []backend.Address{{Mailbox: backend.String("G")}, joe}, "G: joe@example.org"},
		{"no mailbox", []backend.Address{{Host: backend.String("example.org")}}, `""@example.org`},
	}
	for _, tt := range tests {
		if got := rfc822.FormatAddressList(tt.list); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
