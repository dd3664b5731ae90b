package promises_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

const (
	secretPassword = "Marker-Password-93"
	secretToken    = "ya29.Marker-Token_47"
)

// secretForms returns the secrets, unchanged and in the forms in which the mechanisms send
// them.
func secretForms() []string {
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return []string{
		"Marker-", secretPassword, secretToken, b64(secretPassword), b64("\x00user\x00" + secretPassword),
		b64("user=user\x01auth=Bearer " + secretToken + "\x01\x01"), b64(secretToken),
	}
}

// logins are all ways to log in, by mechanism. "" means the command LOGIN, and USER and PASS;
// "APOP" means APOP on POP3 and LOGIN on IMAP.
var logins = []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER", "APOP", ""}

// tlsLogins are those that need TLS, and send what their forms without -PLUS send.
var tlsLogins = []string{"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"}

// withToken returns the option to log in with the token, for mechanisms that use one.
func withToken(mechanism string) []imapcompat.Option {
	if !strings.Contains(mechanism, "AUTH") {
		return nil
	}
	return []imapcompat.Option{imapcompat.WithTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: secretToken}))}
}

// loggers returns the loggers of a conversation.
func loggers(w *bytes.Buffer) []*slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true}
	return []*slog.Logger{slog.New(slog.NewTextHandler(w, options)), slog.New(slog.NewJSONHandler(w, options))}
}

// shown formats a value in all ways in which programs print one.
func shown(values ...any) string {
	var b strings.Builder
	for _, v := range values {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			fmt.Fprintf(&b, format+"\n", v)
		}
		text, _ := json.Marshal(v)
		b.Write(text)
		var log bytes.Buffer
		for _, logger := range loggers(&log) {
			logger.Info("value", "v", v)
		}
		b.Write(log.Bytes())
	}
	return b.String()
}

// causes returns an error and all that it wraps.
func causes(err error) (list []any) {
	if err == nil {
		return nil
	}
	list = append(list, err)
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		list = append(list, causes(e.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, cause := range e.Unwrap() {
			list = append(list, causes(cause)...)
		}
	}
	return list
}

func checkSecrets(t *testing.T, text string) {
	t.Helper()
	for _, secret := range secretForms() {
		if i := strings.Index(text, secret); i >= 0 {
			t.Errorf("%q is shown: …%s…", secret, text[max(0, i-100):min(len(text), i+100)])
			return
		}
	}
}

// Neither a log of the whole conversation nor any value shows a secret, whether the login
// succeeds or fails.
func TestSecrets(t *testing.T) {
	for _, mechanism := range slices.Concat(logins, tlsLogins) {
		cfg := imaptest.Config{Password: secretPassword, Token: secretToken, Mechanisms: []string{mechanism}}
		if slices.Contains(tlsLogins, mechanism) {
			cfg.TLS = imaptest.ImplicitTLS
		}
		if mechanism == "" || mechanism == "APOP" {
			cfg.Mechanisms = []string{}
		}
		if mechanism == "" {
			cfg.Without = []string{"APOP"}
		}
		srv := cfg.NewServer(t, texts(1)...)
		for _, ref := range []string{srv.IMAPRef(), srv.POP3Ref()} {
			t.Run(mechanism+ref, func(t *testing.T) {
				var log bytes.Buffer
				for _, logger := range loggers(&log) {
					opts := append(withToken(mechanism), imapcompat.WithLogger(logger), imapcompat.OP_DEBUG, imapcompat.WithTLSConfig(srv.ClientTLS()))
					mbox, err := imapcompat.Open(ref+"INBOX", srv.User, secretPassword, opts...)
					must(t, err)
					_, err = mbox.FetchHeader(1)
					must(t, err)
					values := []any{mbox, *mbox, mbox.Errors(), opts}
					must(t, mbox.Close())
					checkSecrets(t, shown(append(values, mbox)...))
					srv.RefuseLogins(10)
					_, err = imapcompat.Open(strings.Replace(ref, "}", "/debug}INBOX", 1), srv.User, secretPassword, opts...)
					if !errors.Is(err, imapcompat.ErrAuthentication) {
						t.Errorf("refused: %v", err)
					}
					checkSecrets(t, shown(causes(err)...))
					srv.RefuseLogins(0)
				}
				checkSecrets(t, log.String())
				if !strings.Contains(log.String(), "C: ") || !strings.Contains(log.String(), "S: ") {
					t.Errorf("the conversation is not in the log: %s", log.String())
				}
			})
		}
	}
}

// If a server quotes what it received, unchanged or decoded, in refusals, alerts and its BYE,
// the quotation is not shown.
func TestSecretsQuoted(t *testing.T) {
	for _, mechanism := range logins {
		for service, parrot := range map[string]func(net.Conn, string){"imap": imapParrot, "pop3": pop3Parrot} {
			t.Run(service+"/"+mechanism, func(t *testing.T) {
				addr := listen(t, func(conn net.Conn) { parrot(conn, mechanism) })
				var log bytes.Buffer
				opts := append(withToken(mechanism), imapcompat.WithLogger(loggers(&log)[0]), imapcompat.OP_DEBUG, imapcompat.WithRetries(2))
				_, err := imapcompat.Open("{"+addr+"/"+service+"/notls}INBOX", "user", secretPassword, opts...)
				if err == nil || !strings.Contains(shown(causes(err)...)+log.String(), "you said") {
					t.Errorf("got %v", err)
				}
				checkSecrets(t, shown(causes(err)...)+log.String())
			})
		}
	}
}

// quoted returns a line with its decoded base64.
func quoted(line string) string {
	words := strings.Fields(line)
	decoded, _ := base64.StdEncoding.DecodeString(words[len(words)-1])
	return "you said " + line + " " + strings.Map(func(r rune) rune { return max(r, ' ') }, string(decoded))
}

// imapParrot offers one mechanism and refuses.
func imapParrot(conn net.Conn, mechanism string) {
	caps := "IMAP4rev1"
	if mechanism != "" && mechanism != "APOP" {
		caps += " SASL-IR AUTH=" + mechanism
	}
	fmt.Fprintf(conn, "* OK [CAPABILITY %s] hello\r\n", caps)
	r := bufio.NewScanner(conn)
	tag, said := "", ""
	for n := 0; r.Scan(); {
		line := r.Text()
		said += " " + quoted(line+" ")
		if word, rest, _ := strings.Cut(line, " "); tag == "" {
			tag = word
			if args := strings.Fields(rest); len(args) == 2 && args[0] == "AUTHENTICATE" {
				fmt.Fprint(conn, "+ PDFAeD4=\r\n") // and SCRAM cannot go on with it
				continue
			}
		} else if n++; n == 1 && mechanism == "LOGIN" {
			fmt.Fprint(conn, "+ PDFAeD4=\r\n")
			continue
		}
		fmt.Fprintf(conn, "* NO [ALERT] %s\r\n%s NO [AUTHENTICATIONFAILED] %s\r\n", said, tag, said)
		if tag == "A2" {
			fmt.Fprintf(conn, "* BYE %s\r\n", said)
			return
		}
		tag, n = "", 0
	}
}

// pop3Parrot is the same on POP3.
func pop3Parrot(conn net.Conn, mechanism string) {
	greeting := "+OK hello\r\n"
	if mechanism == "APOP" {
		greeting = "+OK <1.2@example.org>\r\n"
	}
	fmt.Fprint(conn, greeting)
	r := bufio.NewScanner(conn)
	said := ""
	for inAuth := 0; r.Scan(); {
		line := r.Text()
		switch word, _, _ := strings.Cut(line, " "); {
		case word == "CAPA" && strings.Contains("APOP", mechanism):
			fmt.Fprint(conn, "+OK\r\nUSER\r\n.\r\n")
		case word == "CAPA":
			fmt.Fprintf(conn, "+OK\r\nSASL %s\r\n.\r\n", mechanism)
		case word == "QUIT":
			return
		case word == "AUTH":
			inAuth = 1
			fmt.Fprint(conn, "+ PDFAeD4=\r\n")
		case inAuth == 1 && mechanism == "LOGIN":
			inAuth = 2
			said += " " + quoted(line+" ")
			fmt.Fprint(conn, "+ PDFAeD4=\r\n")
		case word == "USER":
			fmt.Fprint(conn, "+OK\r\n")
		default:
			inAuth = 0
			said += " " + quoted(line+" ")
			fmt.Fprintf(conn, "-ERR %s\r\n", said)
		}
	}
}

// refusalWithSecret is an error as token endpoints' clients make them, a value.
type refusalWithSecret struct{ Body string }

func (e refusalWithSecret) Error() string { return "the endpoint said: " + e.Body }

type failingSource struct{}

func (failingSource) Token() (*oauth2.Token, error) {
	return nil, refusalWithSecret{`{"refresh_token":"` + secretToken + `"}`}
}

// The error of a token source may quote its secrets.
func TestSecretsOfTokenSources(t *testing.T) {
	srv := imaptest.Config{Token: secretToken}.NewServer(t)
	for _, name := range []string{srv.IMAP(), srv.POP3()} {
		_, err := imapcompat.Open(name, srv.User, secretPassword, imapcompat.WithTokenSource(failingSource{}))
		if !errors.Is(err, imapcompat.ErrAuthentication) || !errors.Is(err, refusalWithSecret{`{"refresh_token":"` + secretToken + `"}`}) {
			t.Errorf("got %v", err)
		}
		checkSecrets(t, shown(causes(err)...))
	}
}
