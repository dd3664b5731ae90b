package imapcompat_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
)

// outbox keeps the messages that it is to send.
type outbox struct {
	messages []string
	err      error
}

func (o *outbox) Send(_ context.Context, message []byte) error {
	o.messages = append(o.messages, string(message))
	return o.err
}

// The messages are what imap_mail of PHP 8.2 writes to its sendmail_path.
func TestMail(t *testing.T) {
	for _, tt := range []struct {
		to, subject, message string
		opts                 []imapcompat.MailOption
		want                 string
	}{
		{"a@example.org", "s", "m", nil, "To: a@example.org\nSubject: s\n\nm\n"},
		{
			"a@example.org", "s", "m",
			[]imapcompat.MailOption{
				imapcompat.WithAdditionalHeaders("H: 1"), imapcompat.WithCc("c@example.org"), imapcompat.WithBcc("b@example.org"),
				imapcompat.WithReturnPath("r@example.org"),
			},
			"From: r@example.org\nTo: a@example.org\nCc: c@example.org\nBcc: b@example.org\nSubject: s\nH: 1\n\nm\n",
		},
		{"a@example.org", "s", "", nil, "To: a@example.org\nSubject: s\n\n\n"},
		{"bad <", "\xff", "m\r\n.\r\n", nil, "To: bad <\nSubject: \xff\n\nm\r\n.\r\n\n"},
		{"a", "s", "m", []imapcompat.MailOption{imapcompat.WithAdditionalHeaders("H: 1\r\n")}, "To: a\nSubject: s\nH: 1\r\n\n\nm\n"},
		{"a,\r\n b", "s\n\tt", "m", nil, "To: a,\r\n b\nSubject: s\n\tt\n\nm\n"},
	} {
		var o outbox
		err := imapcompat.Mail(tt.to, tt.subject, tt.message, append(tt.opts, imapcompat.WithSender(&o))...)
		if err != nil || len(o.messages) != 1 || o.messages[0] != tt.want {
			t.Errorf("%q: got %q, %v, want %q", tt.subject, o.messages, err, tt.want)
		}
	}
}

// The texts are PHP's but for those about line breaks, which it lets pass.
func TestMailErrors(t *testing.T) {
	const bad = "x@example.org\r\nBcc: y@example.org"
	option := func(o ...imapcompat.MailOption) []imapcompat.MailOption { return o }
	for _, tt := range []struct {
		to, subject, message string
		opts                 []imapcompat.MailOption
		want                 string
	}{
		{"", "s", "m", nil, "Argument #1 ($to) cannot be empty"},
		{"a", "", "m", nil, "Argument #2 ($subject) cannot be empty"},
		{"a\x00b", "s", "m", nil, "Argument #1 ($to) must not contain any null bytes"},
		{"a", "s\x00", "m", nil, "Argument #2 ($subject) must not contain any null bytes"},
		{"a", "s", "\x00", nil, "Argument #3 ($message) must not contain any null bytes"},
		{"", "s", "m", option(imapcompat.WithAdditionalHeaders("h\x00")), "Argument #4 ($additional_headers) must not contain any null bytes"},
		{"a", "s", "m", option(imapcompat.WithCc("\x00")), "Argument #5 ($cc) must not contain any null bytes"},
		{"a", "s", "m", option(imapcompat.WithBcc("\x00")), "Argument #6 ($bcc) must not contain any null bytes"},
		{"a", "s", "m", option(imapcompat.WithReturnPath("\x00")), "Argument #7 ($return_path) must not contain any null bytes"},
		{bad, "s", "m", nil, "header injection attempt in to"},
		{"a", bad, "m", nil, "header injection attempt in subject"},
		{"a", "s\n", "m", nil, "header injection attempt in subject"},
		{"a", "s\r", "m", nil, "header injection attempt in subject"},
		{"a", "s\r\n \r\nBcc: b", "m", nil, "header injection attempt in subject"},
		{"a", "s\n \n b", "m", nil, "header injection attempt in subject"},
		{"a", "s", "m", option(imapcompat.WithCc(bad)), "header injection attempt in cc"},
		{"a", "s", "m", option(imapcompat.WithBcc(bad)), "header injection attempt in bcc"},
		{"a", "s", "m", option(imapcompat.WithReturnPath(bad)), "header injection attempt in return_path"},
	} {
		var o outbox
		err := imapcompat.Mail(tt.to, tt.subject, tt.message, append(tt.opts, imapcompat.WithSender(&o))...)
		if !errors.Is(err, imapcompat.ErrInvalidArgument) || err.Error() != "imap_mail(): "+tt.want || o.messages != nil {
			t.Errorf("%q %q: got %v, want %s; sent %q", tt.to, tt.subject, err, tt.want, o.messages)
		}
	}
}

func TestMailSender(t *testing.T) {
	const text = "imap_mail(): Could not execute mail delivery program"
	err := imapcompat.Mail("a@example.org", "s", "m")
	if !errors.Is(err, imapcompat.ErrNotSupported) || !strings.HasPrefix(err.Error(), text) {
		t.Errorf("no sender: %v", err)
	}
	for cause, kind := range map[error]error{
		io.ErrClosedPipe:         imapcompat.ErrRefused,
		context.DeadlineExceeded: imapcompat.ErrTimeout,
		os.ErrDeadlineExceeded:   imapcompat.ErrTimeout,
	} {
		err := imapcompat.Mail("a@example.org", "s", "m", imapcompat.WithSender(&outbox{err: cause}))
		if !errors.Is(err, kind) || !errors.Is(err, cause) || err.Error() != text+" ("+cause.Error()+")" {
			t.Errorf("%v: got %v", cause, err)
		}
	}
}

// No argument becomes a field of its own or ends the header.
func FuzzMail(f *testing.F) {
	f.Add("a@example.org", "s", "c\r\n d", "m")
	f.Add("\n \f", "0", "0", "0") // no blank line: only SP and HTAB are blanks (RFC 5234)
	f.Add("a\nb: c", "s\r\n\r\n", "\n ", ".")
	f.Fuzz(func(t *testing.T, to, subject, cc, message string) {
		var o outbox
		err := imapcompat.Mail(to, subject, message, imapcompat.WithCc(cc), imapcompat.WithBcc(cc), imapcompat.WithReturnPath(to), imapcompat.WithSender(&o))
		if err != nil {
			if !errors.Is(err, imapcompat.ErrInvalidArgument) || o.messages != nil {
				t.Errorf("%v, sent %q", err, o.messages)
			}
			return
		}
		header, ok := strings.CutSuffix(o.messages[0], "\n\n"+message+"\n")
		if !ok {
			t.Fatalf("the message is not at the end of %q", o.messages[0])
		}
		for line := range strings.SplitSeq(header, "\n") {
			name, _, _ := strings.Cut(line, ":")
			folded := strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
			if !folded && !slices.Contains([]string{"From", "To", "Cc", "Bcc", "Subject"}, name) || strings.Trim(line, " \t\r") == "" {
				t.Errorf("line %q in %q", line, header)
			}
		}
	})
}

// printer is a Sender that prints.
type printer struct{}

func (printer) Send(_ context.Context, message []byte) error {
	_, err := os.Stdout.Write(message)
	return err
}

// Package sendmail has senders that do send.
func ExampleMailContext() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	err := imapcompat.MailContext(ctx, "team@example.org", "Lunch", "At noon.",
		imapcompat.WithCc("bob@example.org"), imapcompat.WithBcc("boss@example.org"), imapcompat.WithSender(printer{}))
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// To: team@example.org
	// Cc: bob@example.org
	// Bcc: boss@example.org
	// Subject: Lunch
	//
	// At noon.
}

func ExampleMail() {
	err := imapcompat.Mail("team@example.org", "Invoice 17", "See attachment.",
		imapcompat.WithAdditionalHeaders("X-Priority: 1"),
		imapcompat.WithReturnPath("ada@example.org"),
		imapcompat.WithSender(printer{}))
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// From: ada@example.org
	// To: team@example.org
	// Subject: Invoice 17
	// X-Priority: 1
	//
	// See attachment.
}
