package oauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

// Kept returns a source that keeps the access tokens of another source in a store, for one that has no
// refresh token: from is [Client.AppOnly], [ServiceAccount], or one of the
// program's own. So programs that run
// often, or at the same time, do not ask the issuer each time: one asks, under the lock of the account
// if the store is a [Locker], and the others use its token. ctx bounds the waiting for the lock.
//
// purpose says what a token is for: client, tenant, scopes, user and what else decides who may use it.
// A token that was kept for another purpose is replaced. The store keeps a digest of it, if it keeps
// tokens by [EncodeToken].
//
// The store saves requests, and no more: if it cannot be read, locked or written, each source asks the
// issuer. The errors are those of from.
func Kept(ctx context.Context, store Store, account, purpose string, from oauth2.TokenSource) oauth2.TokenSource {
	sum := sha256.Sum256([]byte(purpose))
	return source{"an account in a store", &kept{ctx: ctx, store: store, account: account, purpose: hex.EncodeToString(sum[:]), source: from}}
}

// kept is a source that keeps its tokens in a store.
type kept struct {
	refusal
	ctx     context.Context
	store   Store
	account string
	purpose string
	source  oauth2.TokenSource

	mu    sync.Mutex // held while the source is asked
	token *oauth2.Token
}

// Token returns a token that is good for a minute at least, unless the source's are shorter.
func (k *kept) Token() (*oauth2.Token, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.usable(k.token) || k.load() {
		return k.token, nil
	}
	unlock, err := lock(k.ctx, k.store, k.account)
	if err == nil {
		defer unlock()
		if k.load() { // another process has asked meanwhile
			return k.token, nil
		}
	}
	t, failed := bounded(k.source.Token())
	if failed != nil {
		return nil, failed
	}
	k.token = note{issued: now(), purpose: k.purpose}.on(t)
	if err == nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(k.ctx), maxRequest)
		defer cancel()
		_ = k.store.Save(ctx, k.account, k.token) // costs a request of the next run
	}
	return k.token, nil
}

// load takes the token in the store, if it can be used.
func (k *kept) load() bool {
	t, err := k.store.Load(k.ctx, k.account)
	if err != nil || !k.usable(t) {
		return false
	}
	k.token = t
	return true
}

func (k *kept) usable(t *oauth2.Token) bool {
	return isFresh(t) && noteOf(t).purpose == k.purpose && !k.concerns(t, noteOf(t).issued)
}

// Refused tells the source too.
func (k *kept) Refused(accessToken string) {
	k.refusal.Refused(accessToken)
	if r, ok := k.source.(backend.Refuser); ok {
		r.Refused(accessToken)
	}
}
