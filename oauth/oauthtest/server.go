package oauthtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Style is whose tokens and errors a server has.
type Style int

const (
	// Standard has opaque tokens and the errors of RFC 6749 and RFC 8628.
	//   - The scopes are "imap", "pop" and "smtp". A grant always has a refresh token.
	//   - Clients redirect to loopback addresses. "localhost" is none (RFC 8252 section 8.3).
	//   - A redirect names the server in the parameter iss (RFC 9207).
	Standard Style = iota

	// Google is as oauth2.googleapis.com.
	//   - The only scope is https://mail.google.com/. Device codes are not for it: invalid_scope.
	//   - A refresh token comes with access_type=offline only, and from the second consent of a
	//     user on with prompt=consent only.
	//   - Each client has a secret. Redirects go to any port and path of loopback.
	//   - An unanswered device code is HTTP 428.
	//   - A redirect has iss=https://accounts.google.com.
	Google

	// Microsoft is as login.microsoftonline.com.
	//   - Access tokens are JWTs for outlook.office.com, signed with the key at the JWKS endpoint.
	//   - Scopes are of one resource only. A refresh token needs offline_access. Each refresh gives
	//     a new one, and the old one stays valid unless Config.Rotate is set.
	//   - Clients redirect to http://localhost, at any port.
	//   - Errors have AADSTS codes, error_codes and trace_id. A refused device code is
	//     authorization_declined.
	Microsoft
)

// The times that a server grants. The sources are RFC 6749 section 4.1.2, and the providers'
// documentation for an hour and 15 minutes.
const (
	codeLifetime    = 10 * time.Minute
	deviceLifetime  = 15 * time.Minute
	accessLifetime  = time.Hour
	defaultInterval = 5 * time.Second
)

// Config configures a server. The zero Config is a server of Standard with one user and one
// client.
type Config struct {
	Style Style

	// Users are those who have a mailbox. The first one is signed in to the browser. Nil means
	// ada@example.com.
	Users []User

	// Clients are the registered programs. Nil means one with the id "client-id", which has the
	// secret "client-secret" in the Google style and none in the others.
	Clients []Client

	// Rotate has each refresh give a new refresh token. Whoever uses an old one ends the grant
	// (RFC 9700 section 4.14.2).
	Rotate bool

	// Lifetime is that of access tokens, in whole seconds. Zero means an hour.
	Lifetime time.Duration

	// RefreshLifetime is how long refresh tokens may be idle. Zero means for ever.
	RefreshLifetime time.Duration

	// Interval is the time between two polls of a device code, in whole seconds. Zero means five
	// seconds. A poll that comes too early adds five (RFC 8628 section 3.5).
	Interval time.Duration

	// Now is the clock. Nil means time.Now. See Server.Advance.
	Now func() time.Time
}

// User is a person with a mailbox.
type User struct {
	Address string

	// Mailboxes are the addresses of others' mailboxes that the user may open.
	Mailboxes []string
}

// Server is an authorization server. Its methods may be called at any time, by any goroutine.
type Server struct {
	config Config
	http   *httptest.Server
	done   chan struct{} // closed by Close

	browsing sync.WaitGroup // redirects that Browse follows

	mu         sync.Mutex
	offset     time.Duration // of the clock
	user       string        // who is signed in
	refuses    bool
	consented  map[string]bool // client and user
	codes      map[string]*code
	devices    map[string]*device
	refresh    map[string]*refreshToken
	access     map[string]*accessToken
	assertions map[string]bool // jti of client assertions
	accounts   map[string]*serviceAccount
	faults     []*fault
	transcript []Request
}

// NewServer starts a server that closes when the test ends. If the test has failed, its log then
// has the transcript.
func NewServer(t testing.TB, c Config) *Server {
	t.Helper()
	s, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		if t.Failed() {
			t.Logf("requests to oauthtest:\n%v", s.Transcript())
		}
	})
	return s
}

// Start starts a server outside of a test. Close stops it.
func Start(c Config) (*Server, error) {
	if c.Style < Standard || c.Style > Microsoft {
		return nil, fmt.Errorf("oauthtest: no such style: %d", c.Style)
	}
	if c.Lifetime%time.Second != 0 || c.Interval%time.Second != 0 || c.Lifetime < 0 || c.Interval < 0 {
		return nil, errors.New("oauthtest: Lifetime and Interval are whole seconds")
	}
	if c.Users == nil {
		c.Users = []User{{Address: "ada@example.com"}}
	}
	if c.Clients == nil {
		c.Clients = []Client{{ID: "client-id"}}
		if c.Style == Google {
			c.Clients[0].Secret = "client-secret"
		}
	}
	c.Users, c.Clients = slices.Clone(c.Users), slices.Clone(c.Clients)
	if c.Lifetime == 0 {
		c.Lifetime = accessLifetime
	}
	if c.Interval == 0 {
		c.Interval = defaultInterval
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Server{
		config:     c,
		done:       make(chan struct{}),
		consented:  make(map[string]bool),
		codes:      make(map[string]*code),
		devices:    make(map[string]*device),
		refresh:    make(map[string]*refreshToken),
		access:     make(map[string]*accessToken),
		assertions: make(map[string]bool),
		accounts:   make(map[string]*serviceAccount),
	}
	if len(c.Users) > 0 {
		s.user = c.Users[0].Address
	}
	mux := http.NewServeMux()
	for path, handle := range map[string]func(*http.Request) (answer, error){
		AuthorizePath:     s.authorize,
		TokenPath:         s.token,
		DevicePath:        s.deviceCode,
		verificationPath:  s.verify,
		RevokePath:        s.revoke,
		"GET " + KeysPath: s.keys,

		"GET /.well-known/openid-configuration":       s.metadata,
		"GET /.well-known/oauth-authorization-server": s.metadata,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, handle) })
	}
	s.http = httptest.NewServer(mux)
	return s, nil
}

// The paths of the endpoints.
const (
	AuthorizePath = "/authorize"
	TokenPath     = "/token"
	DevicePath    = "/devicecode"
	RevokePath    = "/revoke"
	KeysPath      = "/keys"

	verificationPath = "/device"
)

// Close stops the server.
func (s *Server) Close() {
	close(s.done)
	s.http.CloseClientConnections()
	s.http.Close()
	s.browsing.Wait()
}

// URL returns the address of the server, such as "http://127.0.0.1:12345". An endpoint is this
// and its path.
func (s *Server) URL() string { return s.http.URL }

// Transport returns a way to the server without a network: its requests are answered by the
// goroutine that makes them. So a test in a bubble of testing/synctest can start the server outside
// of it, and not wait for time to pass. The faults Silent and Endless need a network.
func (s *Server) Transport() http.RoundTripper { return direct{s.http.Config.Handler} }

// direct reaches a handler without a network.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (answer *http.Response, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			if cause != http.ErrAbortHandler {
				panic(cause)
			}
			answer, err = nil, io.ErrUnexpectedEOF
		}
	}()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	answer = w.Result()
	answer.Request = r
	return answer, nil
}

// Now returns the time of the server.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now is Now for those who hold the mutex.
func (s *Server) now() time.Time { return s.config.Now().Add(s.offset) }

// Advance puts the clock of the server forward.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset += d
}

// SignIn changes who is signed in to the browser.
func (s *Server) SignIn(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.user = address
}

// Refuse has the user refuse what programs ask for from now on.
func (s *Server) Refuse() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = true
}

// Request is a request to an endpoint. It has nothing secret.
type Request struct {
	Endpoint string // its path
	Grant    string // grant_type
	Client   string // client_id
	Status   int    // of HTTP; 0 if there was no answer
	Error    string // code of the error, such as invalid_grant
	AADSTS   int    // Microsoft's number of the error
}

func (r Request) String() string {
	text := fmt.Sprintf("%s %s %s: %d %s", r.Endpoint, r.Grant, r.Client, r.Status, r.Error)
	if r.AADSTS != 0 {
		text += fmt.Sprintf(" AADSTS%d", r.AADSTS)
	}
	return strings.TrimSpace(text)
}

// Transcript returns all requests so far.
func (s *Server) Transcript() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.transcript)
}

// Granted returns how many requests with a grant_type were given a token, including those whose
// answer a fault lost.
func (s *Server) Granted(grant string) (n int) {
	for _, r := range s.Transcript() {
		if r.Endpoint == TokenPath && r.Grant == grant && r.Error == "" && r.Status == http.StatusOK {
			n++
		}
	}
	return n
}

// answer is what an endpoint answers: JSON, a redirect or a page.
type answer struct {
	json     any
	location string
	page     string
}

// maxForm is the largest request that a server reads.
const maxForm = 64 << 10

// serve answers a request, unless a fault does.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, handle func(*http.Request) (answer, error)) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	fault := s.takeFault(r.URL.Path)
	if fault != nil && !fault.afterwards {
		s.note(r, Request{Status: fault.status})
		fault.answer(s, w, r)
		return
	}
	a, err := s.handle(r, handle)
	failed, _ := errors.AsType[*failure](err)
	if failed != nil {
		s.note(r, failed.request(s.config.Style))
	} else {
		s.note(r, Request{Status: a.status()})
	}
	switch {
	case fault != nil:
		fault.answer(s, w, r)
	case failed != nil:
		s.writeFailure(w, failed)
	default:
		a.write(w, r)
	}
}

// handle checks what holds for all endpoints.
func (s *Server) handle(r *http.Request, handle func(*http.Request) (answer, error)) (answer, error) {
	posts := r.URL.Path == TokenPath || r.URL.Path == DevicePath || r.URL.Path == RevokePath
	switch {
	case posts && r.Method != http.MethodPost:
		return answer{}, errMalformed.with("the method is " + r.Method)
	case posts && r.URL.RawQuery != "":
		// RFC 6749 section 2.3.1: credentials are never in the URI.
		return answer{}, errMalformed.with("the address has a query")
	case posts && !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		return answer{}, errMalformed.with("the body is not a form")
	}
	if err := r.ParseForm(); err != nil {
		return answer{}, errMalformed.with("the form cannot be read")
	}
	for name, values := range r.Form {
		// RFC 6749 sections 3.1 and 3.2.
		if len(values) > 1 {
			return answer{}, errMalformed.with("the parameter " + name + " is repeated")
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return handle(r)
}

func (s *Server) note(r *http.Request, done Request) {
	done.Endpoint, done.Grant, done.Client = r.URL.Path, r.Form.Get("grant_type"), r.Form.Get("client_id")
	if id, _, ok := r.BasicAuth(); ok {
		done.Client = id
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transcript = append(s.transcript, done)
}

func (a answer) status() int {
	if a.location != "" {
		return http.StatusFound
	}
	return http.StatusOK
}

func (a answer) write(w http.ResponseWriter, r *http.Request) {
	// RFC 6749 section 5.1.
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case a.location != "":
		http.Redirect(w, r, a.location, http.StatusFound)
	case a.json != nil:
		writeJSON(w, http.StatusOK, a.json)
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, "<!DOCTYPE html><title>oauthtest</title><p>%s\n", a.page)
	}
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value) // an error means that the client has gone
}

// httpTimeout bounds what Browse waits for.
const httpTimeout = 30 * time.Second

// Browse opens an address of the server as the browser of the user who is signed in. The user
// consents at once, or refuses after Refuse. It returns before the browser has followed the
// redirect to the program, as a browser does. It can be the function that shows an address to
// the user. It returns an error if the server has shown one to the user.
func (s *Server) Browse(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), httpTimeout)
	defer cancel()
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return errors.New("oauthtest: the browser cannot open the address")
	}
	resp, err := browser.Do(req)
	if err != nil {
		return errors.New("oauthtest: the browser does not reach the server")
	}
	resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusFound:
		s.browsing.Go(func() { follow(resp.Header.Get("Location")) })
		return nil
	}
	return fmt.Errorf("oauthtest: the browser shows an error: %s", resp.Header.Get("X-Error"))
}

// follow opens what a redirect leads to. The program behind it may have gone.
func follow(location string) {
	client := &http.Client{Timeout: httpTimeout}
	if resp, err := client.Get(location); err == nil {
		resp.Body.Close()
	}
}
