package conformance

import "testing"

// TestGC makes calls before and after it drops what they left.
func TestGC(t *testing.T) {
	var list []step
	for _, f := range []int{0, 1, 2, 4, 7, 8, -1, 15} {
		list = append(list, do("imap_gc", f), do("imap_headerinfo", 2), do("imap_fetchheader", 1, ftPrefetch), do("imap_gc", f), do("imap_body", 1, ftPeek),
			do("imap_fetchbody", 3, "1", ftPeek), do("imap_gc", f), do("imap_fetchbody", 3, "1", ftPeek), overview())
	}
	list = append(list, do("imap_close"), do("imap_gc", 1), do("imap_gc", 8), look("INBOX"))
	for _, s := range bothServices("gc", five(), list...) {
		play(t, s)
	}
}
