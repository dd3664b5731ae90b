package main

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
	"github.com/imapcompat/imapcompat/internal/mailtest"
)

// trusting is executeWith for a program that trusts only a test server.
func trusting(t *testing.T, config *tls.Config, env map[string]string, args ...string) result {
	t.Helper()
	var stdout, stderr buffer
	c := newCLI(strings.NewReader(""), &stdout, &stderr, environment(env))
	c.tls = config
	r := result{c.run(context.Background(), args), stdout.String(), stderr.String()}
	for _, output := range []string{r.stdout, r.stderr} {
		if strings.Contains(output, testPassword) || strings.Contains(output, testToken) {
			t.Errorf("%q shows a secret:\n%s", args, output)
		}
		checkControls(t, args, output)
	}
	return r
}

func withPassword() map[string]string { return map[string]string{"IMAPCOMPAT_PASSWORD": testPassword} }

// doctored runs doctor, and returns its document. The results of its steps are words such as
// "login: failed".
func doctored(t *testing.T, config *tls.Config, env map[string]string, args ...string) (diagnosis, []string) {
	t.Helper()
	r := trusting(t, config, env, append([]string{"doctor", "--json", "--user", "joe", "--timeout", "10s"}, args...)...)
	var d diagnosis
	if err := json.Unmarshal([]byte(r.stdout), &d); err != nil {
		t.Fatalf("%v: %+v", err, r)
	}
	if d.Exit != r.code {
		t.Errorf("exit %d in the document, %d of the program", d.Exit, r.code)
	}
	var results []string
	for _, s := range d.Steps {
		results = append(results, s.Step+": "+s.Result)
	}
	return d, results
}

func TestDoctor(t *testing.T) {
	for _, tt := range []struct {
		name string
		mode imaptest.TLSMode
	}{{"no TLS", imaptest.NoTLS}, {"implicit TLS", imaptest.ImplicitTLS}, {"STARTTLS", imaptest.RequireTLS}} {
		t.Run(tt.name, func(t *testing.T) {
			srv := imaptest.Config{User: "joe", Password: testPassword, Token: testToken, TLS: tt.mode, Messages: inboxMessages()}.NewServer(t)
			for _, mailbox := range []string{srv.IMAP(), srv.POP3()} {
				for secret, mechanism := range map[string]string{"IMAPCOMPAT_PASSWORD": "PLAIN", "IMAPCOMPAT_TOKEN": "OAUTHBEARER"} {
					env := map[string]string{secret: map[string]string{"IMAPCOMPAT_PASSWORD": testPassword, "IMAPCOMPAT_TOKEN": testToken}[secret]}
					d, results := doctored(t, srv.ClientTLS(), env, mailbox)
					if d.Exit != 0 || slices.ContainsFunc(results, func(s string) bool { return !strings.HasSuffix(s, ": ok") }) {
						t.Errorf("%s: %v", mailbox, d)
					}
					if !strings.Contains(textOf(d, "login"), "logged in with "+mechanism) {
						t.Errorf("login: %s", textOf(d, "login"))
					}
					if got := textOf(d, "tls"); tt.mode != imaptest.NoTLS && !strings.Contains(got, "the certificate is for localhost, 127.0.0.1, ::1, by imaptest CA") {
						t.Errorf("tls: %s", got)
					}
				}
			}
			for _, m := range srv.Messages("INBOX") {
				if slices.Contains(m.Flags, `\Seen`) != (m.UID == 1) {
					t.Errorf("message %d has the flags %v", m.UID, m.Flags)
				}
			}
		})
	}
}

func textOf(d diagnosis, name string) string {
	for _, s := range d.Steps {
		if s.Step == name {
			return s.Text
		}
	}
	return ""
}

// Each thing that is wrong is the last step, with what to do.
func TestDoctorFindsFaults(t *testing.T) {
	plainServer := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t)
	locked := imaptest.Config{User: "joe", Password: testPassword}.NewServer(t)
	locked.Refuse("LOGIN", 100, "[UNAVAILABLE] down for maintenance")
	secure := imaptest.Config{User: "joe", Password: testPassword, TLS: imaptest.ImplicitTLS}.NewServer(t)
	at := func(address, flags string) string { return "{" + address + flags + "}INBOX" }
	for _, tt := range []struct {
		name, mailbox string
		config        *tls.Config
		password      string
		code          int
		step, text    string
		advice        string
	}{
		{"nothing listens", at(unusedAddress(t), "/imap/notls"), nil, testPassword, 75, "connection: failed", "nothing listens", "Check the port"},
		// The resolver refuses the name by itself.
		{"no such host", "{nowhere..invalid/imap/notls}INBOX", nil, testPassword, 1, "name: failed", "there is no host nowhere..invalid", "spelling"},
		{"a web server", at(says(t, "HTTP/1.1 400 Bad Request\r\n"), "/imap/notls"), nil, testPassword, 1, "greeting: failed", "HTTP/1.1", "another service than IMAP"},
		{"an endless line", at(says(t, "* OK "+strings.Repeat("x", 100_000)+"\r\n"), "/imap/notls"), nil, testPassword, 1, "greeting: failed", "something that is not IMAP", "another service than IMAP"},
		{"an endless line of POP3", at(says(t, strings.Repeat("x", 100_000)), "/pop3/notls"), nil, testPassword, 1, "greeting: failed", "something that is not POP3", "another service than POP3"},
		{"IMAP as POP3", at(plainServer.IMAPAddr(), "/pop3/notls"), nil, testPassword, 1, "greeting: failed", "* OK", "another service than POP3"},
		{"too many connections", at(says(t, "* BYE Too many connections\r\n"), "/imap/notls"), nil, testPassword, 1, "greeting: failed", "Too many", "Try again later"},
		{"closed", at(says(t, ""), "/imap/notls"), nil, testPassword, 75, "greeting: failed", "closes the connection", "/ssl"},
		{"no TLS on the port", at(plainServer.IMAPAddr(), "/imap/ssl"), nil, testPassword, 1, "tls: failed", "does not speak TLS", "/tls in place of /ssl"},
		{"STARTTLS missing", at(plainServer.IMAPAddr(), "/imap/tls"), nil, testPassword, 1, "tls: failed", "does not offer STARTTLS", "/ssl"},
		{"unknown authority", at(secure.IMAPAddr(), "/imap/ssl"), &tls.Config{RootCAs: x509.NewCertPool()}, testPassword, 1, "tls: failed", "does not know its issuer", "whole chain"},
		{"wrong password", plainServer.IMAP(), nil, "wrong", 1, "login: failed", "Authentication failed", "app password"},
		{"server down", locked.IMAP(), nil, testPassword, 75, "login: failed", "down for maintenance", ""},
		{"no such mailbox", strings.Replace(plainServer.IMAP(), "INBOX", "Nowhere", 1), nil, testPassword, 1, "select: failed", "doesn't exist", "imapcompat list"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, results := doctored(t, tt.config, map[string]string{"IMAPCOMPAT_PASSWORD": tt.password}, tt.mailbox)
			last := d.Steps[len(d.Steps)-1]
			if results[len(results)-1] != tt.step || !strings.Contains(last.Text, tt.text) || !strings.Contains(last.Advice, tt.advice) {
				t.Errorf("got %v", last)
			}
			if d.Exit != tt.code {
				t.Errorf("exit %d, want %d", d.Exit, tt.code)
			}
			human := trusting(t, tt.config, map[string]string{"IMAPCOMPAT_PASSWORD": tt.password}, "doctor", "--user", "joe", tt.mailbox)
			if !strings.Contains(human.stdout, tt.text) || !strings.Contains(human.stdout, tt.advice) {
				t.Errorf("without --json: %+v", human)
			}
		})
	}
}

// Where the server can take no password, or no token, the advice is not to check it.
func TestDoctorUnusableMechanisms(t *testing.T) {
	password := map[string]string{"IMAPCOMPAT_PASSWORD": testPassword}
	token := map[string]string{"IMAPCOMPAT_TOKEN": testToken}
	scripted := func(capabilities string) string {
		return answers(t, "* OK ready\r\n", func(tag, command string) string {
			if command == "CAPABILITY" {
				return "* CAPABILITY IMAP4rev1 " + capabilities + "\r\n" + tag + " OK done\r\n"
			}
			return tag + " OK done\r\n"
		})
	}
	for _, tt := range []struct {
		name, capabilities string
		env                map[string]string
		advice             []string
	}{
		{"OAuth2 only", "LOGINDISABLED AUTH=XOAUTH2 AUTH=OAUTHBEARER", password, []string{"OAUTHBEARER, XOAUTH2", "imapcompat login", "not encrypted"}},
		{"Kerberos only", "LOGINDISABLED AUTH=GSSAPI AUTH=NTLM", password, []string{"GSSAPI, NTLM"}},
		{"no OAuth2", "AUTH=PLAIN", token, []string{"PLAIN", "does not take OAuth2"}},
		{"no mechanism", "ID", token, []string{"no SASL mechanism", "does not take OAuth2"}},
		{"nothing", "LOGINDISABLED", password, []string{"takes no login on this connection", "/ssl"}},
	} {
		d, results := doctored(t, nil, tt.env, "{"+scripted(tt.capabilities)+"/imap/notls}INBOX")
		last := d.Steps[len(d.Steps)-1]
		if results[len(results)-1] != "login: failed" || strings.Contains(last.Advice, "Check the login name") {
			t.Errorf("%s: %v", tt.name, last)
		}
		for _, text := range append(tt.advice, "was not sent") {
			if !strings.Contains(last.Advice, text) {
				t.Errorf("%s: no %q in %v", tt.name, text, last)
			}
		}
	}
}

// answers returns the address of a server that greets, and answers each command by its tag.
func answers(t *testing.T, greeting string, answer func(tag, command string) string) string {
	t.Helper()
	return mailtest.Listen(t, func(conn net.Conn) {
		io.WriteString(conn, greeting)
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			tag, command, _ := strings.Cut(lines.Text(), " ")
			io.WriteString(conn, answer(tag, command))
		}
	})
}

// Without a password the server is examined, and nothing is sent to log in with.
func TestDoctorWithoutPassword(t *testing.T) {
	srv := newServer(t)
	d, results := doctored(t, nil, nil, srv.IMAP())
	if results[len(results)-1] != "login: skipped" || d.Exit != 0 {
		t.Errorf("%v", d)
	}
	for _, line := range srv.Transcript() {
		if strings.Contains(line, "LOGIN") || strings.Contains(line, "AUTHENTICATE") {
			t.Errorf("sent %q", line)
		}
	}
}

// A warning does not stop the examination.
func TestDoctorWarns(t *testing.T) {
	srv := imaptest.Config{User: "joe", Password: testPassword, TLS: imaptest.ImplicitTLS}.NewServer(t)
	d, results := doctored(t, nil, withPassword(), "{"+srv.IMAPAddr()+"/imap/ssl/novalidate-cert}INBOX")
	if !slices.Contains(results, "tls: warning") || d.Exit != 0 {
		t.Errorf("%v", d)
	}
	clear := newServer(t)
	d, results = doctored(t, nil, withPassword(), "{"+clear.IMAPAddr()+"/imap}INBOX")
	if !slices.Contains(results, "tls: warning") || d.Exit != 0 {
		t.Errorf("%v", d)
	}
}

// What a server sends reaches neither the terminal nor the form of the output, and ends.
func TestDoctorHostileServer(t *testing.T) {
	for _, greeting := range []string{
		"* OK \x1b[2J\x9b31m\u202eevil\r\n",
		"* OK " + strings.Repeat("x", 100_000) + "\r\n",
		strings.Repeat("* CAPABILITY A\r\n", 200_000),
		"\x00\xff\n",
	} {
		mailbox := "{" + says(t, greeting) + "/imap/notls}INBOX"
		r := trusting(t, nil, withPassword(), "doctor", "--user", "joe", mailbox)
		if r.code == 0 || len(r.stdout) > 20_000 {
			t.Errorf("%.40q: exit %d, %d octets", greeting, r.code, len(r.stdout))
		}
		d, _ := doctored(t, nil, withPassword(), mailbox)
		if d.Exit == 0 {
			t.Errorf("%.40q: %v", greeting, d)
		}
	}
}

// A server that goes on and on does not keep doctor.
func TestDoctorEndlessAnswer(t *testing.T) {
	for _, tt := range []struct {
		lines         int // in one piece
		pause         time.Duration
		timeout, want string
	}{{10_000, 0, "30s", "octets"}, {1, 10 * time.Millisecond, "200ms", "no whole answer"}} {
		address := mailtest.Listen(t, func(conn net.Conn) {
			for line := "* OK hello\r\n"; ; line = strings.Repeat("* OK still here\r\n", tt.lines) {
				if _, err := io.WriteString(conn, line); err != nil {
					return
				}
				time.Sleep(tt.pause)
			}
		})
		d, _ := doctored(t, nil, withPassword(), "{"+address+"/imap/notls}INBOX", "--timeout", tt.timeout)
		if last := d.Steps[len(d.Steps)-1]; last.Step != "capabilities" || last.Result != stepFailed || !strings.Contains(last.Text, tt.want) || strings.Contains(last.Advice, "/ssl") {
			t.Errorf("%v", last)
		}
	}
}

// A URL may have a password.
func TestURLIsNotShown(t *testing.T) {
	for _, name := range []string{"doctor", "list", "status"} {
		r := trusting(t, nil, nil, name, "imap://joe:"+testPassword+"@127.0.0.1/INBOX")
		if r.code != exitUsage || !strings.Contains(r.stderr, "no URL") {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// says returns the address of a server that sends a text to each client and ends the connection.
func says(t *testing.T, text string) string {
	t.Helper()
	return mailtest.Listen(t, func(conn net.Conn) {
		io.WriteString(conn, text)
		conn.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, conn)
	})
}

// unusedAddress returns an address on which nothing listens.
func unusedAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestJudge(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	make := func(name string, from, until time.Time, parent *x509.Certificate) *x509.Certificate {
		template := &x509.Certificate{
			SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name, Organization: []string{name + " Inc."}},
			NotBefore: from, NotAfter: until, DNSNames: []string{"mail.example.org", "*.example.org"},
			IsCA: parent == nil, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		}
		if parent == nil {
			parent = template
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return cert
	}
	year := 365 * 24 * time.Hour
	ca := make("Example CA", now.Add(-year), now.Add(year), nil)
	roots := x509.NewCertPool()
	roots.AddCert(ca)
	good := make("leaf", now.Add(-time.Hour), now.Add(year), ca)
	for _, tt := range []struct {
		name  string
		chain []*x509.Certificate
		host  string
		roots *x509.CertPool
		want  string
	}{
		{"good", []*x509.Certificate{good}, "mail.example.org", roots, ""},
		{"wrong host", []*x509.Certificate{good}, "mail.example.com", roots, "not for mail.example.com"},
		{"expired", []*x509.Certificate{make("leaf", now.Add(-year), now.Add(-time.Hour), ca)}, "mail.example.org", roots, "it has expired"},
		{"early", []*x509.Certificate{make("leaf", now.Add(time.Hour), now.Add(year), ca)}, "mail.example.org", roots, "valid only from"},
		{"self-signed", []*x509.Certificate{ca}, "mail.example.org", x509.NewCertPool(), "self-signed"},
		{"incomplete", []*x509.Certificate{good}, "mail.example.org", x509.NewCertPool(), "does not send the certificate of the issuer"},
		{"private authority", []*x509.Certificate{good, ca}, "mail.example.org", x509.NewCertPool(), "does not trust its issuer"},
	} {
		problem, advice, err := judge(tt.chain, tt.host, tt.roots, now)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || advice == "" || !strings.Contains(problem, tt.want)) {
			t.Errorf("%s: %q, %q, %v", tt.name, problem, advice, err)
		}
	}
	if got, want := certificateInWords(good), "the certificate is for mail.example.org, *.example.org, by Example CA Inc., Example CA, valid until 2027-06-01"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
