package oauthtest

import (
	"slices"

	"github.com/imapcompat/imapcompat/imaptest"
)

// errNoToken is the error of a token that nobody can use, where the style has no words for it.
var errNoToken = &imaptest.TokenError{Status: "invalid_token", Schemes: "bearer"}

// CheckToken judges the token of a login to a mail server, for imaptest.Config. The protocol is
// "imap", "pop3" or "smtp". The token must be one of this server that has not expired, with the
// scope of the protocol, and the user one whose mailbox it opens.
//
//   - Google refuses an unknown or expired token with status 400, and a missing scope with 403.
//   - Microsoft refuses without a reason. If the user has no right to the mailbox, the error is
//     imaptest.ErrNotConnected.
func (s *Server) CheckToken(l imaptest.TokenLogin) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	token := s.access[l.Token]
	alive := token != nil && s.now().Before(token.expires) && (token.grant.ended == nil || s.config.Style == Microsoft)
	switch s.config.Style {
	case Google:
		refused := imaptest.TokenError{Schemes: "Bearer", Scope: googleMail}
		switch {
		case !alive || !s.opens(token.grant, l.User, l.Mechanism):
			refused.Status = "400"
		case !slices.Contains(token.scope.rights, googleMail):
			refused.Status = "403"
		default:
			return nil
		}
		return &refused
	case Microsoft:
		switch {
		case !alive || token.scope.resource != outlook || !slices.Contains(token.scope.rights, rightFor(token.grant, l.Protocol)):
			return &imaptest.TokenError{}
		case !s.opens(token.grant, l.User, l.Mechanism):
			return imaptest.ErrNotConnected
		}
		return nil
	}
	switch {
	case !alive || !s.opens(token.grant, l.User, l.Mechanism):
		return errNoToken
	case !slices.Contains(token.scope.rights, standardOf[l.Protocol]):
		return &imaptest.TokenError{Status: "insufficient_scope", Schemes: "bearer", Scope: standardOf[l.Protocol]}
	}
	return nil
}

func rightFor(g *grant, protocol string) string {
	if g.user == "" {
		return rightsOf[protocol].program
	}
	return rightsOf[protocol].user
}

// opens reports whether a grant opens the mailbox of a name. OAUTHBEARER can leave the name to the
// token.
func (s *Server) opens(g *grant, name, mechanism string) bool {
	if g.user == "" {
		return slices.Contains(g.client.Mailboxes, name)
	}
	i := slices.IndexFunc(s.config.Users, func(u User) bool { return u.Address == g.user })
	if i < 0 {
		return false // a service account by itself
	}
	own := name == g.user || name == "" && mechanism == imaptest.OAuthBearer
	return own || slices.Contains(s.config.Users[i].Mailboxes, name)
}
