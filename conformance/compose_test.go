package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/php"
)

// composeCases is the number of random messages.
const composeCases = 10000

func TestMailCompose(t *testing.T) {
	w := newWorker(t)
	r := composeRandom{rand.New(rand.NewPCG(1, 2))}
	for i := range composeCases {
		envelope := r.envelope()
		var bodies []imapcompat.ComposeBody
		for range []int{1, 1, 2, 3, 4}[r.IntN(5)] {
			bodies = append(bodies, r.body())
		}
		name := fmt.Sprintf("local/imap_mail_compose/%d", i)
		comparePHP(t, w, name, envelope, bodies)
	}
	comparePHP(t, w, "local/imap_mail_compose/none", imapcompat.ComposeEnvelope{}, nil)
	comparePHP(t, w, "local/imap_mail_compose/dies", imapcompat.ComposeEnvelope{}, []imapcompat.ComposeBody{{
		Type: imapcompat.TYPEMESSAGE, Encoding: imapcompat.ENCBASE64,
	}})
}

// comparePHP compares a message with PHP's. If PHP crashes, ours must be an error.
func comparePHP(t *testing.T, w *php.Worker, name string, e imapcompat.ComposeEnvelope, bodies []imapcompat.ComposeBody) {
	t.Helper()
	want, err := w.CallErrors("imap_mail_compose", phpEnvelope(e), phpBodies(bodies))
	var crash *php.CrashError
	if errors.As(err, &crash) {
		if got, _, err := imapcompat.MailCompose(e, bodies); err == nil {
			t.Errorf("%s: %v, and we write %q", name, crash, got)
		}
		return
	} else if err != nil {
		t.Fatal(err)
	}
	compare(t, name, sameBoundary(ofPHP(want).String()), sameBoundary(ofCompose(e, bodies)))
}

func ofCompose(envelope imapcompat.ComposeEnvelope, bodies []imapcompat.ComposeBody) string {
	got, notices, err := imapcompat.MailCompose(envelope, bodies)
	o := ofLibrary(got, err, "false")
	var e *imapcompat.Error
	if errors.As(err, &e) {
		notices = e.Errors
		if o.exception == "" {
			o.warnings = []string{e.Func + "(): " + e.Text}
		}
	}
	o.errors = stack(notices)
	return o.String()
}

// newBoundary matches a boundary that PHP or the library generated.
var newBoundary = regexp.MustCompile(`\d+-\d+-\d+=:\d+`)

func sameBoundary(s string) string { return newBoundary.ReplaceAllString(s, "BOUNDARY") }

// phpArray is a PHP array, in order.
type phpArray []phpElement

type phpElement struct {
	key   string
	value any
}

func (a phpArray) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, e := range a {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(php.Bytes(e.key))
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(e.value)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%s:%s", key, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (a *phpArray) text(key, value string) {
	switch value {
	case "":
	case imapcompat.ComposeEmpty:
		*a = append(*a, phpElement{key, ""})
	default:
		*a = append(*a, phpElement{key, php.Bytes(value)})
	}
}

func (a *phpArray) parameters(key string, params []imapcompat.Parameter) {
	if params == nil {
		return
	}
	var list phpArray
	for _, p := range params {
		list = append(list, phpElement{p.Attribute, php.Bytes(p.Value)})
	}
	*a = append(*a, phpElement{key, list})
}

func phpEnvelope(e imapcompat.ComposeEnvelope) phpArray {
	var a phpArray
	a.text("remail", e.Remail)
	a.text("return_path", e.ReturnPath)
	a.text("date", e.Date)
	a.text("from", e.From)
	a.text("reply_to", e.ReplyTo)
	a.text("in_reply_to", e.InReplyTo)
	a.text("subject", e.Subject)
	a.text("to", e.To)
	a.text("cc", e.Cc)
	a.text("bcc", e.Bcc)
	a.text("message_id", e.MessageID)
	if e.CustomHeaders != nil {
		custom := make([]php.Bytes, len(e.CustomHeaders))
		for i, field := range e.CustomHeaders {
			custom[i] = php.Bytes(field)
		}
		a = append(a, phpElement{"custom_headers", custom})
	}
	return a
}

func phpBodies(bodies []imapcompat.ComposeBody) []phpArray {
	list := []phpArray{}
	for _, b := range bodies {
		a := phpArray{{"type", int(b.Type)}, {"encoding", int(b.Encoding)}}
		a.text("charset", b.Charset)
		a.parameters("type.parameters", b.TypeParameters)
		a.text("subtype", b.Subtype)
		a.text("id", b.ID)
		a.text("description", b.Description)
		a.text("disposition.type", b.DispositionType)
		a.parameters("disposition", b.Disposition)
		a = append(a, phpElement{"contents.data", php.Bytes(b.ContentsData)})
		a.text("md5", b.MD5)
		list = append(list, a)
	}
	return list
}

// composeRandom generates messages. Line breaks that PHP refuses are rare, so that most
// messages are written.
type composeRandom struct{ *rand.Rand }

// text often returns "".
func (r composeRandom) text(samples ...string) string {
	switch n := r.IntN(100); {
	case n < 50:
		return ""
	case n < 54:
		return imapcompat.ComposeEmpty
	case n < 60:
		return r.noise(12)
	default:
		return samples[r.IntN(len(samples))]
	}
}

var noiseBytes = []string{
	"a", "B", "0", " ", "\t", "\r\n ", "\n\t", "\r ", "=", "?", "/", ".", "..", ",", ";", ":", `"`, `\`, "<", ">", "@", "(", ")",
	"[", "]", "\x00", "\x01", "\x1b$B", "\x7f", "\x80", "\xff", "ä", "--", "%s",
}

func (r composeRandom) noise(n int) string {
	var b strings.Builder
	for range r.IntN(n) {
		b.WriteString(noiseBytes[r.IntN(len(noiseBytes))])
	}
	if r.IntN(40) == 0 {
		b.WriteString([]string{"\r", "\n", "\r\n", "\r\nX: y", "\n\n", "\r\n\r\n", "\n\r "}[r.IntN(7)])
	}
	return b.String()
}

func (r composeRandom) addresses() string {
	samples := []string{
		"ada@example.org", "ada", "Ada <ada@example.org>", `"A. D." <ada@example.org>`, "g: a@example.org, b@example.org;", "g:;",
		"@a.test,@b.test:c@example.org", "<@a.test:c@example.org>", "x@[192.0.2.1]", `"a b"@example.org`, "a@b@c", "<a@b", "(c) d@e.test",
		"A very long display name that fills the line by itself and more <long@example.org>", "=?utf-8?Q?=C3=84?= <ae@example.org>", "@", ",",
	}
	var list []string
	for range r.IntN(5) {
		list = append(list, samples[r.IntN(len(samples))])
	}
	text := r.text(strings.Join(list, ", "), strings.Join(list, ","), strings.Join(list, " , ")+"\r\n")
	return text
}

func (r composeRandom) envelope() imapcompat.ComposeEnvelope {
	e := imapcompat.ComposeEnvelope{
		ReturnPath: r.addresses(),
		Date:       r.text("Mon, 2 Mar 2026 10:00:00 +0100", "now"),
		From:       r.addresses(),
		ReplyTo:    r.addresses(),
		InReplyTo:  r.text("<1@example.org>"),
		Subject:    r.text("Hello", "=?utf-8?B?w6Q=?=", "folded\r\n line", "folded\n\tline", "broken\nline"),
		To:         r.addresses(),
		Cc:         r.addresses(),
		Bcc:        r.addresses(),
		MessageID:  r.text("<2@example.org>"),
	}
	if r.IntN(10) == 0 {
		e.Remail = r.text("X-Old: 1", "X-Old: 1\r\n b", "X-Old: 1\r\n bc", "\r\n a", "X-Old: 1\r\n\tbcd")
	}
	for range r.IntN(8) - 4 {
		e.CustomHeaders = append(e.CustomHeaders, r.text("X-A: 1", "X-B: two", "X-C: three\r\n four"))
	}
	return e
}

func (r composeRandom) parameters() []imapcompat.Parameter {
	keys := []string{"BOUNDARY", "boundary", "CHARSET", "name", "FILENAME", "a b", "x;y", "", "é", "a\r\n b"}
	var list []imapcompat.Parameter
	for _, i := range r.Perm(len(keys))[:max(0, r.IntN(9)-5)] {
		value := r.text("x", "a b", "a/b", `a"b`, "utf-8", "=_1")
		list = append(list, imapcompat.Parameter{Attribute: keys[i], Value: value})
	}
	if r.IntN(60) == 0 {
		list = append(list, imapcompat.Parameter{Attribute: "in\nject", Value: "x"})
	}
	return list
}

func (r composeRandom) body() imapcompat.ComposeBody {
	b := imapcompat.ComposeBody{
		Type:            imapcompat.BodyType([]int{0, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 99, -1}[r.IntN(14)]),
		Encoding:        imapcompat.BodyEncoding([]int{0, 1, 1, 2, 2, 3, 4, 5, 99, -1}[r.IntN(10)]),
		Charset:         r.text("utf-8", "iso-8859-1", "a b"),
		TypeParameters:  r.parameters(),
		Subtype:         r.text("plain", "HTML", "RFC822", "rfc822", "x/y"),
		ID:              r.text("<3@example.org>"),
		Description:     r.text("a picture", "folded\r\n text"),
		DispositionType: r.text("attachment", "inline"),
		Disposition:     r.parameters(),
		MD5:             r.text("Q2hlY2sgSW50ZWdyaXR5IQ=="),
	}
	switch r.IntN(4) {
	case 0:
		b.ContentsData = r.noise(300)
	case 1:
		random := make([]byte, r.IntN(200))
		for i := range random {
			random[i] = byte(r.Uint32())
		}
		b.ContentsData = string(random)
	case 2:
		b.ContentsData = r.text("line\r\nline\r\n", "line \r\n\r\n.\r\n", "line\n", " \r", strings.Repeat("long ", 50), "--=_1--\r\n")
	}
	if b.Type == imapcompat.TYPEMESSAGE && b.Encoding > imapcompat.ENCBINARY {
		b.Encoding = imapcompat.ENC7BIT // PHP dies of it
	}
	return b
}
