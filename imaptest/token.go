package imaptest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/emersion/go-sasl"
)

// TokenLogin is a login with an access token.
type TokenLogin struct {
	Protocol  string // "imap" or "pop3"
	Mechanism string // XOAuth2 or OAuthBearer
	User      string // whose mailbox it is; OAUTHBEARER can leave it to the token, with ""
	Token     string
}

// TokenError is the refusal of a token that a client is told (RFC 7628 section 3.2.2). XOAUTH2 has
// the same fields. Without a Status XOAUTH2 fails at once, as on Exchange, and OAUTHBEARER has
// invalid_token.
type TokenError struct {
	Status  string `json:"status"`
	Schemes string `json:"schemes,omitempty"`
	Scope   string `json:"scope,omitempty"`
}

func (e *TokenError) Error() string { return "imaptest: the token is refused: " + e.Status }

// ErrNotConnected is the error of a login that has no mailbox: the login succeeds, and then each
// command of IMAP fails with "User is authenticated but not connected.". On POP3 the login fails.
var ErrNotConnected = errors.New("imaptest: authenticated but not connected")

// gmailRefusal is Gmail's challenge for a bad token.
var gmailRefusal = &TokenError{Status: "400", Schemes: "Bearer", Scope: "https://mail.google.com/"}

// errToken is the error of a wrong token.
var errToken = errors.New("wrong token")

// tokenServer is a server of XOAUTH2 or OAUTHBEARER.
type tokenServer struct {
	srv   *Server
	login TokenLogin
	err   error // of the login
}

// over says over which protocol the client logs in.
func (t *tokenServer) over(protocol string) { t.login.Protocol = protocol }

// judge decides on a token, and keeps the outcome.
func (t *tokenServer) judge(user, token string) (refused bool) {
	t.login.User, t.login.Token = user, token
	check := t.srv.judgeToken
	if t.srv.checkToken != nil {
		check = t.srv.checkToken
	}
	t.err = check(t.login)
	return t.err != nil && !errors.Is(t.err, ErrNotConnected)
}

// judgeToken compares with Config.Token.
func (s *Server) judgeToken(l TokenLogin) error {
	s.mu.Lock()
	ok := s.token != "" && l.Token == s.token
	s.mu.Unlock()
	switch shared := s.provider.shared && l.User == SharedMailbox; {
	case !ok, !shared && l.User != s.User && (l.User != "" || l.Mechanism != OAuthBearer):
		return errToken
	case shared || l.Mechanism == OAuthBearer:
		return nil
	}
	return s.account(l.User)
}

// bearerServer is a server of OAUTHBEARER (RFC 7628).
type bearerServer struct {
	tokenServer
	exchange sasl.Server
}

func newOAuthBearer(s *Server) sasl.Server {
	b := &bearerServer{tokenServer: tokenServer{srv: s, login: TokenLogin{Mechanism: OAuthBearer}}}
	b.exchange = sasl.NewOAuthBearerServer(func(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
		if !b.judge(o.Username, o.Token) {
			return nil
		}
		if told, ok := errors.AsType[*TokenError](b.err); ok && told.Status != "" {
			return &sasl.OAuthBearerError{Status: told.Status, Schemes: told.Schemes, Scope: told.Scope}
		}
		return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
	})
	return b
}

// Next hides the client's empty answer to a failure from go-sasl, which does not expect one.
func (b *bearerServer) Next(response []byte) ([]byte, bool, error) {
	if response != nil && len(response) == 0 {
		return nil, false, errLogin
	}
	challenge, done, err := b.exchange.Next(response)
	if done && err == nil {
		err = b.err
	}
	return challenge, done, err
}

// xoauth2Server is a server of XOAUTH2. A refused token is a challenge, which the client answers
// with an empty line, and only then the login fails.
type xoauth2Server struct {
	tokenServer
	refused bool
}

func newXOAuth2(s *Server) sasl.Server {
	return &xoauth2Server{tokenServer: tokenServer{srv: s, login: TokenLogin{Mechanism: XOAuth2}}}
}

func (x *xoauth2Server) Next(response []byte) ([]byte, bool, error) {
	if x.refused {
		return nil, false, errLogin
	}
	if response == nil {
		return []byte{}, false, nil
	}
	told := gmailRefusal
	user, token, ok := parseXOAuth2(response)
	if ok && !x.judge(user, token) {
		return nil, true, x.err
	}
	if e, ok := errors.AsType[*TokenError](x.err); ok {
		told = e
	}
	if told.Status == "" {
		return nil, false, errLogin
	}
	x.refused = true
	challenge, err := json.Marshal(told)
	return challenge, false, err
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
