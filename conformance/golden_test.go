package conformance

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/generate"
	"github.com/imapcompat/imapcompat/conformance/mutate"
	"github.com/imapcompat/imapcompat/conformance/php"
	"github.com/imapcompat/imapcompat/conformance/transcript"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/golden"
)

var record = flag.Bool("record", false, "write what TestGolden compares")

// goldenFolder has the files that the root package's TestGolden reads.
const goldenFolder = "../testdata/golden"

// goldenMessages are the messages of testdata with golden results.
var goldenMessages = []string{
	"multipart-nested", "names-odd", "rfc822", "group", "subject-8bit", "word-q-latin1", "word-b-japanese", "params-2231",
	"disposition-odd", "news", "resent", "return-path", "date-names", "date-none", "content-fields", "duplicate-fields", "header-only",
	"language-odd", "digest", "bounce", "sender-of-many", "comments", "priority", "base64-broken", "multipart-mixed", "word-broken",
}

// goldenStates are the flags of the messages, in turn. "new" marks a recent one.
var goldenStates = []string{"", "S", "FRS", "new", "T", "DF", "Sa", "ab", "ST"}

// TestGolden compares the golden results with PHP's. With -record it writes them. PHP is
// connected to a server that repeats Dovecot's responses, and to imaptest's POP3 server.
func TestGolden(t *testing.T) {
	needOracle(t)
	if other != nil {
		t.Skip("Dovecot's answers are recorded")
	}
	recording := newRecording(t, "INBOX")
	recording.play(t, "imap", callsOn("imap"))
	newRecording(t, "A.B").play(t, "empty", callsOfNone("imap"))
	for _, r := range golden.Replies {
		s := golden.Server{Recording: recording.Recording, Reply: r.Reply}
		port, err := s.Start()
		if err != nil {
			t.Fatal(err)
		}
		inbox := fmt.Sprintf("{127.0.0.1:%d/imap/notls}INBOX", port)
		sameFile(t, r.Name+".jsonl", goldenCalls(t, callsAnswered(r.Name), port, inbox, "user", "password"))
		s.Close()
	}
	var texts []string
	for _, m := range recording.Messages {
		texts = append(texts, string(m.Text))
	}
	srv := imaptest.NewServer(t, texts...)
	pop3 := srv.POP3()
	sameFile(t, "pop3.jsonl", goldenCalls(t, callsOn("pop3"), portOf(t, pop3), pop3, srv.User, srv.Password))
	sameFile(t, "plain.jsonl", plainCalls(t, texts))
	srv = imaptest.NewServer(t)
	sameFile(t, "empty-pop3.jsonl", goldenCalls(t, callsOfNone("pop3"), portOf(t, srv.POP3()), srv.POP3(), srv.User, srv.Password))
}

// play makes calls with PHP and with the library, so that the recording also has what the
// library asks for.
func (r *recording) play(t *testing.T, name string, calls []call) {
	t.Helper()
	server := golden.Server{Recording: r.Recording, Ask: r.ask}
	port, err := server.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	inbox := fmt.Sprintf("{127.0.0.1:%d/imap/notls}INBOX", port)
	sameFile(t, name+".jsonl", goldenCalls(t, calls, port, inbox, "user", "password"))
	playLibrary(t, calls, port, inbox)
	r.fields(t)
	text, err := json.MarshalIndent(r.Recording, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	sameFile(t, name+"-server.json", append(text, '\n'))
}

// TestGoldenParsing is TestGolden with messages for the parsers, over POP3, where c-client
// parses itself. It leaves out messages that crash PHP, and those with times in the local time
// zone.
func TestGoldenParsing(t *testing.T) {
	needOracle(t)
	utc, tokyo := &php.Worker{Env: []string{"TZ=UTC"}}, &php.Worker{Env: []string{"TZ=Asia/Tokyo"}}
	defer utc.Close()
	defer tokyo.Close()
	var texts []golden.Octets
	for _, text := range parsingTexts(t) {
		here, ok := parsed(t, utc, []golden.Octets{text})
		elsewhere, _ := parsed(t, tokyo, []golden.Octets{text})
		if ok && bytes.Equal(here, elsewhere) {
			texts = append(texts, text)
		}
	}
	text, err := json.MarshalIndent(texts, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	sameFile(t, "parsing-messages.json", append(text, '\n'))
	calls, ok := parsed(t, newWorker(t), texts) // which has not met any type
	if !ok {
		t.Fatal("PHP died")
	}
	sameFile(t, "parsing.jsonl", calls)
}

// TestGoldenTranscripts is TestGolden with some of the calls of TestTranscripts. Calls for
// which the library returns something else are marked.
func TestGoldenTranscripts(t *testing.T) {
	needOracle(t)
	list, err := transcript.ReadDir(transcripts)
	if err != nil {
		t.Fatal(err)
	}
	var recorded []golden.Call
	w := newWorker(t)
	for i, tr := range list {
		if tr.Protocol != "imap" {
			continue
		}
		lists := transcriptCalls(tr.Protocol, "{127.0.0.1:@PORT/imap/notls}")
		for _, calls := range [][]call{lists[0], lists[2], lists[3], lists[i%len(lists)]} {
			got := transcriptGolden(t, w, tr, calls)
			if got == nil { // PHP may have died of an earlier transcript, which has damaged its memory
				got = transcriptGolden(t, w, tr, calls)
			}
			recorded = append(recorded, got...)
		}
	}
	sameFile(t, "transcripts.jsonl", goldenLines(t, recorded))
}

// PHP gives a type or an encoding that it does not know the number after those that its process
// has met. A process that died has met none.
var (
	newType     = regexp.MustCompile(`("type":)(9|1\d)\b`)
	newEncoding = regexp.MustCompile(`("encoding":)([6-9]|1\d)\b`)
)

// firstMet returns a result as if its process had met no other new type.
func firstMet(result []byte) []byte {
	return newEncoding.ReplaceAll(newType.ReplaceAll(result, []byte("${1}9")), []byte("${1}6"))
}

// transcriptGolden returns the results of calls on a transcript, none if one of the sides
// cannot log in.
func transcriptGolden(t *testing.T, w *php.Worker, tr *transcript.Transcript, calls []call) []golden.Call {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go tr.Serve(l)
	port := l.Addr().(*net.TCPAddr).Port
	name := fmt.Sprintf("{127.0.0.1:%d/imap/notls}INBOX", port)
	a, err := w.CallErrors("imap_open", name, "user", "password", 0, 1)
	if err != nil {
		t.Logf("%s: %v", tr.Name, err)
		return nil
	}
	h, ok := a.Handle()
	if !ok {
		t.Logf("%s: PHP: %q", tr.Name, a.Errors)
		return nil
	}
	file := filepath.Join(t.TempDir(), "saved")
	calls = slices.Clone(calls)
	for i, c := range calls {
		if c.fn == "imap_savebody" {
			calls[i].args = append([]any{"@FILE"}, c.args...)
		}
	}
	list := make([]golden.Call, 0, len(calls))
	for _, c := range calls {
		recorded, err := askOne(w, h, c, port, file)
		if err != nil {
			t.Logf("%s: %s: %v", tr.Name, c.fn, err)
			return nil
		}
		list = append(list, recorded)
	}
	mbox, err := imapcompat.Open(name, "user", "password", imapcompat.WithRetries(1))
	if err != nil {
		t.Logf("%s: %v", tr.Name, err)
		return nil
	}
	defer mbox.Close()
	mbox.Errors()
	mbox.Alerts()
	for i, c := range list {
		f := golden.Functions[c.Fn]
		result, err := f.Call(mbox, goldenWords(port, file).arguments(calls[i].args))
		outcome := golden.Outcome{Result: result, Err: err, Failed: f.Failed, Port: strconv.Itoa(port), Errors: mbox.Errors(), Alerts: mbox.Alerts(), File: file}
		list[i].Differs = len(c.Compare(outcome)) > 0 || newType.Match(c.Result) || newEncoding.Match(c.Result)
		list[i].Result = firstMet(c.Result)
		os.Remove(file)
	}
	return append([]golden.Call{{Fn: "imap_open", Args: []any{golden.Octets(tr.Name)}}}, list...)
}

// parsed returns the results of the calls that read messages. It reports whether PHP survives.
func parsed(t *testing.T, w *php.Worker, octets []golden.Octets) (lines []byte, ok bool) {
	t.Helper()
	var texts []string
	calls := []call{do("imap_open")}
	for i, o := range octets {
		texts = append(texts, string(o))
		calls = append(calls, do("imap_headerinfo", i+1))
		if strings.HasPrefix(string(o), "Date: ") {
			continue
		}
		calls = append(calls, do("imap_headerinfo", i+1, 20, 30), do("imap_fetchstructure", i+1), do("imap_body", i+1, ftPeek), do("imap_fetch_overview", fmt.Sprint(i+1)))
		for _, section := range []string{"0", "1", "2", "1.1"} {
			calls = append(calls, do("imap_fetchbody", i+1, section, ftPeek), do("imap_fetchmime", i+1, section, ftPeek), do("imap_bodystruct", i+1, section))
		}
	}
	srv, err := imaptest.Start(imaptest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	for _, text := range texts {
		srv.Append("INBOX", imaptest.Message{Text: text})
	}
	list, err := askGolden(t, w, calls, portOf(t, srv.POP3()), srv.POP3(), srv.User, srv.Password)
	return goldenLines(t, list), err == nil
}

// parsingTexts returns our short messages, dates, and random mutations of our messages.
func parsingTexts(t *testing.T) []golden.Octets {
	const longest = 700
	var texts []golden.Octets
	var seeds [][]byte
	for _, m := range ownMessages(t) {
		if len(m.raw) < 2*longest {
			texts = append(texts, golden.Octets(m.raw))
			seeds = append(seeds, m.raw)
		}
	}
	for _, date := range goldenDates() {
		texts = append(texts, golden.Octets("Date: "+date+"\r\n\r\n"))
	}
	for _, text := range append(handmade, unknownTypes()...) {
		texts = append(texts, golden.Octets(text))
	}
	r := rand.New(rand.NewPCG(10, 0))
	for number := range 120 {
		text := seeds[r.IntN(len(seeds))]
		if number%3 == 0 {
			text = generate.Message(10, number)
		}
		if text = mutate.Mutate(r, text, seeds); len(text) < longest {
			texts = append(texts, golden.Octets(text))
		}
	}
	return texts
}

// handmade are messages at the limits of cases that the MIME parsers distinguish.
var handmade = slices.Concat(
	withFields("", "Content-Type: text/html\r\nMIME-Version:", "Content-Type: text/html\nMIME-Version", "Content-Type: text/html\nMIME-Version:\nSubject: a",
		"MIME-Version: 1.0\nContent-Type: text/html", "Content-Type: text/html\nX: a\n\nMIME-Version: 1.0", "content-type: text/html\r\n mime-version: 1.0",
		"Content-Type: text/html", "MIME-Version: 2.0\nContent-Type: text/html", "MIME-Version: (x)1.0\nContent-Type: text/html"),
	withFields("MIME-Version: 1.0\r\n",
		`Content-Type: text/plain; charset="a\"b\\c"; name=(c (d\) e) f) g`, `Content-Type: text (a) / (b) plain (c) ; (d) name (e) = (f) "x y" (g)`, `Content-Type: text/plain; name="a\`,
		`Content-Type: text/plain; name="a`, `Content-Type: text/plain; name=a"b`, `Content-Type: text/plain; name=`, `Content-Type: text/plain; =a`, `Content-Type: text/plain; name`, `Content-Type: text/plain;;name=a;`,
		`Content-Type: text/plain (a`, `Content-Type: text/plain ((a)`, `Content-Type: text/plain ((a)(b) (c`, "Content-Type: text/pl@in", "Content-Type: text/plain\x7fx", "Content-Type: text/plain\x01x", "Content-Type: text/pl[n]=?", "Content-Type: te:xt/a",
		"Content-Type: TeXt/HtmL", "Content-Type: @ZIMAGE/{jpeg}", "Content-Type: `image/az", "Content-Type: zeta/alpha", "Content-Type: model/x", "Content-Type: video/x", "Content-Type: audio/x", "Content-Type: message/x", "Content-Type: multipart/x", "Content-Type: multipart", "Content-Type: message", "Content-Type: application", "Content-Type: image", "Content-Type: text",
		"Content-Transfer-Encoding: 7bit", "Content-Transfer-Encoding: 8bit", "Content-Transfer-Encoding: binary", "Content-Transfer-Encoding: base64", "Content-Transfer-Encoding: quoted-printable", "Content-Transfer-Encoding: zip (a)", "Content-Transfer-Encoding: ", "Content-Transfer-Encoding: base64 x", "Content-Transfer-Encoding: Q",
		"Content-Disposition: attachment; filename=a; size=1", "Content-Disposition: ;filename=a", "Content-Disposition: inline (a)", "Content-Disposition: at tachment", "Content-Disposition: ", "Content-ID: <a@b>", "Content-ID: (a) <a@b>", "Content-ID: ", "Content-Description: a (b) \"c\"", "Content-Description: ",
		"Content-MD5: YQ==", "Content-MD5: YQ==\r\nContent-MD5: Yg==", "Content-Language: de, en", "Content-Language: (a) de , (b) en x", "Content-Location: http://a/ b", "Content-X: y", "Content-: y", "Content: y", "Content-Type : text/html", "Content-Type:text/html\r\nContent-Type: image/png", "Content-Type: text/html\x00x\r\nContent-ID: <b>"),
	withText("MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n", "\x1b$B4A;z\x1b(B", "\x1b$@4A", "\x1b$C", "\x1b(B", "\x1b", "\x1b$", "a\x80", "\x1b\x1b$B", "\x1b$\x80", "\x1b\x80", "\x7f", "", "\r\n", "\n\n", "\r", "a\rb\nc\r\nd"),
	withText("MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", "\x1b$B", "a", "\xe4"),
	withText("MIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\n", "\x1b$B", "YQ=="),
	withText("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n",
		"--b\r\n\r\na\r\n--b--", "--b\r\n\r\na\r\n--b--x", "--b\r\n\r\na\r\n--b-- \r\n", "--b \t\r\n\r\na\r\n--b--\r\n", "--bx\r\n\r\na\r\n--b\r\n\r\nc", "--b", "--b\r\n", "--b\r", "--b\n\na\n--b\n\nc\n--b--\n", "--b\r\rc\r--b--\r",
		"x\r\n--b\r\nContent-Type: image/png\r\n\r\na\r\n\r\n--b\r\n\r\n--b--\r\nepilogue\r\n--b\r\n\r\nmore", "--b--\r\n", "-b\r\n\r\na", "", "--b\r\nContent-Type: text/html\r\n--b\r\nX\r\n\r\ny", "a--b\r\n\r\nc", "--b\r\n X: y\r\n\r\na\r\n--b-\r\n",
		"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\ntext\r\n--b--", "--b\r\nContent-Type: message/rfc822\r\n\r\n\r\ntext\r\n--b--", "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\n\ntext\r\n--b--", "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\rtext\r\n--b--",
		"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\n--b--", "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogYQ0KDQpi\r\n--b--", "--b\r\nContent-Type: multipart/mixed; boundary=c\r\nContent-Transfer-Encoding: base64\r\n\r\n--c\r\n\r\nd\r\n--c--\r\n--b--",
		"--b\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: text/html\r\nMIME-Version\r\n--b--", "--b\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: text/html\r\nMIME-Version:\r\n--b--",
		"--b\r\n\r\n\x1b\r\n--b\r\n\r\n\x1b$\r\n--b\r\n\r\n\x1b$B\r\n--b\r\n\r\na\x1b\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n\x1b$@\r\n--b--",
		"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c\r\n--b--", "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c \r\n--b--", "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--cx\r\n--b--",
		"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--", "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c-\r\n--b--",
		"--b\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n--bb\r\n\r\nd\r\n--bb--\r\n--b\r\n\r\ne\r\n--b--"),
	withText("MIME-Version: 1.0\r\nContent-Type: multipart/digest; boundary=\"b \"\r\n\r\n", "--b \r\n\r\nSubject: one\r\n\r\nx\r\n--b \r\nContent-Type: text/plain\r\n\r\ny\r\n--b --\r\n", "--b\r\n\r\nSubject: one\r\n\r\nx\r\n--b--\r\n"),
)

// unknownTypes are more media types and encodings than PHP has numbers for.
func unknownTypes() (texts []string) {
	for i := range 18 {
		long := strings.Repeat("x", 90+i)
		texts = append(texts, fmt.Sprintf("MIME-Version: 1.0\r\nContent-Type: %sY%d/z\r\nContent-Transfer-Encoding: %sZ%d\r\n\r\ntext", long, i, long, i))
	}
	return texts
}

// withFields returns messages with other fields after some.
func withFields(first string, fields ...string) (texts []string) {
	for _, field := range fields {
		texts = append(texts, first+field+"\r\n\r\ntext\r\n")
	}
	return texts
}

// withText returns messages with other texts.
func withText(header string, bodies ...string) (texts []string) {
	for _, body := range bodies {
		texts = append(texts, header+body)
	}
	return texts
}

// goldenDates returns dates with each name of a month and of a zone, and some others.
func goldenDates() []string {
	var list []string
	for _, month := range strings.Fields("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec january MARCH Maybe Augustus J Foo") {
		list = append(list, "7 "+month+" 2021 01:02:03 +0100")
	}
	zones := "UT UTC GMT MET EET JST ADT AST EDT EST CDT CST MDT MST PDT PST YDT YST HST est EsT +0000 -0000 +0130 -0959 +1400 -1200 +9999 -24 +24 +1 +a (GMT)"
	for _, letter := range "ABCDEFGHIKLMNOPQRSTUVWXYZ" { // J is local time
		zones += " " + string(letter)
	}
	for _, zone := range strings.Fields(zones) {
		list = append(list, "Mon, 29 Feb 2016 23:59:58 "+zone)
	}
	for _, date := range []string{
		"1/2/2003", "12/31/99", "13/1/2003", "2/30/2004", "0/1/2003", "1/0/2003", "1/2/", "1/2/x", "1/", "/2", "2003-4-5", "2003-13-5", "2003-4-31", "2003-0-5", "2003-4-0",
		"20030405", "2003-4", "5-Apr-2003", "5-Apr-03", "05 Apr 03", "5 Apr 69", "5 Apr 70", "5 Apr 49", "5 Apr 50", "5 Apr 103", "5 Apr 1969", "5 Apr 1970", "5 Apr 2097", "5 Apr 2098",
		"5 Apr", "5 April", "5 Ap 2003", "5  Apr  2003", "32 Apr 2003", "0 Apr 2003", "31 Apr 2003", "29 Feb 2003", "29 Feb 1900", "29 Feb 2000", "5 Apr 2003x",
	} {
		list = append(list, date+" 10:00:00 +0200")
	}
	for _, time := range []string{
		"0:0:0", "23:59:60", "23:59:61", "24:00:00", "12:60:00", "12", "12:", "12:3", "12:30", "12:30:", "12:30:5", "12.30.05", "x", "-1:00:00", "1:2:3 4", "00:00:00", "19:19:19",
	} {
		list = append(list, "Sat, 5 Apr 2003 "+time+" +0200")
	}
	return list
}

// portOf returns the port in the name of a mailbox.
func portOf(t *testing.T, name string) int {
	t.Helper()
	_, number, _ := strings.Cut(strings.TrimPrefix(name, "{"), ":")
	number, _, _ = strings.Cut(number, "/")
	port, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// sameFile compares a text with a golden file.
func sameFile(t *testing.T, name string, text []byte) {
	t.Helper()
	file := filepath.Join(goldenFolder, name)
	if *record {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, got := bytes.Split(text, []byte("\n")), bytes.Split(have, []byte("\n"))
	for i := range max(len(want), len(got)) {
		compare(t, fmt.Sprintf("local/golden/%s %d", name, i+1), line(want, i), line(got, i))
	}
	if !bytes.Equal(text, have) {
		t.Errorf("%s is out of date: conformance/run -test.run TestGolden -record", name)
	}
}

func line(lines [][]byte, i int) string {
	if i < len(lines) {
		return string(lines[i])
	}
	return "no line"
}

// recording is what Dovecot has answered.
type recording struct {
	*golden.Recording
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

func newRecording(t *testing.T, name string) *recording {
	t.Helper()
	box := mailbox{name: "INBOX", keywords: []string{"$Label1", "work"}}
	r := &recording{Recording: &golden.Recording{Commands: make(map[string]golden.Octets)}, t: t}
	messages := ownMessages(t)
	for i, name := range goldenMessages {
		at := slices.IndexFunc(messages, func(m message) bool { return m.name == "messages/"+name })
		if at < 0 {
			t.Fatalf("no message %s", name)
		}
		msg := dovecot.Message{
			Raw: messages[at].raw, UID: 100 + 3*i, Flags: goldenStates[i%len(goldenStates)], Date: dovecot.Epoch.AddDate(0, i, -i),
		}
		if msg.Flags == "new" {
			msg.Flags, msg.Recent = "", true
		}
		box.messages = append(box.messages, msg)
	}
	p := newPlace(t, box, named("Archive", five("S", "T")), mailbox{name: "A.B"}, mailbox{name: "&AOQ-"})
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", access.IMAP))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	r.conn, r.in = conn, bufio.NewReader(conn)
	if _, err := r.in.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	r.dovecot("LOGIN " + p.user + " " + dovecot.Password)
	for _, name := range []string{"INBOX", "Archive", "A.B"} {
		r.dovecot("SUBSCRIBE " + name)
	}
	r.Commands["SELECT INBOX"] = golden.Octets(r.dovecot("SELECT " + name))
	if name == "INBOX" {
		for num := range box.messages {
			r.Messages = append(r.Messages, r.message(num+1))
		}
	}
	return r
}

// goldenSections are the sections requested of each message.
var goldenSections = []string{"1", "2", "3", "1.1", "1.2", "2.1", "2.2", "1.1.1", "1.2.1", "2.1.1", "3.1"}

// message asks for all items of a message.
func (r *recording) message(num int) golden.Message {
	m := golden.Message{Items: make(map[string]golden.Octets)}
	names := []string{"UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "ENVELOPE", "BODY", "BODYSTRUCTURE", "BODY[]", "BODY[HEADER]", "BODY[TEXT]"}
	for _, s := range goldenSections {
		for _, of := range []string{"", ".MIME", ".HEADER", ".TEXT"} {
			names = append(names, "BODY["+s+of+"]")
		}
	}
	for _, name := range names {
		if value := r.item(num, name); value != "NIL" {
			m.Items[name] = golden.Octets(value)
		}
	}
	_, text, _ := strings.Cut(string(m.Items["BODY[]"]), "}\r\n")
	m.Text = golden.Octets(text)
	return m
}

// item returns the value of an item of a message.
func (r *recording) item(num int, name string) string {
	answer := r.dovecot(fmt.Sprintf("FETCH %d (%s)", num, strings.Replace(name, "BODY[", "BODY.PEEK[", 1)))
	head := fmt.Sprintf("* %d FETCH (", num)
	end := strings.LastIndex(answer, ")\r\nOK ")
	if !strings.HasPrefix(answer, head) || end < 0 {
		return "NIL"
	}
	item := answer[len(head):end]
	if strings.HasPrefix(name, "BODY[") {
		_, value, _ := strings.Cut(item, "] ")
		return value
	}
	return strings.TrimPrefix(item, name+" ")
}

// fields adds the header fields that were requested of one message.
func (r *recording) fields(t *testing.T) {
	for _, from := range r.Messages {
		for name := range from.Items {
			for i, m := range r.Messages {
				if _, ok := m.Items[name]; !ok && strings.Contains(name, "FIELDS") {
					m.Items[name] = golden.Octets(r.item(i+1, name))
				}
			}
		}
	}
}

var fetchOne = regexp.MustCompile(`^FETCH (\d+) \((.*)\)$`)

// ask answers what was not asked before. One of the mailboxes does not exist on Dovecot.
func (r *recording) ask(command string) string {
	if m := fetchOne.FindStringSubmatch(command); m != nil {
		num, _ := strconv.Atoi(m[1])
		return r.item(num, m[2])
	}
	if strings.Contains(command, "Alert") {
		return "* OK [ALERT] the disk is nearly full\r\n* NO that is odd\r\nNO [ALERT] no such mailbox"
	}
	if strings.HasPrefix(command, "SELECT ") {
		return string(r.Commands["SELECT INBOX"])
	}
	if strings.HasPrefix(command, "EXAMINE ") {
		return strings.Replace(string(r.Commands["SELECT INBOX"]), "[READ-WRITE]", "[READ-ONLY]", 1)
	}
	return r.dovecot(command)
}

// Which mailboxes Dovecot calls marked depends on the time.
var (
	marks      = regexp.MustCompile(` \\(Unm|UnM|M)arked`)
	someMarked = strings.NewReplacer(`) "." Archive`, ` \Marked) "." Archive`, `) "." INBOX`, ` \UnMarked) "." INBOX`)
)

var (
	literalInCommand = regexp.MustCompile(`\{(\d+)\}\r\n`)
	literalInAnswer  = regexp.MustCompile(`\{(\d+)\}\r\n$`)
)

// anyUser matches the name of a test's account, which depends on earlier tests. In the
// recording it is theUser.
var anyUser = regexp.MustCompile(`\bu1\d{4}\b`)

const theUser = "u10001"

// dovecot sends a command and returns the answer. Its last line has no tag and no line end.
func (r *recording) dovecot(command string) string {
	r.t.Helper()
	fmt.Fprintf(r.conn, "T %s\r\n", literalInCommand.ReplaceAllString(command, "{$1+}\r\n"))
	var answer strings.Builder
	for {
		line, err := r.in.ReadString('\n')
		if err != nil {
			r.t.Fatalf("%s: %v", command, err)
		}
		if rest, ok := strings.CutPrefix(line, "T "); ok {
			text := serverTimes.ReplaceAllString(answer.String()+strings.TrimSuffix(rest, "\r\n"), "")
			return someMarked.Replace(anyUser.ReplaceAllString(marks.ReplaceAllString(text, ""), theUser))
		}
		for {
			answer.WriteString(line)
			m := literalInAnswer.FindStringSubmatch(line)
			if m == nil {
				break
			}
			size, _ := strconv.Atoi(m[1])
			if _, err := io.CopyN(&answer, r.in, int64(size)); err != nil {
				r.t.Fatalf("%s: %v", command, err)
			}
			if line, err = r.in.ReadString('\n'); err != nil {
				r.t.Fatalf("%s: %v", command, err)
			}
		}
	}
}

// goldenCalls returns the calls on a connection with their outcomes.
func goldenCalls(t *testing.T, calls []call, port int, name, user, password string) []byte {
	t.Helper()
	list, err := askGolden(t, newWorker(t), calls, port, name, user, password)
	if err != nil {
		t.Fatal(err)
	}
	return goldenLines(t, list)
}

// askGolden makes the calls with PHP.
func askGolden(t *testing.T, w *php.Worker, calls []call, port int, name, user, password string) (list []golden.Call, err error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "saved")
	var h php.Handle
	for _, c := range calls {
		if c.fn == "imap_open" {
			h = reopen(t, w, h, append([]any{name, user, password}, c.args...)...)
			list = append(list, golden.Call{Fn: c.fn, Args: c.args})
			continue
		}
		recorded, err := askOne(w, h, c, port, file)
		if err != nil {
			return nil, err
		}
		list = append(list, recorded)
	}
	return list, nil
}

// askOne makes a call with PHP. What it saves goes to a file.
func askOne(w *php.Worker, h php.Handle, c call, port int, file string) (golden.Call, error) {
	asked := php.Call{Fn: c.fn, Args: []any{h}, Errors: true}
	for _, arg := range goldenWords(port, file).arguments(c.args) {
		if text, ok := arg.(string); ok {
			arg = php.Bytes(text)
		}
		asked.Args = append(asked.Args, arg)
	}
	answers, err := w.Batch(asked)
	if err != nil {
		return golden.Call{}, fmt.Errorf("%v: %w", c, err)
	}
	recorded := goldenCall(c, answers[0], port)
	if text, err := os.ReadFile(file); err == nil {
		saved := golden.Octets(text)
		recorded.File = &saved
		os.Remove(file)
	}
	return recorded, nil
}

// reopen closes a connection of PHP's, if there is one, and opens another.
func reopen(t *testing.T, w *php.Worker, h php.Handle, args ...any) php.Handle {
	t.Helper()
	if h.Number > 0 {
		if _, err := w.CallErrors("imap_close", h); err != nil { // again, it may be
			t.Fatal(err)
		}
	}
	a, err := w.CallErrors("imap_open", args...)
	if err != nil {
		t.Fatal(err)
	}
	h, ok := a.Handle()
	if !ok {
		t.Fatalf("%s: %s %s", args, a.Result, a.Errors)
	}
	return h
}

// goldenWords returns the replacements of words in arguments.
func goldenWords(port int, file string) replacedWords {
	return replacedWords{strings.NewReplacer("@PORT", strconv.Itoa(port), "@FILE", file)}
}

type replacedWords struct{ *strings.Replacer }

func (w replacedWords) arguments(args []any) golden.Arguments {
	list := make(golden.Arguments, len(args))
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			arg = w.Replace(text)
		}
		list[i] = arg
	}
	return list
}

func goldenLines(t *testing.T, list []golden.Call) []byte {
	t.Helper()
	text, err := golden.Lines(list)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// goldenCall is a call with its answer.
func goldenCall(c call, a *php.Answer, port int) golden.Call {
	recorded := golden.Call{Fn: c.fn, Args: []any{}}
	for _, arg := range c.args {
		if text, ok := arg.(string); ok {
			arg = golden.Octets(text)
		}
		recorded.Args = append(recorded.Args, arg)
	}
	strip := func(text string) string {
		return anyUser.ReplaceAllString(strings.ReplaceAll(text, ":"+strconv.Itoa(port), ":@PORT"), theUser)
	}
	stack := func(texts json.RawMessage) json.RawMessage {
		if string(texts) == "false" || texts == nil {
			return nil
		}
		return json.RawMessage(strip(golden.Normal(texts)))
	}
	if a.Exception != nil {
		recorded.Exception = a.Exception.Message
	} else {
		recorded.Result = json.RawMessage(golden.Now(strip(golden.Normal(a.Result))))
	}
	for _, w := range a.Warnings {
		recorded.Warnings = append(recorded.Warnings, strip(w.Message))
	}
	recorded.Errors, recorded.Alerts = stack(a.Errors), stack(a.Alerts)
	return recorded
}

func playLibrary(t *testing.T, calls []call, port int, name string) {
	t.Helper()
	words := goldenWords(port, filepath.Join(t.TempDir(), "saved"))
	var mbox *imapcompat.Connection
	for _, c := range calls {
		if c.fn == "imap_open" {
			var err error
			if mbox, err = imapcompat.Open(name, "user", "password", openFlags(c)...); err != nil {
				t.Fatal(err)
			}
			defer mbox.Close()
			continue
		}
		golden.Functions[c.fn].Call(mbox, words.arguments(c.args))
	}
}

func openFlags(c call) []imapcompat.Option { return golden.Arguments(c.args).OpenOptions(0) }

// callsOn returns the calls with golden results. An imap_open begins each group, because PHP's
// results depend on what it has read before.
func callsOn(service string) (list []call) {
	ref := "{127.0.0.1:@PORT/" + service + "/notls}"
	groups := [][]call{aboutMailbox(ref), nil, overviews(), wrongCalls(), selecting(ref), changing(service)}
	for _, section := range []string{"", "0", "1.", ".1", ".", "1..1", "1.0.1", "0.1", "1.0", "00", "9", "1.9", "99999999999999999999", "+1", " 1", "1 ", "-1", "1.1.1.1.1", strings.Repeat("1.", 510) + "1", strings.Repeat("1.", 600) + "1"} {
		for _, num := range []int{1, 3, 17} {
			groups[1] = append(groups[1], do("imap_fetchbody", num, section, ftPeek), do("imap_bodystruct", num, section), do("imap_fetchmime", num, section, ftPeek))
		}
	}
	for i := range goldenMessages {
		groups[1] = append(groups[1], callsOf(service, i+1)...)
	}
	if service == "imap" { // at which PHP dies on POP3
		groups = append(groups, []call{do("imap_get_quota", "User quota"), do("imap_get_quota", "None"), do("imap_get_quotaroot", "INBOX"),
			do("imap_get_quotaroot", "None"), do("imap_getacl", "INBOX"), do("imap_getacl", "None")})
	}
	for _, group := range groups {
		list = append(list, append([]call{do("imap_open")}, group...)...)
	}
	return list
}

// callsAnswered returns calls on a server that answers every command alike, and on a closed
// connection.
func callsAnswered(reply string) []call {
	const ref = "{127.0.0.1:@PORT/imap/notls}"
	// If PHP asks for one message after the other, or asks again, it reports other errors.
	reading := []call{
		do("imap_status", ref+"INBOX", 31), do("imap_headerinfo", 1), do("imap_fetch_overview", "1"),
		do("imap_fetchheader", 1), do("imap_body", 1), do("imap_fetchbody", 1, "1"), do("imap_fetchstructure", 1), do("imap_bodystruct", 1, "1"),
		do("imap_fetchmime", 1, "1"), do("imap_savebody", "@FILE", 1, "1"), do("imap_uid", 1), do("imap_msgno", 101), do("imap_listscan", ref, "*", "a"), do("imap_get_quota", "User"), do("imap_get_quotaroot", "INBOX"),
		do("imap_getacl", "INBOX"),
	}
	if reply == "no" {
		reading = append(reading, do("imap_sort", 0, false), do("imap_thread"), do("imap_list", ref, "*"), do("imap_lsub", ref, "*"),
			do("imap_getmailboxes", ref, "*"), do("imap_getsubscribed", ref, "*"))
	}
	changing := []call{
		do("imap_ping"), do("imap_check"), do("imap_num_msg"), do("imap_num_recent"), do("imap_is_open"), do("imap_gc", 1),
		do("imap_delete", "1"), do("imap_undelete", "1:2"), do("imap_setflag_full", "1", `\Seen`), do("imap_clearflag_full", "1", `\Seen`),
		do("imap_mail_copy", "1", "Archive"), do("imap_mail_copy", "100", "Archive", 3), do("imap_mail_move", "1", "Archive"),
		do("imap_createmailbox", ref+"New"), do("imap_createmailbox", "{bad"), do("imap_renamemailbox", ref+"New", ref+"Newer"),
		do("imap_renamemailbox", ref+"New", "{bad"), do("imap_deletemailbox", ref+"New"), do("imap_deletemailbox", "{bad"),
		do("imap_subscribe", ref+"New"), do("imap_unsubscribe", ref+"New"), do("imap_subscribe", "{bad"), do("imap_unsubscribe", "{bad"),
		do("imap_set_quota", "User", 100), do("imap_setacl", "INBOX", "ada", "lr"), do("imap_append", ref+"Archive", "Subject: a\r\n\r\nb"),
		do("imap_append", ref+"Archive", "Subject: a\r\n\r\nb", `\Seen \Flagged`, "17-Jul-1996 02:44:25 -0700"),
		do("imap_append", "{bad", "Subject: a\r\n\r\nb"),
		do("imap_expunge"), do("imap_close"),
	}
	list := append([]call{do("imap_open")}, changing...)
	if reply != "ok" { // to all of which OK alone is no answer
		list = append(list, append([]call{do("imap_open")}, reading...)...)
	}
	if reply == "bad" {
		list = append(list, do("imap_close"))
		list = append(list, append(reading, changing...)...)
	}
	return list
}

// callsOfNone returns calls about a mailbox without messages, and without a mailbox.
func callsOfNone(service string) (list []call) {
	ref := "{127.0.0.1:@PORT/" + service + "/notls}"
	opens := []call{do("imap_open")}
	if service == "imap" {
		opens = append(opens, do("imap_open", int(imapcompat.OP_READONLY)), do("imap_open", opHalfOpen))
	}
	for _, opened := range opens {
		list = append(list, opened, do("imap_is_open"), do("imap_check"), do("imap_num_msg"), do("imap_num_recent"), do("imap_headers"), do("imap_mailboxmsginfo"),
			do("imap_status", ref+"INBOX", 31), do("imap_fetch_overview", "1:*"), do("imap_fetch_overview", "1:*", ftUID), do("imap_headerinfo", 1), do("imap_fetchheader", 1), do("imap_fetchheader", 1, ftUID),
			do("imap_body", 1), do("imap_body", 1, ftUID), do("imap_fetchbody", 1, "1"), do("imap_fetchbody", 1, "1", ftUID), do("imap_fetchstructure", 1), do("imap_fetchstructure", 1, ftUID),
			do("imap_fetchmime", 1, "1", ftUID), do("imap_savebody", "@FILE", 1, "1", ftUID), do("imap_bodystruct", 1, "1"), do("imap_uid", 1), do("imap_msgno", 1),
			do("imap_search", "ALL"), do("imap_search", "SUBJECT a", seUID), do("imap_sort", 0, false), do("imap_sort", 3, true, seUID, "SEEN"), do("imap_thread"), do("imap_thread", seUID), do("imap_gc", 7), do("imap_ping"))
	}
	return append(list, do("imap_close", int(imapcompat.CL_EXPUNGE)))
}

// aboutMailbox returns calls about all messages.
func aboutMailbox(ref string) []call {
	list := []call{do("imap_is_open"), do("imap_check"), do("imap_num_msg"), do("imap_num_recent"), do("imap_headers"), do("imap_mailboxmsginfo")}
	for _, flags := range []int{1, 2, 4, 8, 16, 31, 0, 18, 13} {
		list = append(list, do("imap_status", ref+"INBOX", flags), do("imap_status", ref+"Archive", flags))
	}
	return append(list, do("imap_status", ref+"None", 31), do("imap_status", ref+"Alert", 31), do("imap_status", "{bad", 31))
}

// overviews must not precede a group's imap_headerinfo: after PHP's imap_fetch_overview address
// lists are cut.
func overviews() []call {
	return []call{
		do("imap_fetch_overview", "1:*"), do("imap_fetch_overview", "3,1:2,109", ftUID), do("imap_fetch_overview", "1,3:4,26"),
		do("imap_fetch_overview", "100:109", ftUID), do("imap_fetch_overview", "9:8"),
	}
}

// callsOf returns the calls about a message.
func callsOf(service string, num int) []call {
	uid := 97 + 3*num
	if service == "pop3" {
		uid = num
	}
	list := []call{
		do("imap_uid", num), do("imap_msgno", uid), do("imap_headerinfo", num), do("imap_headerinfo", num, 20, 30),
		do("imap_fetchheader", num), do("imap_fetchheader", uid, ftUID|ftInternal), do("imap_fetchstructure", num),
		do("imap_fetchstructure", uid, ftUID), do("imap_body", num, ftPeek), do("imap_fetchbody", num, "", ftPeek), do("imap_fetchbody", num, "0", ftPeek),
		do("imap_savebody", "@FILE", num, "", ftPeek), do("imap_savebody", "@FILE", uid, "1", ftPeek|ftUID), do("imap_savebody", "@FILE", num, "2", ftPeek),
	}
	if num%5 == 0 {
		list = append(list, do("imap_fetchheader", num, ftPrefetch), do("imap_body", uid, ftPeek|ftUID|ftInternal), do("imap_headerinfo", num, 1, 0))
	}
	for _, section := range goldenSections[:6] {
		list = append(list, do("imap_fetchbody", num, section, ftPeek), do("imap_fetchmime", num, section, ftPeek), do("imap_bodystruct", num, section))
	}
	if num%3 == 0 {
		for _, section := range append([]string{"1.0", "2.0", "2.1.1", "x"}, goldenSections[6:]...) {
			list = append(list, do("imap_fetchbody", uid, section, ftPeek|ftUID), do("imap_bodystruct", num, section))
		}
	}
	return list
}

// wrongCalls returns calls that are refused.
func wrongCalls() []call {
	var list []call
	for _, num := range []int{0, -1, 27, 9999} {
		list = append(list, do("imap_uid", num), do("imap_msgno", num), do("imap_headerinfo", num), do("imap_fetchheader", num),
			do("imap_fetchstructure", num), do("imap_bodystruct", num, "1"), do("imap_body", num), do("imap_fetchbody", num, "1"), do("imap_fetchmime", num, "1"),
			do("imap_savebody", "@FILE", num, "1"), do("imap_fetch_overview", fmt.Sprint(num)), do("imap_body", num, ftUID), do("imap_fetchstructure", num, ftUID))
	}
	list = append(list, do("imap_headerinfo", 1, -1), do("imap_headerinfo", 1, 1025), do("imap_headerinfo", 1, 1, 1025), do("imap_headerinfo", 1, 1024, -1),
		do("imap_fetch_overview", "x"), do("imap_fetch_overview", "1,"), do("imap_fetch_overview", "1:x"))
	for _, flags := range []int{2, 4, 8, 16, 64, -1} {
		list = append(list, do("imap_fetchheader", 1, flags), do("imap_body", 1, flags), do("imap_fetchbody", 1, "1", flags), do("imap_fetchmime", 1, "1", flags),
			do("imap_fetchstructure", 1, flags), do("imap_fetch_overview", "1", flags), do("imap_delete", "99", flags),
			do("imap_setflag_full", "99", `\Seen`, flags), do("imap_clearflag_full", "99", `\Seen`, flags), do("imap_gc", flags), do("imap_search", "ALL", flags),
			do("imap_sort", 0, false, flags), do("imap_mail_copy", "1", "", flags))
	}
	return slices.DeleteFunc(list, func(c call) bool { return flagged(c) })
}

// flagged reports whether a call would mark texts as read. These calls come later.
func flagged(c call) bool {
	return len(c.args) > 1 && c.args[0] == 1 && (c.fn == "imap_body" || c.fn == "imap_fetchbody") && c.args[len(c.args)-1] == 8
}

// selecting searches, sorts, threads and lists.
func selecting(ref string) []call {
	var list []call
	for _, criteria := range []string{
		"ALL", "ANSWERED", "DELETED", "FLAGGED", "NEW", "OLD", "RECENT", "SEEN", "UNANSWERED", "UNDELETED", "UNFLAGGED", "UNSEEN", "SEEN FLAGGED",
		"KEYWORD work", "UNKEYWORD $Label1", "SUBJECT re", "SUBJECT \"M\xc3\xbcller\"", "FROM ada", "TO example.org", "CC example", "BCC example", "BODY text", "TEXT subject",
		"BODY {4}\r\ntext", "BEFORE 1-Jan-2024", "ON 17-Jul-2023", "SINCE \"1 Jan 2025\"", "SINCE 1-Jan-2024 BEFORE 1-Jan-2025 SEEN", "NOPE", "", "SUBJECT", "SUBJECT \"a", "BODY nowhere-at-all", "ON x",
	} {
		list = append(list, do("imap_search", criteria), do("imap_search", criteria, seUID))
	}
	list = append(list, do("imap_search", "SUBJECT a", 0, "UTF-8"), do("imap_search", "SUBJECT a", 0, "X-NOPE"))
	for key := -1; key <= 7; key++ {
		for _, reverse := range []bool{false, true} {
			list = append(list, do("imap_sort", key, reverse), do("imap_sort", key, reverse, seUID), do("imap_sort", key, reverse, 0, "SEEN"), do("imap_sort", key, reverse, seUID, "SUBJECT a", "UTF-8"))
		}
	}
	list = append(list, do("imap_sort", 0, false, 0, "NOPE"), do("imap_thread"), do("imap_thread", seUID))
	for _, pattern := range []string{"*", "%", "A*", "none", "INBOX", "A.%", "&AOQ-", ""} {
		for _, fn := range []string{"imap_list", "imap_lsub", "imap_getmailboxes", "imap_getsubscribed"} {
			list = append(list, do(fn, ref, pattern))
		}
	}
	return append(list, do("imap_listscan", ref, "*", "text"), do("imap_list", "{bad", "*"), do("imap_list", ref, "Alert"), do("imap_getmailboxes", ref, "Alert"))
}

// changing returns calls that change the results of others.
func changing(service string) []call {
	uid := func(num int) int {
		if service == "pop3" {
			return num
		}
		return 97 + 3*num
	}
	var list []call
	look := func() {
		list = append(list, do("imap_headers"), do("imap_mailboxmsginfo"), do("imap_fetch_overview", "1:6"), do("imap_headerinfo", 1), do("imap_headerinfo", 7))
	}
	list = append(list, do("imap_body", 1), do("imap_fetchbody", uid(4), "1", ftUID), do("imap_fetchmime", 7, "1"), do("imap_savebody", "@FILE", 8, "1"))
	look()
	list = append(list, do("imap_delete", "1,4"), do("imap_delete", fmt.Sprint(uid(2)), ftUID), do("imap_undelete", "5"), do("imap_undelete", fmt.Sprint(uid(9)), ftUID))
	look()
	list = append(list, do("imap_setflag_full", "1:3", `\Flagged \Answered`), do("imap_setflag_full", fmt.Sprint(uid(5)), `\Draft`, ftUID),
		do("imap_clearflag_full", "2", `\Seen`), do("imap_clearflag_full", fmt.Sprint(uid(3)), `\Flagged`, ftUID))
	look()
	return append(list, do("imap_check"), do("imap_ping"), do("imap_gc", 7), do("imap_fetch_overview", "1:*", ftUID), do("imap_headers"))
}

// plainCalls returns calls of functions without a connection.
func plainCalls(t *testing.T, messages []string) []byte {
	t.Helper()
	w := newWorker(t)
	var list []golden.Call
	add := func(fn string, args ...any) {
		asked := make([]any, len(args))
		for i, arg := range args {
			asked[i] = php.Bytes(arg.(string))
		}
		a, err := w.CallErrors(fn, asked...)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, goldenCall(do(fn, args...), a, 0))
	}
	for _, text := range messages {
		header, body, _ := strings.Cut(text, "\r\n\r\n")
		add("imap_rfc822_parse_headers", header+"\r\n\r\n", "example.test")
		for _, field := range addressField.FindAllStringSubmatch(header, -1) {
			add("imap_rfc822_parse_adrlist", field[1], "example.test")
		}
		for _, field := range headerField.FindAllStringSubmatch(header, -1) {
			if strings.Contains(field[1], "=?") {
				add("imap_utf8", field[1])
				add("imap_mime_header_decode", field[1])
			}
		}
		for _, fn := range []string{"imap_base64", "imap_binary", "imap_qprint", "imap_8bit", "imap_utf7_encode", "imap_utf7_decode"} {
			add(fn, body[:min(len(body), 200)])
		}
	}
	for _, words := range []string{"=?utf-8?Q?a=C3=A4_b?=", "=?iso-2022-jp*ja?b?GyRCNEE7eg==?= =?a?q?b?=\r\n =?c", "x =?utf-8?Q?a b?= =?utf-8?X?a?= =?u tf-8?Q?a?= =?(utf-8?Q?a?="} {
		for end := range len(words) + 1 {
			add("imap_utf8", words[:end])
			add("imap_mime_header_decode", words[:end])
		}
	}
	r := rand.New(rand.NewPCG(11, 0))
	for number := range 80 {
		address, words := generate.Addresses(11, number), generate.Words(11, number)
		if number%2 == 0 {
			address, words = mutate.Mutate(r, address, nil), mutate.Mutate(r, words, nil)
		}
		if len(address) < 500 {
			add("imap_rfc822_parse_adrlist", string(address), "example.test")
		}
		if len(words) < 500 {
			add("imap_utf8", string(words))
			add("imap_mime_header_decode", string(words))
		}
	}
	for _, personal := range []string{"", "Ada", "A. Lovelace", `a"b`, "\xe4"} {
		add("imap_rfc822_write_address", "ada", "example.org", personal)
		add("imap_rfc822_write_address", "a b", "", personal)
	}
	return goldenLines(t, list)
}
