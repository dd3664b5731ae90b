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

// The numbers of a second command are those after the answer to the first, although a server
// must not report EXPUNGE in an answer to STORE (RFC 9051 section 7.5.1).
func TestManyRangesRenumbered(t *testing.T) {
	var ranges []backend.Range
	var list []string
	for n := 1; n <= 601; n += 2 {
		ranges, list = append(ranges, backend.Range{First: n, Last: n}), append(list, fmt.Sprint(n))
	}
	s, _ := open(t, `
		C: T NOOP
		S: * 700 EXISTS
		S: T OK done
		C: T STORE `+strings.Join(list[:300], ",")+` +FLAGS.SILENT (\Deleted)
		S: * 2 EXPUNGE
		S: T OK done
		C: T STORE 600 +FLAGS.SILENT (\Deleted)
		S: T OK done`)
	if err := s.Poll(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Store(ctx, numbers(ranges...), backend.StoreAdd, []string{`\Deleted`}); err != nil {
		t.Error(err)
	}
}
