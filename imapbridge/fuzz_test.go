package imapbridge

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/backend"
)

// Whatever a server sends, reading it ends, in an error or a response that is
// no longer than what was sent.
func FuzzReadResponse(f *testing.F) {
	for _, seed := range []string{
		"* OK [CAPABILITY IMAP4rev1] hi\r\n", "* 1 FETCH (BODY[] {3}\r\nabc)\r\n", "A1 NO {3}\r\n",
		"* 1 FETCH (BODY[] {99999999999999999999}\r\n", "* LIST () \"/\" {2+}\r\nab\r\n", "+ \r\n", "\r\n", "* 4294967295 EXISTS\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bufio.NewReader(bytes.NewReader(data))
		for read := 0; ; {
			resp, err := readResponse(r, 1<<16, nil)
			if err != nil {
				return
			}
			if read += len(resp.raw); read > len(data) {
				t.Fatalf("read %d octets of %d", read, len(data))
			}
			(&Session{cfg: &backend.Config{}}).observe(&resp)
		}
	})
}

// A FETCH response parses or is an error.
func FuzzFetchResponse(f *testing.F) {
	for _, seed := range []string{
		`(UID 1 FLAGS (\Seen x) INTERNALDATE "17-Jul-1996 02:44:25 -0700" RFC822.SIZE 4)`,
		`(ENVELOPE ("d" "s" (("n" NIL "m" "h")) NIL NIL NIL NIL NIL NIL "<i>") BODY[HEADER.FIELDS (References)] {4}` + "\r\nabcd)",
		`(BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "x") NIL NIL "7BIT" 1 1)("MESSAGE" "RFC822" NIL NIL NIL NIL 1 NIL ("A" "B" NIL NIL NIL NIL 1) 1) "MIXED"))`,
		`(BODY[] "a\"b" BODY[1]<0> NIL X (1 (2 "3")))`, `(BODY[1]<4> {2}` + "\r\nab)", `(BODY[1]<9999999999999999999> "")`, "(BODYSTRUCTURE NIL)", "(BODYSTRUCTURE (()NIL))", "(", `(BODY[`, "((((((((",
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
		for _, text := range msg.Sections {
			if len(text) > len(data) {
				t.Fatalf("a section of %d octets in a response of %d", len(text), len(data))
			}
		}
	})
}

// Whatever a server sends of one message in a FETCH, the messages before and behind it
// are there as they were sent.
func FuzzOddMessage(f *testing.F) {
	for _, seed := range []string{
		`(UID 12 FLAGS (\Seen a[b))`, `(ENVELOPE (NIL ("x" NIL "a" "b"))`, "((((", `(X {3}` + "\r\nabc", `"`, `(BODY[1`, `) UID 0 (`, "(BODYSTRUCTURE (((((",
	} {
		f.Add([]byte(seed))
	}
	items := backend.Items{UID: true, Size: true, Envelope: true, Structure: true}
	f.Fuzz(func(t *testing.T, odd []byte) {
		if _, ok := literalAtEnd(odd); ok || bytes.IndexByte(odd, '\n') >= 0 {
			return // it is not one line
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

// A name that decodes is one that go-imap encodes to the same again.
func FuzzDecodeMailbox(f *testing.F) {
	for _, seed := range []string{"Sent", "&AOQ-", "&-", "&2D3eAA-", "&AGE-", "a&", "&AAA-", "&AAkACg-x", "&//0-", "&2D0-", "&AOQ-&AOQ-", "Müll", "a\r\nb", "&AO\r\nQ-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		decoded, err := decodeMailbox(name)
		if err != nil || name == "" || len(name) > 1000 || strings.EqualFold(name, "INBOX") {
			return
		}
		if sent := sentName(t, decoded); sent != name {
			t.Fatalf("%q is %q, which go-imap sends as %q", name, decoded, sent)
		}
	})
}

// sentName is how go-imap sends a mailbox name.
func sentName(t *testing.T, name string) string {
	here, there := net.Pipe()
	client := imapclient.New(here, nil)
	defer client.Close()
	defer there.Close()
	fmt.Fprint(there, "* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n")
	go client.Create(name, nil)
	line, err := bufio.NewReader(there).ReadString('\n')
	_, quoted, ok := strings.Cut(strings.TrimSuffix(line, "\"\r\n"), ` CREATE "`)
	if err != nil || !ok {
		t.Fatalf("sent %q: %v", line, err)
	}
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(quoted)
}

// Numbering does what a list of messages would do.
func TestNumbering(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		n := numbering{exists: random.IntN(20)}
		// server is the caller's number of each message that the server has.
		var server []int
		for i := range n.exists {
			server = append(server, i+1)
		}
		all := n.exists
		for range random.IntN(25) {
			switch random.IntN(4) {
			case 0:
				n.exists++
				all++
				server = append(server, all)
			case 1:
				n.gone = nil
				all = len(server)
				for i := range server {
					server[i] = i + 1
				}
			default:
				num := random.IntN(22)
				if err := n.expunged(num); err != nil {
					t.Fatal(err)
				}
				if num >= 1 && num <= len(server) {
					server = slices.Delete(server, num-1, num)
				}
			}
			if n.messages() != all {
				t.Fatalf("%d messages, want %d", n.messages(), all)
			}
			for i, v := range server {
				if got := n.toCaller(i + 1); got != v {
					t.Fatalf("%+v: message %d of the server is %d, want %d", n, i+1, got, v)
				}
			}
			first := random.IntN(25)
			r := backend.Range{First: first, Last: first + random.IntN(5)}
			var want, got []int
			for i, v := range server {
				if r.First <= v && v <= r.Last {
					want = append(want, i+1)
				}
			}
			for _, s := range n.serverRanges([]backend.Range{r}) {
				for num := s.First; num <= s.Last; num++ {
					got = append(got, num)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%+v: %v is %v, want %v", n, r, got, want)
			}
		}
	}
}

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

// QUOTA and ACL responses parse or are errors, and bring no more than there is.
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

// A THREAD response parses or is an error, and its depths go up one by one.
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

// However many UIDs a response code tells, they are few ranges of UIDs that there can be.
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
			told := &toldUIDs{code: code, most: most}
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
