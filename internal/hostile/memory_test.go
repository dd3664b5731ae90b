package hostile_test

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/backend"
)

// maxTimes is the greatest memory of a function, in multiples of the length of the text.
const maxTimes = 12

// memorySize is the length of the texts of BenchmarkMemory, in octets.
const memorySize = 8 << 20

// cheapText is a text of repeated pieces that are short to send and expensive to hold.
type cheapText struct {
	name                string
	before, piece, rest string
}

// text returns a text of size octets.
func (c cheapText) text(size int) string {
	return c.before + strings.Repeat(c.piece, (size-len(c.before)-len(c.rest))/len(c.piece)) + c.rest
}

var cheapHeaders = []cheapText{
	{"addresses", "To: ", "a,", "\r\n\r\n"},
	{"addresses with a host", "To: ", "a@b,", "\r\n\r\n"},
	{"addresses in angle brackets", "To: ", "<a>,", "\r\n\r\n"},
	{"fields of addresses", "", "To:a\r\n", "\r\n"},
	{"groups", "To: ", "a:;,", "\r\n\r\n"},
	{"comments", "To: ", "(", "\r\n\r\n"},
	{"quotes", "To: ", "\"", "\r\n\r\n"},
	{"backslashes", "To: ", `\`, "\r\n\r\n"},
	{"odd addresses", "", "To:<\r\n", "\r\n"},
	{"fields", "", "a:\r\n", "\r\n"},
	{"encoded words", "Subject: ", "=?a?q??=", "\r\n\r\n"},
	{"references", "References: ", "<a@b>", "\r\n\r\n"},
	{"parameters", "MIME-Version: 1.0\r\nContent-Type: a/b", ";a=b", "\r\n\r\n"},
	{"parameters of fields", "MIME-Version: 1.0\r\nContent-Type: a/b\r\n", "Content-Disposition:a;b=c\r\n", "\r\n"},
	{"languages", "MIME-Version: 1.0\r\nContent-Language: ", "a,", "\r\n\r\n"},
	{"parts", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", "\r\n--b", "\r\n--b--\r\n"},
	{"parts with a header", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n", "\r\n--b\r\nContent-Type:a/b;c=d\r\n", "\r\n--b--\r\n"},
	{"messages", "MIME-Version: 1.0\r\nContent-Type: multipart/digest; boundary=b\r\n\r\n", "\r\n--b\r\n\r\n\r\n", "\r\n--b--\r\n"},
	{"text", "\r\n", "x\r\n", ""},
}

// cheapResponses are responses of an IMAP server to a command.
var cheapResponses = []struct {
	command string
	cheapText
	call call
}{
	{"FETCH", cheapText{"addresses", `* 1 FETCH (UID 1 FLAGS () INTERNALDATE "01-Jan-2025 00:00:00 +0000" RFC822.SIZE 1 BODY[HEADER.FIELDS (Newsgroups Followup-To References)] "" ENVELOPE (NIL NIL NIL NIL NIL (`, `(NIL NIL "" "")`, `) NIL NIL NIL NIL))`}, overview},
	{"FETCH", cheapText{"addresses", `* 1 FETCH (UID 1 FLAGS () INTERNALDATE "01-Jan-2025 00:00:00 +0000" RFC822.SIZE 1 BODY[HEADER.FIELDS (Newsgroups Followup-To References)] "" ENVELOPE (NIL NIL NIL NIL NIL (`, `(NIL NIL "" "")`, `) NIL NIL NIL NIL))`}, headerInfo},
	{"FETCH", cheapText{"group ends", `* 1 FETCH (UID 1 FLAGS () INTERNALDATE "01-Jan-2025 00:00:00 +0000" RFC822.SIZE 1 BODY[HEADER.FIELDS (Newsgroups Followup-To References)] "" ENVELOPE (NIL NIL NIL NIL NIL (`, `()`, `) NIL NIL NIL NIL))`}, headerInfo},
	{"FETCH", cheapText{"keywords", `* 1 FETCH (UID 1 FLAGS (`, `a `, `))`}, headerInfo},
	{"FETCH", cheapText{"parts", `* 1 FETCH (UID 1 BODYSTRUCTURE (`, `()`, ` "mixed"))`}, structure},
	{"FETCH", cheapText{"NIL parts", `* 1 FETCH (UID 1 BODYSTRUCTURE (`, `(NIL)`, ` "mixed"))`}, structure},
	{"FETCH", cheapText{"parameters", `* 1 FETCH (UID 1 BODYSTRUCTURE ("a" "b" (`, `"" ""`, `) NIL NIL "7bit" 1))`}, structure},
	{"FETCH", cheapText{"languages", `* 1 FETCH (UID 1 BODYSTRUCTURE ("a" "b" NIL NIL NIL "7bit" 1 NIL NIL (`, `"" `, `)))`}, structure},
	{"FETCH", cheapText{"items", `* 1 FETCH (UID 1`, ` A 1`, `)`}, headerInfo},
	{"SEARCH", cheapText{"numbers", `* SEARCH`, ` 1`, ``}, searchNew},
	{"SORT", cheapText{"numbers", `* SORT`, ` 1`, ``}, sorted},
	{"THREAD", cheapText{"members", `* THREAD (1`, ` 1`, `)`}, thread},
	{"THREAD", cheapText{"threads", `* THREAD `, `(1)`, ``}, thread},
	{"THREAD", cheapText{"lists", `* THREAD `, `(`, ``}, thread},
	{"LIST", cheapText{"mailboxes", "", "* LIST () \"\" a\r\n", `* LIST () "" a`}, list},
	{"LIST", cheapText{"attributes", `* LIST (`, `\A `, `) "" a`}, list},
	{"GETACL", cheapText{"rights", `* ACL INBOX`, ` a b`, ``}, acl},
	{"GETQUOTAROOT", cheapText{"resources", `* QUOTA "" (`, `A 1 1 `, `)`}, quota},
	{"NOOP", cheapText{"keywords", `* FLAGS (`, `a `, `)`}, ping},
	{"NOOP", cheapText{"permanent flags", `* OK [PERMANENTFLAGS (`, `a `, `)] x`}, ping},
	{"NOOP", cheapText{"flags of messages", "", "* 1 FETCH (FLAGS ())\r\n", "* 0 RECENT"}, ping},
	{"NOOP", cheapText{"keywords of a message", `* 1 FETCH (FLAGS (`, `a `, `))`}, ping},
	{"NOOP", cheapText{"deliveries and removals", "", "* 6 EXISTS\r\n* 1 EXPUNGE\r\n", "* 0 RECENT"}, ping},
	{"NOOP", cheapText{"removals", "* 1000000 EXISTS\r\n", "* 1 EXPUNGE\r\n", "* 0 RECENT"}, ping},
	{"NOOP", cheapText{"removals at the end", "* 1000000 EXISTS\r\n", "* 1000000 EXPUNGE\r\n", "* 0 RECENT"}, ping},
	{"NOOP", cheapText{"alerts", "", "* OK [ALERT] x\r\n", "* 0 RECENT"}, ping},
	{"NOOP", cheapText{"warnings", "", "* NO x\r\n", "* 0 RECENT"}, ping},
	{"NOOP", cheapText{"capabilities", `* CAPABILITY IMAP4rev1`, ` A`, ``}, ping},
	{"NOOP", cheapText{"unknown responses", "", "* X\r\n", "* 0 RECENT"}, ping},
	{"NOOP", cheapText{"lines that are none", "", "\r\n", "* 0 RECENT"}, ping},
	{"NOOP", cheapText{"a text", `* OK `, `x`, ``}, ping},
	{"NOOP", cheapText{"a code", `* OK [X `, `[`, `] x`}, ping},
	{"STATUS", cheapText{"items", `* STATUS INBOX (`, `MESSAGES 1 `, `)`}, status},
	{"FETCH", cheapText{"octets of a text", "* 1 FETCH (UID 1 BODY[TEXT] \"", `\\`, "\")"}, body},
	{"FETCH", cheapText{"messages", "", "* 1 FETCH (UID 101 FLAGS ())\r\n", "* 0 RECENT"}, overview},
	{"STORE", cheapText{"answers", "", "* 1 FETCH (FLAGS (\\Flagged))\r\n", "* 0 RECENT"}, setFlag},
}

// messageCalls are the functions that read a message, or a text alone.
var messageCalls = []struct {
	name string
	call call
}{
	{"FetchOverview", overview}, {"HeaderInfo", headerInfo}, {"FetchStructure", structure},
	{"Headers", func(m *imapcompat.Connection) error { return second(m.Headers()) }},
	{"FetchHeader", func(m *imapcompat.Connection) error { return second(m.FetchHeader(1)) }},
	{"Body", body},
	{"FetchBody", func(m *imapcompat.Connection) error { return second(m.FetchBody(1, "1")) }},
	{"FetchMIME", func(m *imapcompat.Connection) error { return second(m.FetchMIME(1, "1")) }},
	{"SaveBody", func(m *imapcompat.Connection) error { return m.SaveBody(io.Discard, 1, "") }},
	{"Sort", sorted}, {"Thread", thread},
	{"Search", func(m *imapcompat.Connection) error { return second(m.Search(`TO "zz"`)) }},
}

// BenchmarkMemory reports the peak memory of a function, in multiples of the length of a text
// that is cheap to send and expensive to hold:
//
//	go test ./internal/hostile -run '^$' -bench Memory -benchtime 1x
func BenchmarkMemory(b *testing.B) {
	for _, c := range cheapHeaders {
		text := c.text(memorySize)
		for _, f := range messageCalls {
			b.Run("pop3/"+c.name+"/"+f.name, func(b *testing.B) {
				measure(b, "/pop3", maildropOf(text), f.call)
			})
		}
		for name, f := range map[string]func(){
			"RFC822ParseHeaders": func() { imapcompat.RFC822ParseHeaders(text) },
			"RFC822ParseAdrList": func() { imapcompat.RFC822ParseAdrList(text[len(c.before):], "h") },
			"MIMEHeaderDecode":   func() { imapcompat.MIMEHeaderDecode(text) },
		} {
			b.Run("text/"+c.name+"/"+name, func(b *testing.B) { measureCall(b, func() error { f(); return nil }) })
		}
	}
	for _, c := range cheapResponses {
		b.Run("imap/"+c.name+"/"+c.command, func(b *testing.B) {
			a := answers{c.command: lines(c.text(memorySize), "T OK done")}
			measure(b, "/imap", a, c.call)
		})
	}
}

// measure makes a call on a server with some answers.
func measure(b *testing.B, flags string, a answers, f call) {
	s := serveFor(b, flags, a)
	defer s.close()
	m, err := open(s.name(flags), imapcompat.WithMaxMessageSize(64<<20))
	if err != nil {
		b.Fatal(err)
	}
	defer m.Close()
	measureCall(b, func() error { return f(m) })
}

// measureCall reports the peak of a call.
func measureCall(b *testing.B, f func() error) {
	defer debug.SetGCPercent(debug.SetGCPercent(5)) // garbage is not what is measured
	runtime.GC()
	before := heapAlloc()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		most := uint64(0)
		for {
			most = max(most, heapAlloc())
			select {
			case <-done:
				peak <- most
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	err := f()
	close(done)
	times := float64(max(before, <-peak)-before) / memorySize
	b.ReportMetric(times, "×text")
	b.ReportMetric(0, "ns/op")
	if times > maxTimes {
		b.Errorf("held %.1f times the text, want at most %d (%v)", times, maxTimes, err)
	}
}

func heapAlloc() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A list that does not concern messages, such as an ACL, keeps a limited number of entries. The
// rest is reported as odd.
func TestManyRights(t *testing.T) {
	const most = 32_768
	s := serveFor(t, "/imap", answers{"GETACL": lines(`* ACL INBOX`+rights(2*most), "T OK done")})
	defer s.close()
	var notices []string
	m, err := open(s.name("/imap"), imapcompat.WithNotify(func(n backend.Notice) { notices = append(notices, n.Text) }))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if acl, err := m.GetACL("INBOX"); err != nil || len(acl) != most {
		t.Errorf("%d entries, want %d: %v", len(acl), most, err)
	}
	if len(notices) != 1 || !strings.Contains(notices[0], "end of the access control list") {
		t.Errorf("notices %q", notices)
	}
}

// maildropOf returns a POP3 server with one message.
func maildropOf(text string) answers {
	size := fmt.Sprint(len(text))
	return answers{"CAPA": lines("+OK", "USER", "."), "STAT": lines("+OK 1 " + size), "LIST": lines("+OK", "1 "+size, "."),
		"TOP": lines("+OK", text, "."), "RETR": lines("+OK", text, ".")}
}

func rights(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, " u%d r", i)
	}
	return b.String()
}
