package imapbridge

import "testing"

// A LIST response parses or is an error, and its name is not longer than it.
func FuzzListResponse(f *testing.F) {
	for _, seed := range []string{
		`(\HasChildren) "." INBOX`, `() NIL "a \"b\""`, "(\\Noselect \\x) \"\\\\\" {3}\r\na\"b", `() "/" [Gmail]/All`, `(`, `() "/"`, `() / {99999}`, "",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l := &lexer{b: data}
		if m, ok := l.listedMailbox(); ok && len(m.Name)+len(m.Delimiter) > len(data) {
			t.Fatalf("%q in a response of %d octets", m, len(data))
		}
	})
}
