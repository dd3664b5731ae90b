package conformance

import (
	"bufio"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/imaptest"
)

// TestSASL logs in to Dovecot with mechanisms that PHP does not know. Dovecot 2.3 has no
// channel binding; it accepts that the client says it supports one.
func TestSASL(t *testing.T) {
	needOracle(t)
	issuer := imaptest.Config{TLS: imaptest.ImplicitTLS, Mechanisms: []string{imaptest.External}}.NewServer(t)
	dir := t.TempDir()
	for _, parent := range []string{filepath.Dir(dir), dir} { // for Dovecot's user
		if err := os.Chmod(parent, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: issuer.CA().Raw}), 0o644); err != nil {
		t.Fatal(err)
	}
	administrators := filepath.Join(dir, "administrators")
	if err := os.WriteFile(administrators, []byte("adm:{PLAIN}master\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	srv, err := dovecot.Start(
		"auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 external",
		"ssl_ca = <"+ca, "ssl_verify_client_cert = yes", "ssl_require_crl = no",
		"auth_ssl_username_from_cert = yes", "ssl_cert_username_field = commonName",
		"auth_username_chars =", "plugin {\n  acl_user = %u\n}",
		"passdb {\n  driver = static\n  mechanisms = external\n  args = nopassword=y\n}",
		"passdb {\n  driver = passwd-file\n  master = yes\n  args = "+administrators+"\n}",
	)
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(srv.Log())
		}
	})
	everything := []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "EXTERNAL", "APOP"}
	for _, c := range []struct {
		mechanism   string
		flags       string
		certificate string
		user        string
		password    string
		kind        error
	}{
		{mechanism: "SCRAM-SHA-1", user: "ada", password: dovecot.Password},
		{mechanism: "SCRAM-SHA-256", user: "ada", password: dovecot.Password},
		{mechanism: "SCRAM-SHA-1", user: "ada", password: "wrong", kind: imapcompat.ErrAuthentication},
		{mechanism: "SCRAM-SHA-256", user: "ada", password: "wrong", kind: imapcompat.ErrAuthentication},
		{mechanism: "SCRAM-SHA-256", user: "a=d,a", password: dovecot.Password},
		{mechanism: "SCRAM-SHA-256", flags: "/user=ada/authuser=adm", password: "master"},
		{mechanism: "SCRAM-SHA-1", flags: "/user=ada/authuser=adm", password: dovecot.Password, kind: imapcompat.ErrAuthentication},
		{mechanism: "EXTERNAL", certificate: "ada", user: "ada"},
		{mechanism: "EXTERNAL", certificate: "ada"},
		{mechanism: "EXTERNAL", certificate: "ada", user: "eve", kind: imapcompat.ErrAuthentication},
		{mechanism: "EXTERNAL", user: "ada", kind: imapcompat.ErrAuthentication},
	} {
		for _, service := range []string{"imap", "pop3"} {
			if service == "pop3" && strings.Contains(c.flags, "/authuser=") {
				continue // as PHP, the library takes that for IMAP only
			}
			for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				t.Run(fmt.Sprintf("%s%s/%s for %q, %q/%s/%s", c.mechanism, c.flags, c.certificate, c.user, c.password, service, tls.VersionName(version)), func(t *testing.T) {
					config := &tls.Config{RootCAs: srv.CAs, MaxVersion: version}
					if c.certificate != "" {
						certificate, err := issuer.ClientCertificate(c.certificate)
						if err != nil {
							t.Fatal(err)
						}
						config.Certificates = []tls.Certificate{certificate}
					}
					var others []string
					for _, name := range everything {
						if name != c.mechanism {
							others = append(others, name)
						}
					}
					port := srv.IMAPS
					if service == "pop3" {
						port = srv.POP3S
					}
					// /secure rules out the command LOGIN, and USER and PASS.
					name := fmt.Sprintf("{localhost:%d/%s/ssl/secure%s}INBOX", port, service, c.flags)
					mbox, err := imapcompat.Open(name, c.user, c.password, imapcompat.WithTLSConfig(config), imapcompat.WithRetries(1),
						imapcompat.WithDisabledAuthenticators(others...))
					if !errors.Is(err, c.kind) {
						t.Fatalf("got %v, want %v", err, c.kind)
					}
					if err != nil {
						return
					}
					defer mbox.Close()
					if errs := mbox.Errors(); len(errs) > 0 && !strings.Contains(errs[0], "Mailbox is empty") {
						t.Errorf("errors %q", errs)
					}
					if _, err := mbox.NumMsg(); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

// TestMechanisms compares what PHP and the library send to servers of which they can use no
// mechanism, or ANONYMOUS, and what they report.
func TestMechanisms(t *testing.T) {
	for _, c := range []struct{ flags, capabilities, answer string }{
		{"", "AUTH=NTLM LOGINDISABLED", "NO"},
		{"/secure", "AUTH=NTLM AUTH=PLAIN", "NO"},
		{"", "AUTH=NTLM", "NO"},
		{"", "AUTH=NTLM", "OK"},
		{"", "AUTH=EXTERNAL LOGINDISABLED", "NO"},
		{"", "AUTH=DIGEST-MD5 LOGINDISABLED", "NO"},
		{"", "AUTH=EXTERNAL AUTH=CRAM-MD5", "NO"},
		{"/anonymous", "AUTH=ANONYMOUS AUTH=PLAIN", "OK"},
		{"/anonymous", "AUTH=ANONYMOUS AUTH=PLAIN", "NO"},
		{"/anonymous", "AUTH=PLAIN LOGINDISABLED", "OK"},
		{"/anonymous", "AUTH=PLAIN", "NO"},
		{"/anonymous/secure", "AUTH=ANONYMOUS", "OK"},
	} {
		t.Run(c.flags+" "+c.capabilities+" "+c.answer, func(t *testing.T) {
			sent := make(chan string, 100)
			p := newPlace(t)
			p.imap = listen(t, func(conn net.Conn) { serveLogin(conn, c.capabilities, c.answer, sent) })
			call := do("imap_open", "{localhost:@IMAP/imap/notls"+c.flags+"}INBOX", "joe", "sEcret", 0, 2)
			want := newOracle(t, p).do(call) + "\n" + drained(sent)
			got := newLibrary(t, p).do(call) + "\n" + drained(sent)
			compare(t, "imap/imap_open/"+c.capabilities+c.flags, want, got)
		})
	}
}

// drained returns the lines that were sent.
func drained(sent chan string) (lines string) {
	for {
		select {
		case line := <-sent:
			lines += line + "\n"
		default:
			return lines
		}
	}
}

// serveLogin answers every login in the same way. It passes on the lines of logins, without
// tags and quotes.
func serveLogin(conn net.Conn, capabilities, answer string, sent chan<- string) {
	defer conn.Close()
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	say("* OK ready")
	exchange := ""
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		word, _, _ := strings.Cut(command, " ")
		switch {
		case exchange != "":
			sent <- lines.Text()
			say("%s %s not so", exchange, answer)
			exchange = ""
		case word == "AUTHENTICATE":
			sent <- command
			say("+ PDEuMkBoPg==")
			exchange = tag
		case word == "LOGIN":
			sent <- strings.ReplaceAll(command, `"`, "")
			say("%s %s not so", tag, answer)
		case word == "CAPABILITY":
			say("* CAPABILITY IMAP4rev1 %s\r\n%s OK", capabilities, tag)
		case word == "SELECT", word == "EXAMINE":
			say("* 0 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1]\r\n%s OK", tag)
		case word == "LOGOUT":
			say("* BYE\r\n%s OK", tag)
			return
		default:
			say("%s OK", tag)
		}
	}
}
