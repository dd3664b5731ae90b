package oauth

import (
	"context"
	"net"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// Paste logs a user in as [Client.Browser] does, where the browser cannot reach this program: it is on
// another machine, or the issuer takes only https redirects ([Issuer].HTTPSRedirect). show tells the
// user to open the issuer's page in any browser. After the login the browser is sent to the redirect,
// whose page need not exist. read returns the address that the browser shows then, which the user
// copies as a whole. It is called again with what is wrong if that is another address.
//
// Client.Redirect is the registered redirect: https on any host, or http on a loopback address. The
// default is the issuer's loopback host without a port. The host gets the code, which is of no use
// without the verifier of this login (PKCE).
//
// The errors are those of Browser. An error of read ends the login.
func (c *Client) Paste(ctx context.Context, show func(address string) error, read func(ctx context.Context, mistake string) (string, error)) (*oauth2.Token, error) {
	l, err := c.newLogin()
	if err != nil {
		return nil, err
	}
	if l.cfg.RedirectURL, err = c.elsewhere(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, maxLogin)
	defer cancel()
	if err := show(l.address()); err != nil {
		return nil, err
	}
	for mistake := ""; ; {
		text, err := read(ctx, mistake)
		switch {
		case context.Cause(ctx) != nil:
			return nil, c.late(ctx)
		case err != nil:
			return nil, err
		}
		var query url.Values
		if query, mistake = l.pasted(text); mistake == "" {
			end := l.end(ctx, query)
			return end.token, end.err
		}
	}
}

// elsewhere returns the redirect of Paste.
func (c *Client) elsewhere() (string, error) {
	if c.Redirect == "" {
		if host := c.redirectHost(); host != "localhost" {
			return "http://" + strings.TrimSuffix(net.JoinHostPort(host, ""), ":") + "/", nil
		}
		return "http://localhost", nil // as Microsoft registers it
	}
	u, err := url.Parse(c.Redirect)
	if err != nil || !secure(c.Redirect) || u.RawQuery != "" || u.Fragment != "" {
		return "", c.invalid("the redirect is neither https nor http on a loopback address")
	}
	return c.Redirect, nil
}

// pasted returns the query of an address that a user has copied, or what is wrong with it. A terminal
// may have broken the address into lines.
func (l *login) pasted(text string) (query url.Values, mistake string) {
	const maxAddress = 64 << 10
	text = strings.Join(strings.Fields(text), "")
	u, err := url.Parse(text)
	if err != nil || len(text) > maxAddress || u.Scheme == "" || u.Host == "" {
		return nil, "this is not an address: copy the whole address, from http to its end"
	}
	switch query = u.Query(); {
	case query.Get("state") == "" || query.Get("code")+query.Get("error") == "":
		return nil, "this is not the address after the login: it begins with " + l.cfg.RedirectURL + ", and has \"state\" and \"code\""
	case !l.isAnswered(query):
		return nil, "this is the address of another login: open the page that is shown here"
	}
	return query, ""
}
