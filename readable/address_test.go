package readable_test

import (
	"fmt"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

func TestAddress(t *testing.T) {
	for _, test := range []struct{ field, want string }{
		{"Ann <ann@example.org>", `Ann|ann@example.org`},
		{"=?utf-8?q?J=C3=BCrgen?= =?utf-8?q?_M?= <j@example.org>", "Jürgen M|j@example.org"},
		{`"=?utf-8?q?M=C3=BCller=2C_J?=" <j@example.org>`, "Müller, J|j@example.org"},
		{"J\xfcrgen <j@example.org>", "Jürgen|j@example.org"},
		{"jürgen@example.org", "|jürgen@example.org"},
		{`"a b"@example.org`, "|a b@example.org"},
		{"<=?utf-8?q?ann=40example.org?=@evil.example>", "|=?utf-8?q?ann=40example.org?=@evil.example"},
		{"root (Cron Daemon)", "Cron Daemon|root"},
		{"", "|"},
	} {
		header, _ := imapcompat.RFC822ParseHeaders("From: "+test.field+"\r\n\r\n", imapcompat.WithDefaultHost(".MISSING-HOST-NAME."))
		got, _ := readable.Address(header.From.First())
		if s := fmt.Sprintf("%s|%s", got.Name, got.Address); s != test.want {
			t.Errorf("%s: %s, want %s", test.field, s, test.want)
		}
	}
	_, doubts := readable.Address(imapcompat.Address{Personal: "J\xfcrgen", Mailbox: "j\x01", Host: "example.org"})
	if kinds(doubts) != join(guessed, control) {
		t.Error(doubts)
	}
}

func TestAddresses(t *testing.T) {
	header, _ := imapcompat.RFC822ParseHeaders("To: undisclosed-recipients:;, Ann <ann@example.org>, friends: bob@example.org, c;, <broken\r\n\r\n")
	addresses, _ := readable.Addresses(header.To)
	got := fmt.Sprint(addresses)
	if want := `["Ann" <ann@example.org> <bob@example.org> <c@UNKNOWN> <broken@UNKNOWN>]`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if addresses, doubts := readable.Addresses(nil); addresses != nil || doubts != nil {
		t.Error(addresses, doubts)
	}
}
