package imapbridge

import "testing"

// A THREAD response parses or is an error. Depths increase in steps of one.
func FuzzThreadResponse(f *testing.F) {
	for _, seed := range []string{
		"(1)(2 3 (4)(5 6))", "((1)(2))", "(((1)))", "(1 (2) 3)", "()", "(", "(1))", "(0)", " (9999999999999999999)", "(1\x00)", "",
	} {
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, data []byte, uid bool) {
		r := threadReader{lexer: lexer{b: data}, resp: &response{nums: numbering{exists: 9, gone: []gap{{first: 3, last: 3}}}}, uid: uid}
		nodes := r.read()
		if len(nodes) > len(data) {
			t.Fatalf("%d nodes in %d octets", len(nodes), len(data))
		}
		depth := -1
		for i, n := range nodes {
			if n.Depth < 0 || n.Depth > depth+1 || n.Num < 0 || !uid && n.Num > 10 {
				t.Fatalf("node %d is %+v after depth %d", i, n, depth)
			}
			depth = n.Depth
		}
	})
}
