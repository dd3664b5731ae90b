package imapbridge

import (
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// A MODIFIED names each message once, and no message that there is not.
func FuzzModified(f *testing.F) {
	for _, seed := range []string{"7,9", "1:5", "5:1", "1:4294967295", "1:3,2:4,1:4", "0", "1:*", "", "4294967296", "2,2,2", "1,,2", "x"} {
		f.Add([]byte(seed))
	}
	const messages = 5
	f.Fuzz(func(t *testing.T, args []byte) {
		for _, uid := range []bool{false, true} {
			s := &Session{cfg: &backend.Config{}, modified: &modifiedTold{uid: uid}}
			s.nums.exists = messages - 1
			s.nums.gone = []gap{{first: 2, last: 2}}
			s.observeModified(args)
			list := s.modified.nums.list()
			if !slices.IsSorted(list) || len(list) > 0 && (list[0] < 1 || list[len(list)-1] > messages) || slices.Contains(list, 2) {
				t.Fatalf("%q: messages %v", args, list)
			}
			last := 0
			for _, r := range merged(s.modified.ranges) {
				if r.First <= last || r.Last < r.First || r.Last >= backend.Max {
					t.Fatalf("%q: UIDs %v", args, s.modified.ranges)
				}
				last = r.Last
			}
		}
	})
}
