package imapcompat_test

import (
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// An alert is returned once, and is no error.
func TestAlerts(t *testing.T) {
	mbox, err := imapcompat.Open(permanent(t, "* OK [ALERT] disk full"), "user", "password")
	must(t, err)
	defer mbox.Close()
	mbox.Errors()
	if got := mbox.Alerts(); !slices.Equal(got, []string{"[ALERT] disk full"}) {
		t.Errorf("got %q", got)
	}
	if got := mbox.Alerts(); len(got) > 0 {
		t.Errorf("again: %q", got)
	}
	if got := mbox.Errors(); len(got) > 0 {
		t.Errorf("errors: %q", got)
	}
}
