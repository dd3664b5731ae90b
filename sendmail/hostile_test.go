package sendmail_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/smtp"
	"net/textproto"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/sendmail"
)

// replies are a server's replies by the verb of the command, without the last line break. The
// greeting is the reply to "". The reply to "." follows the end of a message.
type replies map[string]string

var obedient = replies{
	"": "220 test", "EHLO": "250-test\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS", "HELO": "250 test", "STARTTLS": "220 go",
	"AUTH": "235 welcome", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", ".": "250 ok", "QUIT": "221 bye",
}

const (
	// endless in a reply precedes the text that the server repeats until the client closes.
	endless = "∞"
	hangUp  = "⏏"
)

// scripted starts a server with one replaced reply. The channel receives the verbs of the
// commands.
func scripted(t *testing.T, config *tls.Config, verb, reply string) (addr string, verbs chan []string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	verbs = make(chan []string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		conn.SetDeadline(time.Now().Add(30 * time.Second))
		defer func() { conn.Close() }()
		var got []string
		defer func() { verbs <- got }()
		say := func(to string) error {
			text := obedient[to]
			if to == verb {
				text = reply
			}
			if text == hangUp {
				return io.EOF
			}
			first, rest, goesOn := strings.Cut(text, endless)
			_, err := io.WriteString(conn, first)
			for chunk := strings.Repeat(rest, 4096); goesOn && err == nil; {
				_, err = io.WriteString(conn, chunk)
			}
			if err == nil {
				_, err = io.WriteString(conn, "\r\n")
			}
			return err
		}
		if say("") != nil {
			return
		}
		for r := bufio.NewReader(conn); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			if _, known := obedient[word]; known {
				got = append(got, word)
			}
			if say(word) != nil {
				return
			}
			switch {
			case word == "STARTTLS":
				conn = tls.Server(conn, config)
				r = bufio.NewReader(conn)
			case word == "DATA":
				for line != ".\r\n" && err == nil {
					line, err = r.ReadString('\n')
				}
				if say(".") != nil {
					return
				}
			}
		}
	}()
	return l.Addr().String(), verbs
}

// For any reply of a server Send returns an error that names the fault, in bounded memory, and
// sends nothing more that it should not send.
func TestHostileSMTP(t *testing.T) {
	serverTLS, clientTLS := certificates(t)
	malformed, lost, tooLarge := imapcompat.ErrProtocol, imapcompat.ErrConnectionLost, imapcompat.ErrTooLarge
	for _, tt := range []struct {
		name, verb, reply string
		security          sendmail.Security
		want              error // nil means a refusal, a textproto.Error
		last              string
	}{
		{"greeting without end", "", "220 " + endless + "x", sendmail.Cleartext, tooLarge, ""},
		{"lines of a greeting without end", "", endless + "220-x\r\n", sendmail.Cleartext, tooLarge, ""},
		{"greeting of another protocol", "", "* OK ready", sendmail.Cleartext, malformed, ""},
		{"greeting that refuses", "", "554 no", sendmail.Cleartext, nil, ""},
		{"empty lines", "", endless + "\r\n", sendmail.Cleartext, malformed, ""},
		{"capabilities without end", "EHLO", endless + "250-X\r\n", sendmail.Cleartext, tooLarge, "EHLO"},
		{"codes that differ", "EHLO", "250-x\r\n550 no", sendmail.Cleartext, malformed, "EHLO"},
		{"a code of two digits", "MAIL", "25 ok", sendmail.Cleartext, malformed, "MAIL"},
		{"a code of other digits", "MAIL", "٢٥٠ ok", sendmail.Cleartext, malformed, "MAIL"},
		{"a code without a blank", "MAIL", "250ok", sendmail.Cleartext, malformed, "MAIL"},
		{"a code beyond all", "MAIL", "999 ok", sendmail.Cleartext, malformed, "MAIL"},
		{"go ahead in place of ok", "RCPT", "354 go", sendmail.Cleartext, nil, "RCPT"},
		{"ok in place of go ahead", "DATA", "250 ok", sendmail.Cleartext, nil, "DATA"},
		{"the message refused", ".", "554 no", sendmail.Cleartext, nil, "DATA"},
		{"the message, and no end of the answer", ".", "250-" + endless + "250-ok\r\n", sendmail.Cleartext, tooLarge, "DATA"},
		{"a long refusal", "MAIL", "550 " + strings.Repeat("x", 20_000), sendmail.Cleartext, nil, "MAIL"},

		{"STARTTLS removed", "EHLO", "250-test\r\n250 AUTH PLAIN", sendmail.StartTLS, imapcompat.ErrNotSupported, "EHLO"},
		{"STARTTLS refused", "STARTTLS", "454 no", sendmail.StartTLS, nil, "STARTTLS"},
		{"STARTTLS with a reply in the clear behind it", "STARTTLS", "220 go\r\n250 injected", sendmail.StartTLS, malformed, "STARTTLS"},
		{"no TLS where it is implicit", "", "220 test", sendmail.TLS, imapcompat.ErrConnect, ""},

		{"challenges that are none", "AUTH", "334 *", sendmail.StartTLS, malformed, "AUTH"},
		{"a login without end", "AUTH", "334 " + endless + "x", sendmail.StartTLS, tooLarge, "AUTH"},
		{"an end in the middle", "RCPT", hangUp, sendmail.StartTLS, lost, "RCPT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr, verbs := scripted(t, serverTLS, tt.verb, tt.reply)
			s := &sendmail.SMTP{
				Addr: addr, Security: tt.security, TLSConfig: clientTLS, Timeout: 20 * time.Second,
				Auth: smtp.PlainAuth("", "u", "p", "127.0.0.1"),
			}
			goroutines := runtime.NumGoroutine()
			err := s.Send(t.Context(), []byte(message))
			t.Logf("%.200v", err)
			refusal := new(textproto.Error)
			switch {
			case tt.want == nil && !errors.As(err, &refusal), tt.want != nil && !errors.Is(err, tt.want):
				t.Errorf("got %v, want %v", err, tt.want)
			case len(err.Error()) > 9000:
				t.Errorf("the text of the error has %d octets", len(err.Error()))
			}
			last := ""
			if got := <-verbs; len(got) > 0 {
				last = got[len(got)-1]
			}
			if last != tt.last {
				t.Errorf("the last command is %q, want %q", last, tt.last)
			}
			for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > goroutines; time.Sleep(time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), goroutines)
				}
			}
		})
	}
}

// bearer is the mechanism XOAUTH2, and login the mechanism LOGIN. Programs bring such mechanisms.
type bearer struct{ token string }

func (b bearer) Start(*smtp.ServerInfo) (string, []byte, error) {
	return "XOAUTH2", []byte("user=ada\x01auth=Bearer " + b.token + "\x01\x01"), nil
}
func (bearer) Next([]byte, bool) ([]byte, error) { return nil, nil }

type login struct{ answers []string }

func (*login) Start(*smtp.ServerInfo) (string, []byte, error) { return "LOGIN", nil, nil }
func (l *login) Next(_ []byte, more bool) ([]byte, error) {
	if !more || len(l.answers) == 0 {
		return nil, nil
	}
	answer := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(answer), nil
}

// parrot is a server that quotes what it received of the login, unchanged and decoded. It begins
// at the command from.
func parrot(t *testing.T, from string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprint(conn, "220 test\r\n")
		said, asked := "", 0
		for r := bufio.NewScanner(conn); r.Scan(); {
			verb, _, _ := strings.Cut(r.Text(), " ")
			words := strings.Fields(r.Text())
			if verb != "EHLO" && verb != "MAIL" {
				decoded, _ := base64.StdEncoding.DecodeString(words[len(words)-1])
				said += " " + r.Text() + " " + strings.Map(func(c rune) rune { return max(c, ' ') }, string(decoded))
			}
			switch {
			case verb == "EHLO":
				fmt.Fprint(conn, "250-test\r\n250 AUTH\r\n")
			case r.Text() == "AUTH LOGIN", asked == 1:
				asked++
				fmt.Fprint(conn, "334 PDFAeD4=\r\n")
			case verb == from, from == "AUTH", verb == "QUIT":
				fmt.Fprintf(conn, "535-you said\r\n535%s\r\n", said)
			case from == "malformed":
				fmt.Fprintf(conn, "you said%s\r\n", said)
			default:
				fmt.Fprint(conn, "235 welcome\r\n")
			}
		}
	}()
	return l.Addr().String()
}

// Errors do not show secrets that a server quotes, during the login or later.
func TestSecretsQuoted(t *testing.T) {
	const password = "Marker-Password 93"
	const token = "ya29.Marker-Token_47"
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	secrets := []string{"Marker-", password, b64(password), b64("\x00ada\x00" + password), token,
		b64("user=ada\x01auth=Bearer " + token + "\x01\x01")}
	for name, auth := range map[string]func() smtp.Auth{
		"PLAIN":   func() smtp.Auth { return smtp.PlainAuth("", "ada", password, "127.0.0.1") },
		"LOGIN":   func() smtp.Auth { return &login{[]string{"ada", password}} },
		"XOAUTH2": func() smtp.Auth { return bearer{token} },
	} {
		for _, from := range []string{"AUTH", "MAIL", "malformed"} {
			t.Run(name+"/"+from, func(t *testing.T) {
				s := &sendmail.SMTP{Addr: parrot(t, from), Security: sendmail.Cleartext, Auth: auth(), Timeout: 10 * time.Second}
				err := imapcompat.Mail("a@example.org", "x", "text", imapcompat.WithReturnPath("s@example.org"), imapcompat.WithSender(s))
				if err == nil || !strings.Contains(fmt.Sprint(err), "you said") {
					t.Errorf("got %v", err)
				}
				values := []any{s, *s}
				for cause := err; cause != nil; cause = errors.Unwrap(cause) {
					values = append(values, cause)
				}
				for _, v := range values {
					shown := fmt.Sprintf("%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v)
					for _, secret := range secrets {
						if strings.Contains(shown, secret) {
							t.Errorf("%q is shown: %s", secret, shown)
						}
					}
				}
			})
		}
	}
}

// No argument ends a command or adds to it.
func TestSMTPArguments(t *testing.T) {
	for name, change := range map[string]func(*sendmail.SMTP, *string){
		"line break in From":      func(s *sendmail.SMTP, _ *string) { s.From = "a@example.org>\r\nRCPT TO:<x@example.org" },
		"parameter in From":       func(s *sendmail.SMTP, _ *string) { s.From = "a@example.org> SIZE=1 X=<" },
		"line break in LocalName": func(s *sendmail.SMTP, _ *string) { s.LocalName = "a\r\nRSET" },
		"blank in LocalName":      func(s *sendmail.SMTP, _ *string) { s.LocalName = "a b" },
		"NUL in LocalName":        func(s *sendmail.SMTP, _ *string) { s.LocalName = "a\x00" },
		"line break in a recipient": func(_ *sendmail.SMTP, m *string) {
			*m = strings.Replace(*m, "To: ", "To: \"x\r\nRSET\"@example.org, ", 1)
		},
		"CR in a recipient": func(_ *sendmail.SMTP, m *string) { *m = strings.Replace(*m, "To: ", "To: \"x\ry\"@example.org, ", 1) },
	} {
		addr, verbs := scripted(t, nil, "none", "")
		s, text := &sendmail.SMTP{Addr: addr, Security: sendmail.Cleartext, Timeout: 10 * time.Second}, message
		change(s, &text)
		err := s.Send(t.Context(), []byte(text))
		if err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: got %v", name, err)
		}
		if !strings.Contains(name, "LocalName") {
			continue // Send failed before it connected
		}
		if got := <-verbs; len(got) > 0 {
			t.Errorf("%s: sent %q", name, got)
		}
	}
}

// A server that sends an octet now and then times out.
func TestSMTPDrip(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		for err == nil {
			_, err = io.WriteString(conn, "220-\r\n")
			time.Sleep(5 * time.Millisecond)
		}
	}()
	s := &sendmail.SMTP{Addr: l.Addr().String(), Security: sendmail.Cleartext, Timeout: 100 * time.Millisecond}
	if err := s.Send(t.Context(), []byte(message)); !errors.Is(err, imapcompat.ErrTimeout) {
		t.Errorf("got %v", err)
	}
}
