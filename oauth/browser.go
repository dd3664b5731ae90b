package oauth

import (
	"cmp"
	"context"
	"crypto/subtle"
	"errors"
	"html/template"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

// Browser logs a user in with a browser on this machine (authorization code, RFC 6749 section
// 4.1, with PKCE S256 of RFC 7636). show opens the address of the issuer's page, or tells the user
// to, and returns at once; the address has no secret. Browser listens on a loopback address for
// the redirect (RFC 8252 section 7.3), and shows the user there how the login ended. It waits
// until the user has answered, ctx ends, or a quarter of an hour has passed.
//
// If the browser is on another machine, it cannot reach the address to which it is redirected: use
// [Client.Paste]. Or Redirect has a port that "ssh -L" forwards.
//
// Only a redirect with the state of this login counts. Other requests to the port are refused,
// and the login goes on.
//
// The error is [ErrDenied] if the user or a policy refuses, and backend.ErrTimeout after the time.
func (c *Client) Browser(ctx context.Context, show func(address string) error) (*oauth2.Token, error) {
	l, err := c.newLogin()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, maxLogin)
	defer cancel()
	landing, err := c.listen()
	if err != nil {
		return nil, err
	}
	landing.login, landing.ctx = l, ctx
	l.cfg.RedirectURL = landing.address.String()
	defer landing.serve()()
	if err := show(l.address()); err != nil {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, c.late(ctx)
	case end := <-landing.ended:
		return end.token, end.err
	}
}

// login is a login with a browser that is under way.
type login struct {
	c               *Client
	cfg             *oauth2.Config
	state, verifier string
}

func (c *Client) newLogin() (*login, error) {
	cfg, err := c.config()
	if err != nil {
		return nil, err
	}
	if cfg.Endpoint.AuthURL == "" {
		return nil, &Error{Kind: backend.ErrNotSupported, Issuer: c.Issuer.Name, Text: "there is no login with a browser"}
	}
	return &login{c, cfg, oauth2.GenerateVerifier(), oauth2.GenerateVerifier()}, nil
}

// address is where the user logs in.
func (l *login) address() string {
	return l.cfg.AuthCodeURL(l.state, append(l.c.asked(), oauth2.S256ChallengeOption(l.verifier))...)
}

// isAnswered reports whether the query of a redirect is the answer to the login.
func (l *login) isAnswered(query url.Values) bool {
	return subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(l.state)) == 1 && query.Get("code")+query.Get("error") != ""
}

// end ends the login with an answer.
func (l *login) end(ctx context.Context, query url.Values) end {
	if err := l.c.checkIssuer(query); err != nil {
		return end{err: err}
	}
	if code := query.Get("error"); code != "" {
		return end{err: l.c.redirected(code, query.Get("error_description"), query.Get("error_subtype"))}
	}
	return l.c.exchange(ctx, l.cfg, query.Get("code"), l.verifier)
}

// checkIssuer refuses the answer of another issuer (RFC 9207 section 2.4), which would have the code
// of this one sent to it, or the other way round.
func (c *Client) checkIssuer(query url.Values) error {
	named := query["iss"]
	switch {
	case len(named) == 0 && !c.Issuer.NamesItself:
		return nil
	case c.Issuer.Identifier == "" && !c.Issuer.NamesItself:
		return nil // nothing to compare with
	case len(named) == 1 && named[0] == c.Issuer.Identifier:
		return nil
	}
	return &Error{Kind: backend.ErrProtocol, Issuer: c.Issuer.Name, prospect: backend.ErrPermanent,
		Text: "the answer in the browser does not come from " + c.Issuer.Identifier + " (iss)", Advice: "Log in again, with no other login open"}
}

// late returns the error of a login that the context has ended.
func (c *Client) late(ctx context.Context) error {
	err := c.failure(context.Cause(ctx))
	var e *Error
	if errors.As(err, &e) && errors.Is(err, context.DeadlineExceeded) {
		e.Text, e.Advice = "nobody has finished the login in the browser in time", c.fill(adviceLate+adviceErrorPage)
	}
	return err
}

// asked returns the parameters of the authorization request beside those of package oauth2.
func (c *Client) asked() []oauth2.AuthCodeOption {
	params := url.Values{}
	for name, value := range c.Issuer.Params {
		params.Set(name, value)
	}
	if c.Address != "" {
		params.Set("login_hint", c.Address)
	}
	return options(params)
}

// end is how a login with a browser has ended.
type end struct {
	token *oauth2.Token
	err   error
}

// landing is the place to which the issuer redirects the browser.
type landing struct {
	*login
	ctx       context.Context
	listeners []net.Listener
	address   *url.URL
	taken     chan struct{} // has room for the one redirect that counts
	ended     chan end      // has room for its end
}

func (c *Client) redirectHost() string { return cmp.Or(c.Issuer.RedirectHost, "127.0.0.1") }

// listen listens on the address of Client.Redirect, or on a random port.
func (c *Client) listen() (*landing, error) {
	address := &url.URL{Scheme: "http", Host: net.JoinHostPort(c.redirectHost(), "0"), Path: "/"}
	if c.Redirect != "" {
		u, err := url.Parse(c.Redirect)
		if err != nil || u.Scheme != "http" || !loopback(u.Hostname()) || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return nil, c.invalid("the redirect is not http on a loopback address")
		}
		address = u
	}
	if !loopback(address.Hostname()) {
		return nil, c.invalid("the redirect's host is not a loopback address")
	}
	port := address.Port()
	if port == "" {
		port = "80"
	}
	listen := address.Hostname()
	if listen == "localhost" {
		listen = "127.0.0.1"
	}
	l, err := net.Listen("tcp", net.JoinHostPort(listen, port))
	if err != nil {
		return nil, &Error{Kind: backend.ErrConnect, Issuer: c.Issuer.Name, cause: err,
			Text: "cannot listen on the redirect's port", Advice: "Use another port, or log in with a device code"}
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	listeners := []net.Listener{l}
	if address.Hostname() == "localhost" {
		// A browser may take localhost for ::1. A machine may have no IPv6.
		if six, err := net.Listen("tcp", net.JoinHostPort("::1", port)); err == nil {
			listeners = append(listeners, six)
		}
	}
	redirect := *address
	if address.Port() != "" {
		redirect.Host = net.JoinHostPort(address.Hostname(), port)
	}
	if redirect.Path == "/" && c.Redirect == "" && address.Hostname() == "localhost" {
		redirect.Path = "" // Microsoft registers http://localhost
	}
	return &landing{listeners: listeners, address: &redirect,
		taken: make(chan struct{}, 1), ended: make(chan end, 1)}, nil
}

// serve answers requests until the function that it returns is called.
func (l *landing) serve() (stop func()) {
	const patience = 10 * time.Second
	srv := &http.Server{Handler: l, ReadHeaderTimeout: patience, ReadTimeout: patience, WriteTimeout: maxRequest + patience,
		IdleTimeout: patience, MaxHeaderBytes: 64 << 10,
		ErrorLog: log.New(io.Discard, "", 0)}
	for _, on := range l.listeners {
		go srv.Serve(on)
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if srv.Shutdown(ctx) != nil { // the page of the redirect has a second to leave
			srv.Close()
		}
	}
}

// ServeHTTP takes the redirect. A request to another host name (DNS rebinding), another path, by
// another method or without the state does not end the login: anybody on the machine, and any web
// page, can send one.
func (l *landing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := l.address.Path
	if path == "" {
		path = "/"
	}
	query := r.URL.Query()
	switch {
	case strings.TrimSuffix(r.Host, ":80") != strings.TrimSuffix(l.address.Host, ":80"): // browsers leave it out
		l.page(w, http.StatusMisdirectedRequest, "This is not the page of a login.", "")
		return
	case r.URL.Path != path:
		l.page(w, http.StatusNotFound, "There is no such page.", "")
		return
	case r.Method != http.MethodGet:
		l.page(w, http.StatusMethodNotAllowed, "There is no such page.", "")
		return
	case !l.isAnswered(query):
		l.page(w, http.StatusBadRequest, "This is not the answer to the login that is under way.", "Go back to the program, and open the address that it shows.")
		return
	}
	select {
	case l.taken <- struct{}{}:
	default:
		l.page(w, http.StatusGone, "The login has been answered before.", "You can close this window.")
		return
	}
	l.take(w, query)
}

// take ends the login with what the redirect says, and shows the user how.
func (l *landing) take(w http.ResponseWriter, query url.Values) {
	result := l.end(l.ctx, query)
	if result.err != nil {
		l.page(w, http.StatusOK, "The login has failed.", result.err.Error())
	} else {
		l.page(w, http.StatusOK, "You are logged in.", "You can close this window and go back to the program.")
	}
	l.ended <- result
}

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{{.Title}}</title></head>
<body><h1>{{.Title}}</h1><p>{{.Text}}</p></body></html>
`))

// page writes a page that loads nothing and that no browser keeps.
func (l *landing) page(w http.ResponseWriter, status int, title, text string) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer") // the address has the code
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Connection", "close")
	w.WriteHeader(status)
	_ = page.Execute(w, struct{ Title, Text string }{title, text}) // the browser may have gone
}

// exchange gets the token for a code.
func (c *Client) exchange(ctx context.Context, cfg *oauth2.Config, code, verifier string) end {
	proof, err := c.proof()
	if err != nil {
		return end{err: err}
	}
	t, err := cfg.Exchange(c.context(ctx), code, append(options(proof), oauth2.VerifierOption(verifier))...)
	if err != nil {
		return end{err: c.failure(err, code, verifier, proof.Get("client_assertion"))}
	}
	t, err = c.loggedIn(t)
	return end{t, err}
}
