package promises_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// bindingMechanisms are a server's that has channel binding and the rest.
var bindingMechanisms = []string{
	imaptest.Plain, imaptest.CRAMMD5, imaptest.ScramSHA1, imaptest.ScramSHA256, imaptest.ScramSHA1Plus, imaptest.ScramSHA256Plus,
}

// versions are the versions of TLS that the library speaks.
var versions = []uint16{tls.VersionTLS12, tls.VersionTLS13}

// used returns the mechanisms that a server was asked for, in order.
func used(srv *imaptest.Server) (mechanisms []string) {
	for _, line := range srv.Transcript() {
		words := strings.Fields(line)
		for i, word := range words {
			if (word == "AUTHENTICATE" || word == "AUTH") && i+1 < len(words) {
				mechanisms = append(mechanisms, words[i+1])
			}
		}
	}
	return mechanisms
}

// between ends the TLS of clients, with a certificate of its own, and begins TLS of the same
// version with the server. It changes what the server sends.
func between(t *testing.T, srv *imaptest.Server, to string, version uint16, change func(line string) string) (addr string) {
	t.Helper()
	other := imaptest.Config{TLS: imaptest.ImplicitTLS, Mechanisms: []string{imaptest.External}}.NewServer(t)
	certificate, err := other.ClientCertificate("somebody")
	must(t, err)
	return listen(t, func(raw net.Conn) {
		client := tls.Server(raw, &tls.Config{Certificates: []tls.Certificate{certificate}})
		config := srv.ClientTLS()
		config.MaxVersion = version
		server, err := tls.Dial("tcp", to, config)
		if err != nil {
			return
		}
		defer server.Close()
		go func() {
			defer server.Close()
			io.Copy(server, client)
		}()
		for r := bufio.NewReader(server); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if _, err := io.WriteString(client, change(line)); err != nil {
				return
			}
		}
	})
}

func unchanged(line string) string { return line }

// withoutBinding removes channel binding from the server's offer.
func withoutBinding(line string) string {
	for _, name := range []string{"AUTH=SCRAM-SHA-1-PLUS", "AUTH=SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"} {
		line = strings.ReplaceAll(line, " "+name, "")
	}
	return line
}

// TestChannelBinding logs in to servers with channel binding, directly and through somebody
// who ends TLS with a certificate that the caller has accepted.
func TestChannelBinding(t *testing.T) {
	const notBound = "SECURITY PROBLEM: login is not bound to TLS, because server refused SCRAM-SHA-256-PLUS"
	for _, c := range []struct {
		name     string
		bindings []string
		through  func(line string) string
		password string
		flags    string
		kind     error
		used     string
		errors   []string
	}{
		{"all bindings", nil, nil, "password", "", nil, "SCRAM-SHA-256-PLUS", nil},
		{"the certificate only", []string{imaptest.TLSServerEndPoint}, nil, "password", "/secure", nil,
			"SCRAM-SHA-256-PLUS SCRAM-SHA-256-PLUS", nil},
		{"no binding", []string{}, nil, "password", "", nil,
			"SCRAM-SHA-256-PLUS SCRAM-SHA-256-PLUS SCRAM-SHA-256", []string{notBound}},
		{"no binding, /secure", []string{}, nil, "password", "/secure", imapcompat.ErrAuthentication,
			"SCRAM-SHA-256-PLUS SCRAM-SHA-256-PLUS", nil},
		{"wrong password", nil, nil, "wrong", "", imapcompat.ErrAuthentication, "SCRAM-SHA-256-PLUS", nil},
		{"somebody in between", nil, unchanged, "password", "/novalidate-cert", imapcompat.ErrCertificate, "SCRAM-SHA-256-PLUS", nil},
		{"somebody in between, the certificate only", []string{imaptest.TLSServerEndPoint}, unchanged, "password", "/novalidate-cert",
			imapcompat.ErrCertificate, "SCRAM-SHA-256-PLUS SCRAM-SHA-256-PLUS", nil},
		{"somebody in between, who hides the offer", nil, withoutBinding, "password", "/novalidate-cert", imapcompat.ErrCertificate,
			"SCRAM-SHA-256", nil},
	} {
		for _, version := range versions {
			for _, service := range []string{"imap", "pop3"} {
				t.Run(fmt.Sprintf("%s/%s/%s", c.name, tls.VersionName(version), service), func(t *testing.T) {
					srv := imaptest.Config{TLS: imaptest.ImplicitTLS, Mechanisms: bindingMechanisms, ChannelBindings: c.bindings}.NewServer(t, texts(1)...)
					addr := srv.IMAPAddr()
					if service == "pop3" {
						addr = srv.POP3Addr()
					}
					if c.through != nil {
						addr = between(t, srv, addr, version, c.through)
					}
					config := srv.ClientTLS()
					config.MaxVersion = version
					mbox, err := imapcompat.Open("{"+addr+"/"+service+"/ssl"+c.flags+"}INBOX", srv.User, c.password, imapcompat.WithTLSConfig(config))
					if !errors.Is(err, c.kind) || c.kind != nil && errors.Is(err, imapcompat.ErrCertificate) != (c.kind == imapcompat.ErrCertificate) {
						t.Fatalf("got %v, want %v", err, c.kind)
					}
					if got := strings.Join(used(srv), " "); got != c.used {
						t.Errorf("the server was asked for %s, want %s", got, c.used)
					}
					if err != nil {
						return
					}
					if n, err := mbox.NumMsg(); err != nil || n != 1 {
						t.Errorf("%d messages, %v", n, err)
					}
					if got := mbox.Errors(); !slices.Equal(got, c.errors) {
						t.Errorf("errors %q, want %q", got, c.errors)
					}
					must(t, mbox.Close())
				})
			}
		}
	}
}

// TestSCRAMImpostor logs in to a server that does not know the password, or asks for too much
// work. It gets nothing from which the password is seen.
func TestSCRAMImpostor(t *testing.T) {
	for name, answers := range map[string][]string{
		"too many iterations":    {"r=NONCEx,s=c2FsdA==,i=1000001"},
		"too few iterations":     {"r=NONCEx,s=c2FsdA==,i=4095"},
		"another nonce":          {"r=xNONCE,s=c2FsdA==,i=4096"},
		"the same nonce again":   {"r=,s=c2FsdA==,i=4096"},
		"a wrong signature":      {"r=NONCEx,s=c2FsdA==,i=4096", "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
		"no signature":           {"r=NONCEx,s=c2FsdA==,i=4096"},
		"nothing":                {},
		"an unknown extension":   {"m=x,r=NONCEx,s=c2FsdA==,i=4096"},
		"a second challenge":     {"r=NONCEx,s=c2FsdA==,i=4096", "r=NONCEx,s=c2FsdA==,i=4096"},
		"success after an error": {"e=other-error"},
	} {
		for _, mechanism := range []string{"SCRAM-SHA-1", "SCRAM-SHA-256"} {
			for _, service := range []string{"imap", "pop3"} {
				t.Run(name+"/"+mechanism+"/"+service, func(t *testing.T) {
					impostor := &impostor{mechanism: mechanism, answers: answers}
					addr := listen(t, impostor.serve(service))
					_, err := imapcompat.Open("{"+addr+"/"+service+"/notls}INBOX", "user", secretPassword)
					if !errors.Is(err, imapcompat.ErrProtocol) {
						t.Errorf("got %v", err)
					}
					impostor.mu.Lock()
					defer impostor.mu.Unlock()
					if got := strings.Join(impostor.begun, " "); got != mechanism {
						t.Errorf("it was asked for %s", got)
					}
					checkSecrets(t, shown(causes(err)...)+strings.Join(impostor.received, "\n"))
				})
			}
		}
	}
}

// impostor is a server of SCRAM and PLAIN. It sends the answers, in which NONCE is the
// client's, and then accepts the login.
type impostor struct {
	mechanism string
	answers   []string

	mu       sync.Mutex
	begun    []string
	received []string
}

func (i *impostor) serve(service string) func(net.Conn) {
	greeting, ok, no := "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH="+i.mechanism+"] hello", "A1 OK", "A1 BAD"
	if service == "pop3" {
		greeting, ok, no = "+OK hello", "+OK", "-ERR"
	}
	return func(conn net.Conn) {
		fmt.Fprintf(conn, "%s\r\n", greeting)
		nonce, answers := "", i.answers
		for r := bufio.NewScanner(conn); r.Scan(); {
			line := r.Text()
			command := strings.TrimPrefix(line, "A1 ")
			name, begins := strings.CutPrefix(strings.Replace(command, "AUTHENTICATE ", "AUTH ", 1), "AUTH ")
			switch {
			case command == "CAPA":
				fmt.Fprintf(conn, "+OK\r\nSASL PLAIN %s\r\n.\r\n", i.mechanism)
				continue
			case begins:
				i.note(&i.begun, name)
				fmt.Fprint(conn, "+ \r\n")
				continue
			case command == "*":
				fmt.Fprintf(conn, "%s\r\n", no)
				continue
			case command == "QUIT":
				return
			}
			decoded, _ := base64.StdEncoding.DecodeString(line)
			i.note(&i.received, string(decoded))
			if _, own, found := strings.Cut(string(decoded), "r="); found && nonce == "" {
				nonce = own
			}
			if len(answers) == 0 {
				fmt.Fprintf(conn, "%s\r\n", ok)
				continue
			}
			answer := strings.ReplaceAll(answers[0], "NONCE", nonce)
			answers = answers[1:]
			fmt.Fprintf(conn, "+ %s\r\n", base64.StdEncoding.EncodeToString([]byte(answer)))
		}
	}
}

func (i *impostor) note(list *[]string, text string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	*list = append(*list, text)
}

// TestExternal logs in with a certificate, which replaces the password.
func TestExternal(t *testing.T) {
	for _, c := range []struct {
		name        string
		mode        imaptest.TLSMode
		certificate string
		user        string
		password    string
		mechanisms  []string
		kind        error
		used        string
	}{
		{"/ssl", imaptest.ImplicitTLS, "ada", "ada", "", []string{imaptest.Plain, imaptest.External}, nil, "EXTERNAL"},
		{"/tls", imaptest.RequireTLS, "ada", "ada", "", []string{imaptest.Plain, imaptest.External}, nil, "EXTERNAL"},
		{"the certificate says who", imaptest.ImplicitTLS, "ada", "", "", []string{imaptest.External}, nil, "EXTERNAL"},
		{"a password is there", imaptest.ImplicitTLS, "ada", "ada", "password", []string{imaptest.Plain, imaptest.External}, nil, "PLAIN"},
		{"as another", imaptest.ImplicitTLS, "ada", "eve", "", []string{imaptest.External}, imapcompat.ErrAuthentication, "EXTERNAL"},
		{"of another", imaptest.ImplicitTLS, "eve", "ada", "", []string{imaptest.External}, imapcompat.ErrAuthentication, "EXTERNAL"},
		{"not offered", imaptest.ImplicitTLS, "ada", "ada", "", []string{imaptest.Plain}, imapcompat.ErrAuthentication, ""},
		{"no certificate", imaptest.ImplicitTLS, "", "ada", "", []string{imaptest.External}, imapcompat.ErrAuthentication, ""},
	} {
		for _, version := range versions {
			for _, service := range []string{"imap", "pop3"} {
				t.Run(fmt.Sprintf("%s/%s/%s", c.name, tls.VersionName(version), service), func(t *testing.T) {
					srv := imaptest.Config{TLS: c.mode, User: "ada", Mechanisms: c.mechanisms}.NewServer(t, texts(1)...)
					config := srv.ClientTLS()
					config.MaxVersion = version
					if c.certificate != "" {
						certificate, err := srv.ClientCertificate(c.certificate)
						must(t, err)
						config.Certificates = []tls.Certificate{certificate}
					}
					name := srv.IMAP()
					if service == "pop3" {
						name = srv.POP3()
					}
					mbox, err := imapcompat.Open(name, c.user, c.password, imapcompat.WithTLSConfig(config))
					if !errors.Is(err, c.kind) {
						t.Fatalf("got %v, want %v", err, c.kind)
					}
					if got := strings.Join(used(srv), " "); got != c.used {
						t.Errorf("the server was asked for %q, want %q", got, c.used)
					}
					if err == nil {
						must(t, mbox.Close())
					}
				})
			}
		}
	}
}

// TestMechanismsOffered has an error that names the mechanisms when none can be used.
func TestMechanismsOffered(t *testing.T) {
	for name, srv := range map[string]*scripted{
		"imap": imapServer("AUTH=NTLM LOGINDISABLED", nil),
		"pop3": pop3Server("SASL NTLM\r\n", nil),
	} {
		addr := listen(t, srv.serve)
		_, err := imapcompat.Open("{"+addr+"/"+name+"/notls}INBOX", "user", secretPassword)
		if !errors.Is(err, imapcompat.ErrAuthentication) || !strings.Contains(err.Error(), "the server offers only NTLM; NTLM is not supported") {
			t.Errorf("%s: %v", name, err)
		}
		if sent := srv.credentials(); len(sent) > 0 {
			t.Errorf("%s: %q is sent", name, sent)
		}
	}
}
