package imapbridge

import (
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// A response code with many UIDs gives no more ranges than there can be.
func FuzzUIDs(f *testing.F) {
	for _, seed := range []string{
		"38505 304,319:320 3956:3958", "1 2:4 9:7", "1 1:4294967295 1:4294967295", "1 1 0", "1 1 4294967296", "1 1:2 3",
		"0 1 1", "4294967296 1 1", "1 * 1", "1 1,,2 3:5", "1 1:2:3 1", "1", "", "1 5", "1 1,1,1,1 4:1",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, args []byte) {
		for _, code := range []string{"COPYUID", "APPENDUID"} {
			const most = 4
			told := &toldUIDs{code: code, limit: most}
			for range 4 {
				if !told.take(args) {
					break
				}
			}
			uids := told.result()
			if len(uids.Runs) > 2*most || (len(uids.Runs) > 0) != (uids.UIDValidity > 0) {
				t.Fatalf("%+v", uids)
			}
			for i, run := range uids.Runs {
				if run.N < 1 || run.Source < 1 || run.Copy < 1 || run.Source+run.N > backend.Max || run.Copy+run.N > backend.Max {
					t.Fatalf("run %d: %+v", i, run)
				}
				if i > 0 && run.Source < uids.Runs[i-1].Source {
					t.Fatalf("%+v does not ascend", uids)
				}
			}
		}
	})
}
