package imaptest

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// The SASL mechanisms that a server can offer.
const (
	Anonymous   = "ANONYMOUS"     // RFC 4505
	CRAMMD5     = "CRAM-MD5"      // RFC 2195
	Login       = "LOGIN"         // never standardised
	OAuthBearer = "OAUTHBEARER"   // RFC 7628
	Plain       = "PLAIN"         // RFC 4616
	ScramSHA1   = "SCRAM-SHA-1"   // RFC 5802
	ScramSHA256 = "SCRAM-SHA-256" // RFC 7677
	XOAuth2     = "XOAUTH2"       // Google's, older than OAUTHBEARER

	// These are offered over TLS only.
	External        = "EXTERNAL"           // RFC 4422, with Server.ClientCertificate
	ScramSHA1Plus   = "SCRAM-SHA-1-PLUS"   // RFC 5802
	ScramSHA256Plus = "SCRAM-SHA-256-PLUS" // RFC 7677
)

// needsTLS reports whether a mechanism is offered over TLS only.
func needsTLS(mechanism string) bool { return mechanism == External || isPlus(mechanism) }

// offered returns the mechanisms that are offered over a connection.
func (s *Server) offered(c *conn) []string {
	if c.tlsState() != nil {
		return s.mechanisms
	}
	return slices.DeleteFunc(slices.Clone(s.mechanisms), needsTLS)
}

func (s *Server) checkPassword(user, password string) error {
	if password != s.Password {
		return errLogin
	}
	return s.account(user)
}

// mayBe reports whether an authorization identity is the user. An empty one is (RFC 4616
// section 2).
func (s *Server) mayBe(identity string) bool { return identity == "" || identity == s.User }

// errLogin is the error of wrong credentials.
var errLogin = errors.New("authentication failed")

func loginResult(ok bool) error {
	if !ok {
		return errLogin
	}
	return nil
}

// newExchange starts an exchange of a mechanism that the server offers, over "imap" or "pop3".
func (s *Server) newExchange(protocol, mechanism string, c *conn) (sasl.Server, error) {
	if !slices.Contains(s.offered(c), mechanism) {
		return nil, errors.New("unsupported authentication mechanism")
	}
	exchange := mechanismServers[mechanism](s)
	if t, ok := exchange.(interface{ through(*tls.ConnectionState) }); ok {
		t.through(c.tlsState())
	}
	if t, ok := exchange.(interface{ over(protocol string) }); ok {
		t.over(protocol)
	}
	return exchange, nil
}

var mechanismServers = map[string]func(*Server) sasl.Server{
	Anonymous:       newAnonymous,
	CRAMMD5:         newCRAMMD5,
	External:        func(s *Server) sasl.Server { return &externalServer{srv: s} },
	Login:           func(s *Server) sasl.Server { return &loginServer{srv: s} },
	OAuthBearer:     newOAuthBearer,
	Plain:           newPlain,
	ScramSHA1:       func(s *Server) sasl.Server { return newScram(s, scram.SHA1, false) },
	ScramSHA1Plus:   func(s *Server) sasl.Server { return newScram(s, scram.SHA1, true) },
	ScramSHA256:     func(s *Server) sasl.Server { return newScram(s, scram.SHA256, false) },
	ScramSHA256Plus: func(s *Server) sasl.Server { return newScram(s, scram.SHA256, true) },
	XOAuth2:         newXOAuth2,
}

// newAnonymous returns an ANONYMOUS server. Anybody may use the user's mailboxes.
func newAnonymous(*Server) sasl.Server {
	return sasl.NewAnonymousServer(func(string) error { return nil })
}

// externalServer is a server of EXTERNAL. The common name of the client's certificate is the
// user.
type externalServer struct {
	srv   *Server
	state *tls.ConnectionState
}

func (e *externalServer) through(state *tls.ConnectionState) { e.state = state }

func (e *externalServer) Next(response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	if len(e.state.VerifiedChains) == 0 {
		return nil, false, errLogin
	}
	return nil, true, e.srv.accountAs(e.state.PeerCertificates[0].Subject.CommonName, string(response))
}

func newPlain(s *Server) sasl.Server {
	return sasl.NewPlainServer(func(identity, user, password string) error {
		if password != s.Password {
			return errLogin
		}
		return s.accountAs(user, identity)
	})
}

// loginServer asks for user and password with the prompts that clients expect.
type loginServer struct {
	srv  *Server
	user []byte
}

func (l *loginServer) Next(response []byte) ([]byte, bool, error) {
	switch {
	case response == nil:
		return []byte("Username:"), false, nil
	case l.user == nil:
		l.user = response
		return []byte("Password:"), false, nil
	case string(l.user) != l.srv.User || string(response) != l.srv.Password:
		return nil, false, errLogin
	}
	return nil, true, nil
}

// cramMD5 sends one challenge. The answer has the user and a keyed digest.
type cramMD5 struct {
	srv       *Server
	challenge []byte
	sent      bool
}

func newCRAMMD5(s *Server) sasl.Server { return &cramMD5{srv: s, challenge: []byte(newTimestamp())} }

// newTimestamp returns a new msg-id for CRAM-MD5 and APOP.
func newTimestamp() string { return "<" + rand.Text() + "@imaptest.invalid>" }

func (c *cramMD5) Next(response []byte) ([]byte, bool, error) {
	if !c.sent {
		// An initial response is not allowed (RFC 2195 section 2).
		if len(response) > 0 {
			return nil, false, errLogin
		}
		c.sent = true
		return c.challenge, false, nil
	}
	mac := hmac.New(md5.New, []byte(c.srv.Password))
	mac.Write(c.challenge)
	want := c.srv.User + " " + hex.EncodeToString(mac.Sum(nil))
	if string(response) != want {
		return nil, false, errLogin
	}
	return nil, true, nil
}

// checkAPOP compares the digest of RFC 1939 section 7.
func (s *Server) checkAPOP(timestamp, user, digest string) error {
	want := fmt.Sprintf("%x", md5.Sum([]byte(timestamp+s.Password)))
	if digest != want {
		return errLogin
	}
	return s.account(user)
}
