package sendmail_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xdg-go/scram"
	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/sendmail"
)

// passwords is a submission server that knows the password of ada, and verifies what the mechanisms
// prove.
type passwords struct {
	offer    string
	password string
	tls      *tls.Config // of TLS from the first octet; nil in the clear
	another  bool        // its bindings are those of another TLS connection
	refusal  string      // a reply in place of the exchange
	tamper   func(string) string

	tried []string // the mechanisms with their GS2 headers
	sent  bool     // a message has come
}

// serve serves one session, and returns the address of the server.
func (p *passwords) serve(t *testing.T) (addr string, wait func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(30 * time.Second))
		if p.tls != nil {
			conn = tls.Server(conn, p.tls)
		}
		p.session(conn, textproto.NewReader(bufio.NewReader(conn)))
	}()
	return l.Addr().String(), func() { l.Close(); <-done }
}

func (p *passwords) session(conn net.Conn, r *textproto.Reader) {
	say := func(text string) { fmt.Fprint(conn, text+"\r\n") }
	say("220 test")
	for {
		line, err := r.ReadLine()
		if err != nil {
			return
		}
		words := append(strings.Fields(line), "", "")
		switch words[0] {
		case "EHLO":
			say("250-test\r\n250 AUTH " + p.offer)
		case "AUTH":
			first, _ := base64.StdEncoding.DecodeString(words[2])
			p.exchange(conn, r, words[1], string(first), say)
		case "DATA":
			say("354 go")
			r.ReadDotLines()
			p.sent = true
			say("250 ok")
		default:
			say("250 ok")
		}
	}
}

func (p *passwords) exchange(conn net.Conn, r *textproto.Reader, mechanism, message string, say func(string)) {
	header := ""
	if i := strings.Index(message, ",n="); i >= 0 {
		header = " " + message[:i+1]
	}
	p.tried = append(p.tried, mechanism+header)
	switch {
	case p.refusal != "":
		say(p.refusal)
		return
	case mechanism == "PLAIN" && message == "\x00ada\x00"+p.password:
		say("235 welcome")
		return
	case !strings.HasPrefix(mechanism, "SCRAM"):
		say("535 5.7.8 no")
		return
	}
	conversation := p.conversation(conn, mechanism, header)
	for {
		challenge, err := conversation.Step(message)
		if p.tamper != nil {
			challenge = p.tamper(challenge)
		}
		if challenge != "" {
			say("334 " + base64.StdEncoding.EncodeToString([]byte(challenge)))
			line, failed := r.ReadLine()
			if failed != nil || line == "*" {
				say("501 cancelled")
				return
			}
			octets, _ := base64.StdEncoding.DecodeString(line)
			message = string(octets)
		}
		if err != nil || conversation.Done() && !conversation.Valid() {
			say("535 5.7.8 no")
			return
		}
		if conversation.Done() {
			say("235 welcome")
			return
		}
	}
}

// conversation begins an exchange that is bound to the server's end of the connection.
func (p *passwords) conversation(conn net.Conn, mechanism, header string) *scram.ServerConversation {
	hash := scram.SHA1
	if strings.Contains(mechanism, "256") {
		hash = scram.SHA256
	}
	server, _ := hash.NewServer(func(string) (scram.StoredCredentials, error) {
		client, err := hash.NewClient("ada", p.password, "")
		if err != nil {
			return scram.StoredCredentials{}, err
		}
		return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt", Iters: 4096})
	})
	secure, ok := conn.(*tls.Conn)
	if !ok || !strings.Contains(p.offer, "-PLUS") {
		return server.NewConversation()
	}
	state := secure.ConnectionState()
	binding := scram.ChannelBinding{Type: "tls-unique", Data: state.TLSUnique}
	if strings.Contains(header, "tls-exporter") {
		data, _ := state.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
		binding = scram.ChannelBinding{Type: "tls-exporter", Data: data}
	}
	if p.another {
		binding.Data = slices.Repeat([]byte{1}, len(binding.Data))
	}
	return server.NewConversationWithChannelBinding(binding)
}

// TestPassword has servers that verify the client's proof, and some that cannot give their own. The
// mechanisms are tried in the order of IMAP and POP3.
func TestPassword(t *testing.T) {
	const (
		secret = "pencil Marker"
		all    = "LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS"
		plain  = "LOGIN PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256"
		sha1   = "PLAIN SCRAM-SHA-1"
	)
	serverTLS, clientTLS := certificates(t)
	tls12 := serverTLS.Clone()
	tls12.MaxVersion = tls.VersionTLS12
	forge := func(challenge string) string { // the server's signature of another password
		if strings.HasPrefix(challenge, "v=") {
			return "v=" + base64.StdEncoding.EncodeToString(make([]byte, 32))
		}
		return challenge
	}
	refused := new(textproto.Error)
	for name, c := range map[string]struct {
		p     passwords
		wrong bool   // the password
		tried string // "," separates
		is    error  // nil if the message is sent
		text  string // of the error
	}{
		"TLS 1.3":        {p: passwords{offer: all, tls: serverTLS}, tried: "SCRAM-SHA-256-PLUS p=tls-exporter,,"},
		"TLS 1.2":        {p: passwords{offer: all, tls: tls12}, tried: "SCRAM-SHA-256-PLUS p=tls-unique,,"},
		"SHA-1, TLS 1.3": {p: passwords{offer: sha1 + " SCRAM-SHA-1-PLUS", tls: serverTLS}, tried: "SCRAM-SHA-1-PLUS p=tls-exporter,,"},
		"no binding":     {p: passwords{offer: plain, tls: serverTLS}, tried: "SCRAM-SHA-256 y,,"},
		"SHA-1":          {p: passwords{offer: sha1, tls: serverTLS}, tried: "SCRAM-SHA-1 y,,"},
		"PLAIN":          {p: passwords{offer: "LOGIN PLAIN", tls: serverTLS}, tried: "PLAIN"},
		"cleartext":      {p: passwords{offer: all}, tried: "SCRAM-SHA-256 n,,"},
		"cleartext, PLAIN": {p: passwords{offer: "LOGIN PLAIN"}, is: backend.ErrNotSupported,
			text: "no mechanism that may send the password"},
		"no AUTH": {p: passwords{tls: serverTLS}, is: backend.ErrNotSupported},

		"wrong password": {p: passwords{offer: plain, tls: serverTLS}, wrong: true, is: refused, text: "5.7.8 no",
			tried: "SCRAM-SHA-256 y,,|SCRAM-SHA-1 y,,|CRAM-MD5|PLAIN"},
		"wrong password, bound": {p: passwords{offer: all, tls: serverTLS}, wrong: true, is: refused, text: "5.7.8 no",
			tried: "SCRAM-SHA-256-PLUS p=tls-exporter,,"},
		"temporary": {p: passwords{offer: plain, tls: serverTLS, refusal: "454 4.7.0 later"}, is: refused, text: "4.7.0 later",
			tried: "SCRAM-SHA-256 y,,"},
		"quotes the password": {p: passwords{offer: "PLAIN", tls: serverTLS, refusal: "535 is it " + secret + "?"}, is: refused,
			text: "is it ...", tried: "PLAIN"},
		"wrong server signature": {p: passwords{offer: plain, tls: serverTLS, tamper: forge}, is: backend.ErrProtocol,
			tried: "SCRAM-SHA-256 y,,"},
		"wrong server signature, bound": {p: passwords{offer: all, tls: serverTLS, tamper: forge}, is: backend.ErrProtocol,
			tried: "SCRAM-SHA-256-PLUS p=tls-exporter,,"},
		"no server signature": {p: passwords{offer: plain, tls: serverTLS, refusal: "235 welcome"}, is: backend.ErrProtocol,
			text: "has not proved", tried: "SCRAM-SHA-256 y,,"},
		"another's nonce": {p: passwords{offer: plain, tls: serverTLS, tamper: func(string) string { return "r=x,s=c2FsdA==,i=4096" }},
			is: backend.ErrProtocol, tried: "SCRAM-SHA-256 y,,"},
		"somebody in between": {p: passwords{offer: all, tls: serverTLS, another: true}, is: backend.ErrCertificate,
			text: "another TLS connection", tried: "SCRAM-SHA-256-PLUS p=tls-exporter,,"},
	} {
		t.Run(name, func(t *testing.T) {
			c.p.password = secret
			addr, wait := c.p.serve(t)
			s := &sendmail.SMTP{Addr: addr, Security: sendmail.TLS, TLSConfig: clientTLS, User: "ada", Password: secret, Timeout: 20 * time.Second}
			if c.p.tls == nil {
				s.Security = sendmail.Cleartext
			}
			if c.wrong {
				s.Password = "pen Marker"
			}
			err := s.Send(t.Context(), []byte(message))
			wait()
			if got := strings.Join(c.p.tried, "|"); got != c.tried {
				t.Errorf("tried %q, want %q", got, c.tried)
			}
			good := errors.Is(err, c.is)
			if c.is == refused {
				good = errors.As(err, new(*textproto.Error))
			}
			if !good || err != nil && !strings.Contains(err.Error(), c.text) || c.p.sent != (c.is == nil) {
				t.Errorf("%v, want %v with %q; sent: %t", err, c.is, c.text, c.p.sent)
			}
			for _, v := range []any{s, *s, err} {
				if text := fmt.Sprintf("%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v); strings.Contains(text, "Marker") {
					t.Errorf("the password is shown: %s", text)
				}
			}
		})
	}
}

// One login has one way, and hostile octets are sent in none.
func TestPasswordMisused(t *testing.T) {
	for name, s := range map[string]sendmail.SMTP{
		"Auth":        {User: "ada", Password: "p", Auth: smtp.PlainAuth("", "ada", "p", "127.0.0.1")},
		"TokenSource": {User: "ada", Password: "p", TokenSource: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t"})},
		"user":        {User: "ada\r\nMAIL FROM:<x@example.org>", Password: "p"},
		"password":    {User: "ada", Password: "p\r\nQUIT"},
		"NUL":         {User: "ada", Password: "p\x00"},
	} {
		p := passwords{offer: "CRAM-MD5 PLAIN SCRAM-SHA-256", password: "p"}
		addr, wait := p.serve(t)
		s.Addr, s.Security = addr, sendmail.Cleartext
		err := s.Send(context.Background(), []byte(message))
		wait()
		if !errors.Is(err, backend.ErrInvalidArgument) || len(p.tried) > 0 {
			t.Errorf("%s: %v after %q", name, err, p.tried)
		}
	}
}
