package rfc822_test

import (
	"testing"

	"github.com/imapcompat/imapcompat/internal/rfc822"
)

func TestAppendAddressField(t *testing.T) {
	type composeCase struct{ To, Result octets }
	for _, c := range golden[composeCase](t, "compose.json") {
		list := rfc822.ParseAddressList(string(c.To), "NO HOST", nil)
		if got := rfc822.AppendAddressField(nil, "To", list); string(got) != string(c.Result) {
			t.Errorf("%q\ngot  %q\nwant %q", c.To, got, c.Result)
		}
	}
}
