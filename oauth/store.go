package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
)

// Store keeps the tokens of accounts between runs of a program. [File] is one, package keyring has
// another, and a program can have its own, such as a table of its database.
//
// An account is any text in UTF-8 that is not empty: usually the user's mail address.
type Store interface {
	// Load returns the token of an account. The error matches ErrNoToken if there is none, and
	// only then: what cannot be read is another error, which must not lead to a new login.
	Load(ctx context.Context, account string) (*oauth2.Token, error)

	// Save replaces the token of an account. nil removes it. It returns when the token would
	// survive a power cut.
	Save(ctx context.Context, account string, t *oauth2.Token) error
}

// Locker is an optional ability of a Store. The lock of an account is held while a token is
// refreshed and saved, so that only one process uses a refresh token. It must end with its process.
//
// Without it two processes may send the same refresh token. If the issuer replaces refresh tokens
// and takes the second use for a theft, the user has to log in again.
type Locker interface {
	// Lock waits until it has the lock of an account, or ctx ends.
	Lock(ctx context.Context, account string) (unlock func(), err error)
}

var (
	// ErrNoToken says that a store has no token for an account: the user has to log in first.
	ErrNoToken = backend.NewKind("no token is stored", ErrConsent)

	// ErrStore says that a store cannot be read or written, or holds something else than tokens.
	ErrStore = backend.NewKind("the token store has failed", backend.ErrPermanent)
)

// Replace saves the token of a new login, or removes that of an account if t is nil. If the store
// is a [Locker], it waits for other processes that refresh the old token, so that none of them
// overwrites the new one.
func Replace(ctx context.Context, store Store, account string, t *oauth2.Token) error {
	unlock, err := lock(ctx, store, account)
	if err != nil {
		return err
	}
	defer unlock()
	if t != nil && noteOf(t).issued.IsZero() {
		t = note{issued: now(), purpose: noteOf(t).purpose}.on(t)
	}
	return store.Save(ctx, account, t)
}

// maxLock limits the time that a process waits for the lock of another. Who holds it waits for one
// answer of the issuer.
const maxLock = 2 * maxRequest

// lock locks an account, if the store can.
func lock(ctx context.Context, store Store, account string) (unlock func(), err error) {
	locker, ok := store.(Locker)
	if !ok {
		return func() {}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, maxLock)
	defer cancel()
	return locker.Lock(ctx, account)
}

// record is the form of a stored token. It names its account, so that a file that was copied to
// another name is noticed.
type record struct {
	Version    int        `json:"version"`
	Account    string     `json:"account"`
	Access     string     `json:"access_token,omitempty"`
	Type       string     `json:"token_type,omitempty"`
	Refresh    string     `json:"refresh_token,omitempty"`
	Expiry     *time.Time `json:"expiry,omitempty"`
	Refreshing *time.Time `json:"refreshing,omitempty"`
	Issued     *time.Time `json:"issued,omitempty"`
	Purpose    string     `json:"purpose,omitempty"`
}

const recordVersion = 1

// maxRecord is more than two of the longest tokens that are accepted.
const maxRecord = 256 << 10

// EncodeToken returns the token of an account as JSON, for a Store. It keeps what [Client.Stored] and
// [Kept] note in the token: that a refresh had begun, when the token was issued, and its purpose.
func EncodeToken(account string, t *oauth2.Token) ([]byte, error) {
	if account == "" || t == nil || t.AccessToken == "" && t.RefreshToken == "" {
		return nil, fmt.Errorf("%w: an account and a token are needed", backend.ErrInvalidArgument)
	}
	if !utf8.ValidString(account) {
		// JSON would name another account, and the token could not be read again.
		return nil, fmt.Errorf("%w: the account is not UTF-8", backend.ErrInvalidArgument)
	}
	n := noteOf(t)
	r := record{
		Version: recordVersion, Account: account,
		Access: t.AccessToken, Type: t.TokenType, Refresh: t.RefreshToken,
		Expiry: timeOrNil(t.Expiry), Refreshing: timeOrNil(n.refreshing), Issued: timeOrNil(n.issued), Purpose: n.purpose,
	}
	text, err := json.Marshal(r)
	if err == nil && len(text) > maxRecord {
		return nil, fmt.Errorf("%w: the token is too long", backend.ErrTooLarge)
	}
	return text, err
}

func timeOrNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// DecodeToken reads what EncodeToken has written for the same account. The error matches ErrStore
// for anything else: a part of it, a token of another account, or of a later version. It holds
// nothing of the text.
func DecodeToken(account string, text []byte) (*oauth2.Token, error) {
	var r record
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	switch err := decoder.Decode(&r); {
	case err != nil && r.Version <= recordVersion, r.Version < 1:
		return nil, fmt.Errorf("%w: it holds no whole token", ErrStore)
	case r.Version > recordVersion:
		return nil, fmt.Errorf("%w: it was written by a later version of this library", ErrStore)
	case r.Account != account:
		return nil, fmt.Errorf("%w: it holds the token of another account", ErrStore)
	case r.Access == "" && r.Refresh == "":
		return nil, fmt.Errorf("%w: it holds no token", ErrStore)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: it holds more than a token", ErrStore)
	}
	t := &oauth2.Token{AccessToken: r.Access, TokenType: r.Type, RefreshToken: r.Refresh}
	if r.Expiry != nil {
		t.Expiry = *r.Expiry
	}
	n := note{purpose: r.Purpose}
	if r.Refreshing != nil {
		n.refreshing = *r.Refreshing
	}
	if r.Issued != nil {
		n.issued = *r.Issued
	}
	if n != (note{}) {
		t = n.on(t)
	}
	return t, nil
}

// note is what a stored token has beside the token.
type note struct {
	// refreshing is when a refresh of the token began. It is gone once the answer is stored.
	refreshing time.Time
	// issued is when the issuer has sent the token.
	issued time.Time
	// purpose is a digest of what Kept was told.
	purpose string
}

// noteKey is the extra field of a token with its note.
const noteKey = "imapcompat_note"

func noteOf(t *oauth2.Token) note {
	n, _ := t.Extra(noteKey).(note)
	return n
}

// on returns a copy of a token with the note.
func (n note) on(t *oauth2.Token) *oauth2.Token { return t.WithExtra(map[string]any{noteKey: n}) }
