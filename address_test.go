package imapcompat_test

import (
	"encoding/json"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// The objects of a header's addresses are PHP's, as JSON and for isset.
func TestAddressObjects(t *testing.T) {
	srv := imaptest.NewServer(t, "To: A <a@b>, c@d\nSubject: s\n\n")
	h, err := open(t, srv, srv.IMAP()).HeaderInfo(1)
	must(t, err)
	got, err := json.Marshal(h.To)
	must(t, err)
	if want := `[{"personal":"A","mailbox":"a","host":"b"},{"mailbox":"c","host":"d"}]`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !h.To[0].Isset("personal") || h.To[1].Isset("personal") {
		t.Error("isset differs")
	}
	if first := h.To.First(); first.Personal != "A" {
		t.Errorf("the first is %+v", first)
	}
	if first := h.Cc.First(); first.Personal+first.Mailbox+first.Host+first.ADL != "" {
		t.Errorf("the first of none is %+v", first)
	}
}

// The text of a list is the one that PHP has beside the list.
func TestAddressString(t *testing.T) {
	for _, field := range []string{
		"A <a@b>, c@d", `"Doe, J." <j@example.org>`, "=?utf-8?q?J=C3=BCrgen?= <j@example.org>", `"a b"@example.org`,
		"friends: a@b, C <c@d>;, e@f", "undisclosed-recipients:;", "root (Cron Daemon)", "<@a.example,@b.example:c@d.example>",
		"<broken", `"" <a@b>`, `"quote \" in it" <a@b>`, "",
	} {
		h, _ := imapcompat.RFC822ParseHeaders("To: " + field + "\r\n\r\n")
		if got := h.To.String(); got != h.ToAddress {
			t.Errorf("%s: %s, want %s", field, got, h.ToAddress)
		}
	}
	h, _ := imapcompat.RFC822ParseHeaders("To: friends: \"Doe, A.\" <a@b>;\r\n\r\n")
	for i, want := range []string{"friends: ", `"Doe, A." <a@b>`, ""} {
		if got := h.To[i].String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	typed := imapcompat.Address{Personal: "Ann", Mailbox: "ann", Host: "example.org"}
	var none imapcompat.Address
	if got := typed.String() + none.String() + imapcompat.AddressList(nil).String(); got != "Ann <ann@example.org>" {
		t.Errorf("%q", got)
	}
}
