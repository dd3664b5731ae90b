package sasl_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	gosasl "github.com/emersion/go-sasl"
	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

var (
	all = []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "GSSAPI", "XOAUTH2", "OAUTHBEARER", "ANONYMOUS", "EXTERNAL", "NTLM"}
	// encrypted is TLS without a channel binding.
	encrypted = new(tls.ConnectionState)
	owner     = &tls.Config{Certificates: make([]tls.Certificate, 1)}
	bearer    = oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "t0k-en"})
)

func TestMechanisms(t *testing.T) {
	for _, c := range []struct {
		name    string
		cfg     backend.Config
		offered []string
		clear   bool
		want    string
	}{
		{"strongest first", backend.Config{}, all, false, "SCRAM-SHA-256 CRAM-MD5 PLAIN"},
		{"in the clear", backend.Config{}, all, true, "SCRAM-SHA-256 CRAM-MD5 PLAIN!"},
		{"no PLAIN", backend.Config{}, []string{"login", "cram-md5"}, false, "CRAM-MD5 LOGIN"},
		{"LOGIN in the clear", backend.Config{}, []string{"LOGIN"}, true, "LOGIN"},
		{"PLAIN disabled", backend.Config{Disabled: []string{"PLAIN"}}, all, false, "SCRAM-SHA-256 CRAM-MD5 LOGIN"},
		{"disabled", backend.Config{Disabled: []string{"scram-sha-256", "CRAM-MD5"}}, all, false, "PLAIN"},
		{"/secure", backend.Config{Secure: true}, all, false, "SCRAM-SHA-256 CRAM-MD5"},
		{"/secure, PLAIN only", backend.Config{Secure: true}, []string{"PLAIN"}, false, ""},
		{"/authuser", backend.Config{AuthUser: "adm"}, all, false, "SCRAM-SHA-256 PLAIN"},
		{"/secure/authuser", backend.Config{Secure: true, AuthUser: "adm"}, []string{"PLAIN", "CRAM-MD5"}, false, ""},
		{"token", backend.Config{TokenSource: bearer, Password: "x"}, all, false, "OAUTHBEARER XOAUTH2"},
		{"token, /secure/authuser", backend.Config{TokenSource: bearer, Secure: true, AuthUser: "a"}, all, false, "OAUTHBEARER XOAUTH2"},
		{"token in the clear", backend.Config{TokenSource: bearer}, all, true, ""},
		{"token in the clear, with /notls", backend.Config{TokenSource: bearer, TLS: backend.TLSNever}, all, true, "OAUTHBEARER XOAUTH2"},
		{"token, not offered", backend.Config{TokenSource: bearer}, []string{"PLAIN"}, false, ""},
		{"certificate", backend.Config{TLSConfig: owner, AuthUser: "adm", Secure: true}, all, false, "EXTERNAL"},
		{"certificate on demand", backend.Config{TLSConfig: &tls.Config{GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			return nil, nil
		}}}, all, false, "EXTERNAL"},
		{"certificate and password", backend.Config{TLSConfig: owner, Password: "x"}, all, false, "SCRAM-SHA-256 CRAM-MD5 PLAIN"},
		{"certificate and token", backend.Config{TLSConfig: owner, TokenSource: bearer}, all, false, "OAUTHBEARER XOAUTH2"},
		{"certificate, anonymous", backend.Config{TLSConfig: owner, Anonymous: true}, all, false, "ANONYMOUS"},
		{"certificate in the clear", backend.Config{TLSConfig: owner}, all, true, ""},
		{"certificate, not offered", backend.Config{TLSConfig: owner}, []string{"PLAIN"}, false, ""},
		{"certificate, disabled", backend.Config{TLSConfig: owner, Disabled: []string{"EXTERNAL"}}, all, false, ""},
		{"TLS without a certificate", backend.Config{TLSConfig: new(tls.Config)}, all, false, "SCRAM-SHA-256 CRAM-MD5 PLAIN"},
		{"anonymous", backend.Config{Anonymous: true, Secure: true}, all, true, "ANONYMOUS"},
		{"anonymous, not offered", backend.Config{Anonymous: true}, []string{"PLAIN"}, true, ""},
		{"nothing offered", backend.Config{}, nil, false, ""},
	} {
		var got []string
		state := encrypted
		if c.clear {
			state = nil
		}
		for _, m := range sasl.Mechanisms(&c.cfg, c.offered, state) {
			name := m.Name
			if m.Warning != "" {
				name += "!"
			}
			got = append(got, name)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

func client(t *testing.T, cfg backend.Config, name string) gosasl.Client {
	t.Helper()
	list := sasl.Mechanisms(&cfg, []string{name}, encrypted)
	if len(list) != 1 {
		t.Fatalf("%s is not to be used", name)
	}
	c, err := list[0].Client(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestExchanges has what is sent in answer to what the server sends. The exchanges of the
// mechanisms that c-client supports were observed in PHP's sessions.
func TestExchanges(t *testing.T) {
	joe := backend.Config{User: "joe", Password: "sEcret"}
	adm := backend.Config{User: "joe", AuthUser: "adm", Password: "sEcret"}
	odd := backend.Config{User: "a\r\nb", Password: "p\r\nq"}
	token := backend.Config{User: "jo=e,x@example.org", TokenSource: bearer, Host: "mail.example.org", Port: 993}
	for _, c := range []struct {
		mechanism string
		cfg       backend.Config
		ir        string // "-" for none
		exchange  []string
	}{
		{"PLAIN", joe, "\x00joe\x00sEcret", nil},
		{"PLAIN", adm, "joe\x00adm\x00sEcret", nil},
		{"PLAIN", odd, "\x00a\r\nb\x00p\r\nq", nil},
		{"LOGIN", joe, "-", []string{"Username:", "joe", "Password:", "sEcret"}},
		{"LOGIN", joe, "-", []string{"", "joe", "", "sEcret"}},
		{"CRAM-MD5", joe, "-", []string{"<1.2@h>", "joe b2d72a2baa64dbda1051f9b791427ba0"}},
		// RFC 2195 section 2
		{"CRAM-MD5", backend.Config{User: "tim", Password: "tanstaaftanstaaf"}, "-",
			[]string{"<1896.697170952@postoffice.reston.mci.net>", "tim b913a602c7eda7a495b4e6e7334d3890"}},
		{"EXTERNAL", backend.Config{User: "joe", TLSConfig: owner}, "joe", nil},
		{"EXTERNAL", backend.Config{TLSConfig: owner}, "", nil},
		{"ANONYMOUS", backend.Config{User: "joe", Password: "sEcret", Anonymous: true}, sasl.Trace(), nil},
		{"XOAUTH2", token, "user=jo=e,x@example.org\x01auth=Bearer t0k-en\x01\x01",
			[]string{`{"status":"400","schemes":"Bearer"}`, ""}},
		{"OAUTHBEARER", token,
			"n,a=jo=3De=2Cx@example.org,\x01host=mail.example.org\x01port=993\x01auth=Bearer t0k-en\x01\x01",
			[]string{`{"status":"invalid_token"}`, "\x01"}},
	} {
		cl := client(t, c.cfg, c.mechanism)
		name, ir, err := cl.Start()
		if err != nil || name != c.mechanism {
			t.Fatalf("%s: %s, %v", c.mechanism, name, err)
		}
		if got := string(ir); got != c.ir && (c.ir != "-" || ir != nil) {
			t.Errorf("%s: initial response %q, want %q", c.mechanism, got, c.ir)
		}
		for i := 0; i < len(c.exchange); i += 2 {
			got, err := cl.Next([]byte(c.exchange[i]))
			if err != nil || string(got) != c.exchange[i+1] || got == nil {
				t.Errorf("%s: answers %q to %q, %v, want %q", c.mechanism, got, c.exchange[i], err, c.exchange[i+1])
			}
		}
		if answer, err := cl.Next([]byte("more")); err == nil {
			t.Errorf("%s: goes on with %q after the end", c.mechanism, answer)
		}
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	for _, cfg := range []backend.Config{
		{User: "a\x00b", Password: "sEcret"},
		{User: "joe", Password: "sEc\x00ret"},
	} {
		for _, m := range sasl.Mechanisms(&cfg, all, encrypted) {
			_, err := m.Client(context.Background())
			if !errors.Is(err, backend.ErrInvalidArgument) || strings.Contains(err.Error(), "sEc") {
				t.Errorf("%s: %v", m.Name, err)
			}
		}
	}
	for _, cfg := range []backend.Config{
		{User: "a\x01auth=Bearer x", TokenSource: bearer},
		{User: "joe", TokenSource: oauth2.StaticTokenSource(&oauth2.Token{})},
		{User: "joe", TokenSource: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "sEc\x01ret"})},
		{User: "joe", TokenSource: oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "sEc\r\nret"})},
	} {
		for _, m := range sasl.Mechanisms(&cfg, all, encrypted) {
			_, err := m.Client(context.Background())
			if !errors.Is(err, backend.ErrInvalidArgument) || strings.Contains(err.Error(), "sEc") {
				t.Errorf("%s: %v", m.Name, err)
			}
		}
	}
}

// SASLprep rejects a password with an unassigned or forbidden character. The library's
// error quotes the password, and that of this package does not.
func TestSASLprepKeepsTheSecret(t *testing.T) {
	cfg := backend.Config{User: "joe", Password: "sEcret\u0007"}
	m := sasl.Mechanisms(&cfg, []string{"SCRAM-SHA-256"}, encrypted)[0]
	_, err := m.Client(context.Background())
	for e := err; e != nil; e = errors.Unwrap(e) {
		if strings.Contains(e.Error(), "sEcret") {
			t.Error(e)
		}
	}
	if !errors.Is(err, backend.ErrInvalidArgument) {
		t.Error(err)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		cfg    backend.Config
		octets string
		ok     bool
	}{
		{backend.Config{User: "a b", Password: "p\"q\\"}, sasl.NotInLine, true},
		{backend.Config{User: "a\r\nQUIT"}, sasl.NotInLine, false},
		{backend.Config{Password: "a\nb"}, sasl.NotInLine, false},
		{backend.Config{AuthUser: "a\rb"}, sasl.NotInLine, false},
		{backend.Config{User: "a\r\nb"}, sasl.NotInLiteral, true},
		{backend.Config{User: "a\x00b"}, sasl.NotInLiteral, false},
	} {
		if err := sasl.Check(&c.cfg, c.octets); (err == nil) != c.ok || err != nil && !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("%q: %v", c.cfg.User, err)
		}
	}
}

type failingSource struct{ err error }

func (s failingSource) Token() (*oauth2.Token, error) { return nil, s.err }

type slowSource struct{ release chan struct{} }

func (s slowSource) Token() (*oauth2.Token, error) {
	<-s.release
	return &oauth2.Token{AccessToken: "x"}, nil
}

func TestTokenSourceFails(t *testing.T) {
	cause := errors.New("refresh_token=sEcret is no good")
	cfg := backend.Config{TokenSource: failingSource{cause}}
	_, err := sasl.Mechanisms(&cfg, all, encrypted)[0].Client(context.Background())
	if !errors.Is(err, backend.ErrAuthentication) || !errors.Is(err, cause) || err.Error() != "Can't get an OAuth2 token" {
		t.Error(err)
	}

	release := make(chan struct{})
	defer close(release)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	cfg.TokenSource = slowSource{release}
	_, err = sasl.Mechanisms(&cfg, all, encrypted)[0].Client(ctx)
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// session is a login to a server that refuses everything, and its results.
type session struct {
	cfg      backend.Config
	texts    []string
	tried    []string
	refusals []*sasl.Refused // the last one is repeated
}

func (s *session) notify(n backend.Notice) { s.texts = append(s.texts, n.Text) }

func (s *session) refusal() error {
	r := s.refusals[0]
	if len(s.refusals) > 1 {
		s.refusals = s.refusals[1:]
	}
	return r
}

func (s *session) try(_ context.Context, c gosasl.Client) error {
	name, _, err := c.Start()
	if err != nil {
		return err
	}
	s.tried = append(s.tried, name)
	return s.refusal()
}

// TestLoginRefused compares with all of imap_errors in PHP 8.2 for a server that refuses
// every login, on IMAP and POP3.
func TestLoginRefused(t *testing.T) {
	const (
		text    = "Authentication failed."
		problem = "SECURITY PROBLEM: insecure server advertised AUTH=PLAIN"
	)
	long := "[ALERT] " + strings.Repeat("x", 100)
	wrong := []*sasl.Refused{{Text: text}}
	for _, c := range []struct {
		name    string
		service string
		offered []string
		tries   int
		refused []*sasl.Refused
		tried   string
		want    []string
	}{
		{"PLAIN", "IMAP", []string{"PLAIN"}, 3, wrong, "PLAIN PLAIN PLAIN", []string{
			problem, "Retrying PLAIN authentication after " + text,
			problem, "Retrying PLAIN authentication after " + text,
			problem, "Can not authenticate to IMAP server: " + text}},
		{"PLAIN, one try", "IMAP", []string{"PLAIN"}, 1, wrong, "PLAIN", []string{
			problem, "Can not authenticate to IMAP server: " + text}},
		{"LOGIN", "IMAP", []string{"LOGIN"}, 3, wrong, "LOGIN LOGIN LOGIN", []string{
			"Retrying LOGIN authentication after " + text,
			"Retrying LOGIN authentication after " + text,
			"Can not authenticate to IMAP server: " + text}},
		{"two mechanisms", "POP3", []string{"PLAIN", "LOGIN", "CRAM-MD5"}, 3, wrong,
			"CRAM-MD5 CRAM-MD5 CRAM-MD5 PLAIN PLAIN PLAIN", []string{
				"Retrying CRAM-MD5 authentication after " + text,
				"Retrying CRAM-MD5 authentication after " + text,
				problem, "Retrying PLAIN authentication after " + text,
				problem, "Retrying PLAIN authentication after " + text,
				problem, "Can not authenticate to POP3 server: " + text}},
		{"two mechanisms, one try", "IMAP", []string{"PLAIN", "CRAM-MD5"}, 1, wrong, "CRAM-MD5 PLAIN", []string{
			problem, "Can not authenticate to IMAP server: " + text}},
		{"refused early", "IMAP", []string{"PLAIN", "CRAM-MD5"}, 3, []*sasl.Refused{{Text: "not here", Early: true}},
			"CRAM-MD5 PLAIN", []string{problem, "Can not authenticate to IMAP server: not here"}},
		{"long text", "IMAP", []string{"PLAIN"}, 2, []*sasl.Refused{{Text: long}}, "PLAIN PLAIN", []string{
			problem, "Retrying PLAIN authentication after " + long[:80],
			problem, "Can not authenticate to IMAP server: " + long[:80]}},
		{"BYE", "IMAP", []string{"PLAIN", "CRAM-MD5"}, 3,
			[]*sasl.Refused{{Text: "wrong"}, {Text: "[CLOSED] IMAP connection broken (authenticate)", Last: true}},
			"CRAM-MD5 CRAM-MD5", []string{
				"Retrying CRAM-MD5 authentication after wrong",
				"Can not authenticate to IMAP server: [CLOSED] IMAP connection broken (authenticate)"}},
		{"closed", "POP3", []string{"PLAIN", "CRAM-MD5"}, 3,
			[]*sasl.Refused{{Text: "wrong"}, {Text: "POP3 connection broken in response", Last: true}},
			"CRAM-MD5 CRAM-MD5", []string{
				"Retrying CRAM-MD5 authentication after wrong",
				"Can not authenticate to POP3 server: POP3 connection broken in response"}},
	} {
		s := &session{refusals: c.refused}
		s.cfg = backend.Config{User: "joe", Password: "sEcret", Tries: c.tries, Notify: s.notify}
		err := sasl.Login(context.Background(), &s.cfg, c.service, sasl.Mechanisms(&s.cfg, c.offered, nil), s.try)
		if !errors.Is(err, backend.ErrAuthentication) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := append(s.texts, err.Error()); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%q, want\n%q", c.name, got, c.want)
		}
		if tried := strings.Join(s.tried, " "); tried != c.tried {
			t.Errorf("%s: tried %s, want %s", c.name, tried, c.tried)
		}
	}
}

// TestLoginCommand is TestLoginRefused for servers without SASL.
func TestLoginCommand(t *testing.T) {
	wrong := []*sasl.Refused{{Text: "wrong"}}
	base := backend.Config{User: "joe", Password: "sEcret", Tries: 3}
	with := func(change func(*backend.Config)) backend.Config {
		cfg := base
		change(&cfg)
		return cfg
	}
	for _, c := range []struct {
		name        string
		cfg         backend.Config
		unavailable string
		refused     []*sasl.Refused
		want        []string
	}{
		{"three tries", base, "", wrong, []string{"wrong", "wrong", "wrong", "Too many login failures"}},
		{"one try", with(func(c *backend.Config) { c.Tries = 1 }), "", wrong, []string{"wrong", "Too many login failures"}},
		{"closed", base, "", []*sasl.Refused{{Text: "wrong"}, {Text: "POP3 connection broken in response", Last: true}},
			[]string{"wrong", "POP3 connection broken in response"}},
		{"closed in the last try", base, "",
			[]*sasl.Refused{{Text: "wrong"}, {Text: "wrong"}, {Text: "[CLOSED] IMAP connection broken (server response)", Last: true}},
			[]string{"wrong", "wrong", "[CLOSED] IMAP connection broken (server response)", "Too many login failures"}},
		{"no password", with(func(c *backend.Config) { c.Password = "" }), "", wrong, []string{"Login aborted"}},
		{"/secure", with(func(c *backend.Config) { c.Secure = true }), "", wrong, []string{"Can't do secure authentication with this server"}},
		{"/secure/authuser", with(func(c *backend.Config) { c.Secure, c.AuthUser = true, "a" }), "", wrong,
			[]string{"Can't do secure authentication with this server"}},
		{"/authuser", with(func(c *backend.Config) { c.AuthUser = "adm" }), "", wrong, []string{"Can't do /authuser with this server"}},
		{"LOGINDISABLED", base, sasl.LoginDisabled, wrong, []string{"Server disables LOGIN, no recognized SASL authenticator"}},
		{"no USER", base, sasl.NoUser, wrong, []string{"Can't login to this server"}},
	} {
		s := &session{cfg: c.cfg, refusals: c.refused}
		s.cfg.Notify = s.notify
		err := sasl.LoginCommand(context.Background(), &s.cfg, nil, c.unavailable, func(context.Context) error { return s.refusal() })
		if !errors.Is(err, backend.ErrAuthentication) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := append(s.texts, err.Error()); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestUnusable has the causes of errors when none of the mechanisms on offer can be used.
func TestUnusable(t *testing.T) {
	const ntlm = "NTLM is not supported, because Microsoft has deprecated it and its security rests on DES and MD4: have GSSAPI, SCRAM or PLAIN enabled"
	for _, c := range []struct {
		cfg         backend.Config
		offered     []string
		unavailable string
		text, cause string
	}{
		{backend.Config{Password: "x"}, []string{"NTLM"}, sasl.NoUser, sasl.NoUser, "the server offers only NTLM; " + ntlm},
		{backend.Config{Password: "x"}, []string{"gssapi", "NTLM", "NTLM", "X-OTHER"}, sasl.LoginDisabled, sasl.LoginDisabled,
			"the server offers only GSSAPI, NTLM, X-OTHER; GSSAPI (Kerberos) needs WithMechanism and package gssapi; " + ntlm},
		{backend.Config{Password: "x", Secure: true}, []string{"PLAIN"}, "", "Can't do secure authentication with this server",
			"the server offers only PLAIN; PLAIN needs a password, no token, and a name without /secure"},
		{backend.Config{TokenSource: bearer}, []string{"LOGIN"}, "", "Can't do OAuth2 authentication with this server",
			"the server offers only LOGIN; LOGIN needs a password, no token, and a name without /secure and /authuser"},
		{backend.Config{TLSConfig: owner}, []string{"X-OTHER"}, "", "Login aborted", "the server offers only X-OTHER"},
		{backend.Config{Password: "x"}, []string{"x\r\ny", "<script>", strings.Repeat("A", 100), ""}, sasl.NoUser, sasl.NoUser, ""},
		{backend.Config{Password: "x"}, nil, sasl.LoginDisabled, sasl.LoginDisabled, ""},
	} {
		err := sasl.LoginCommand(context.Background(), &c.cfg, c.offered, c.unavailable, func(context.Context) error {
			t.Errorf("%v: logs in", c.offered)
			return nil
		})
		var e *backend.Error
		if !errors.As(err, &e) || e.Text != c.text || !errors.Is(err, backend.ErrAuthentication) {
			t.Errorf("%v: %v, want %s", c.offered, err, c.text)
			continue
		}
		cause := ""
		if e.Err != nil {
			cause = e.Err.Error()
		}
		if cause != c.cause {
			t.Errorf("%v: the cause is %q, want %q", c.offered, cause, c.cause)
		}
	}
}

// TestOnce has the mechanisms that another try cannot help. PHP has the text of the server
// for a login with ANONYMOUS.
func TestOnce(t *testing.T) {
	for _, c := range []struct {
		cfg  backend.Config
		text string
	}{
		{backend.Config{Anonymous: true}, "not so"},
		{backend.Config{TLSConfig: owner}, "Can not authenticate to IMAP server: not so"},
	} {
		s := &session{cfg: c.cfg, refusals: []*sasl.Refused{{Text: "not so"}}}
		s.cfg.Tries, s.cfg.Notify = 3, s.notify
		err := sasl.Login(context.Background(), &s.cfg, "IMAP", sasl.Mechanisms(&s.cfg, all, encrypted), s.try)
		if !errors.Is(err, backend.ErrAuthentication) || err.Error() != c.text || len(s.texts) > 0 || len(s.tried) != 1 {
			t.Errorf("%v, %q after %q, want %s", err, s.texts, s.tried, c.text)
		}
	}
}

func TestTokenIsNotSentAsPassword(t *testing.T) {
	cfg := backend.Config{User: "joe", Password: "sEcret", TokenSource: bearer}
	err := sasl.LoginCommand(context.Background(), &cfg, nil, "", func(context.Context) error {
		t.Error("logs in with the password")
		return nil
	})
	if !errors.Is(err, backend.ErrAuthentication) {
		t.Error(err)
	}
}

func TestLoginEnds(t *testing.T) {
	ctx := context.Background()
	cfg := backend.Config{User: "joe", Password: "sEcret", Tries: 3}
	lost := &backend.Error{Kind: backend.ErrConnectionLost, Text: "lost"}
	tries := 0
	err := sasl.Login(ctx, &cfg, "IMAP", sasl.Mechanisms(&cfg, all, encrypted), func(context.Context, gosasl.Client) error {
		tries++
		return lost
	})
	if err != lost || tries != 1 {
		t.Errorf("%v after %d tries", err, tries)
	}

	// OK in the middle of SCRAM proves nothing.
	tries = 0
	err = sasl.Login(ctx, &cfg, "IMAP", sasl.Mechanisms(&cfg, all, encrypted), func(context.Context, gosasl.Client) error {
		tries++
		return nil
	})
	if !errors.Is(err, backend.ErrProtocol) || tries != 1 {
		t.Errorf("%v after %d tries", err, tries)
	}

	err = sasl.Login(ctx, &cfg, "IMAP", sasl.Mechanisms(&cfg, []string{"SCRAM-SHA-256"}, encrypted), func(_ context.Context, c gosasl.Client) error {
		return exchange(c, scramServer(t, "joe", "sEcret"))
	})
	if err != nil {
		t.Error(err)
	}

	empty := backend.Config{User: "joe", Tries: 3}
	err = sasl.Login(ctx, &empty, "POP3", sasl.Mechanisms(&empty, all, encrypted), func(context.Context, gosasl.Client) error {
		t.Error("logs in without a password")
		return nil
	})
	if err == nil || err.Error() != "POP3 Authentication cancelled" {
		t.Error(err)
	}
}

// The server quotes the token in its refusal, and gives the reason in the exchange.
func TestOAuthRefusal(t *testing.T) {
	cfg := backend.Config{User: "joe", TokenSource: bearer, Tries: 1}
	for challenge, want := range map[string]string{
		`{"status":"401","schemes":"bearer"}`: "Can not authenticate to IMAP server: no ... here (status 401)",
		`{"status":"t0k-en"}`:                 "Can not authenticate to IMAP server: no ... here",
		"not JSON":                            "Can not authenticate to IMAP server: no ... here",
	} {
		err := sasl.Login(context.Background(), &cfg, "IMAP", sasl.Mechanisms(&cfg, []string{"XOAUTH2"}, encrypted),
			func(_ context.Context, c gosasl.Client) error {
				if _, err := c.Next([]byte(challenge)); err != nil {
					return err
				}
				return &sasl.Refused{Text: "no t0k-en here"}
			})
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %q", challenge, err, want)
		}
		for e := err; e != nil; e = unwrapLast(e) {
			if strings.Contains(e.Error(), "t0k-en") {
				t.Errorf("%v holds the token", e)
			}
		}
	}
}

func unwrapLast(err error) error {
	if u, ok := err.(interface{ Unwrap() []error }); ok {
		list := u.Unwrap()
		return list[len(list)-1]
	}
	return errors.Unwrap(err)
}

// FuzzChallenges sends arbitrary challenges.
func FuzzChallenges(f *testing.F) {
	for i := range all {
		f.Add(i, []byte(`{"status":"401"}`), []byte("r=x,s=c2FsdA==,i=4096"))
		f.Add(i, []byte("r=x,s=c2FsdA==,i=4096"), []byte("v=AAAA"))
		f.Add(i, []byte(""), []byte("e=other-error"))
	}
	cfg := backend.Config{User: "joe", Password: "sEcret"}
	token := backend.Config{User: "joe", TokenSource: bearer}
	external := backend.Config{User: "joe", TLSConfig: owner}
	f.Fuzz(func(t *testing.T, i int, first, second []byte) {
		list := append(sasl.Mechanisms(&cfg, all, encrypted), sasl.Mechanisms(&token, all, encrypted)...)
		list = append(list, sasl.Mechanisms(&cfg, []string{"LOGIN", "SCRAM-SHA-1"}, encrypted)...)
		list = append(list, sasl.Mechanisms(&external, all, encrypted)...)
		m := list[uint(i)%uint(len(list))]
		c, err := m.Client(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Start(); err != nil {
			t.Fatal(err)
		}
		for _, challenge := range [][]byte{first, second} {
			if _, err := c.Next(challenge); err != nil {
				if strings.Contains(err.Error(), "sEcret") || strings.Contains(err.Error(), "t0k-en") {
					t.Errorf("%s: %v", m.Name, err)
				}
				return
			}
		}
		if v, ok := c.(interface{ Verified() bool }); ok && v.Verified() {
			t.Errorf("%s: a server without the password is believed", m.Name)
		}
	})
}

// TestResponseCodes has the meaning of each response code of a refused login: whether it is
// about the credentials, whether a later try may succeed, and how often the login is tried
// now.
func TestResponseCodes(t *testing.T) {
	for _, c := range []struct {
		code           string
		kind, prospect error
		tried          string // tries of CRAM-MD5 and PLAIN, of two each
		commands       int    // tries of LOGIN, or of USER and PASS, of two
	}{
		{"", backend.ErrAuthentication, nil, "CRAM-MD5 CRAM-MD5 PLAIN PLAIN", 2},
		{"ALERT", backend.ErrAuthentication, nil, "CRAM-MD5 CRAM-MD5 PLAIN PLAIN", 2},
		{"X-OTHER", backend.ErrAuthentication, nil, "CRAM-MD5 CRAM-MD5 PLAIN PLAIN", 2},
		{"AUTHENTICATIONFAILED", backend.ErrAuthentication, backend.ErrPermanent, "CRAM-MD5 PLAIN", 1},
		{"AUTH", backend.ErrAuthentication, backend.ErrPermanent, "CRAM-MD5 PLAIN", 1},
		{"AUTHORIZATIONFAILED", backend.ErrAuthentication, backend.ErrPermanent, "CRAM-MD5", 1},
		{"EXPIRED", backend.ErrAuthentication, backend.ErrPermanent, "CRAM-MD5", 1},
		{"CONTACTADMIN", backend.ErrRefused, backend.ErrPermanent, "CRAM-MD5", 1},
		{"SYS/PERM", backend.ErrRefused, backend.ErrPermanent, "CRAM-MD5", 1},
		{"sys/perm", backend.ErrRefused, backend.ErrPermanent, "CRAM-MD5", 1},
		{"CANNOT", backend.ErrRefused, backend.ErrPermanent, "CRAM-MD5", 1},
		{"PRIVACYREQUIRED", backend.ErrRefused, backend.ErrPermanent, "CRAM-MD5 PLAIN", 1},
		{"LOGIN-DELAY", backend.ErrRefused, backend.ErrTemporary, "CRAM-MD5", 1},
		{"UNAVAILABLE", backend.ErrRefused, backend.ErrTemporary, "CRAM-MD5 CRAM-MD5 PLAIN PLAIN", 2},
		{"INUSE", backend.ErrRefused, backend.ErrTemporary, "CRAM-MD5 CRAM-MD5 PLAIN PLAIN", 2},
		{"IN-USE", backend.ErrRefused, backend.ErrTemporary, "CRAM-MD5 CRAM-MD5 PLAIN PLAIN", 2},
		{"LIMIT", backend.ErrRefused, backend.ErrTemporary, "CRAM-MD5 CRAM-MD5 PLAIN PLAIN", 2},
		{"SYS/TEMP", backend.ErrRefused, backend.ErrTemporary, "CRAM-MD5 CRAM-MD5 PLAIN PLAIN", 2},
		{"SERVERBUG", backend.ErrRefused, nil, "CRAM-MD5 CRAM-MD5 PLAIN PLAIN", 2},
	} {
		text := "no"
		if c.code != "" {
			text = "[" + c.code + "] no"
		}
		check := func(err error) {
			t.Helper()
			var e *backend.Error
			if !errors.As(err, &e) || e.Code != strings.ToUpper(c.code) {
				t.Errorf("%s: %v, code of %+v", c.code, err, e)
			}
			for _, kind := range []error{backend.ErrAuthentication, backend.ErrRefused, backend.ErrTemporary, backend.ErrPermanent} {
				if want := kind == c.kind || kind == c.prospect; errors.Is(err, kind) != want {
					t.Errorf("%s: is %v: %v", c.code, kind, !want)
				}
			}
		}
		s := &session{refusals: []*sasl.Refused{{Text: text}}}
		s.cfg = backend.Config{User: "joe", Password: "sEcret", Tries: 2}
		check(sasl.Login(context.Background(), &s.cfg, "IMAP", sasl.Mechanisms(&s.cfg, []string{"PLAIN", "CRAM-MD5"}, encrypted), s.try))
		if tried := strings.Join(s.tried, " "); tried != c.tried {
			t.Errorf("%s: tried %s, want %s", c.code, tried, c.tried)
		}
		tries := 0
		check(sasl.LoginCommand(context.Background(), &s.cfg, nil, "", func(context.Context) error {
			tries++
			return &sasl.Refused{Text: text}
		}))
		if tries != c.commands {
			t.Errorf("%s: tried %d times, want %d", c.code, tries, c.commands)
		}
	}
}

// TestTokenEndpoint has the meaning of a token endpoint's answers, through the client of
// golang.org/x/oauth2 and over HTTP.
func TestTokenEndpoint(t *testing.T) {
	const secret = "sEcret-refresh-token"
	for _, c := range []struct {
		name           string
		status         int
		body           string
		kind, prospect error
		said           string
	}{
		{"invalid_grant", 400, `{"error":"invalid_grant","error_description":"` + secret + `"}`,
			backend.ErrAuthentication, backend.ErrPermanent, "the token source failed: the token endpoint says 400 invalid_grant"},
		{"invalid_client", 401, `{"error":"invalid_client"}`,
			backend.ErrAuthentication, backend.ErrPermanent, "the token source failed: the token endpoint says 401 invalid_client"},
		{"an error that is none", 400, `{"error":"` + secret + `"}`,
			backend.ErrAuthentication, nil, "the token source failed: the token endpoint says 400"},
		{"no JSON", 403, secret, backend.ErrAuthentication, nil, "the token source failed: the token endpoint says 403"},
		{"down", 503, secret, backend.ErrRefused, backend.ErrTemporary, "the token source failed: the token endpoint says 503"},
		{"too many", 429, secret, backend.ErrRefused, backend.ErrTemporary, "the token source failed: the token endpoint says 429"},
		{"temporarily_unavailable", 400, `{"error":"temporarily_unavailable"}`,
			backend.ErrRefused, backend.ErrTemporary, "the token source failed: the token endpoint says 400 temporarily_unavailable"},
		{"nobody there", 0, "", backend.ErrConnect, backend.ErrTemporary, "the token source failed: the token endpoint cannot be reached"},
	} {
		endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		}))
		if c.status == 0 {
			endpoint.Close()
		}
		config := oauth2.Config{ClientID: "x", ClientSecret: secret, Endpoint: oauth2.Endpoint{TokenURL: endpoint.URL + "/?key=" + secret}}
		cfg := backend.Config{TokenSource: config.TokenSource(context.Background(), &oauth2.Token{RefreshToken: secret})}
		_, err := sasl.Mechanisms(&cfg, all, encrypted)[0].Client(context.Background())
		endpoint.Close()
		for _, kind := range []error{backend.ErrAuthentication, backend.ErrRefused, backend.ErrConnect, backend.ErrTemporary, backend.ErrPermanent} {
			if want := kind == c.kind || kind == c.prospect; errors.Is(err, kind) != want {
				t.Errorf("%s: %v is %v: %v", c.name, err, kind, !want)
			}
		}
		var answer *oauth2.RetrieveError
		if errors.As(err, &answer) != (c.status != 0) {
			t.Errorf("%s: %v has the answer: %v", c.name, err, answer != nil)
		}
		var e *backend.Error
		if !errors.As(err, &e) || e.Err.Error() != c.said {
			t.Errorf("%s: %v (%v), want %s", c.name, err, e.Err, c.said)
		}
		if text := fmt.Sprintf("%v %+v %#v %q %v %#v", err, err, err, err, e.Err, e.Err); strings.Contains(text, secret) {
			t.Errorf("%s: a secret is in %s", c.name, text)
		}
	}
}

// The call waits for a token source that does not return until the context ends. A token
// source that waits too long for the network is a timeout, too.
func TestTokenSourceTimeout(t *testing.T) {
	cfg := backend.Config{TokenSource: failingSource{&url.Error{Op: "Post", URL: "https://x/?key=sEcret", Err: os.ErrDeadlineExceeded}}}
	_, err := sasl.Mechanisms(&cfg, all, encrypted)[0].Client(context.Background())
	var e *url.Error
	if !errors.Is(err, backend.ErrConnect) || !errors.Is(err, backend.ErrTimeout) || !errors.Is(err, backend.ErrTemporary) || !errors.As(err, &e) {
		t.Errorf("%v", err)
	}
	if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, "sEcret") {
		t.Error(text)
	}
	release := make(chan struct{})
	defer close(release)
	cfg.TokenSource = slowSource{release}
	ctx, cancel := context.WithDeadline(context.Background(), time.Unix(0, 0))
	defer cancel()
	if _, err = sasl.Mechanisms(&cfg, all, encrypted)[0].Client(ctx); !errors.Is(err, backend.ErrTimeout) || errors.Is(err, backend.ErrAuthentication) {
		t.Errorf("%v", err)
	}
}
