package imapbridge_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// A command has up to 300 ranges of messages.
func TestManyRanges(t *testing.T) {
	var ranges []backend.Range
	var list []string
	for uid := 1; uid <= 601; uid += 2 {
		ranges, list = append(ranges, backend.Range{First: uid, Last: uid}), append(list, fmt.Sprint(uid))
	}
	first := strings.Join(list[:300], ",")
	s, _ := open(t, `
		C: T UID STORE `+first+` +FLAGS.SILENT (\Seen)
		S: T OK done
		C: T UID STORE `+first+` +FLAGS.SILENT (\Seen)
		S: T OK done
		C: T UID STORE 601 +FLAGS.SILENT (\Seen)
		S: T OK done
		C: T UID FETCH `+first+` (UID)
		S: T OK done
		C: T UID FETCH 601 (UID)
		S: T OK done`)
	for _, set := range []backend.Set{uids(ranges[:300]...), uids(ranges...)} {
		if err := s.Store(ctx, set, backend.StoreAdd, []string{`\Seen`}); err != nil {
			t.Error(err)
		}
	}
	if got := fetch(s, uids(ranges...), backend.Items{UID: true}); got != "" {
		t.Error(got)
	}
}
