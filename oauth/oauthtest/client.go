package oauthtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Client is a registered program.
type Client struct {
	ID string

	// Secret is what the program authenticates with. "" means a public client, unless there is a
	// Certificate.
	Secret string

	// Certificate is that of client assertions (RFC 7523 section 2.2). See NewCertificate.
	Certificate *x509.Certificate

	// Redirects are the addresses that authorization codes go to. The port of a loopback address
	// is any (RFC 8252 section 7.3). Nil means what Style says, with the path "/".
	Redirects []string

	// Roles are the permissions of the program itself, such as "IMAP.AccessAsApp", that an
	// administrator has consented to. Mailboxes are those that it may open with them.
	Roles     []string
	Mailboxes []string
}

func (c *Client) isPublic() bool { return c.Secret == "" && c.Certificate == nil }

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// findClient returns the client that an id names.
func (s *Server) findClient(id string) (*Client, error) {
	i := slices.IndexFunc(s.config.Clients, func(c Client) bool { return c.ID == id })
	if i < 0 {
		return nil, errUnknownClient.with(id)
	}
	return &s.config.Clients[i], nil
}

// authenticate returns the client of a request to the token endpoint (RFC 6749 section 2.3).
func (s *Server) authenticate(r *http.Request) (*Client, error) {
	form := r.PostForm
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		if form.Has("client_secret") || form.Has("client_assertion") {
			return nil, errMalformed.with("there are two kinds of client authentication")
		}
		var err error
		if id, err = url.QueryUnescape(user); err == nil {
			secret, err = url.QueryUnescape(password)
		}
		if err != nil {
			return nil, errMalformed.with("the client authentication is not escaped")
		}
	}
	client, err := s.findClient(id)
	if err != nil {
		return nil, err
	}
	switch {
	case form.Has("client_assertion"):
		if client.isPublic() {
			return nil, errPublicClient.with(id)
		}
		return client, s.checkClientAssertion(client, form)
	case client.isPublic() && secret != "":
		return nil, errPublicClient.with(id)
	case client.isPublic():
		return client, nil
	case secret == "":
		return nil, errNoSecret.with(id)
	case secret != client.Secret:
		return nil, errWrongSecret.with(id)
	}
	return client, nil
}

// mayRedirect reports whether codes may go to an address.
func (s *Server) mayRedirect(client *Client, address string) bool {
	target, err := url.Parse(address)
	if err != nil || target.Fragment != "" || target.User != nil {
		return false
	}
	if client.Redirects == nil && s.config.Style == Google {
		return target.Scheme == "http" && isLoopback(target.Hostname())
	}
	registered := client.Redirects
	switch {
	case registered == nil && s.config.Style == Microsoft:
		registered = []string{"http://localhost"}
	case registered == nil:
		registered = []string{"http://127.0.0.1", "http://[::1]"}
	}
	return slices.ContainsFunc(registered, func(r string) bool {
		known, err := url.Parse(r)
		return err == nil && sameRedirect(known, target)
	})
}

func sameRedirect(known, target *url.URL) bool {
	if known.Scheme == "http" && isLoopback(known.Hostname()) {
		return target.Scheme == "http" && target.Hostname() == known.Hostname() && rooted(target.Path) == rooted(known.Path) && target.RawQuery == known.RawQuery
	}
	return known.String() == target.String()
}

func rooted(path string) string {
	if path == "" {
		return "/"
	}
	return path
}

func isLoopback(host string) bool { return host == "127.0.0.1" || host == "::1" || host == "localhost" }

// newKey returns one of a few keys, which are made once in a process, because that takes long.
var (
	signingKey     = sync.OnceValue(newKey) // of access tokens
	accountKey     = sync.OnceValue(newKey) // of service accounts
	certificateKey = sync.OnceValue(newKey)
)

func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic("oauthtest: " + err.Error()) // crypto/rand never fails
	}
	return key
}

// NewCertificate returns a self-signed certificate with its key, an RSA key of 2048 bits, for
// Client.Certificate. Certificates of one process share the key.
func NewCertificate() (tls.Certificate, error) {
	key := certificateKey()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("oauthtest: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "oauthtest"},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("oauthtest: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("oauthtest: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}
