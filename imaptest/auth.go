package imaptest

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/scram"
)

// The SASL mechanisms that a server can offer.
const (
	CRAMMD5     = "CRAM-MD5"      // RFC 2195
	Login       = "LOGIN"         // never standardised
	OAuthBearer = "OAUTHBEARER"   // RFC 7628
	Plain       = "PLAIN"         // RFC 4616
	ScramSHA1   = "SCRAM-SHA-1"   // RFC 5802
	ScramSHA256 = "SCRAM-SHA-256" // RFC 7677
	XOAuth2     = "XOAUTH2"       // Google's, older than OAUTHBEARER
)

func (s *Server) checkPassword(user, password string) error {
	if password != s.Password {
		return errLogin
	}
	return s.account(user)
}

// mayBe reports whether an authorization identity is the user. An empty one is (RFC 4616
// section 2).
func (s *Server) mayBe(identity string) bool { return identity == "" || identity == s.User }

func (s *Server) isToken(token string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token != "" && token == s.token
}

// hasToken reports whether the token may be used with a name.
func (s *Server) hasToken(name string) bool {
	return name == s.User || s.provider.shared && name == SharedMailbox
}

// tokenAccount is account for a login with the token.
func (s *Server) tokenAccount(name string) error {
	if s.provider.shared && name == SharedMailbox {
		return nil
	}
	return s.account(name)
}

// errNotConnected is the error of a login without a mailbox.
var errNotConnected = errors.New("authenticated but not connected")

// errLogin is the error of wrong credentials.
var errLogin = errors.New("authentication failed")

func loginResult(ok bool) error {
	if !ok {
		return errLogin
	}
	return nil
}

// newExchange starts an exchange of a mechanism that the server offers.
func (s *Server) newExchange(mechanism string) (sasl.Server, error) {
	if !slices.Contains(s.mechanisms, mechanism) {
		return nil, errors.New("unsupported authentication mechanism")
	}
	return mechanismServers[mechanism](s), nil
}

var mechanismServers = map[string]func(*Server) sasl.Server{
	CRAMMD5:     newCRAMMD5,
	Login:       func(s *Server) sasl.Server { return &loginServer{srv: s} },
	OAuthBearer: newOAuthBearer,
	Plain:       newPlain,
	ScramSHA1:   func(s *Server) sasl.Server { return newScram(s, scram.SHA1) },
	ScramSHA256: func(s *Server) sasl.Server { return newScram(s, scram.SHA256) },
	XOAuth2:     func(s *Server) sasl.Server { return &xoauth2Server{srv: s} },
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

// scramIterations is the minimum of RFC 7677 section 4.
const scramIterations = 4096

type scramServer struct {
	srv  *Server
	conv *scram.ServerConversation
}

func newScram(s *Server, hash scram.HashGeneratorFcn) sasl.Server {
	server, err := hash.NewServer(func(user string) (scram.StoredCredentials, error) {
		client, err := hash.NewClient(s.User, s.Password, "")
		if err != nil || user != s.User {
			return scram.StoredCredentials{}, errLogin
		}
		return client.GetStoredCredentials(scram.KeyFactors{Salt: rand.Text(), Iters: scramIterations}), nil
	})
	if err != nil {
		panic("imaptest: " + err.Error()) // scram never fails here
	}
	return &scramServer{s, server.NewConversation()}
}

func (x *scramServer) Next(response []byte) ([]byte, bool, error) {
	if response == nil {
		return []byte{}, false, nil
	}
	if x.conv.Done() { // the client confirms the server's proof
		if !x.conv.Valid() || !x.srv.mayBe(x.conv.AuthzID()) {
			return nil, false, errLogin
		}
		return nil, true, nil
	}
	challenge, err := x.conv.Step(string(response))
	return []byte(challenge), false, err
}

// newOAuthBearer returns an OAUTHBEARER server. It hides the client's empty answer to a failure
// from go-sasl, which does not expect one.
func newOAuthBearer(s *Server) sasl.Server {
	return nonEmpty{sasl.NewOAuthBearerServer(func(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
		if !s.mayBe(o.Username) || !s.isToken(o.Token) {
			return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
		}
		return nil
	})}
}

type nonEmpty struct{ sasl.Server }

func (n nonEmpty) Next(response []byte) ([]byte, bool, error) {
	if response != nil && len(response) == 0 {
		return nil, false, errLogin
	}
	return n.Server.Next(response)
}

// xoauth2Failure is Gmail's challenge for a bad token. The client answers with an empty line,
// and only then the login fails.
const xoauth2Failure = `{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}`

type xoauth2Server struct {
	srv    *Server
	failed bool
}

func (x *xoauth2Server) Next(response []byte) ([]byte, bool, error) {
	if x.failed {
		return nil, false, errLogin
	}
	if response == nil {
		return []byte{}, false, nil
	}
	user, token, ok := parseXOAuth2(response)
	if !ok || !x.srv.hasToken(user) || !x.srv.isToken(token) {
		x.failed = true
		return []byte(xoauth2Failure), false, nil
	}
	return nil, true, x.srv.tokenAccount(user)
}

// parseXOAuth2 reads "user=…^Aauth=Bearer …^A^A".
func parseXOAuth2(b []byte) (user, token string, ok bool) {
	fields := bytes.Split(b, []byte{1})
	if len(fields) != 4 || len(fields[2]) > 0 || len(fields[3]) > 0 {
		return "", "", false
	}
	user, ok = strings.CutPrefix(string(fields[0]), "user=")
	if !ok {
		return "", "", false
	}
	token, ok = strings.CutPrefix(string(fields[1]), "auth=Bearer ")
	return user, token, ok
}

// checkAPOP compares the digest of RFC 1939 section 7.
func (s *Server) checkAPOP(timestamp, user, digest string) error {
	want := fmt.Sprintf("%x", md5.Sum([]byte(timestamp+s.Password)))
	if digest != want {
		return errLogin
	}
	return s.account(user)
}
