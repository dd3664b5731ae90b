package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// TestBeyondPHP calls what PHP does not have, on Dovecot and on imaptest: both do the same, and
// what the documentation says.
func TestBeyondPHP(t *testing.T) {
	box := numbered(five())
	ours := newLibrary(t, newPlace(t, box))
	want := slices.Collect(strings.Lines(`[1 2 3 4 5] <nil>
[] <nil>
[5] <nil>
{[{2 1} {4 2}]} <nil>
[1 3 5] 3 <nil>
{[]} <nil>
ErrNotSupported: true
[1 3 5] <nil>
higher: true
[3] <nil>
[] <nil>
[3] <nil>
[3] <nil>
[1 3 5] 3 <nil>
`))
	for name, side := range map[string]*library{"Dovecot": ours, "imaptest": newTestServer(t, box).library} {
		side.do(open(imapBox))
		side.do(do("imap_createmailbox", strings.TrimSuffix(imapBox, "INBOX")+"Archive"))
		for i, got := range slices.Collect(strings.Lines(beyond(t, side.conn))) {
			if i >= len(want) || got != want[i] {
				t.Errorf("%s, step %d: %s", name, i, got)
			}
		}
	}
}

func beyond(t *testing.T, mbox *imapcompat.Connection) string {
	t.Helper()
	var b strings.Builder
	note := func(values ...any) { fmt.Fprintln(&b, values...) }
	moved := func(c imapcompat.Copied, err error) { note(struct{ m any }{c.Messages}, err) }
	note(mbox.UIDs("1:*"))
	note(mbox.UIDs("6:*", imapcompat.FT_UID))
	note(mbox.UIDs("*", imapcompat.FT_UID))
	moved(mbox.MoveUIDs("2,4,77", "Archive"))
	uids, err := mbox.UIDs("1:*")
	n, _ := mbox.NumMsg()
	note(uids, n, err)
	moved(mbox.MoveUIDs("9:*", "Archive"))
	_, err = mbox.EmailIDs("1:*")
	note("ErrNotSupported:", err != nil && strings.Contains(err.Error(), "OBJECTID"))
	note(mbox.ChangedSince(0))

	first, err := mbox.Clone(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	since, err := first.HighestModSeq()
	if err != nil {
		t.Fatal(err)
	}
	second, err := first.Clone(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if err := first.SetFlagFull("3", `\Answered`, imapcompat.ST_UID); err != nil {
		t.Fatal(err)
	}
	third, err := second.Clone(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer third.Close()
	later, err := third.HighestModSeq()
	note("higher:", since > 0 && later > since && err == nil)
	note(second.ChangedSince(since))
	note(third.ChangedSince(later))
	note(second.SetFlagUnchanged("1:3", "$Label1", since, imapcompat.ST_UID))
	modified, err := third.SetFlagUnchanged("3", "$Label1", since, imapcompat.ST_UID)
	note(modified, err)
	uids, err = third.UIDs("1:*")
	n, _ = third.NumMsg()
	note(uids, n, err)
	return b.String()
}
