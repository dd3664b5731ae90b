package imaptest_test

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/imapcompat/imapcompat/imaptest"
)

// login logs in over a protocol, and returns the error of a failure.
type login func(t *testing.T, srv *imaptest.Server, client sasl.Client) error

func loginIMAP(t *testing.T, srv *imaptest.Server, client sasl.Client) error {
	t.Helper()
	c, err := imapclient.DialInsecure(srv.IMAPAddr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Authenticate(client); err != nil {
		return err
	}
	_, err = c.Select("INBOX", nil).Wait()
	return err
}

func loginPOP3(t *testing.T, srv *imaptest.Server, client sasl.Client) error {
	t.Helper()
	w := dial(t, srv.POP3Addr())
	w.talk("S: +OK…")
	mechanism, initial, err := client.Start()
	if err != nil {
		t.Fatal(err)
	}
	command := "AUTH " + mechanism
	if initial != nil {
		command += " " + base64.StdEncoding.EncodeToString(initial)
	}
	w.send(command)
	for {
		line := w.receive()
		challenge, isChallenge := strings.CutPrefix(line, "+ ")
		if !isChallenge {
			if strings.HasPrefix(line, "+OK") {
				w.talk("C: NOOP\nS: +OK")
				return nil
			}
			return errors.New(line)
		}
		decoded, err := base64.StdEncoding.DecodeString(challenge)
		if err != nil {
			t.Fatal(err)
		}
		response, err := client.Next(decoded)
		if err != nil {
			return err
		}
		w.send(base64.StdEncoding.EncodeToString(response))
	}
}

// saslFunc is a client of a mechanism. Without an initial response the server sends first.
type saslFunc struct {
	mechanism string
	initial   []byte
	next      func(challenge []byte) ([]byte, error)
}

func (f saslFunc) Start() (string, []byte, error)        { return f.mechanism, f.initial, nil }
func (f saslFunc) Next(challenge []byte) ([]byte, error) { return f.next(challenge) }

func cramClient(user, password string) sasl.Client {
	return saslFunc{imaptest.CRAMMD5, nil, func(challenge []byte) ([]byte, error) {
		mac := hmac.New(md5.New, []byte(password))
		mac.Write(challenge)
		return []byte(user + " " + hex.EncodeToString(mac.Sum(nil))), nil
	}}
}

func scramClient(mechanism string, hash scram.HashGeneratorFcn, user, password string) sasl.Client {
	client, err := hash.NewClient(user, password, "")
	if err != nil {
		panic(err)
	}
	conv := client.NewConversation()
	initial, err := conv.Step("")
	if err != nil {
		panic(err)
	}
	return saslFunc{mechanism, []byte(initial), func(challenge []byte) ([]byte, error) {
		if conv.Done() {
			return nil, errors.New("challenge after the end")
		}
		response, err := conv.Step(string(challenge))
		return []byte(response), err
	}}
}

// loginClient answers the prompts, and has no initial response.
func loginClient(user, password string) sasl.Client {
	answers := []string{user, password}
	return saslFunc{imaptest.Login, nil, func([]byte) ([]byte, error) {
		if len(answers) == 0 {
			return nil, errors.New("third prompt")
		}
		answer := answers[0]
		answers = answers[1:]
		return []byte(answer), nil
	}}
}

func xoauth2Client(user, token string) sasl.Client {
	initial := fmt.Sprintf("user=%s\x01auth=Bearer %s\x01\x01", user, token)
	return saslFunc{imaptest.XOAuth2, []byte(initial), func(challenge []byte) ([]byte, error) {
		if !strings.Contains(string(challenge), `"status":"400"`) {
			return nil, fmt.Errorf("challenge %q", challenge)
		}
		return []byte{}, nil
	}}
}

// bearerClient answers a failure with the octet of RFC 7628 section 3.2.3, or with another text.
func bearerClient(user, token, answer string) sasl.Client {
	_, initial, err := sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: user, Token: token}).Start()
	if err != nil {
		panic(err)
	}
	return saslFunc{imaptest.OAuthBearer, initial, func(challenge []byte) ([]byte, error) {
		if !strings.Contains(string(challenge), `"status":"invalid_token"`) {
			return nil, fmt.Errorf("challenge %q", challenge)
		}
		return []byte(answer), nil
	}}
}

func TestMechanisms(t *testing.T) {
	config := imaptest.Config{
		User: "joe@example.org", Password: "pass word", Token: "ya29.token",
		Mechanisms: []string{
			imaptest.ScramSHA256, imaptest.ScramSHA1, imaptest.CRAMMD5,
			imaptest.XOAuth2, imaptest.OAuthBearer, imaptest.Plain, imaptest.Login, imaptest.Anonymous,
		},
	}
	const user, password, token = "joe@example.org", "pass word", "ya29.token"
	tests := []struct {
		name   string
		client func() sasl.Client
		ok     bool
	}{
		{"PLAIN", func() sasl.Client { return sasl.NewPlainClient("", user, password) }, true},
		{"PLAIN with identity", func() sasl.Client { return sasl.NewPlainClient(user, user, password) }, true},
		{"PLAIN as another", func() sasl.Client { return sasl.NewPlainClient("other", user, password) }, false},
		{"PLAIN, wrong password", func() sasl.Client { return sasl.NewPlainClient("", user, "x") }, false},
		{"LOGIN", func() sasl.Client { return loginClient(user, password) }, true},
		{"LOGIN with initial response", func() sasl.Client { return sasl.NewLoginClient(user, password) }, true},
		{"LOGIN, wrong user", func() sasl.Client { return loginClient("x", password) }, false},
		{"CRAM-MD5", func() sasl.Client { return cramClient(user, password) }, true},
		{"CRAM-MD5, wrong password", func() sasl.Client { return cramClient(user, "x") }, false},
		{"SCRAM-SHA-1", func() sasl.Client { return scramClient(imaptest.ScramSHA1, scram.SHA1, user, password) }, true},
		{"SCRAM-SHA-256", func() sasl.Client { return scramClient(imaptest.ScramSHA256, scram.SHA256, user, password) }, true},
		{"SCRAM-SHA-256, wrong password", func() sasl.Client { return scramClient(imaptest.ScramSHA256, scram.SHA256, user, "x") }, false},
		{"SCRAM-SHA-256, wrong user", func() sasl.Client { return scramClient(imaptest.ScramSHA256, scram.SHA256, "x", password) }, false},
		{"XOAUTH2", func() sasl.Client { return xoauth2Client(user, token) }, true},
		{"XOAUTH2, wrong token", func() sasl.Client { return xoauth2Client(user, "x") }, false},
		{"XOAUTH2, wrong user", func() sasl.Client { return xoauth2Client("x", token) }, false},
		{"OAUTHBEARER", func() sasl.Client { return bearerClient(user, token, "\x01") }, true},
		{"OAUTHBEARER without user", func() sasl.Client { return bearerClient("", token, "\x01") }, true},
		{"OAUTHBEARER, wrong token", func() sasl.Client { return bearerClient(user, "x", "\x01") }, false},
		{"OAUTHBEARER, empty answer", func() sasl.Client { return bearerClient(user, "x", "") }, false},
		{"OAUTHBEARER, wrong user", func() sasl.Client { return bearerClient("x", token, "\x01") }, false},
		{"ANONYMOUS", func() sasl.Client { return sasl.NewAnonymousClient("trace") }, true},
		{"not offered", func() sasl.Client { return saslFunc{mechanism: "GSSAPI"} }, false},
	}
	for _, protocol := range []struct {
		name string
		login
	}{{"IMAP", loginIMAP}, {"POP3", loginPOP3}} {
		srv := config.NewServer(t, first)
		for _, tt := range tests {
			t.Run(protocol.name+"/"+tt.name, func(t *testing.T) {
				err := protocol.login(t, srv, tt.client())
				if (err == nil) != tt.ok {
					t.Errorf("login: %v", err)
				}
			})
		}
	}
}

func TestMechanismsOffered(t *testing.T) {
	tests := []struct {
		config imaptest.Config
		want   []string
	}{
		{imaptest.Config{}, []string{"PLAIN", "LOGIN"}},
		{imaptest.Config{Token: "t"}, []string{"PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER"}},
		{imaptest.Config{Mechanisms: []string{imaptest.XOAuth2}}, []string{"XOAUTH2"}},
		{imaptest.Config{Mechanisms: []string{}}, nil},
		{imaptest.Config{TLS: imaptest.OfferTLS, Mechanisms: []string{imaptest.ScramSHA1Plus, imaptest.External, imaptest.ScramSHA1}},
			[]string{"SCRAM-SHA-1"}}, // the others need TLS
	}
	for _, tt := range tests {
		srv := tt.config.NewServer(t)
		w := dial(t, srv.IMAPAddr())
		var got []string
		for _, word := range strings.Fields(strings.TrimRight(w.receive(), "]")) {
			if name, ok := strings.CutPrefix(strings.TrimRight(word, "]"), "AUTH="); ok {
				got = append(got, name)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("IMAP offers %v, want %v", got, tt.want)
		}
		w = dial(t, srv.POP3Addr())
		w.talk("S: +OK…\nC: CAPA\nS: +OK")
		got = nil
		for line := w.receive(); line != "."; line = w.receive() {
			if names, ok := strings.CutPrefix(line, "SASL "); ok {
				got = strings.Fields(names)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("POP3 offers %v, want %v", got, tt.want)
		}
	}
}

// An empty challenge is an empty text, not "=".
func TestIMAPEmptyChallenge(t *testing.T) {
	w := dial(t, imaptest.NewServer(t).IMAPAddr())
	w.talk("S: * OK…\nC: a AUTHENTICATE PLAIN")
	if got := w.receive(); got != "+ " {
		t.Errorf("challenge %q", got)
	}
	w.talk("C: AHVzZXIAcGFzc3dvcmQ=\nS: a OK…")
}

func TestAPOP(t *testing.T) {
	srv := imaptest.NewServer(t)
	for _, tt := range []struct {
		user, password, answer string
	}{
		{"user", "password", "+OK…"},
		{"user", "x", "-ERR [AUTH]…"},
		{"x", "password", "-ERR [AUTH]…"},
	} {
		w := dial(t, srv.POP3Addr())
		greeting := w.receive()
		timestamp := greeting[strings.Index(greeting, "<"):]
		w.send(fmt.Sprintf("APOP %s %x", tt.user, md5.Sum([]byte(timestamp+tt.password))))
		w.talk("S: " + tt.answer)
	}
}

func TestRefuseLogins(t *testing.T) {
	srv := imaptest.Config{Mechanisms: []string{imaptest.Plain, imaptest.ScramSHA256}}.NewServer(t)
	plain := sasl.NewPlainClient("", "user", "password")
	srv.RefuseLogins(3)
	if loginIMAP(t, srv, plain) == nil || loginPOP3(t, srv, plain) == nil ||
		loginIMAP(t, srv, scramClient(imaptest.ScramSHA256, scram.SHA256, "user", "password")) == nil {
		t.Error("login was not refused")
	}
	if err := loginIMAP(t, srv, plain); err != nil {
		t.Errorf("fourth login: %v", err)
	}
}

func TestSetToken(t *testing.T) {
	srv := imaptest.Config{Token: "old"}.NewServer(t)
	srv.SetToken("new")
	if err := loginIMAP(t, srv, xoauth2Client("user", "old")); err == nil {
		t.Error("login with the old token")
	}
	if err := loginPOP3(t, srv, xoauth2Client("user", "new")); err != nil {
		t.Errorf("login with the new token: %v", err)
	}
	srv.SetToken("")
	if err := loginPOP3(t, srv, xoauth2Client("user", "")); err == nil {
		t.Error("login with no token")
	}
}

// TestChannelBindingMistakes has client-first-messages that contradict the mechanism or the
// server's offer.
func TestChannelBindingMistakes(t *testing.T) {
	srv := imaptest.Config{TLS: imaptest.ImplicitTLS, Mechanisms: []string{imaptest.ScramSHA256, imaptest.ScramSHA256Plus}}.NewServer(t)
	for _, tt := range []struct{ mechanism, first, failure string }{
		{imaptest.ScramSHA256, "p=tls-exporter,,n=user,r=x", "e=other-error"},
		{imaptest.ScramSHA256, "y,,n=user,r=x", "e=server-does-support-channel-binding"},
		{imaptest.ScramSHA256Plus, "n,,n=user,r=x", "e=other-error"},
		{imaptest.ScramSHA256Plus, "p=tls-nothing,,n=user,r=x", "e=unsupported-channel-binding-type"},
		{imaptest.ScramSHA256Plus, "p=tls-exporter,,n=eve,r=x", "e=unknown-user"},
		{imaptest.ScramSHA256Plus, "", "e=other-error"},
	} {
		w := dial(t, srv.IMAPAddr())
		if err := w.startTLS(srv.ClientTLS(), "localhost"); err != nil {
			t.Fatal(err)
		}
		first := orEqualsSign(base64.StdEncoding.EncodeToString([]byte(tt.first)))
		w.talk("S: * OK…\nC: a AUTHENTICATE " + tt.mechanism + " " + first)
		failure, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(w.receive(), "+ "))
		if err != nil || string(failure) != tt.failure {
			t.Errorf("%s %q: %q, %v, want %q", tt.mechanism, tt.first, failure, err, tt.failure)
		}
		w.talk("C: \nS: a NO…")
	}
}

func orEqualsSign(s string) string {
	if s == "" {
		return "="
	}
	return s
}

func TestClientCertificateWithoutTLS(t *testing.T) {
	if _, err := imaptest.NewServer(t).ClientCertificate("user"); err == nil {
		t.Error("a certificate without an authority")
	}
}
