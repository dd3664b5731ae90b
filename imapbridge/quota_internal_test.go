package imapbridge

import "testing"

// A QUOTA or ACL response parses or is an error, and the result has no more entries than
// the response.
func FuzzQuotaAndACL(f *testing.F) {
	for _, seed := range []string{
		`"" (STORAGE 3 102400 MESSAGE 1 2)`, `root ()`, `INBOX "bob" lrs {1}` + "\r\nx l", "x a b \x01", `x (STORAGE -1 2)`, `"`, "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := len((&lexer{b: data}).quota()); n > len(data) {
			t.Fatalf("%d resources in %d octets", n, len(data))
		}
		if n := len((&lexer{b: data}).acl()); n > len(data) {
			t.Fatalf("%d identifiers in %d octets", n, len(data))
		}
	})
}
