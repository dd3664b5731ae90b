package readable_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/readable"
)

// both runs a test with the message of a text, over IMAP and over POP3.
func both(t *testing.T, text string, test func(t *testing.T, msg *readable.Message)) {
	t.Helper()
	srv := imaptest.NewServer(t, text)
	for name, mailbox := range map[string]string{"IMAP": srv.IMAP(), "POP3": srv.POP3()} {
		t.Run(name, func(t *testing.T) {
			mbox, err := imapcompat.Open(mailbox, srv.User, srv.Password)
			must(t, err)
			defer mbox.Close()
			msg, err := readable.Open(mbox, 1, imapcompat.FT_PEEK)
			must(t, err)
			test(t, msg)
		})
	}
}

// multipart returns a message with parts.
func multipart(subtype string, parts ...string) string {
	boundary := "b-" + strings.ToLower(strings.Fields(subtype)[0])
	return "MIME-Version: 1.0\nContent-Type: multipart/" + subtype + "; boundary=\"" + boundary + "\"\n\n--" + boundary + "\n" +
		strings.Join(parts, "\n--"+boundary+"\n") + "\n--" + boundary + "--\n"
}

const (
	plain   = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGrüße\n"
	html    = "Content-Type: text/html; charset=utf-8\n\n<p>Hello <b>world</b></p>\n"
	picture = "Content-Type: image/png; name=\"logo.png\"\nContent-ID: <logo@example.org>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
	pdf     = "Content-Type: application/pdf\nContent-Disposition: attachment; filename*=utf-8''%C3%9Cbersicht%2F.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0x\nLjQK\n"
	uu      = "begin 644 hello.txt\n,2&5L;&\\@=V]R;&0A\n`\nend\n"
)

// A textCase is a message, its text, and its files as "name type section content".
type textCase struct {
	name, message, text string
	files               []string
	doubts              []readable.DoubtKind
}

var textCases = []textCase{
	{name: "plain", message: plain, text: "Grüße"},
	{name: "no MIME", message: "Subject: hi\n\nHello\n", text: "Hello"},
	{name: "empty", message: "Subject: hi\n\n"},
	{name: "HTML", message: html, text: "Hello world"},
	{name: "alternative", message: multipart("alternative", plain, html), text: "Grüße"},
	{name: "alternative without plain text", message: multipart("alternative", "Content-Type: text/plain\n\n \n\u00a0\n", html), text: "Hello world"},
	{name: "alternative with a mixed one", message: multipart("alternative", plain, multipart("mixed", html, pdf)), text: "Grüße",
		files: []string{"Übersicht/.pdf application/pdf 2.2 %PDF-1.4\n"}},
	{name: "alternative whose plain text has a file", message: multipart("alternative", multipart("mixed", plain, pdf), html), text: "Grüße",
		files: []string{"Übersicht/.pdf application/pdf 1.2 %PDF-1.4\n"}},
	{name: "alternative of files", message: multipart("alternative", multipart("mixed", pdf), html), text: "Hello world",
		files: []string{"Übersicht/.pdf application/pdf 1.1 %PDF-1.4\n"}},
	{name: "mixed", message: multipart("mixed", plain, html, pdf, "Content-Type: text/plain\n\nfooter\n"), text: "Grüße\n\nHello world\n\nfooter",
		files: []string{"Übersicht/.pdf application/pdf 3 %PDF-1.4\n"}},
	{name: "related", message: multipart("related", html, picture), text: "Hello world",
		files: []string{"logo.png image/png 2 \x89PNG\r\n\x1a\n"}},
	{name: "related with start", message: multipart("related; start=\"<root@example.org>\"", picture, "Content-ID: <root@example.org>\n"+plain), text: "Grüße",
		files: []string{"logo.png image/png 1 \x89PNG\r\n\x1a\n"}},
	{name: "related with start behind another text", message: multipart("related; start=\"<root@example.org>\"", html, "Content-ID: <root@example.org>\n"+plain), text: "Grüße"},
	{name: "related without its start", message: multipart("related; start=\"<other@example.org>\"", html, plain), text: "Hello world"},
	{name: "text as attachment", message: multipart("mixed", plain, "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nfile\n"), text: "Grüße",
		files: []string{"a.txt text/plain 2 file\r\n"}},
	{name: "named text", message: multipart("mixed", "Content-Type: text/plain; name=body.txt\n\nHello\n", "Content-Type: text/plain; name=b.txt\n\nfile\n"), text: "Hello",
		files: []string{"b.txt text/plain 2 file\r\n"}},
	{name: "only an attachment", message: "Content-Type: text/csv\nContent-Disposition: attachment; filename=a.csv\n\n1,2\n", text: "",
		files: []string{"a.csv text/csv 1 1,2\r\n"}},
	{name: "signed with S/MIME", message: multipart("signed; protocol=\"application/pkcs7-signature\"", plain, "Content-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\n\nMIIB\n"), text: "Grüße"},
	{name: "signed with S/MIME, opaque", message: "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\n\nx\n",
		files: []string{"smime.p7m application/pkcs7-mime 1 x\r\n"}, doubts: []readable.DoubtKind{readable.DoubtFormat}},
	{name: "encrypted with S/MIME", message: "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nx\n",
		files: []string{"smime.p7m application/pkcs7-mime 1 x\r\n"}, doubts: []readable.DoubtKind{readable.DoubtEncrypted}},
	{name: "encrypted with PGP", message: multipart("encrypted; protocol=\"application/pgp-encrypted\"", "Content-Type: application/pgp-encrypted\n\nVersion: 1\n", "Content-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n"),
		files: []string{"encrypted.asc application/octet-stream 2 -----BEGIN PGP MESSAGE-----\r\n"}, doubts: []readable.DoubtKind{readable.DoubtEncrypted}},
	{name: "signed within the text", message: "Subject: hi\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- -- \nAda\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n", text: "Hello\n-- \nAda"},
	{name: "signed and cut off", message: "Subject: hi\n\n-----BEGIN PGP SIGNED MESSAGE-----\n\nHello\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n", text: "Hello\n-----BEGIN PGP SIGNATURE-----\n\niQEz"},
	{name: "encrypted within the text", message: "Subject: hi\n\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n", text: "-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----", doubts: []readable.DoubtKind{readable.DoubtEncrypted}},
	{name: "flowed", message: "Content-Type: text/plain; format=flowed\n\nHello \nworld\n> quoted \n> too\n", text: "Hello world\n> quoted too"},
	{name: "uuencode in a text", message: "Subject: hi\n\nHello\n\n" + uu + "\nBye\n", text: "Hello\n\n\nBye",
		files: []string{"hello.txt application/octet-stream 1 Hello world!"}},
	{name: "two files in uuencode", message: "Subject: hi\n\n" + uu + strings.Replace(uu, "hello", "../b", 1),
		files: []string{"hello.txt application/octet-stream 1 Hello world!", "../b.txt application/octet-stream 1 Hello world!"}},
	{name: "the word begin", message: "Subject: hi\n\nbegin 644 reading here\nand go on\nend\n", text: "begin 644 reading here\nand go on\nend"},
	{name: "encoding x-uuencode", message: multipart("mixed", plain, "Content-Type: application/octet-stream; name=hello.txt\nContent-Transfer-Encoding: x-uuencode\n\n"+uu), text: "Grüße",
		files: []string{"hello.txt application/octet-stream 2 Hello world!"}},
	{name: "broken base64", message: multipart("mixed", plain, "Content-Type: application/x-a; name=a.bin\nContent-Transfer-Encoding: base64\n\nSGVs!bG8\n"), text: "Grüße",
		files: []string{"a.bin application/x-a 2 Hello"}},
	{name: "a media type of one's own", message: multipart("mixed", plain, "Content-Type: chemical/x-pdb; name=m.pdb\n\natoms\n"), text: "Grüße",
		files: []string{"m.pdb chemical/x-pdb 2 atoms\r\n"}},
	{name: "a name without a value", message: multipart("mixed", plain, "Content-Type: image/gif; name=\nContent-Disposition: attachment\n\nGIF\n"), text: "Grüße",
		files: []string{" image/gif 2 GIF\r\n"}},
	{name: "a boundary that is wrong", message: strings.Replace(multipart("mixed", "Content-Type: text/plain\n\nHello\n"), "\"b-mixed\"", "\"other\"", 1),
		text: "--b-mixed\nContent-Type: text/plain\n\nHello\n\n--b-mixed--", doubts: []readable.DoubtKind{readable.DoubtLostParts}},
	{name: "digest", message: multipart("mixed", plain, multipart("digest", "Content-Type: message/rfc822\n\nSubject: one\n\nfirst\n", "Content-Type: message/rfc822\n\nSubject: two\n\nsecond\n")), text: "Grüße",
		files: []string{" message/rfc822 2.1 Subject: one\r\n\r\nfirst\r\n", " message/rfc822 2.2 Subject: two\r\n\r\nsecond\r\n"}},
	{name: "report", message: multipart("report; report-type=delivery-status", plain, "Content-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n"), text: "Grüße",
		files: []string{" message/delivery-status 2 Reporting-MTA: dns; a.example\r\n"}},
	{name: "quoted-printable in KOI8-R", message: "Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: quoted-printable\n\n=F0=D2=C9=D7=C5=D4\n", text: "Привет"},
}

func TestText(t *testing.T) {
	for _, test := range textCases {
		t.Run(test.name, func(t *testing.T) {
			both(t, test.message, func(t *testing.T, msg *readable.Message) {
				text, doubts, err := msg.Text()
				must(t, err)
				if text != test.text {
					t.Errorf("text %q, want %q", text, test.text)
				}
				for _, kind := range test.doubts {
					if !doubts.Has(kind) {
						t.Errorf("doubts are %v, want %s", doubts, kind)
					}
				}
				var files []string
				for file, err := range msg.Attachments() {
					must(t, err)
					var content bytes.Buffer
					_, err := file.WriteTo(&content)
					must(t, err)
					files = append(files, fmt.Sprintf("%s %s %s %s", file.Name, file.Type, file.Section, content.String()))
				}
				trim := func(list []string) (out []string) {
					for _, s := range list {
						out = append(out, strings.TrimRight(s, "\r\n"))
					}
					return out
				}
				if !slices.Equal(trim(files), trim(test.files)) {
					t.Errorf("files\n%q, want\n%q", files, test.files)
				}
			})
		})
	}
}

// The parts of messages in messages are read by their numbers in the whole message.
func TestNestedMessages(t *testing.T) {
	inner := multipart("parallel", plain, pdf)
	text := multipart("mixed", "Content-Type: text/plain\n\nForwarded:\n",
		"Content-Type: message/rfc822\n\nSubject: inner\nMessage-ID: <1@example.org>\n"+inner,
		"Content-Type: message/rfc822\n\nSubject: simple\n\nHello\n")
	both(t, text, func(t *testing.T, msg *readable.Message) {
		nested := slices.Collect(msg.Messages())
		if len(nested) != 2 || nested[0].Section != "2" || nested[1].Section != "3" {
			t.Fatalf("messages %v", nested)
		}
		header, _, err := nested[0].Header()
		must(t, err)
		if readable.Field(header, "Message-ID") != "<1@example.org>" {
			t.Errorf("header %q", header)
		}
		for i, want := range []string{"Grüße", "Hello"} {
			if text, _, err := nested[i].Text(); text != want || err != nil {
				t.Errorf("text %q, %v, want %q", text, err, want)
			}
		}
		for file, err := range nested[0].Attachments() {
			must(t, err)
			if file.Section != "2.2" || file.SafeName != "_.pdf" {
				t.Errorf("file %s %q", file.Section, file.SafeName)
			}
			var content strings.Builder
			if _, err := file.WriteTo(&content); err != nil || content.String() != "%PDF-1.4\n" {
				t.Errorf("content %q, %v", content.String(), err)
			}
		}
		for file, err := range msg.Attachments() {
			must(t, err)
			if file.Type == "message/rfc822" && file.Message() == nil {
				t.Errorf("section %s is no message", file.Section)
			}
		}
	})
}

// Each part has its text by its number, wherever it is.
func TestPartText(t *testing.T) {
	both(t, multipart("mixed", multipart("alternative", plain, html), "Content-Type: message/rfc822\n\nSubject: inner\n\nHello\n", pdf,
		"Content-Type: message/delivery-status\n\nReporting-MTA: dns; a.example\n"), func(t *testing.T, msg *readable.Message) {
		for section, want := range map[string]string{
			"1.1": "Grüße", "1.2": "Hello world", "2": "", "3": "", "4": "Reporting-MTA: dns; a.example", "1": "", "9": "", "": "",
		} {
			if text, doubts, err := msg.PartText(section); text != want || len(doubts) > 0 || err != nil {
				t.Errorf("section %q: %q, %v, %v, want %q", section, text, doubts, err, want)
			}
		}
		for nested := range msg.Messages() {
			if text, _, err := nested.PartText("2.1"); text != "Hello" || err != nil {
				t.Errorf("section 2.1: %q, %v", text, err)
			}
		}
	})
}

func TestByContentID(t *testing.T) {
	both(t, multipart("related", html, picture), func(t *testing.T, msg *readable.Message) {
		for _, id := range []string{"logo@example.org", "<logo@example.org>", "cid:logo@example.org", "CID:logo%40example.org", "cid:LOGO@example.org"} {
			file, err := msg.ByContentID(id)
			must(t, err)
			if file == nil || file.Section != "2" || file.ContentID != "logo@example.org" || file.Disposition != "inline" {
				t.Errorf("%q is %+v", id, file)
			}
		}
		for _, id := range []string{"", "cid:", "other@example.org"} {
			if file, err := msg.ByContentID(id); file != nil || err != nil {
				t.Errorf("%q is %+v, %v", id, file, err)
			}
		}
		markup, _, err := msg.HTML()
		must(t, err)
		if !strings.Contains(markup, "<b>world</b>") {
			t.Errorf("HTML %q", markup)
		}
	})
}

func TestProtections(t *testing.T) {
	for _, test := range []struct{ message, want string }{
		{plain, "[]"},
		{multipart("signed", plain, "Content-Type: application/pkcs7-signature\n\nx\n"), "[{2 S/MIME true false false}]"},
		{multipart("signed", plain, "Content-Type: application/pgp-signature\n\nx\n"), "[{2 PGP true false false}]"},
		{multipart("encrypted", "Content-Type: application/pgp-encrypted\n\nVersion: 1\n", "Content-Type: application/octet-stream\n\nx\n"), "[{1 PGP false true false}]"},
		{"Content-Type: application/pkcs7-mime; smime-type=signed-data\n\nx\n", "[{1 S/MIME true false false}]"},
		{"Content-Type: application/x-pkcs7-mime; smime-type=enveloped-data\n\nx\n", "[{1 S/MIME false true false}]"},
		{"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nx\n", "[{1 S/MIME false false false}]"},
		{"Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\n\nHello\n-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n", "[{1 PGP true false true}]"},
		{"Subject: x\n\n-----BEGIN PGP MESSAGE-----\n", "[{1 PGP false true true}]"},
	} {
		both(t, test.message, func(t *testing.T, msg *readable.Message) {
			list, err := msg.Protections()
			must(t, err)
			if got := fmt.Sprint(list); got != test.want {
				t.Errorf("%q: %s, want %s", test.message, got, test.want)
			}
		})
	}
}

// While a file is read the connection is free, on both protocols, also for the same message. No
// temporary file stays.
func TestOpenAttachment(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("TMP", temporary) // Windows
	content := strings.Repeat("0123456789abcdef\r\n", 1<<17)
	large := multipart("mixed", plain, "Content-Type: application/octet-stream\n\n"+strings.ReplaceAll(content, "\r\n", "\n"))
	both(t, large, func(t *testing.T, msg *readable.Message) {
		for file, err := range msg.Attachments() {
			must(t, err)
			for range 2 {
				r, err := file.Open()
				must(t, err)
				head := make([]byte, 100)
				if _, err := io.ReadFull(r, head); err != nil {
					t.Error(err)
				}
				if text, _, err := msg.Text(); text != "Grüße" || err != nil {
					t.Errorf("text %q, %v", text, err)
				}
				if rest, err := io.ReadAll(r); string(head)+string(rest) != content || err != nil {
					t.Errorf("%d octets, %v", len(rest), err)
				}
				must(t, r.Close())
				must(t, r.Close())
				if _, err := r.Read(make([]byte, 1)); err == nil {
					t.Error("a closed reader reads")
				}
			}
			if n, err := file.WriteTo(io.Discard); n != int64(len(content)) || err != nil {
				t.Errorf("%d octets, %v", n, err)
			}
		}
	})
	left, err := os.ReadDir(temporary)
	must(t, err)
	if len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// A header that is too long is cut between characters, and stays as it stands otherwise.
func TestLongHeader(t *testing.T) {
	for _, test := range []struct{ name, begin, end, kept string }{
		{"Latin-1", "Subject: caf\xe9 ", "a\xe9", "a"},
		{"UTF-8", "Subject: café ", "é", ""},
		{"octets that go on nothing", "Subject: ", "\x80\x80\x80\x80\x80", "\x80"},
	} {
		begin := test.begin + strings.Repeat("x", 1<<20-1-len(test.begin))
		box := partMailbox(imapcompat.TYPETEXT, "PLAIN", "")
		box.sections["0"] = begin + test.end
		msg, err := readable.Open(box, 1)
		must(t, err)
		if header, _, err := msg.Header(); header != begin+test.kept || err != nil {
			t.Errorf("%s: %q … %q, %v", test.name, header[:20], header[len(header)-5:], err)
		}
	}
}

// A text has what is no attachment: the files after the first 100 in uuencode.
func TestManyFilesInText(t *testing.T) {
	both(t, "Subject: hi\n\n"+strings.Repeat(uu, 102), func(t *testing.T, msg *readable.Message) {
		files := 0
		for _, err := range msg.Attachments() {
			must(t, err)
			files++
		}
		text, _, err := msg.Text()
		if files != 100 || text != strings.TrimRight(strings.Repeat(uu, 2), "\n") || err != nil {
			t.Errorf("%d files, text %q, %v", files, text, err)
		}
	})
}

// A writer that fails ends WriteTo, and leaves the connection usable.
func TestWriteToFails(t *testing.T) {
	large := multipart("mixed", plain, "Content-Type: application/octet-stream\n\n"+strings.Repeat("0123456789abcdef\n", 1<<17))
	both(t, large, func(t *testing.T, msg *readable.Message) {
		for file, err := range msg.Attachments() {
			must(t, err)
			r, w := io.Pipe()
			r.Close()
			if _, err := file.WriteTo(w); !errors.Is(err, io.ErrClosedPipe) {
				t.Errorf("%v", err)
			}
			if n, err := file.WriteTo(io.Discard); n != 18<<17 || err != nil {
				t.Errorf("%d octets, %v", n, err)
			}
		}
	})
}

// A disk that takes nothing is an error of Open, and the connection goes on.
func TestOpenAttachmentWithoutDisk(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "no such"))
	t.Setenv("TMP", filepath.Join(t.TempDir(), "no such"))
	large := multipart("mixed", plain, "Content-Type: application/octet-stream\n\n"+strings.Repeat("0123456789abcdef\n", 1<<17))
	both(t, large, func(t *testing.T, msg *readable.Message) {
		for file, err := range msg.Attachments() {
			must(t, err)
			if _, err := file.Open(); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%v", err)
			}
		}
		if text, _, err := msg.Text(); text != "Grüße" || err != nil {
			t.Errorf("text %q, %v", text, err)
		}
	})
}

// fakeMailbox is a mailbox with one message.
type fakeMailbox struct {
	structure *imapcompat.Structure
	sections  map[string]string
	errors    map[string]error
}

func (f *fakeMailbox) FetchStructure(int, ...imapcompat.FetchFlag) (*imapcompat.Structure, error) {
	return f.structure, f.errors["structure"]
}

func (f *fakeMailbox) FetchBody(_ int, section string, _ ...imapcompat.FetchFlag) (string, error) {
	return f.sections[section], f.errors[section]
}

func (f *fakeMailbox) FetchMIME(_ int, section string, _ ...imapcompat.FetchFlag) (string, error) {
	return f.sections[section+".MIME"], f.errors[section+".MIME"]
}

func (f *fakeMailbox) SaveBody(w io.Writer, num int, section string, _ ...imapcompat.FetchFlag) error {
	// Without its other methods, a reader is copied in pieces.
	pieces := struct{ io.Reader }{strings.NewReader(f.sections[section])}
	if _, err := io.CopyBuffer(w, pieces, make([]byte, 4096)); err != nil {
		return err
	}
	return f.errors[section]
}

// What the server refuses is a doubt in a text, and an error of a file. An error of the
// connection comes back from everything.
func TestRefused(t *testing.T) {
	refused := &imapcompat.Error{Text: "no", Err: imapcompat.ErrRefused}
	lost := &imapcompat.Error{Text: "gone", Err: imapcompat.ErrConnectionLost}
	text := &imapcompat.Structure{Type: imapcompat.TYPETEXT, Subtype: "PLAIN", Bytes: 5}
	file := &imapcompat.Structure{Type: imapcompat.TYPEIMAGE, Subtype: "PNG", Bytes: 5}
	other := *text
	structure := &imapcompat.Structure{Type: imapcompat.TYPEMULTIPART, Subtype: "MIXED", Parts: []*imapcompat.Structure{text, nil, &other, file}}
	for _, test := range []struct {
		err  error
		fail bool
	}{{refused, false}, {lost, true}, {errors.New("else"), true}, {imapcompat.ErrProtocol, false}, {imapcompat.ErrBadMessageNumber, true}, {errors.Join(imapcompat.ErrRefused, imapcompat.ErrTemporary), true}} {
		box := &fakeMailbox{structure, map[string]string{"3": "Hello"}, map[string]error{"1": test.err, "0": test.err, "4": test.err}}
		msg, err := readable.Open(box, 1)
		must(t, err)
		got, doubts, err := msg.Text()
		if test.fail {
			if !errors.Is(err, test.err) {
				t.Errorf("Text: %v, want %v", err, test.err)
			}
		} else if got != "Hello" || err != nil || !doubts.Has(readable.DoubtNotSent) {
			t.Errorf("Text: %q, %v, %v", got, doubts, err)
		}
		if c, err := msg.Classify(); test.fail != (err != nil) || !test.fail && c.Kind != readable.KindNormal {
			t.Errorf("Classify: %v, %v", c, err)
		}
		if test.fail {
			continue // the texts may have files
		}
		for file, err := range msg.Attachments() {
			must(t, err)
			if _, err := file.WriteTo(io.Discard); !errors.Is(err, test.err) {
				t.Errorf("WriteTo: %v, want %v", err, test.err)
			}
		}
	}
	if _, err := readable.Open(&fakeMailbox{errors: map[string]error{"structure": lost}}, 1); !errors.Is(err, lost) {
		t.Errorf("Open: %v", err)
	}
}

// On a server that refuses a part the text has the others, and a connection that is lost is an
// error of every call.
func TestRefusedByServer(t *testing.T) {
	srv := imaptest.NewServer(t, multipart("mixed", plain, html, pdf))
	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
	must(t, err)
	defer mbox.Close()
	msg, err := readable.Open(mbox, 1, imapcompat.FT_PEEK)
	must(t, err)
	srv.Refuse("FETCH", 1, "[NOPERM] not this one")
	text, doubts, err := msg.Text()
	if text != "Hello world" || !doubts.Has(readable.DoubtNotSent) || err != nil {
		t.Errorf("text %q, %v, %v", text, doubts, err)
	}
	srv.DropConnections()
	for file, err := range msg.Attachments() {
		if err == nil {
			_, err = file.WriteTo(io.Discard)
		}
		if !errors.Is(err, imapcompat.ErrConnectionLost) {
			t.Errorf("attachments of a lost connection: %v", err)
		}
		break
	}
	if _, err := msg.Classify(); !errors.Is(err, imapcompat.ErrConnectionLost) {
		t.Errorf("kind over a lost connection: %v", err)
	}
}

// A text that is too long is cut.
func TestMaxText(t *testing.T) {
	long := strings.Repeat("x", readable.MaxText+10)
	text := &imapcompat.Structure{Type: imapcompat.TYPETEXT, Subtype: "PLAIN", Bytes: len(long)}
	for _, size := range []int{len(long), 10} { // the server may understate it
		text.Bytes = size
		msg, err := readable.Open(&fakeMailbox{structure: text, sections: map[string]string{"1": long}}, 1)
		must(t, err)
		got, doubts, err := msg.Text()
		if len(got) != readable.MaxText || !doubts.Has(readable.DoubtCut) || err != nil {
			t.Errorf("%d octets, %v, %v", len(got), doubts, err)
		}
	}
}

// partMailbox is a mailbox whose message has one part.
func partMailbox(mediaType imapcompat.BodyType, subtype, text string) *fakeMailbox {
	structure := &imapcompat.Structure{Type: mediaType, Subtype: subtype, Bytes: len(text)}
	return &fakeMailbox{structure: structure, sections: map[string]string{"1": text}}
}

func tnefStructure(content []byte) *fakeMailbox {
	return partMailbox(imapcompat.TYPEAPPLICATION, "MS-TNEF", string(content))
}

// Whatever a winmail.dat has, it is read, and its files have the sizes that they say.
func FuzzTNEF(f *testing.F) {
	f.Add(winmail())
	f.Fuzz(func(t *testing.T, content []byte) {
		msg, err := readable.Open(tnefStructure(content), 1)
		must(t, err)
		for file, err := range msg.Attachments() {
			must(t, err)
			n, err := file.WriteTo(io.Discard)
			must(t, err)
			if file.Container != "" && n != file.Size && !file.Doubts().Has(readable.DoubtDamaged) {
				t.Errorf("%q has %d octets and says %d", file.Name, n, file.Size)
			}
		}
		_, _, err = msg.Text()
		must(t, err)
	})
}

// A text is read whatever is in it, and keeps what is no file and no signature.
func FuzzText(f *testing.F) {
	f.Add(uu)
	f.Add("Hello\n\n" + uu + "x\n" + uu)
	f.Add("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello\n- -- \n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n")
	f.Fuzz(func(t *testing.T, text string) {
		msg, err := readable.Open(partMailbox(imapcompat.TYPETEXT, "PLAIN", text), 1)
		must(t, err)
		got, _, err := msg.Text()
		must(t, err)
		if !strings.Contains(text, "begin ") && !strings.Contains(text, "-----BEGIN PGP ") && len(got) > 4*len(text) {
			t.Errorf("%q became %q", text, got)
		}
		for file, err := range msg.Attachments() {
			must(t, err)
			n, err := file.WriteTo(io.Discard)
			must(t, err)
			if n != file.Size {
				t.Errorf("%q has %d octets and says %d", file.Name, n, file.Size)
			}
		}
	})
}
