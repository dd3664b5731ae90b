package imapcompat_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

func TestGetMailboxes(t *testing.T) {
	mbox, _, _ := listServer(t)
	infos, err := mbox.GetMailboxes("{x}", "A%")
	must(t, err)
	text, err := json.Marshal(infos)
	must(t, err)
	if got, want := string(text), `[{"name":"{x}Archive","attributes":34,"delimiter":"/"}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestGetMailboxesOnPOP3(t *testing.T) {
	srv := imaptest.NewServer(t)
	ref := srv.POP3Ref()
	infos, err := open(t, srv, srv.POP3()).GetMailboxes(ref, "%")
	must(t, err)
	if want := []imapcompat.MailboxInfo{{Name: ref + "INBOX", Attributes: imapcompat.LATT_NOINFERIORS}}; !slices.Equal(infos, want) {
		t.Errorf("got %v, want %v", infos, want)
	}
}
