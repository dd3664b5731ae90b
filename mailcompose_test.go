package imapcompat_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
)

// composed are messages as imap_mail_compose of PHP 8.2 writes them, with
// BOUNDARY for a boundary that it made up.
var composed = []struct {
	name     string
	envelope imapcompat.ComposeEnvelope
	bodies   []imapcompat.ComposeBody
	want     string
}{
	{
		name:     "an empty text",
		envelope: imapcompat.ComposeEnvelope{},
		bodies:   []imapcompat.ComposeBody{{}},
		want: "MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n" +
			"\r\n" +
			"\r\n",
	},
	{
		name: "all fields",
		envelope: imapcompat.ComposeEnvelope{
			ReturnPath: "bounce@example.org", Date: "Mon, 2 Mar 2026 10:00:00 +0100", From: "Ada <ada@example.org>",
			ReplyTo: "team@example.org", InReplyTo: "<1@example.org>", Subject: "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
			To: "bob@example.org", Cc: "c@example.org", Bcc: "d@example.org", MessageID: "<2@example.org>",
			CustomHeaders: []string{"X-A: 1", "X-B: 2\r\n folded"},
		},
		bodies: []imapcompat.ComposeBody{{
			Type: imapcompat.TYPETEXT, Charset: "utf-8", Subtype: "HTML", ID: "<3@example.org>", Description: "a letter",
			DispositionType: "inline", Disposition: []imapcompat.Parameter{{"FILENAME", "a b.html"}, {"SIZE", "3"}},
			ContentsData: "<p>", MD5: "Q2hlY2s=",
		}},
		want: "Date: Mon, 2 Mar 2026 10:00:00 +0100\r\n" +
			"From: Ada <ada@example.org>\r\n" +
			"Reply-To: team@example.org\r\n" +
			"Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n" +
			"To: bob@example.org\r\n" +
			"cc: c@example.org\r\n" +
			"In-Reply-To: <1@example.org>\r\n" +
			"Message-ID: <2@example.org>\r\n" +
			"MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/HTML; CHARSET=utf-8\r\n" +
			"Content-ID: <3@example.org>\r\n" +
			"Content-Description: a letter\r\n" +
			"Content-MD5: Q2hlY2s=\r\n" +
			"Content-Disposition: inline; SIZE=3; FILENAME=\"a b.html\"\r\n" +
			"X-B: 2\r\n" +
			" folded\r\n" +
			"X-A: 1\r\n" +
			"\r\n" +
			"<p>\r\n",
	},
	{
		name:     "fields that are there and empty",
		envelope: imapcompat.ComposeEnvelope{Subject: imapcompat.ComposeEmpty, From: imapcompat.ComposeEmpty, Date: imapcompat.ComposeEmpty},
		bodies:   []imapcompat.ComposeBody{{Subtype: imapcompat.ComposeEmpty, ID: imapcompat.ComposeEmpty, Charset: imapcompat.ComposeEmpty, DispositionType: imapcompat.ComposeEmpty}},
		want: "Date: \r\n" +
			"Subject: \r\n" +
			"MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/; CHARSET=\"\"\r\n" +
			"Content-ID: \r\n" +
			"Content-Disposition: \r\n" +
			"\r\n" +
			"\r\n",
	},
	{
		name:     "only hidden recipients",
		envelope: imapcompat.ComposeEnvelope{Bcc: "d@example.org"},
		bodies:   []imapcompat.ComposeBody{{}},
		want: "To: undisclosed recipients: ;\r\n" +
			"MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n" +
			"\r\n" +
			"\r\n",
	},
	{
		name:     "groups, syntax errors and no hosts",
		envelope: imapcompat.ComposeEnvelope{From: "ada", To: "g: a@example.org, b@example.org;, c@example.org", Cc: "x <y@example.org", ReplyTo: "<@r.example:a@example.org>"},
		bodies:   []imapcompat.ComposeBody{{}},
		want: "From: ada@\"NO HOST\"\r\n" +
			"Reply-To: a@example.org\r\n" +
			"To: g: \r\n" +
			"    \r\n" +
			"    ;, c@example.org\r\n" +
			"cc: x <y@example.org>, MISSING_MAILBOX_TERMINATOR@\".SYNTAX-ERROR.\"\r\n" +
			"MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n" +
			"\r\n" +
			"\r\n",
	},
	{
		name:     "long lists are folded",
		envelope: imapcompat.ComposeEnvelope{To: "A long display name <first@example.org>, Another long display name <second@example.org>, third@example.org\r\n"},
		bodies:   []imapcompat.ComposeBody{{}},
		want: "To: A long display name <first@example.org>, Another long display name <second@example.org>, \r\n" +
			"    third@example.org\r\n" +
			"MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n" +
			"\r\n" +
			"\r\n",
	},
	{
		name:     "sent on",
		envelope: imapcompat.ComposeEnvelope{Remail: "X-Old: 1\r\n ab", From: "ada@example.org", Subject: "s", Bcc: "b@example.org"},
		bodies:   []imapcompat.ComposeBody{{ContentsData: "text"}},
		want: "X-Old: 1\r\n" +
			" abReSent-From: ada@example.org\r\n" +
			"ReSent-Subject: s\r\n" +
			"To: undisclosed recipients: ;\r\n" +
			"\r\n" +
			"text\r\n",
	},
	{
		name:     "sent on, with an empty header",
		envelope: imapcompat.ComposeEnvelope{Remail: imapcompat.ComposeEmpty, Subject: "s"},
		bodies:   []imapcompat.ComposeBody{{ContentsData: "text"}},
		want: "Subject: s\r\n" +
			"\r\n" +
			"text\r\n",
	},
	{
		name:     "8bit",
		envelope: imapcompat.ComposeEnvelope{},
		bodies:   []imapcompat.ComposeBody{{Encoding: imapcompat.ENC8BIT, ContentsData: "Gr\u00fc\u00dfe = \r\nb \r\n\x00\t\r" + strings.Repeat("long ", 20)}},
		want: "MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=X-UNKNOWN\r\n" +
			"Content-Transfer-Encoding: QUOTED-PRINTABLE\r\n" +
			"\r\n" +
			"Gr=C3=BC=C3=9Fe =3D=20\r\n" +
			"b=20\r\n" +
			"=00=09=0Dlong long long long long long long long long long long long long l=\r\n" +
			"ong long long long long long long \r\n",
	},
	{
		name:     "binary",
		envelope: imapcompat.ComposeEnvelope{},
		bodies:   []imapcompat.ComposeBody{{Type: imapcompat.TYPEAPPLICATION, Encoding: imapcompat.ENCBINARY, ContentsData: "\x00\xff" + strings.Repeat("x", 60)}},
		want: "MIME-Version: 1.0\r\n" +
			"Content-Type: APPLICATION/OCTET-STREAM\r\n" +
			"Content-Transfer-Encoding: BASE64\r\n" +
			"\r\n" +
			"AP94eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4\r\n" +
			"eHh4eHh4eHh4eHh4eHh4eHg=\r\n" +
			"\r\n",
	},
	{
		name:     "encoded by the caller",
		envelope: imapcompat.ComposeEnvelope{},
		bodies:   []imapcompat.ComposeBody{{Type: imapcompat.TYPEIMAGE, Subtype: "PNG", Encoding: imapcompat.ENCBASE64, ContentsData: "AAEC\x00AAEC"}},
		want: "MIME-Version: 1.0\r\n" +
			"Content-Type: IMAGE/PNG\r\n" +
			"Content-Transfer-Encoding: BASE64\r\n" +
			"\r\n" +
			"AAEC\r\n",
	},
	{
		name:     "numbers without a name",
		envelope: imapcompat.ComposeEnvelope{},
		bodies:   []imapcompat.ComposeBody{{Type: 9, Encoding: -1, ContentsData: "a"}},
		want: "MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n" +
			"\r\n" +
			"a\r\n",
	},
	{
		name:     "bodies after one that is no multipart",
		envelope: imapcompat.ComposeEnvelope{},
		bodies:   []imapcompat.ComposeBody{{ContentsData: "a"}, {ContentsData: "b"}},
		want: "MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n" +
			"\r\n" +
			"a\r\n",
	},
	{
		name:     "a multipart",
		envelope: imapcompat.ComposeEnvelope{Subject: "s"},
		bodies: []imapcompat.ComposeBody{
			{Type: imapcompat.TYPEMULTIPART, Subtype: "ALTERNATIVE", TypeParameters: []imapcompat.Parameter{{"BOUNDARY", "a=b"}, {"X", "y"}}, ContentsData: "lost"},
			{Type: imapcompat.TYPETEXT, Encoding: imapcompat.ENC8BIT, ContentsData: "\xe4"},
			{Type: imapcompat.TYPEMULTIPART, ContentsData: "no multipart"},
			{Type: imapcompat.TYPEMESSAGE, ContentsData: "Subject: x\r\n\r\ny"},
			{Type: imapcompat.TYPEMESSAGE, Subtype: "RFC822", ContentsData: "lost"},
		},
		want: "Subject: s\r\n" +
			"MIME-Version: 1.0\r\n" +
			"Content-Type: MULTIPART/ALTERNATIVE; X=y; BOUNDARY=\"a=b\"\r\n" +
			"\r\n" +
			"--a=b\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=X-UNKNOWN\r\n" +
			"Content-Transfer-Encoding: QUOTED-PRINTABLE\r\n" +
			"\r\n" +
			"=E4\r\n" +
			"--a=b\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n" +
			"\r\n" +
			"no multipart\r\n" +
			"--a=b\r\n" +
			"Content-Type: MESSAGE/RFC822\r\n" +
			"\r\n" +
			"Subject: x\r\n" +
			"\r\n" +
			"y\r\n" +
			"--a=b\r\n" +
			"Content-Type: MESSAGE/RFC822\r\n" +
			"\r\n" +
			"\r\n" +
			"--a=b--\r\n",
	},
	{
		name:     "a multipart with a boundary of its own",
		envelope: imapcompat.ComposeEnvelope{},
		bodies:   []imapcompat.ComposeBody{{Type: imapcompat.TYPEMULTIPART, TypeParameters: []imapcompat.Parameter{{"boundary", "lower"}}}, {}},
		want: "MIME-Version: 1.0\r\n" +
			"Content-Type: MULTIPART/MIXED; boundary=lower; BOUNDARY=\"BOUNDARY\"\r\n" +
			"\r\n" +
			"--BOUNDARY\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n" +
			"\r\n" +
			"\r\n" +
			"--BOUNDARY--\r\n",
	},
	{
		name:     "parameters take the charset's place",
		envelope: imapcompat.ComposeEnvelope{},
		bodies:   []imapcompat.ComposeBody{{Charset: "utf-8", TypeParameters: []imapcompat.Parameter{{"a", "b;c"}, {"d", ""}, {"e", "tok.en"}}}},
		want: "MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/PLAIN; e=tok.en; d=\"\"; a=\"b;c\"\r\n" +
			"\r\n" +
			"\r\n",
	},
	{
		name:     "folded fields",
		envelope: imapcompat.ComposeEnvelope{Subject: "a\r\n b\n\tc\r d", Date: "x\r\n "},
		bodies:   []imapcompat.ComposeBody{{}},
		want: "Date: x\r\n" +
			" \r\n" +
			"Subject: a\r\n" +
			" b\n\tc\r d\r\n" +
			"MIME-Version: 1.0\r\n" +
			"Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n" +
			"\r\n" +
			"\r\n",
	},
}

var madeUpBoundary = regexp.MustCompile(`\d+-\d+-\d+=:\d+`)

func TestMailCompose(t *testing.T) {
	for _, tt := range composed {
		got, _, err := imapcompat.MailCompose(tt.envelope, tt.bodies)
		if got = madeUpBoundary.ReplaceAllString(got, "BOUNDARY"); err != nil || got != tt.want {
			t.Errorf("%s: got %q, %v\nwant %q", tt.name, got, err, tt.want)
		}
	}
}

// The texts are PHP's warnings; the last is what c-client says when it ends
// the process.
func TestMailComposeErrors(t *testing.T) {
	type (
		envelope = imapcompat.ComposeEnvelope
		body     = imapcompat.ComposeBody
		params   = []imapcompat.Parameter
	)
	multipart := body{Type: imapcompat.TYPEMULTIPART}
	const bad = "a\r\nX: y"
	for _, tt := range []struct {
		envelope envelope
		bodies   []body
		want     string
	}{
		{envelope{}, nil, "Argument #2 ($bodies) cannot be empty"},
		{envelope{}, []body{multipart}, "Cannot generate multipart e-mail without components."},
		{envelope{Remail: bad}, []body{{}}, "header injection attempt in remail"},
		{envelope{ReturnPath: bad}, []body{{}}, "header injection attempt in return_path"},
		{envelope{Date: bad}, []body{{}}, "header injection attempt in date"},
		{envelope{From: bad}, []body{{}}, "header injection attempt in from"},
		{envelope{ReplyTo: bad}, []body{{}}, "header injection attempt in reply_to"},
		{envelope{InReplyTo: bad}, []body{{}}, "header injection attempt in in_reply_to"},
		{envelope{Subject: bad}, []body{{}}, "header injection attempt in subject"},
		{envelope{To: bad}, []body{{}}, "header injection attempt in to"},
		{envelope{Cc: bad}, []body{{}}, "header injection attempt in cc"},
		{envelope{Bcc: bad}, []body{{}}, "header injection attempt in bcc"},
		{envelope{MessageID: bad}, []body{{}}, "header injection attempt in message_id"},
		{envelope{CustomHeaders: []string{"X-A: 1", bad}}, []body{{}}, "header injection attempt in custom_headers"},
		{envelope{Subject: "a\r\n"}, []body{{}}, "header injection attempt in subject"},
		{envelope{Subject: "a\n\n b"}, []body{{}}, "header injection attempt in subject"},
		{envelope{To: "a@example.org,\r\n b@example.org"}, []body{{}}, "header injection attempt in to"},
		{envelope{}, []body{{Charset: bad}}, "header injection attempt in body charset"},
		{envelope{}, []body{{Subtype: bad}}, "header injection attempt in body subtype"},
		{envelope{}, []body{{ID: bad}}, "header injection attempt in body id"},
		{envelope{}, []body{{Description: bad}}, "header injection attempt in body description"},
		{envelope{}, []body{{DispositionType: bad}}, "header injection attempt in body disposition.type"},
		{envelope{}, []body{{MD5: bad}}, "header injection attempt in body md5"},
		{envelope{}, []body{{TypeParameters: params{{bad, "x"}}}}, "header injection attempt in body disposition key"},
		{envelope{}, []body{{TypeParameters: params{{"x", bad}}}}, "header injection attempt in body disposition value"},
		{envelope{}, []body{{Disposition: params{{bad, "x"}}}}, "header injection attempt in body type.parameters key"},
		{envelope{}, []body{multipart, {TypeParameters: params{{bad, "x"}}}}, "header injection attempt in body type.parameters key"},
		{envelope{}, []body{multipart, {Disposition: params{{"x", bad}}}}, "header injection attempt in body disposition value"},
		{envelope{}, []body{multipart, {}, {MD5: bad}}, "header injection attempt in body md5"},
		{
			envelope{}, []body{{Type: imapcompat.TYPEMESSAGE, Subtype: "RFC822", MD5: bad}},
			"header injection attempt in body md5",
		},
		{
			envelope{}, []body{{Type: imapcompat.TYPEMESSAGE, Encoding: imapcompat.ENCBASE64}},
			"Invalid rfc822_encode_body_7bit message encoding",
		},
	} {
		got, _, err := imapcompat.MailCompose(tt.envelope, tt.bodies)
		if got != "" || !errors.Is(err, imapcompat.ErrInvalidArgument) || err.Error() != "imap_mail_compose(): "+tt.want {
			t.Errorf("%+v %+v: got %q, %v", tt.envelope, tt.bodies, got, err)
		}
	}
}

// The notices are what imap_errors of PHP 8.2 lists after the call.
func TestMailComposeNotices(t *testing.T) {
	envelope := imapcompat.ComposeEnvelope{ReturnPath: "a b", From: "ada <x", To: "a@b@c"}
	bodies := []imapcompat.ComposeBody{
		{Type: imapcompat.TYPEMULTIPART},
		{Type: imapcompat.TYPEMESSAGE, Encoding: imapcompat.ENCBINARY},
		{Type: imapcompat.TYPEMESSAGE, Encoding: imapcompat.ENC8BIT},
	}
	want := []string{
		"Must use comma to separate addresses: b",
		"Unterminated mailbox: x@NO HOST",
		"Unexpected characters at end of address: @c",
		"Binary included message in 7-bit message body",
		"8-bit included message in 7-bit message body",
	}
	_, got, err := imapcompat.MailCompose(envelope, bodies)
	if must(t, err); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}

	envelope.Subject = "a\nb" // is looked at after From and before To
	_, _, err = imapcompat.MailCompose(envelope, bodies)
	var e *imapcompat.Error
	if !errors.As(err, &e) || !slices.Equal(e.Errors, want[:2]) {
		t.Errorf("got %v, want %q", err, want[:2])
	}
}

// PHP dies of a header with more than 16 KiB.
func TestMailComposeLargeHeader(t *testing.T) {
	recipients := strings.Repeat("someone@example.org, ", 5000) + "last@example.org"
	text, notices, err := imapcompat.MailCompose(imapcompat.ComposeEnvelope{To: recipients}, []imapcompat.ComposeBody{{}})
	must(t, err)
	msg, err := mail.ReadMessage(strings.NewReader(text))
	must(t, err)
	list, err := msg.Header.AddressList("To")
	if err != nil || len(list) != 5001 || len(notices) != 0 {
		t.Errorf("%d recipients, %v, %q", len(list), err, notices)
	}
}

// Boundaries differ from message to message.
func TestMailComposeBoundary(t *testing.T) {
	seen := make(map[string]bool)
	for range 100 {
		text, _, err := imapcompat.MailCompose(imapcompat.ComposeEnvelope{}, []imapcompat.ComposeBody{{Type: imapcompat.TYPEMULTIPART}, {}})
		must(t, err)
		boundary := madeUpBoundary.FindString(text)
		if boundary == "" || seen[boundary] {
			t.Fatalf("boundary %q", boundary)
		}
		seen[boundary] = true
	}
}

// No text becomes a field of its own or ends the header.
func FuzzMailCompose(f *testing.F) {
	f.Add("s", "Ada <ada@example.org>", "utf-8", "name", "contents", 1)
	f.Add("s\r\n t", "g: a@b;, c@d\r\n", "\x00", "a\nb", "\xff", 2)
	f.Add("\r\n\r\nx", "(", "\r", "=\r\n\t", "--x--", 0)
	f.Fuzz(func(t *testing.T, subject, address, charset, name, contents string, encoding int) {
		text, _, err := imapcompat.MailCompose(
			imapcompat.ComposeEnvelope{Subject: subject, From: address, To: address, MessageID: subject},
			[]imapcompat.ComposeBody{
				{Type: imapcompat.TYPEMULTIPART},
				{
					Charset: charset, Subtype: name, ID: name, Encoding: imapcompat.BodyEncoding(encoding), ContentsData: contents,
					DispositionType: name, Disposition: []imapcompat.Parameter{{Attribute: "FILENAME", Value: name}},
				},
			})
		if err != nil {
			if !errors.Is(err, imapcompat.ErrInvalidArgument) {
				t.Errorf("%v", err)
			}
			return
		}
		header, _, ok := strings.Cut(text, "\r\n\r\n--")
		if !ok {
			t.Fatalf("no header in %q", text)
		}
		fields := regexp.MustCompile(`(?m)^[A-Za-z-]+:`).FindAllString(strings.ReplaceAll(header, "\r", "\n"), -1)
		for _, field := range fields {
			if !strings.Contains("From: Subject: To: Message-ID: MIME-Version: Content-Type:", field) {
				t.Errorf("field %q in %q", field, header)
			}
		}
		if len(fields) > 6 {
			t.Errorf("%d fields in %q", len(fields), header)
		}
	})
}

// What is written with ENC8BIT and ENCBINARY another library reads as it was.
func TestMailComposeIsRead(t *testing.T) {
	contents := []string{"Gr\xc3\xbc\xc3\x9fe =\r\n\r\nend", strings.Repeat("\x00\xff\r\n ", 40)}
	text, _, err := imapcompat.MailCompose(imapcompat.ComposeEnvelope{From: "ada@example.org"}, []imapcompat.ComposeBody{
		{Type: imapcompat.TYPEMULTIPART, TypeParameters: []imapcompat.Parameter{{Attribute: "BOUNDARY", Value: "=_x"}}},
		{Encoding: imapcompat.ENC8BIT, Charset: "utf-8", ContentsData: contents[0]},
		{Type: imapcompat.TYPEAPPLICATION, Encoding: imapcompat.ENCBINARY, ContentsData: contents[1]},
	})
	must(t, err)
	msg, err := mail.ReadMessage(strings.NewReader(text))
	must(t, err)
	parts := multipart.NewReader(msg.Body, "=_x")
	for i, want := range contents {
		part, err := parts.NextPart()
		must(t, err)
		var r io.Reader = part
		if part.Header.Get("Content-Transfer-Encoding") == "BASE64" {
			r = base64.NewDecoder(base64.StdEncoding, part)
		}
		got, err := io.ReadAll(r)
		must(t, err)
		if string(got) != want {
			t.Errorf("part %d: got %q, want %q", i, got, want)
		}
	}
}

func ExampleMailCompose() {
	text, _, err := imapcompat.MailCompose(
		imapcompat.ComposeEnvelope{From: "Ada <ada@example.org>", To: "team@example.org", Subject: "Invoice 17"},
		[]imapcompat.ComposeBody{
			{Type: imapcompat.TYPEMULTIPART, TypeParameters: []imapcompat.Parameter{{Attribute: "BOUNDARY", Value: "=_17"}}},
			{Type: imapcompat.TYPETEXT, Charset: "utf-8", Encoding: imapcompat.ENC8BIT, ContentsData: "Grüße"},
			{
				Type: imapcompat.TYPEAPPLICATION, Subtype: "PDF", Encoding: imapcompat.ENCBINARY, ContentsData: "%PDF-1.7",
				DispositionType: "attachment", Disposition: []imapcompat.Parameter{{Attribute: "FILENAME", Value: "17.pdf"}},
			},
		})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(strings.ReplaceAll(text, "\r\n", "\n"))
	// Output:
	// From: Ada <ada@example.org>
	// Subject: Invoice 17
	// To: team@example.org
	// MIME-Version: 1.0
	// Content-Type: MULTIPART/MIXED; BOUNDARY="=_17"
	//
	// --=_17
	// Content-Type: TEXT/PLAIN; CHARSET=utf-8
	// Content-Transfer-Encoding: QUOTED-PRINTABLE
	//
	// Gr=C3=BC=C3=9Fe
	// --=_17
	// Content-Type: APPLICATION/PDF
	// Content-Transfer-Encoding: BASE64
	// Content-Disposition: attachment; FILENAME=17.pdf
	//
	// JVBERi0xLjc=
	//
	// --=_17--
}
