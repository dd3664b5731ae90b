package oauth

import (
	"context"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

// AppOnly returns a source of tokens of the application itself (client credentials, RFC 6749
// section 4.4), with which it opens the mailboxes that an administrator has granted to it. The
// client has a Secret or a Certificate. At Microsoft 365 the issuer is that of one tenant, the
// registration has the application permission IMAP.AccessAsApp or POP.AccessAsApp with an
// administrator's consent, and the service principal has FullAccess to the mailbox (Advice has
// the commands). The source keeps a token in memory only: see [Kept].
func (c *Client) AppOnly(ctx context.Context) oauth2.TokenSource {
	return source{c.String() + " for itself", &reused{next: appSource{c, ctx}}}
}

type appSource struct {
	c   *Client
	ctx context.Context
}

func (s appSource) Token() (*oauth2.Token, error) {
	c := s.c
	switch {
	case len(c.Issuer.AppScopes) == 0 && len(c.Scopes) == 0:
		return nil, &Error{Kind: backend.ErrNotSupported, Issuer: c.Issuer.Name, Text: "an application cannot log in to mailboxes by itself"}
	case manyTenants(c.Issuer):
		return nil, &Error{Kind: backend.ErrInvalidArgument, Issuer: c.Issuer.Name, Text: "an application logs in to one tenant",
			Advice: "Set the tenant: its ID or domain, as in `--tenant contoso.onmicrosoft.com`"}
	case c.Secret == "" && c.Certificate == nil:
		return nil, c.invalid("an application that logs in by itself needs a secret or a certificate")
	}
	scopes := c.Scopes
	if scopes == nil {
		scopes = c.Issuer.AppScopes
	}
	return c.token(s.ctx, scopes, url.Values{"grant_type": {"client_credentials"}})
}

// manyTenants reports whether an issuer stands for the accounts of many tenants.
func manyTenants(i Issuer) bool {
	for _, name := range []string{"common", "organizations", "consumers"} {
		if strings.HasSuffix(i.TokenURL, "/"+name+"/oauth2/v2.0/token") {
			return true
		}
	}
	return false
}
