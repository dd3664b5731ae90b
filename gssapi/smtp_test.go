package gssapi_test

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/gssapi"
	"github.com/imapcompat/imapcompat/sendmail"
)

// serveSMTP serves one mail after another. AUTH PLAIN succeeds.
func (s *server) serveSMTP(c net.Conn, in *bufio.Scanner) {
	say := func(text string) { fmt.Fprintf(c, "%s\r\n", text) }
	say("220 ready")
	for in.Scan() {
		name, argument, _ := strings.Cut(in.Text(), " ")
		switch {
		case name == "EHLO":
			say("250-localhost\r\n250 AUTH " + strings.Join(s.names, " "))
		case name == "AUTH" && argument != "GSSAPI":
			s.note(argument)
			say("235 ok")
		case name == "AUTH":
			s.note("GSSAPI")
			say(s.smtpExchange(say, in))
		case name == "DATA":
			say("354 go on")
			for in.Scan() && in.Text() != "." {
			}
			say("250 sent")
		default:
			say("250 ok")
		}
	}
}

// smtpExchange returns the reply that ends an exchange.
func (s *server) smtpExchange(say func(string), in *bufio.Scanner) string {
	var response []byte
	for {
		challenge, err := s.accept.next(response)
		switch {
		case err != nil:
			s.note(err.Error())
			return "535 no"
		case challenge == nil:
			return "235 ok"
		}
		say("334 " + base64.StdEncoding.EncodeToString(challenge))
		if !in.Scan() || in.Text() == "*" {
			return "501 cancelled"
		}
		response, _ = base64.StdEncoding.DecodeString(in.Text())
	}
}

func TestSMTP(t *testing.T) {
	conf := krb5conf(t, noKDC)
	ticket := newTicket(t, "smtp/mail.example.test", aes256, time.Now().Add(time.Hour))
	good := &gssapi.Mechanism{Cache: ticket.cache, Config: conf, ServiceHost: "mail.example.test"}
	none := &gssapi.Mechanism{Cache: ticket.cache + "-none", Config: conf, ServiceHost: "mail.example.test"}
	plain := smtp.PlainAuth("", "ada", "swordfish", "127.0.0.1")
	for name, c := range map[string]struct {
		m     *gssapi.Mechanism
		a     acceptor
		auth  smtp.Auth
		offer string
		got   string // by the server
		want  error
	}{
		"ticket":                {m: good, offer: "GSSAPI PLAIN", got: "GSSAPI"},
		"ticket, and password":  {m: good, auth: plain, offer: "PLAIN gssapi", got: "GSSAPI"},
		"no ticket":             {m: none, offer: "GSSAPI", want: backend.ErrAuthentication},
		"no ticket, a password": {m: none, auth: plain, offer: "GSSAPI PLAIN", got: "PLAIN AGFkYQBzd29yZGZpc2g="},
		"not offered":           {m: good, offer: "PLAIN", want: backend.ErrNotSupported},
		"password offered":      {m: good, auth: plain, offer: "PLAIN", got: "PLAIN AGFkYQBzd29yZGZpc2g="},
		"impostor":              {m: good, auth: plain, a: acceptor{token: flip(-20)}, offer: "GSSAPI PLAIN", got: "GSSAPI", want: backend.ErrProtocol},
		"accepts too early":     {m: good, auth: plain, a: acceptor{accepts: 1}, offer: "GSSAPI PLAIN", got: "GSSAPI", want: backend.ErrProtocol},
	} {
		c.a.keys, c.a.etype = ticket.keys, aes256
		s := newServer(t, &c.a, strings.Fields(c.offer)...)
		out := &sendmail.SMTP{Addr: s.listen(s.serveSMTP), Security: sendmail.Cleartext, Mechanism: c.m, Auth: c.auth, User: "ben"}
		err := out.Send(context.Background(), []byte("From: ada@example.org\r\nTo: ben@example.org\r\n\r\nHello\r\n"))
		if !errors.Is(err, c.want) || s.logins() != c.got {
			t.Errorf("%s: %v, want %v; the server got %q, want %q", name, err, c.want, s.logins(), c.got)
		}
		if c.got == "GSSAPI" && c.want == nil && (c.a.client != "ada@EXAMPLE.TEST" || c.a.user != "ben") {
			t.Errorf("%s: %s acts as %s", name, c.a.client, c.a.user)
		}
	}
}
