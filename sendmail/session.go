package sendmail

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/smtp"
	"net/textproto"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

const (
	// maxReply limits a reply with all its lines, in octets. RFC 5321 section 4.5.3.1.5 limits
	// a line to 512.
	maxReply = 64 << 10
	// maxText limits the part of a reply in an error, in octets.
	maxText = 8192
)

// session is a conversation with a server (RFC 5321). It does not use net/smtp's Client, which
// does not limit replies, ignores data that comes with the answer to STARTTLS, and includes in
// its errors what the server quotes of the login.
type session struct {
	conn       *dial.Conn
	extensions map[string]string // extensions in the answer to EHLO, by keyword
	secrets    sasl.Concealed    // secrets sent at the login, which the server may quote
}

// reply is a reply of the server, with its lines joined by line feeds.
type reply struct {
	code int
	text string
}

// status is the first digit of a reply's code (RFC 5321 section 4.2.1).
type status int

const (
	completed    status = 2
	intermediate status = 3
)

func (r reply) is(s status) bool { return r.code/100 == int(s) }

// command sends a command and expects a reply with the status want.
func (s *session) command(want status, format string, args ...any) (reply, error) {
	line := fmt.Sprintf(format, args...)
	if strings.ContainsAny(line, "\r\n\x00") {
		return reply{}, &backend.Error{Kind: backend.ErrInvalidArgument, Text: "a line break or NUL in an argument of an SMTP command"}
	}
	if _, err := io.WriteString(s.conn, line+"\r\n"); err != nil {
		return reply{}, err
	}
	return s.expect(want)
}

// expect reads a reply with the status want.
func (s *session) expect(want status) (reply, error) {
	r, err := s.reply()
	if err == nil && !r.is(want) {
		err = s.refusal(r)
	}
	return r, err
}

// refusal returns a reply as an error.
func (s *session) refusal(r reply) error {
	return &textproto.Error{Code: r.code, Msg: s.shown(r.text)}
}

// shown returns the part of a server's text that an error may show.
func (s *session) shown(text string) string {
	text = s.secrets.Text(text)
	return text[:min(len(text), maxText)]
}

// reply reads a reply (RFC 5321 section 4.2).
func (s *session) reply() (reply, error) {
	var lines []string
	var code int
	for left := maxReply; ; {
		line, err := s.conn.ReadLine(left)
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = &backend.Error{Kind: backend.ErrConnectionLost, Text: "the server has ended the connection", Err: err}
		}
		if err != nil {
			return reply{}, err
		}
		left = max(left-len(line)-len("\r\n"), 0)
		n, text, last, ok := parseReply(line)
		if !ok || lines != nil && n != code {
			return reply{}, &backend.Error{Kind: backend.ErrProtocol, Text: "not an SMTP reply: " + s.shown(line)}
		}
		code, lines = n, append(lines, text)
		if last {
			return reply{code, strings.Join(lines, "\n")}, nil
		}
	}
}

// parseReply parses a line of a reply, "250-SIZE 1000" or "250 ok".
func parseReply(line string) (code int, text string, last, ok bool) {
	if len(line) < 3 || line[0] < '2' || line[0] > '5' {
		return 0, "", false, false
	}
	for _, digit := range line[:3] {
		if digit < '0' || digit > '9' {
			return 0, "", false, false
		}
		code = 10*code + int(digit-'0')
	}
	if len(line) == 3 {
		return code, "", true, true
	}
	return code, line[4:], line[3] == ' ', line[3] == ' ' || line[3] == '-'
}

// hello sends EHLO and records the server's extensions. A server that does not know EHLO has
// none.
func (s *session) hello(name string) error {
	if strings.ContainsAny(name, " \t") {
		return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "a blank in the name for EHLO"}
	}
	s.extensions = make(map[string]string)
	r, err := s.command(completed, "EHLO %s", name)
	if refused := new(textproto.Error); errors.As(err, &refused) {
		_, err = s.command(completed, "HELO %s", name)
		return err
	}
	for _, line := range strings.Split(r.text, "\n")[1:] {
		keyword, parameters, _ := strings.Cut(line, " ")
		s.extensions[strings.ToUpper(keyword)] = parameters
	}
	return err
}

func (s *session) has(extension string) bool {
	_, ok := s.extensions[extension]
	return ok
}

// startTLS encrypts the connection (RFC 3207).
func (s *session) startTLS(ctx context.Context) error {
	if !s.has("STARTTLS") {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "the server has no STARTTLS"}
	}
	if _, err := s.command(completed, "STARTTLS"); err != nil {
		return err
	}
	return s.conn.StartTLS(ctx)
}

// authenticate logs in (RFC 4954).
func (s *session) authenticate(auth smtp.Auth, host string) error {
	mechanism, response, err := auth.Start(&smtp.ServerInfo{
		Name: host, TLS: s.conn.Encrypted(), Auth: strings.Fields(s.extensions["AUTH"]),
	})
	if err != nil {
		return err
	}
	// As in net/smtp, an empty initial response is not sent.
	line := strings.TrimSpace("AUTH " + mechanism + " " + s.secret(response))
	for {
		if _, err := io.WriteString(s.conn, line+"\r\n"); err != nil {
			return err
		}
		r, err := s.reply()
		switch {
		case err != nil:
			return err
		case r.is(completed):
			_, err := auth.Next([]byte(r.text), false)
			return err
		case !r.is(intermediate):
			return s.refusal(r)
		}
		challenge, err := base64.StdEncoding.DecodeString(r.text)
		if err != nil {
			return &backend.Error{Kind: backend.ErrProtocol, Text: "not a challenge: " + s.shown(r.text)}
		}
		if response, err = auth.Next(challenge, true); err != nil {
			_, _ = s.command(completed, "*") // cancels the exchange, and is refused
			return err
		}
		line = s.secret(response)
	}
}

// secret returns a response in its encoded form, and records it as a secret.
func (s *session) secret(response []byte) string {
	s.secrets.AddResponse(response)
	return base64.StdEncoding.EncodeToString(response)
}

// submit sends a message to all of its recipients, or to none.
func (s *session) submit(e *envelope) error {
	parameters := ""
	for _, p := range []struct{ extension, text string }{{"8BITMIME", " BODY=8BITMIME"}, {"SMTPUTF8", " SMTPUTF8"}} {
		if s.has(p.extension) {
			parameters += p.text
		}
	}
	if _, err := s.command(completed, "MAIL FROM:<%s>%s", e.from, parameters); err != nil {
		return fmt.Errorf("sender %s: %w", e.from, err)
	}
	for _, to := range e.to {
		if _, err := s.command(completed, "RCPT TO:<%s>", to); err != nil {
			return fmt.Errorf("recipient %s: %w", to, err)
		}
	}
	if _, err := s.command(intermediate, "DATA"); err != nil {
		return err
	}
	out := textproto.NewWriter(bufio.NewWriter(s.conn)).DotWriter()
	if _, err := out.Write(e.text); err != nil {
		return err
	}
	if err := out.Close(); err != nil {
		return err
	}
	_, err := s.expect(completed)
	return err
}
