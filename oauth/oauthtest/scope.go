package oauthtest

import (
	"slices"
	"strings"
)

// scope is what a program asks for, and what it gets.
type scope struct {
	names    []string
	resource string   // the audience of access tokens; Microsoft only
	rights   []string // on it
	offline  bool     // there is a refresh token
}

func (s scope) String() string { return strings.Join(s.names, " ") }

// The scopes of the styles.
const (
	googleMail     = "https://mail.google.com/"
	outlook        = "https://outlook.office.com"
	outlook365     = "https://outlook.office365.com"
	graph          = "https://graph.microsoft.com"
	defaultScope   = "/.default"
	imapAsUser     = "IMAP.AccessAsUser.All"
	popAsUser      = "POP.AccessAsUser.All"
	smtpAsUser     = "SMTP.Send"
	offlineAccess  = "offline_access"
	graphUserRead  = "User.Read"
	standardScopes = "imap pop smtp"
)

// rightsOf are what a protocol needs of a Microsoft token: of a user's and of a program's own.
var rightsOf = map[string]struct{ user, program string }{
	"imap": {imapAsUser, "IMAP.AccessAsApp"},
	"pop3": {popAsUser, "POP.AccessAsApp"},
	"smtp": {smtpAsUser, "SMTP.SendAsApp"},
}

// standardOf are the scopes of Standard for a protocol.
var standardOf = map[string]string{"imap": "imap", "pop3": "pop", "smtp": "smtp"}

// parseScope reads the scope of a user's grant.
func (s *Server) parseScope(text string) (scope, error) {
	sc := scope{names: strings.Fields(text)}
	if len(sc.names) == 0 {
		return sc, errScope.with("")
	}
	for _, name := range sc.names {
		if err := s.addScope(&sc, name); err != nil {
			return sc, err
		}
	}
	if len(sc.rights) == 0 {
		return sc, errScope.with(text)
	}
	sc.offline = sc.offline || s.config.Style == Standard
	return sc, nil
}

func (s *Server) addScope(sc *scope, name string) error {
	switch s.config.Style {
	case Google:
		if name != googleMail && name != "openid" && name != "email" {
			return errScope.with("[" + name + "]")
		}
		sc.rights = append(sc.rights, name)
		return nil
	case Standard:
		if !slices.Contains(strings.Fields(standardScopes), name) {
			return errScope.with(name)
		}
		sc.rights = append(sc.rights, name)
		return nil
	}
	switch name {
	case offlineAccess:
		sc.offline = true
		return nil
	case "openid", "profile", "email":
		return nil
	case graphUserRead:
		name = graph + "/" + name // what has no resource is of Graph
	}
	resource, right, ok := cutResource(name)
	switch {
	case !ok:
		return errScope.with(name)
	case sc.resource != "" && sc.resource != resource:
		return errResources.with(sc.String())
	}
	sc.resource, sc.rights = resource, append(sc.rights, right)
	return nil
}

// cutResource divides a scope of Microsoft. Both names of Outlook mean the same resource.
func cutResource(name string) (resource, right string, ok bool) {
	known := map[string][]string{
		outlook:    {imapAsUser, popAsUser, smtpAsUser},
		outlook365: {imapAsUser, popAsUser, smtpAsUser},
		graph:      {graphUserRead, imapAsUser, popAsUser, smtpAsUser},
	}
	i := strings.LastIndexByte(name, '/')
	if i < 0 {
		return "", "", false
	}
	resource, right = name[:i], name[i+1:]
	if !slices.Contains(known[resource], right) {
		return "", "", false
	}
	if resource == outlook365 {
		resource = outlook
	}
	return resource, right, true
}

// narrow returns the scope of a refresh, which may ask for less (RFC 6749 section 6).
func (s *Server) narrow(granted scope, text string) (scope, error) {
	if text == "" {
		return granted, nil
	}
	sc, err := s.parseScope(text)
	if err != nil {
		return sc, err
	}
	for _, right := range sc.rights {
		if !slices.Contains(granted.rights, right) || sc.resource != granted.resource {
			return sc, errScope.with(text)
		}
	}
	return sc, nil
}
