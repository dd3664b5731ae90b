package oauth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/failpoint"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// earliness is how long before its end a stored token is replaced, so that a login with it is
// done in time.
const earliness = time.Minute

var now = time.Now

// Stored returns a source of access tokens for an account whose token is in a store: put there by
// [Replace] after [Client.Browser] or [Client.Device]. The store keeps access tokens too, so that
// programs that run often do not ask the issuer each time. ctx bounds all waiting.
//
// One process at a time refreshes, if the store is a [Locker]: it locks the account, reads the
// store again, because another process may have a newer token meanwhile, asks the issuer, and saves
// the answer before it returns the access token. It waits a minute at most for the lock.
//
// Some issuers replace the refresh token with each refresh, and take the use of an old one for a
// theft. A process that is killed, or a connection that breaks, after the issuer has replaced the
// token and before the answer is saved, then costs the consent. Nothing can prevent that. The
// window is the journey of the answer and one write: the store is written to before the request,
// which shows that it can be, and notes that a refresh has begun. The ErrConsent that follows says
// so. Once begun, a refresh is not cancelled by ctx.
//
// The error matches ErrNoToken, which is an ErrConsent, if nobody has logged in; ErrConsent if the
// issuer wants a new login; backend.ErrTemporary if a later call may succeed, because the issuer
// cannot be reached or another process keeps the lock; and ErrStore if the store cannot be read or
// written. If the issuer's answer cannot be saved, the source keeps it, and its next call saves it.
func (c *Client) Stored(ctx context.Context, store Store, account string) oauth2.TokenSource {
	s := &stored{c: c, ctx: ctx, store: store, account: account, turn: make(chan struct{}, 1)}
	return source{c.String() + " for a user in a store", s}
}

// stored is a source of the tokens in a store.
type stored struct {
	refusal
	c       *Client
	ctx     context.Context
	store   Store
	account string
	turn    chan struct{} // has one element while a call uses what follows

	token   *oauth2.Token // the last one
	unsaved *oauth2.Token // could not be saved
	spent   string        // the refresh token that unsaved replaces
}

// Token returns a token that is good for a minute at least, unless the issuer's are shorter.
func (s *stored) Token() (*oauth2.Token, error) {
	if s.store == nil || s.account == "" {
		return nil, s.c.invalid("a store and an account are needed")
	}
	type answer struct {
		token *oauth2.Token
		err   error
	}
	answered := make(chan answer, 1)
	select {
	case <-s.ctx.Done():
		return nil, s.c.failure(context.Cause(s.ctx))
	case s.turn <- struct{}{}:
	}
	// The call goes on after the end of the context, if it has begun a refresh.
	go func() {
		defer func() { <-s.turn }()
		t, err := s.current()
		answered <- answer{t, err}
	}()
	select {
	case <-s.ctx.Done():
		return nil, s.c.failure(context.Cause(s.ctx))
	case a := <-answered:
		return a.token, a.err
	}
}

// current returns the token in memory, in the store, or a new one.
func (s *stored) current() (*oauth2.Token, error) {
	if s.usable(s.token) {
		return s.token, nil
	}
	if s.unsaved == nil {
		// What cannot be read without the lock may be about to be replaced.
		switch t, err := s.store.Load(s.ctx, s.account); {
		case err == nil && s.usable(t):
			s.token = t
			return t, nil
		case errors.Is(err, ErrNoToken):
			return nil, s.failed(err)
		}
	}
	unlock, err := lock(s.ctx, s.store, s.account)
	if err != nil {
		return nil, s.failed(err)
	}
	defer unlock()
	failpoint.Hit("locked")
	t, err := s.store.Load(s.ctx, s.account)
	if err != nil {
		return nil, s.failed(err)
	}
	if t, err = s.saveUnsaved(t); err != nil {
		return nil, err
	}
	if !s.usable(t) {
		if t, err = s.refresh(t, true); err != nil {
			return nil, err
		}
	}
	s.token = t
	return t, nil
}

// usable reports whether a token can be used without a refresh. One that a mail server has refused
// is refreshed, if it can be.
func (s *stored) usable(t *oauth2.Token) bool {
	return isFresh(t) && (t.RefreshToken == "" || !s.concerns(t, noteOf(t).issued))
}

// isFresh reports whether a token can be used without a refresh. One that does not say how long it
// lasts is refreshed if it can be.
func isFresh(t *oauth2.Token) bool {
	switch {
	case t == nil || t.AccessToken == "":
		return false
	case t.Expiry.IsZero():
		return t.RefreshToken == ""
	}
	return now().Add(earliness).Before(t.Expiry)
}

// saveUnsaved saves what an earlier call could not, unless the store has another token since. It
// returns what is in the store then.
func (s *stored) saveUnsaved(t *oauth2.Token) (*oauth2.Token, error) {
	if s.unsaved == nil || t.RefreshToken != s.spent {
		s.unsaved = nil
		return t, nil
	}
	ctx, cancel := s.firm()
	defer cancel()
	if err := s.store.Save(ctx, s.account, s.unsaved); err != nil {
		return nil, s.lost(err)
	}
	t, s.unsaved = s.unsaved, nil
	return t, nil
}

// firm returns a context for a refresh that has begun.
func (s *stored) firm() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(s.ctx), maxRequest)
}

// refresh asks the issuer for a new token and saves it. Another process may have spent the refresh
// token, if the store cannot lock: then refresh tries once more with the newer one.
func (s *stored) refresh(t *oauth2.Token, again bool) (*oauth2.Token, error) {
	if t.RefreshToken == "" {
		return s.c.refresh(s.ctx, "") // the error says what to do
	}
	before := noteOf(t).refreshing
	if err := s.note(t, before); err != nil {
		return nil, err
	}
	failpoint.Hit("noted")
	ctx, cancel := s.firm()
	defer cancel()
	next, err := bounded(s.c.refresh(ctx, t.RefreshToken))
	failpoint.Hit("answered")
	if err != nil && (next == nil || !errors.Is(err, ErrDenied)) {
		return s.refused(t, before, err, again)
	}
	next = note{issued: now()}.on(next)
	saving, done := s.firm()
	defer done()
	if failed := s.store.Save(saving, s.account, next); failed != nil {
		s.unsaved, s.spent = next, t.RefreshToken
		return nil, s.lost(failed)
	}
	failpoint.Hit("done")
	return next, err // the user has not granted all
}

// note saves that a refresh has begun. Without a lock another process might have saved a newer
// token meanwhile.
func (s *stored) note(t *oauth2.Token, before time.Time) error {
	if _, ok := s.store.(Locker); !ok || !before.IsZero() {
		return nil
	}
	ctx, cancel := s.firm()
	defer cancel()
	if err := s.store.Save(ctx, s.account, note{refreshing: now(), issued: noteOf(t).issued}.on(t)); err != nil {
		e := s.failed(err, t)
		e.Text = "the token is not refreshed, because it could not be stored: " + e.Text
		return e
	}
	return nil
}

// refused returns the error of a refresh that has given no token, or the token of another process
// that has come first.
func (s *stored) refused(t *oauth2.Token, before time.Time, err error, again bool) (*oauth2.Token, error) {
	var e *Error
	if !errors.As(err, &e) {
		return nil, s.failed(err, t)
	}
	ctx, cancel := s.firm()
	defer cancel()
	if other, failed := s.store.Load(ctx, s.account); failed == nil && other.RefreshToken != t.RefreshToken {
		if s.usable(other) {
			return other, nil
		}
		if again {
			return s.refresh(other, false)
		}
	}
	if !before.IsZero() {
		if errors.Is(e, ErrConsent) {
			told := *e
			told.Text += "; the answer to a refresh of " + before.UTC().Format(time.RFC3339) +
				" was lost before it was stored, and the issuer may have replaced the refresh token then"
			return nil, &told
		}
		return nil, e
	}
	// The issuer has answered and replaced nothing. A proxy's 502 does not tell that.
	if _, ok := s.store.(Locker); ok && e.Status >= 400 && e.Status < 500 {
		if failed := s.store.Save(ctx, s.account, note{issued: noteOf(t).issued}.on(t)); failed != nil {
			return nil, errors.Join(e, s.failed(failed, t))
		}
	}
	return nil, e
}

// lost returns the error of an answer that cannot be saved.
func (s *stored) lost(err error) error {
	e := s.failed(err, s.unsaved)
	e.Text = "the issuer has sent a new token, which could not be stored: " + e.Text
	e.Advice = "Make the store writable while this program runs: its next attempt stores the token. If the program ends before, " +
		"the user may have to log in again"
	return e
}

// failed returns the error of a store. secrets are tokens that a program's own store may quote.
func (s *stored) failed(cause error, secrets ...*oauth2.Token) *Error {
	var e *Error
	if errors.As(cause, &e) {
		copied := *e
		return &copied
	}
	var conceal sasl.Concealed
	for _, t := range append(secrets, s.token, s.unsaved) {
		if t != nil {
			conceal.Add(t.AccessToken, t.RefreshToken)
		}
	}
	e = &Error{Kind: ErrStore, Issuer: s.c.Issuer.Name, Text: line(conceal.Text(cause.Error())), cause: cause}
	switch {
	case errors.Is(cause, ErrNoToken):
		e.Kind, e.Text, e.Advice = ErrNoToken, fmt.Sprintf("nobody has logged in as %q", line(s.account)), s.c.fill(adviceLogin)
	case errors.Is(cause, backend.ErrTimeout), errors.Is(cause, context.DeadlineExceeded):
		e.Kind, e.prospect, e.Advice = backend.ErrTimeout, backend.ErrTemporary, adviceLater
	case errors.Is(cause, context.Canceled):
		e.Kind = backend.ErrConnect
	case errors.Is(cause, backend.ErrInvalidArgument):
		e.Kind = backend.ErrInvalidArgument
	}
	return e
}
