package sasl_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	gosasl "github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// link is a TLS connection as its ends see it.
type link struct{ client, server tls.ConnectionState }

// dialTLS returns a TLS connection to a server with a new certificate for the key.
func dialTLS(t *testing.T, version uint16, key crypto.Signer) link {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	server := tls.Server(there, &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, SessionTicketsDisabled: true,
	})
	client := tls.Client(here, &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
	done := make(chan error, 1)
	go func() { done <- server.Handshake() }()
	if err := errors.Join(client.Handshake(), <-done); err != nil {
		t.Fatal(err)
	}
	return link{client.ConnectionState(), server.ConnectionState()}
}

func ecdsaKey(t *testing.T, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// exporter returns the binding tls-exporter of the server's end (RFC 9266 section 4.1).
func (l link) exporter(t *testing.T) scram.ChannelBinding {
	t.Helper()
	data, err := l.server.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
	if err != nil {
		t.Fatal(err)
	}
	return scram.ChannelBinding{Type: "tls-exporter", Data: data}
}

// unique returns the binding tls-unique of the server's end (RFC 5929 section 3).
func (l link) unique(*testing.T) scram.ChannelBinding {
	return scram.ChannelBinding{Type: "tls-unique", Data: l.server.TLSUnique}
}

// sha256EndPoint and sha384EndPoint return the binding tls-server-end-point (RFC 5929 section
// 4.1).
func (l link) sha256EndPoint(*testing.T) scram.ChannelBinding {
	sum := sha256.Sum256(l.client.PeerCertificates[0].Raw)
	return scram.ChannelBinding{Type: "tls-server-end-point", Data: sum[:]}
}

func (l link) sha384EndPoint(*testing.T) scram.ChannelBinding {
	sum := sha512.Sum384(l.client.PeerCertificates[0].Raw)
	return scram.ChannelBinding{Type: "tls-server-end-point", Data: sum[:]}
}

// scramService is a server that knows a user, and channel bindings.
type scramService struct {
	user, password string
	bindings       []scram.ChannelBinding
	mute           bool // does not say why it refuses

	begun []string // the mechanisms and GS2 headers that it has seen
}

func (s *scramService) exchange(_ context.Context, c gosasl.Client) error {
	name, message, err := c.Start()
	if err != nil {
		return err
	}
	header := string(message)
	if i := strings.Index(header, ",n="); i >= 0 {
		header = header[:i+1]
	}
	if !strings.HasPrefix(name, "SCRAM") {
		header = ""
	}
	s.begun = append(s.begun, strings.TrimSpace(name+" "+header))
	if !strings.HasPrefix(name, "SCRAM") {
		return &sasl.Refused{Text: "no"}
	}
	conversation := s.conversation(name, header)
	for {
		challenge, err := conversation.Step(string(message))
		if err != nil && !s.mute {
			_, err = c.Next([]byte(challenge))
			if err != nil {
				return err
			}
		}
		if err != nil || !conversation.Valid() && conversation.Done() || strings.HasPrefix(challenge, "e=") {
			return &sasl.Refused{Text: "no"}
		}
		if message, err = c.Next([]byte(challenge)); err != nil || conversation.Done() {
			return err
		}
	}
}

func (s *scramService) conversation(mechanism, header string) *scram.ServerConversation {
	hash := scram.SHA1
	if strings.Contains(mechanism, "256") {
		hash = scram.SHA256
	}
	server, _ := hash.NewServer(func(user string) (scram.StoredCredentials, error) {
		client, err := hash.NewClient(s.user, s.password, "")
		if err != nil || user != s.user {
			return scram.StoredCredentials{}, errors.New("no such user")
		}
		return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt", Iters: 4096})
	})
	if len(s.bindings) == 0 {
		return server.NewConversation()
	}
	binding := s.bindings[0]
	for _, b := range s.bindings {
		if strings.HasPrefix(header, "p="+string(b.Type)+",") {
			binding = b
		}
	}
	return server.NewConversationWithChannelBinding(binding)
}

func (s *scramService) login(cfg backend.Config, offered string, state *tls.ConnectionState) (texts []string, err error) {
	cfg.Notify = func(n backend.Notice) { texts = append(texts, n.Text) }
	err = sasl.Login(context.Background(), &cfg, "IMAP", sasl.Mechanisms(&cfg, strings.Fields(offered), state), s.exchange)
	return texts, err
}

const (
	offer     = "PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS"
	plainOnly = "PLAIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256"
	notBound  = "SECURITY PROBLEM: login is not bound to TLS, because server refused "
)

func TestChannelBinding(t *testing.T) {
	p256, p384 := ecdsaKey(t, elliptic.P256()), ecdsaKey(t, elliptic.P384())
	_, ed25519Key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	type of = func(link, *testing.T) scram.ChannelBinding
	joe := backend.Config{User: "joe", Password: "sEcret", Tries: 3}
	with := func(change func(*backend.Config)) backend.Config {
		cfg := joe
		change(&cfg)
		return cfg
	}
	for _, c := range []struct {
		name    string
		version uint16
		key     crypto.Signer
		cfg     backend.Config
		offered string
		known   []of
		begun   string
		texts   []string
	}{
		{"TLS 1.3", tls.VersionTLS13, p256, joe, offer, []of{link.exporter},
			"SCRAM-SHA-256-PLUS p=tls-exporter,,", nil},
		{"TLS 1.3, SHA-1", tls.VersionTLS13, p256, joe, "PLAIN SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256", []of{link.exporter},
			"SCRAM-SHA-1-PLUS p=tls-exporter,,", nil},
		{"TLS 1.3, Ed25519", tls.VersionTLS13, ed25519Key, joe, offer, []of{link.exporter},
			"SCRAM-SHA-256-PLUS p=tls-exporter,,", nil},
		{"TLS 1.2", tls.VersionTLS12, p256, joe, offer, []of{link.unique},
			"SCRAM-SHA-256-PLUS p=tls-unique,,", nil},
		{"TLS 1.3, the certificate only", tls.VersionTLS13, p256, joe, offer, []of{link.sha256EndPoint},
			"SCRAM-SHA-256-PLUS p=tls-exporter,, | SCRAM-SHA-256-PLUS p=tls-server-end-point,,", nil},
		{"TLS 1.2, the certificate only, SHA-384", tls.VersionTLS12, p384, joe, offer, []of{link.sha384EndPoint},
			"SCRAM-SHA-256-PLUS p=tls-unique,, | SCRAM-SHA-256-PLUS p=tls-server-end-point,,", nil},
		{"/authuser", tls.VersionTLS13, p256, with(func(c *backend.Config) { c.User, c.AuthUser = "a,b=c", "joe" }), offer, []of{link.exporter},
			"SCRAM-SHA-256-PLUS p=tls-exporter,a=a=2Cb=3Dc,", nil},
		{"/secure", tls.VersionTLS13, p256, with(func(c *backend.Config) { c.Secure = true }), offer, []of{link.exporter},
			"SCRAM-SHA-256-PLUS p=tls-exporter,,", nil},

		// RFC 5802 section 6: "y" if the client could, and "n" if it does not want to.
		{"not offered", tls.VersionTLS13, p256, joe, plainOnly, nil, "SCRAM-SHA-256 y,,", nil},
		{"not offered, SHA-1", tls.VersionTLS12, p256, joe, "SCRAM-SHA-1 PLAIN", nil, "SCRAM-SHA-1 y,,", nil},
		{"offered for a hash that the client lacks", tls.VersionTLS12, p256, joe, "SCRAM-SHA-512-PLUS SCRAM-SHA-256", nil, "SCRAM-SHA-256 y,,", nil},
		{"no TLS", 0, nil, joe, offer, nil, "SCRAM-SHA-256 n,,", nil},
		{"disabled", tls.VersionTLS13, p256, with(func(c *backend.Config) { c.Disabled = []string{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"} }),
			offer, []of{link.exporter}, "SCRAM-SHA-256 n,,", nil},
		{"disabled and not offered", tls.VersionTLS13, p256, with(func(c *backend.Config) { c.Disabled = []string{"SCRAM-SHA-256-PLUS"} }),
			plainOnly, nil, "SCRAM-SHA-256 n,,", nil},

		{"offered without a binding", tls.VersionTLS13, ed25519Key, joe, offer, []of{link.unique},
			"SCRAM-SHA-256-PLUS p=tls-exporter,, | SCRAM-SHA-256 n,,", []string{notBound + "SCRAM-SHA-256-PLUS"}},
		{"no binding that the client knows", tls.VersionTLS12, p256, joe, offer, []of{link.exporter},
			"SCRAM-SHA-256-PLUS p=tls-unique,, | SCRAM-SHA-256-PLUS p=tls-server-end-point,, | SCRAM-SHA-256 n,,",
			[]string{notBound + "SCRAM-SHA-256-PLUS"}},
	} {
		s := &scramService{user: "joe", password: "sEcret"}
		var state *tls.ConnectionState
		if c.key != nil {
			l := dialTLS(t, c.version, c.key)
			state = &l.client
			for _, binding := range c.known {
				s.bindings = append(s.bindings, binding(l, t))
			}
		}
		texts, err := s.login(c.cfg, c.offered, state)
		if got := strings.Join(s.begun, " | "); err != nil || got != c.begun || !slices.Equal(texts, c.texts) {
			t.Errorf("%s: %s, %q, %v, want\n%s, %q", c.name, got, texts, err, c.begun, c.texts)
		}
	}
}

// TestChannelBindingRefused has the logins that fail because of the binding, or in spite of
// it. None of them goes on with something that is weaker than a server without channel
// binding would get.
func TestChannelBindingRefused(t *testing.T) {
	l, other := dialTLS(t, tls.VersionTLS13, ecdsaKey(t, elliptic.P256())), dialTLS(t, tls.VersionTLS13, ecdsaKey(t, elliptic.P256()))
	here, elsewhere := []scram.ChannelBinding{l.exporter(t)}, []scram.ChannelBinding{other.exporter(t)}
	unknown := []scram.ChannelBinding{l.unique(t)}
	unknown[0].Data = []byte("x")
	for _, c := range []struct {
		name     string
		service  scramService
		offered  string
		password string
		secure   bool
		kind     error
		text     string
		begun    string
	}{
		{"somebody in between", scramService{bindings: elsewhere}, offer, "sEcret", false, backend.ErrCertificate,
			"SCRAM-SHA-256-PLUS: the server sees another TLS connection than this one", "SCRAM-SHA-256-PLUS p=tls-exporter,,"},
		{"somebody in between, no reason", scramService{bindings: elsewhere, mute: true}, offer, "sEcret", false, backend.ErrAuthentication,
			"Can not authenticate to IMAP server: no", "SCRAM-SHA-256-PLUS p=tls-exporter,,"},
		{"somebody in between, who hides the offer", scramService{bindings: here}, plainOnly, "sEcret", false, backend.ErrCertificate,
			"SCRAM-SHA-256: the server supports channel binding, but its offer did not say so", "SCRAM-SHA-256 y,,"},
		{"wrong password", scramService{bindings: here}, offer, "other", false, backend.ErrAuthentication,
			"Can not authenticate to IMAP server: no", "SCRAM-SHA-256-PLUS p=tls-exporter,,"},
		{"no such user", scramService{bindings: here, user: "eve"}, offer, "other", false, backend.ErrAuthentication,
			"Can not authenticate to IMAP server: no", "SCRAM-SHA-256-PLUS p=tls-exporter,, | SCRAM-SHA-1-PLUS p=tls-exporter,, | " +
				"SCRAM-SHA-256 n,, | SCRAM-SHA-1 n,, | CRAM-MD5 | PLAIN"},
		{"no such user, /secure", scramService{bindings: here, user: "eve"}, offer, "other", true, backend.ErrAuthentication,
			"Can not authenticate to IMAP server: no", "SCRAM-SHA-256-PLUS p=tls-exporter,, | SCRAM-SHA-1-PLUS p=tls-exporter,,"},
		{"no known binding, /secure", scramService{bindings: unknown}, offer, "sEcret", true, backend.ErrAuthentication,
			"Can not authenticate to IMAP server: no", "SCRAM-SHA-256-PLUS p=tls-exporter,, | SCRAM-SHA-256-PLUS p=tls-server-end-point,,"},
	} {
		c.service.user, c.service.password = orElse(c.service.user, "joe"), "sEcret"
		cfg := backend.Config{User: "joe", Password: c.password, Secure: c.secure, Tries: 1}
		_, err := c.service.login(cfg, c.offered, &l.client)
		if got := strings.Join(c.service.begun, " | "); !errors.Is(err, c.kind) || err.Error() != c.text || got != c.begun {
			t.Errorf("%s: %v, %s, want\n%s, %s", c.name, err, got, c.text, c.begun)
		}
		if errors.Is(err, backend.ErrCertificate) && errors.Is(err, backend.ErrAuthentication) {
			t.Errorf("%s: %v blames the password", c.name, err)
		}
		if text := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(text, c.password) {
			t.Errorf("%s: the password is in %s", c.name, text)
		}
	}
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
