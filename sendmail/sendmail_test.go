package sendmail_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"net/smtp"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/oauth"
	"github.com/imapcompat/imapcompat/sendmail"
)

// program is the environment variable that makes this test binary a program for Command.
const program = "SENDMAIL_TEST_PROGRAM"

func TestMain(m *testing.M) {
	switch what := os.Getenv(program); what {
	case "":
		os.Exit(m.Run())
	case "refuse":
		fmt.Fprintln(os.Stderr, strings.Repeat("no such user ", 1000))
		os.Exit(67)
	case "hang":
		time.Sleep(time.Minute)
	default:
		message, err := io.ReadAll(os.Stdin)
		if err == nil {
			err = os.WriteFile(what, fmt.Appendf(nil, "%q\n%s", os.Args[1:], message), 0o600)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
}

func command(t *testing.T, what string) *sendmail.Command {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(program, what)
	return &sendmail.Command{Path: path}
}

func TestCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "message")
	c := command(t, file)
	for _, args := range [][]string{nil, {"-t", "a b; c", "$(d)"}} {
		c.Args = args
		if err := c.Send(t.Context(), []byte("To: a@example.org\n\n.\ntext\n")); err != nil {
			t.Fatal(err)
		}
		if args == nil {
			args = []string{"-t", "-i"}
		}
		want := fmt.Sprintf("%q\nTo: a@example.org\n\n.\ntext\n", args)
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
}

func TestCommandErrors(t *testing.T) {
	err := command(t, "refuse").Send(t.Context(), make([]byte, 1<<20))
	if err == nil || !strings.Contains(err.Error(), "exit status 67: no such user") || len(err.Error()) > 2000 {
		t.Errorf("refused: %v", err)
	}
	slow := command(t, "hang")
	slow.Timeout = 50 * time.Millisecond
	if err := slow.Send(t.Context(), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("hangs: %v", err)
	}
	err = (&sendmail.Command{Path: filepath.Join(t.TempDir(), "none")}).Send(t.Context(), nil)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
}

// server is a submission server that accepts mail to example.org.
type server struct {
	addr     string
	tls      *tls.Config // nil means no STARTTLS
	implicit bool        // TLS from the first octet
	commands chan []string
	data     chan string
}

func newServer(t *testing.T, config *tls.Config, implicit bool) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	s := &server{l.Addr().String(), config, implicit, make(chan []string, 1), make(chan string, 1)}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.serve(conn)
		}
	}()
	return s
}

// serve serves one session. The channels receive the commands of the session, and the message if
// there is one.
func (s *server) serve(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	if s.implicit {
		conn = tls.Server(conn, s.tls)
	}
	var commands []string
	defer func() { s.commands <- commands }()
	r := textproto.NewReader(bufio.NewReader(conn))
	fmt.Fprint(conn, "220 test ESMTP\r\n")
	for {
		line, err := r.ReadLine()
		if err != nil {
			return
		}
		commands = append(commands, line)
		reply := "250 ok"
		switch verb, _, _ := strings.Cut(line, " "); verb {
		case "EHLO":
			if reply = "250-test\r\n250-AUTH PLAIN\r\n250 8BITMIME"; s.tls != nil && !s.implicit {
				reply = "250-test\r\n250-AUTH PLAIN\r\n250-8BITMIME\r\n250 STARTTLS"
			}
		case "STARTTLS":
			fmt.Fprint(conn, "220 go\r\n")
			conn = tls.Server(conn, s.tls)
			r = textproto.NewReader(bufio.NewReader(conn))
			continue
		case "AUTH":
			reply = "235 welcome"
		case "RCPT":
			if !strings.Contains(line, "@example.org>") {
				reply = "550 no such user"
			}
		case "DATA":
			fmt.Fprint(conn, "354 go\r\n")
			data, err := io.ReadAll(r.DotReader())
			if err != nil {
				return
			}
			s.data <- string(data)
		case "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		}
		fmt.Fprint(conn, reply+"\r\n")
	}
}

// certificates returns configurations for a server on 127.0.0.1 and its client.
func certificates(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	web := httptest.NewTLSServer(nil)
	defer web.Close()
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	return &tls.Config{Certificates: web.TLS.Certificates}, &tls.Config{RootCAs: pool}
}

const message = "From: s@example.org\nTo: a@example.org\nBcc: b@example.org\nSubject: x\n\n.\nend\n"

func TestSMTP(t *testing.T) {
	serverTLS, clientTLS := certificates(t)
	submission := []string{
		"AUTH PLAIN AHUAcA==",
		"MAIL FROM:<s@example.org> BODY=8BITMIME", "RCPT TO:<a@example.org>", "RCPT TO:<b@example.org>", "DATA", "QUIT",
	}
	for _, tt := range []struct {
		name     string
		security sendmail.Security
		srv      *server
		begin    []string
	}{
		{"STARTTLS", sendmail.StartTLS, newServer(t, serverTLS, false), []string{"EHLO client.test", "STARTTLS", "EHLO client.test"}},
		{"TLS", sendmail.TLS, newServer(t, serverTLS, true), []string{"EHLO client.test"}},
		{"cleartext", sendmail.Cleartext, newServer(t, nil, false), []string{"EHLO client.test"}},
	} {
		s := &sendmail.SMTP{
			Addr: tt.srv.addr, Security: tt.security, TLSConfig: clientTLS, LocalName: "client.test",
			Auth: smtp.PlainAuth("", "u", "p", "127.0.0.1"),
		}
		if err := s.Send(t.Context(), []byte(message)); err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got, want := <-tt.srv.commands, slices.Concat(tt.begin, submission); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, want)
		}
		if got := <-tt.srv.data; got != "From: s@example.org\nTo: a@example.org\nSubject: x\n\n.\nend\n" {
			t.Errorf("%s: got %q", tt.name, got)
		}
	}
}

// If the server refuses one recipient, nobody gets the message. Without the requested TLS nothing
// of the message is sent.
func TestSMTPErrors(t *testing.T) {
	serverTLS, clientTLS := certificates(t)
	old := serverTLS.Clone()
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	lenient := clientTLS.Clone()
	lenient.MinVersion = tls.VersionTLS10
	plain := newServer(t, nil, false)
	for _, tt := range []struct {
		name    string
		srv     *server
		smtp    sendmail.SMTP
		message string
		want    string
		last    string // command
	}{
		{"no STARTTLS", plain, sendmail.SMTP{}, message, "the server has no STARTTLS", "EHLO localhost"},
		{"unknown certificate", newServer(t, serverTLS, false), sendmail.SMTP{}, message, "certificate", "STARTTLS"},
		{"TLS 1.1", newServer(t, old, false), sendmail.SMTP{TLSConfig: lenient}, message, "SSL negotiation failed", "STARTTLS"},
		{
			"refused recipient", plain, sendmail.SMTP{Security: sendmail.Cleartext},
			strings.Replace(message, "To: ", "To: c@example.com, ", 1), "recipient c@example.com: 550", "RCPT TO:<c@example.com>",
		},
	} {
		tt.smtp.Addr = tt.srv.addr
		err := tt.smtp.Send(t.Context(), []byte(tt.message))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
		if commands := <-tt.srv.commands; commands[len(commands)-1] != tt.last {
			t.Errorf("%s: commands %q", tt.name, commands)
		}
	}
}

// Send does not wait for a silent server longer than its Timeout.
func TestSMTPTimeout(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := &sendmail.SMTP{Addr: l.Addr().String(), Timeout: 50 * time.Millisecond}
	if err := s.Send(t.Context(), []byte(message)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("timeout: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	s.Timeout = 0
	err = imapcompat.MailContext(ctx, "a@example.org", "x", "text", imapcompat.WithReturnPath("s@example.org"), imapcompat.WithSender(s))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

func ExampleSMTP() {
	server := &sendmail.SMTP{
		Addr: "smtp.example.org:587",
		Auth: smtp.PlainAuth("", "ada", "secret", "smtp.example.org"),
	}
	err := imapcompat.Mail("team@example.org", "Invoice 17", "See attachment.",
		imapcompat.WithReturnPath("ada@example.org"),
		imapcompat.WithSender(server))
	if err != nil {
		log.Print(err)
	}
}

// With OAuth2, a client of package oauth has the token of the user. The scopes of its login are
// those of "smtp".
func ExampleSMTP_tokenSource() {
	client := &oauth.Client{Issuer: oauth.Microsoft(""), ID: "client-id"}
	client.Scopes = client.Issuer.ScopesFor("imap", "smtp")
	token := &oauth2.Token{RefreshToken: "of an earlier login"}
	server := &sendmail.SMTP{
		Addr:        "smtp.office365.com:587",
		TokenSource: client.Source(context.Background(), token),
		User:        "ada@contoso.com",
	}
	fmt.Println(server)
	fmt.Println(server.TokenSource)
	// Output:
	// SMTP to smtp.office365.com:587
	// token source of OAuth2 client client-id of Microsoft for a user
}

func ExampleCommand() {
	// PHP's setting sendmail_path = "/usr/sbin/sendmail -t -i"
	program := &sendmail.Command{Path: "/usr/sbin/sendmail"}
	err := imapcompat.Mail("team@example.org", "Invoice 17", "See attachment.", imapcompat.WithSender(program))
	if err != nil {
		log.Print(err)
	}
}
