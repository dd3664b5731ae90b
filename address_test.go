package imapcompat_test

import (
	"encoding/json"
	"testing"

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
