package oauth

import (
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

// assumedLifetime is that of an access token whose issuer does not tell (RFC 6749 section 5.1
// only recommends it). Google, Microsoft and Yahoo tell.
const assumedLifetime = 10 * time.Minute

// bounded returns a token that can be replaced, with an end of its life.
func bounded(t *oauth2.Token, err error) (*oauth2.Token, error) {
	if err == nil && t.Expiry.IsZero() {
		t.Expiry = now().Add(assumedLifetime)
	}
	return t, err
}

// freshness is how long an issuer is not asked for another token in place of one that a mail server
// refuses. A new token does not help where the user has no right to the mailbox, and issuers refuse
// clients that ask too often (AADSTS50196).
const freshness = 5 * time.Minute

// refusal is the access token that a mail server has refused last.
type refusal struct{ token atomic.Pointer[string] }

// Refused has the next call of Token return another token, unless the issuer has sent this one just
// now. See [backend.Refuser].
func (r *refusal) Refused(accessToken string) { r.token.Store(&accessToken) }

// concerns reports whether a token is to be replaced, because it was refused.
func (r *refusal) concerns(t *oauth2.Token, issued time.Time) bool {
	refused := r.token.Load()
	return refused != nil && *refused == t.AccessToken && now().Sub(issued).Abs() >= freshness
}

// renewer is a source of tokens that learns of their refusal.
type renewer interface {
	oauth2.TokenSource
	backend.Refuser
}

// reused keeps a token in memory until it ends, or a mail server refuses it.
type reused struct {
	refusal
	next   oauth2.TokenSource
	mu     sync.Mutex // held while next is asked
	token  *oauth2.Token
	issued time.Time
	only   bool // there is no other token
}

func (r *reused) Token() (*oauth2.Token, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.token.Valid() && (r.only || !r.concerns(r.token, r.issued)) {
		return r.token, nil
	}
	t, err := bounded(r.next.Token())
	if err != nil {
		return nil, err
	}
	r.token, r.issued = t, now()
	return t, nil
}
