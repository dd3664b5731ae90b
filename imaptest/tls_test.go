package imaptest_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/imaptest"
)

func TestTLSCertificate(t *testing.T) {
	srv := imaptest.Config{TLS: imaptest.ImplicitTLS}.NewServer(t)
	other := imaptest.Config{TLS: imaptest.ImplicitTLS}.NewServer(t)
	for _, addr := range []string{srv.IMAPAddr(), srv.POP3Addr()} {
		for _, name := range []string{"127.0.0.1", "localhost"} {
			w := dial(t, addr)
			if err := w.startTLS(srv.ClientTLS(), name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		var hostname x509.HostnameError
		if err := dial(t, addr).startTLS(srv.ClientTLS(), "mail.example.org"); !errors.As(err, &hostname) {
			t.Errorf("wrong name: %v", err)
		}
		var unknown x509.UnknownAuthorityError
		if err := dial(t, addr).startTLS(other.ClientTLS(), "localhost"); !errors.As(err, &unknown) {
			t.Errorf("wrong authority: %v", err)
		}
	}
}

func TestTLSModes(t *testing.T) {
	tests := []struct {
		mode       imaptest.TLSMode
		flag       string
		imap, pop3 string
	}{
		{imaptest.NoTLS, "/notls}INBOX", `
			S: * OK [CAPABILITY IMAP4rev1 SASL-IR ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN]…
			C: a STARTTLS
			S: a BAD…
			C: b LOGIN user password
			S: b OK…`, `
			S: +OK…
			C: STLS
			S: -ERR…
			C: USER user
			S: +OK
			C: PASS password
			S: +OK…`},
		{imaptest.ImplicitTLS, "/ssl}INBOX", `
			S: * OK [CAPABILITY IMAP4rev1 SASL-IR ID ENABLE IDLE LITERAL+ AUTH=PLAIN AUTH=LOGIN]…
			C: b LOGIN user password
			S: b OK…`, `
			S: +OK…
			C: STLS
			S: -ERR…
			C: USER user
			S: +OK
			C: PASS password
			S: +OK…`},
		{imaptest.OfferTLS, "/tls}INBOX", `
			S: * OK [CAPABILITY IMAP4rev1 SASL-IR ID ENABLE IDLE LITERAL+ STARTTLS AUTH=PLAIN AUTH=LOGIN]…
			C: b LOGIN user password
			S: b OK…`, `
			S: +OK…
			C: CAPA
			S: +OK
			S: CAPA
			S: TOP
			S: UIDL
			S: RESP-CODES
			S: PIPELINING
			S: AUTH-RESP-CODE
			S: STLS
			S: USER
			S: SASL PLAIN LOGIN
			S: .
			C: USER user
			S: +OK
			C: PASS password
			S: +OK…`},
		{imaptest.RequireTLS, "/tls}INBOX", `
			S: * OK [CAPABILITY IMAP4rev1 SASL-IR ID ENABLE IDLE LITERAL+ STARTTLS LOGINDISABLED]…
			C: b LOGIN user password
			S: b NO [PRIVACYREQUIRED]…
			C: c AUTHENTICATE PLAIN AHVzZXIAcGFzc3dvcmQ=
			S: c NO [PRIVACYREQUIRED]…`, `
			S: +OK…
			C: CAPA
			S: +OK
			S: CAPA
			S: TOP
			S: UIDL
			S: RESP-CODES
			S: PIPELINING
			S: AUTH-RESP-CODE
			S: STLS
			S: .
			C: USER user
			S: -ERR TLS comes first
			C: AUTH PLAIN AHVzZXIAcGFzc3dvcmQ=
			S: -ERR TLS comes first
			C: APOP user 00
			S: -ERR TLS comes first`},
	}
	for _, tt := range tests {
		t.Run(strings.Trim(tt.flag, "/}INBOX"), func(t *testing.T) {
			srv := imaptest.Config{TLS: tt.mode}.NewServer(t)
			if want := "{" + srv.IMAPAddr() + "/imap" + tt.flag; srv.IMAP() != want {
				t.Errorf("IMAP is %q, want %q", srv.IMAP(), want)
			}
			if want := "{" + srv.POP3Addr() + "/pop3" + tt.flag; srv.POP3() != want {
				t.Errorf("POP3 is %q, want %q", srv.POP3(), want)
			}
			for addr, script := range map[string]string{srv.IMAPAddr(): tt.imap, srv.POP3Addr(): tt.pop3} {
				w := dial(t, addr)
				if tt.mode == imaptest.ImplicitTLS {
					if err := w.startTLS(srv.ClientTLS(), "localhost"); err != nil {
						t.Fatal(err)
					}
				}
				w.talk(script)
			}
		})
	}
}

func TestStartTLS(t *testing.T) {
	srv := imaptest.Config{TLS: imaptest.RequireTLS}.NewServer(t, first)
	c, err := imapclient.DialStartTLS(srv.IMAPAddr(), &imapclient.Options{TLSConfig: srv.ClientTLS()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login("user", "password").Wait(); err != nil {
		t.Fatal(err)
	}
	if data, err := c.Select("INBOX", nil).Wait(); err != nil || data.NumMessages != 1 {
		t.Errorf("Select: %+v, %v", data, err)
	}

	// A command that arrived with STLS, before encryption, is dropped, because an attacker may
	// have sent it.
	w := dial(t, srv.POP3Addr())
	w.talk("S: +OK…")
	w.send("STLS\r\nQUIT")
	w.talk("S: +OK…")
	if err := w.startTLS(srv.ClientTLS(), "127.0.0.1"); err != nil {
		t.Fatal(err)
	}
	w.talk(`
		C: STLS
		S: -ERR Unknown command.
		C: USER user
		S: +OK
		C: PASS password
		S: +OK…
		C: STAT
		S: +OK 1 44
		C: STLS
		S: -ERR Unknown command: STLS`)
}

func TestNoTLSHasNoCertificate(t *testing.T) {
	srv := imaptest.NewServer(t)
	if srv.CA() != nil || !srv.CertPool().Equal(x509.NewCertPool()) {
		t.Error("a certificate without TLS")
	}
	if err := dial(t, srv.IMAPAddr()).startTLS(&tls.Config{InsecureSkipVerify: true}, "localhost"); err == nil {
		t.Error("TLS without TLS")
	}
}
