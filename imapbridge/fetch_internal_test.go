package imapbridge

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

// A FETCH response parses or is an error.
func FuzzFetchResponse(f *testing.F) {
	for _, seed := range []string{
		`(UID 1 FLAGS (\Seen x) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 4)`,
		`(ENVELOPE ("d" "s" (("n" NIL "m" "h")) NIL NIL NIL NIL NIL NIL "<i>") BODY[HEADER.FIELDS (References)] {4}` + "\r\nabcd)",
		`(BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "x") NIL NIL "7BIT" 1 1)("MESSAGE" "RFC822" NIL NIL NIL NIL 1 NIL ("A" "B" NIL NIL NIL NIL 1) 1) "MIXED"))`,
		`(BODY[] "a\"b" BODY[1]<0> NIL X (1 (2 "3")))`, `(BODY[1]<4> {2}` + "\r\nab)", `(BODY[1]<9999999999999999999> "")`, "(BODYSTRUCTURE NIL)", "(BODYSTRUCTURE (()NIL))", "(", "(EMAILID (M6d99ac3275bb4e) X-GM-MSGID 1278455344230334865)", "(EMAILID (", "(EMAILID NIL X-GM-MSGID (()))", `(BODY[`, "((((((((",
	} {
		f.Add([]byte(seed))
	}
	items := backend.Items{
		UID: true, Flags: true, Envelope: true, Structure: true,
		Sections: []backend.Section{{Name: ""}, {Name: "1"}},
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var msg fetched
		if msg.parse(&lexer{b: data}, items); msg.err != nil {
			return
		}
		if len(msg.EmailID) > len("X-GM-MSGID:")+maxObjectID || strings.ContainsAny(msg.EmailID, " ()\r\n\x00\"") {
			t.Fatalf("identifier %q", msg.EmailID)
		}
		for _, text := range msg.Sections {
			if len(text) > len(data) {
				t.Fatalf("a section of %d octets in a response of %d", len(text), len(data))
			}
		}
	})
}

// The messages before and after one are read correctly, whatever the server sends for that
// one.
func FuzzOddMessage(f *testing.F) {
	for _, seed := range []string{
		`(UID 12 FLAGS (\Seen a[b))`, `(ENVELOPE (NIL ("x" NIL "a" "b"))`, "((((", `(X {3}` + "\r\nabc", `"`, `(BODY[1`, `) UID 0 (`, "(BODYSTRUCTURE (((((",
	} {
		f.Add([]byte(seed))
	}
	items := backend.Items{UID: true, Size: true, Envelope: true, Structure: true}
	f.Fuzz(func(t *testing.T, odd []byte) {
		if _, ok := literalAtEnd(odd); ok || bytes.IndexByte(odd, '\n') >= 0 {
			return // not a single line
		}
		good := func(num int) string {
			return fmt.Sprintf("* %d FETCH (RFC822.SIZE %d UID %d)\r\n", num, 10+num, 20+num)
		}
		r := bufio.NewReader(strings.NewReader(good(1) + "* 2 FETCH " + string(odd) + "\r\n" + good(3)))
		for num := 1; num <= 3; num++ {
			resp, err := readResponse(r, 1<<16, nil)
			if err != nil {
				t.Fatal(err)
			}
			var msg fetched
			msg.parse(&lexer{b: resp.rest}, items)
			if num != 2 && (resp.num != num || msg.Size != 10+num || msg.UID != 20+num) {
				t.Fatalf("message %d is %d, %+v", num, resp.num, msg.Message)
			}
		}
	})
}
