package account

import (
	"strings"
	"testing"
)

// FuzzParse checks that each account of a file can be opened or removed: its address has no octet
// that could be syntax, and its mailbox names a server.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"format":1,"accounts":[{"address":"ada@example.com","kind":"password","mailbox":"{h/ssl}INBOX"}]}`))
	f.Add([]byte(`{"format":1,"accounts":[{"address":"a@b\r\n","kind":"oauth2","mailbox":"{h}","issuer":"x","client_id":"y"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, err := parse(text, "accounts.json")
		if err != nil {
			return
		}
		for _, a := range list {
			if strings.ContainsAny(a.Address, "\r\n\x00 \"{}") || !strings.HasPrefix(a.Name("x"), "{") || !strings.HasSuffix(a.Name("x"), "}x") {
				t.Errorf("%+v", a)
			}
		}
	})
}

// FuzzSplit checks that an address and its mailbox are the whole name, and that a name in braces is
// never an address.
func FuzzSplit(f *testing.F) {
	f.Add("ada@example.com/Archive")
	f.Add("{imap.example.com/user=a@b}INBOX")
	f.Fuzz(func(t *testing.T, name string) {
		address, mailbox, ok := Split(name)
		if !ok {
			return
		}
		if strings.HasPrefix(name, "{") || address != name && address+"/"+mailbox != name {
			t.Errorf("%q: %q and %q", name, address, mailbox)
		}
		if CheckAddress(address) == nil && strings.ContainsAny(address, "\r\n\x00{}") {
			t.Errorf("%q", address)
		}
	})
}
