package imapcompat

import (
	"context"
	"errors"
	"os"
	"regexp"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// Sender hands messages to the mail system, as the program of PHP's setting sendmail_path
// does. Package sendmail has a Sender that runs a program and one that speaks SMTP.
type Sender interface {
	// Send sends a message to the recipients in its fields To, Cc and Bcc, and removes Bcc.
	// The lines that [Mail] writes end in LF. Lines of its arguments end as they do there.
	Send(ctx context.Context, message []byte) error
}

// MailOption is an optional argument of [Mail]: what [WithSender], [WithAdditionalHeaders],
// [WithCc], [WithBcc] or [WithReturnPath] returns.
type MailOption func(*mail)

// WithAdditionalHeaders sets PHP's argument $additional_headers of imap_mail: header
// fields, which go into the message as they are. A line break in them begins another field,
// and an empty line begins the text, so they must not come from a stranger.
func WithAdditionalHeaders(fields string) MailOption { return func(m *mail) { m.headers = fields } }

// WithCc sets PHP's argument $cc of imap_mail, a list of addresses.
func WithCc(addresses string) MailOption { return func(m *mail) { m.cc = addresses } }

// WithBcc sets PHP's argument $bcc of imap_mail, a list of addresses.
func WithBcc(addresses string) MailOption { return func(m *mail) { m.bcc = addresses } }

// WithReturnPath sets PHP's argument $return_path of imap_mail, which becomes the field
// From.
func WithReturnPath(address string) MailOption { return func(m *mail) { m.returnPath = address } }

// WithSender sets what sends the message.
func WithSender(s Sender) MailOption { return func(m *mail) { m.sender = s } }

// Mail sends a message, as imap_mail does. It writes the message as PHP does and encodes
// nothing. PHP warns of an empty message and sends it; Mail sends it.
//
// Without [WithSender] the error matches [ErrNotSupported]. When the sender fails, the
// error matches the sender's error, and [ErrTimeout] or [ErrRefused]; PHP returns true
// then. A NUL in an argument is an error that matches [ErrInvalidArgument], and so is a
// line break that is not folding (RFC 5322 section 2.2.3), except in the message and in
// [WithAdditionalHeaders]. Nothing is sent then. In PHP such a line break adds fields and
// recipients.
func Mail(to, subject, message string, opts ...MailOption) error {
	return MailContext(context.Background(), to, subject, message, opts...)
}

// MailContext is [Mail] under a context.
func MailContext(ctx context.Context, to, subject, message string, opts ...MailOption) error {
	m := &mail{to: to, subject: subject, message: message}
	for _, opt := range opts {
		opt(m)
	}
	if err := m.check(); err != nil {
		return err
	}
	if m.sender == nil {
		return mailError(ErrNotSupported, errors.New("no sender is set"))
	}
	if err := m.sender.Send(ctx, m.text()); err != nil {
		kind := ErrRefused
		if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
			kind = ErrTimeout
		}
		return mailError(kind, err)
	}
	return nil
}

func mailError(kind, cause error) error {
	const text = "Could not execute mail delivery program"
	return newError("imap_mail", text, &backend.Error{Kind: kind, Text: text, Err: cause})
}

// mail is a message to be sent.
type mail struct {
	to, subject, message, headers, cc, bcc, returnPath string

	sender Sender
}

// mailField matches the value of a field: lines that are not blank, of which the second and
// later begin with a blank.
var mailField = regexp.MustCompile(`^(?:[^\r\n]|\r?\n[ \t]+[^ \t\r\n])*$`)

func (m *mail) check() error {
	const fn = "imap_mail"
	for i, arg := range []struct{ name, value string }{
		{"to", m.to},
		{"subject", m.subject},
		{"message", m.message},
		{"additional_headers", m.headers},
		{"cc", m.cc},
		{"bcc", m.bcc},
		{"return_path", m.returnPath},
	} {
		if strings.Contains(arg.value, "\x00") {
			return argumentError(fn, i+1, arg.name, "must not contain any null bytes")
		}
	}
	if m.to == "" {
		return argumentError(fn, 1, "to", "cannot be empty")
	}
	if m.subject == "" {
		return argumentError(fn, 2, "subject", "cannot be empty")
	}
	for _, field := range m.fields() {
		if !mailField.MatchString(field.text) {
			// The words are those of imap_mail_compose.
			return warning(fn, "header injection attempt in "+field.argument, ErrInvalidArgument)
		}
	}
	return nil
}

type mailFieldText struct{ name, argument, text string }

// fields returns the fields that PHP makes of its arguments, in its order.
func (m *mail) fields() []mailFieldText {
	return []mailFieldText{
		{"From", "return_path", m.returnPath},
		{"To", "to", m.to},
		{"Cc", "cc", m.cc},
		{"Bcc", "bcc", m.bcc},
		{"Subject", "subject", m.subject},
	}
}

// text returns what PHP writes to the standard input of sendmail.
func (m *mail) text() []byte {
	var out []byte
	for _, field := range m.fields() {
		if field.text != "" {
			out = append(out, field.name+": "+field.text+"\n"...)
		}
	}
	if m.headers != "" {
		out = append(out, m.headers+"\n"...)
	}
	return append(out, "\n"+m.message+"\n"...)
}
