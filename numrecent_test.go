package imapcompat_test

import (
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// A message is recent to the first session that is told of it; on POP3 each is in each session.
func TestNumRecent(t *testing.T) {
	both(t, texts(2), func(t *testing.T, srv *imaptest.Server, name string) {
		first, err := open(t, srv, name).NumRecent()
		must(t, err)
		again, err := open(t, srv, name).NumRecent()
		must(t, err)
		want := 0
		if strings.Contains(name, "/pop3") {
			want = 2
		}
		if first != 2 || again != want {
			t.Errorf("got %d and %d, want 2 and %d", first, again, want)
		}
	})
}
