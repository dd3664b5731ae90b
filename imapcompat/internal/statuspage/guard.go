package statuspage

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// MinToken is the least length of a token, in octets: nobody finds it by trying.
const MinToken = 16

// CheckAddress refuses an address to listen on that other machines reach, if there is no token.
func CheckAddress(address, token string) error {
	host, _, err := net.SplitHostPort(address)
	switch {
	case err != nil:
		return fmt.Errorf("%q is no address such as 127.0.0.1:8080", address)
	case token != "" && len(token) < MinToken:
		return fmt.Errorf("the token has less than %d characters", MinToken)
	case token == "" && !isLoopback(host):
		return fmt.Errorf("%s can be reached from other machines: a token is needed", address)
	}
	return nil
}

// isLoopback reports whether a host is this machine and reached from it only.
func isLoopback(host string) bool {
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// guard has the sessions of those who have logged in.
type guard struct {
	key []byte // of the secrets in forms

	mu       *sync.Mutex
	sessions map[string]time.Time // their ends, by the digest of the cookie
}

const (
	sessionLength = 12 * time.Hour
	maxSessions   = 1000
	cookieName    = "imapcompat_status"
	maxForm       = 64 << 10
)

func newGuard() guard {
	key := make([]byte, 32)
	rand.Read(key)
	return guard{key: key, mu: &sync.Mutex{}, sessions: map[string]time.Time{}}
}

// secret returns what the forms of a session have, so that no other page can make one.
func (g guard) secret(session string) string {
	mac := hmac.New(sha256.New, g.key)
	mac.Write([]byte(session))
	return hex.EncodeToString(mac.Sum(nil))
}

func digest(session string) string {
	sum := sha256.Sum256([]byte(session))
	return hex.EncodeToString(sum[:])
}

func (g guard) begin(now time.Time) (session string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for s, end := range g.sessions {
		if now.After(end) || len(g.sessions) >= maxSessions {
			delete(g.sessions, s)
		}
	}
	session = rand.Text()
	g.sessions[digest(session)] = now.Add(sessionLength)
	return session
}

func (g guard) valid(session string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return now.Before(g.sessions[digest(session)])
}

func (g guard) end(session string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.sessions, digest(session))
}

func session(r *http.Request) string {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// protect sets the headers of all answers, and refuses requests that other web pages make.
func (p *Page) protect(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if p.token == "" && !isLoopback(hostname(r.Host)) {
			// A name of somebody else's that leads here: DNS rebinding.
			http.Error(w, "this page is at localhost only", http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		crossOrigin.ServeHTTP(w, r)
	})
}

func hostname(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}

func equal(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

var (
	errNoPage = errors.New("there is no such page")
	errNoBox  = errors.New("the ledger has no such mailbox")
	errNoText = errors.New("the text of the message is not kept")
	errForged = errors.New("the form is not one of this page, or is too old: go back, reload and try again")
)

// authorized lets those pass who may see the page, and checks that forms are its own. A
// program with the token in Authorization needs no form.
func (p *Page) authorized(f func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bearer, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer")
		byToken := isBearer && p.token != "" && equal(strings.TrimSpace(bearer), p.token)
		if p.token != "" && !byToken && !p.guard.valid(session(r), p.now()) {
			if isBearer || r.Method != http.MethodGet {
				w.Header().Set("WWW-Authenticate", "Bearer")
				http.Error(w, "the token is needed", http.StatusUnauthorized)
				return
			}
			http.Redirect(w, r, "/login", http.StatusSeeOther)
			return
		}
		if r.Method == http.MethodPost && !byToken && !equal(r.PostFormValue("secret"), p.guard.secret(session(r))) {
			p.fail(w, r, http.StatusForbidden, errForged)
			return
		}
		err := f(w, r)
		switch {
		case err == nil:
		case errors.Is(err, inbox.ErrUnknown):
			p.fail(w, r, http.StatusNotFound, errors.New(notices["gone"]))
		case errors.Is(err, errNoPage), errors.Is(err, errNoBox), errors.Is(err, errNoText):
			p.fail(w, r, http.StatusNotFound, err)
		case r.Context().Err() == nil:
			p.fail(w, r, http.StatusInternalServerError, err)
		}
	})
}

func (p *Page) fail(w http.ResponseWriter, r *http.Request, code int, err error) {
	p.show(w, r, code, "error", frame{Title: http.StatusText(code), Body: err.Error()})
}

func (p *Page) showLogin(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusOK, "login", frame{Title: "Log in", Body: ""})
}

func (p *Page) login(w http.ResponseWriter, r *http.Request) {
	if p.token == "" || !equal(r.PostFormValue("token"), p.token) {
		p.show(w, r, http.StatusUnauthorized, "login", frame{Title: "Log in", Body: "This is not the token."})
		return
	}
	setCookie(w, r, p.guard.begin(p.now()), int(sessionLength/time.Second))
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (p *Page) logout(w http.ResponseWriter, r *http.Request) error {
	p.guard.end(session(r))
	setCookie(w, r, "", -1)
	http.Redirect(w, r, "/login?did=loggedout", http.StatusSeeOther)
	return nil
}

func setCookie(w http.ResponseWriter, r *http.Request, value string, age int) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	})
}
