package sasl

import (
	"errors"

	"github.com/imapcompat/imapcompat/backend"
)

// Refused is a server's refusal of a login: NO or BAD of IMAP, or -ERR of POP3.
type Refused struct {
	// Text is the server's text, with the response code and without the status.
	Text string
	// Early says that the mechanism was refused before an exchange.
	Early bool
	// Last says that the server has also ended the session.
	Last bool

	// otherBinding says that the server knows no such channel binding.
	otherBinding bool
	// bound says that the server has accepted the channel binding, and then refused the
	// client's proof. Either the password is wrong, or somebody in between ends TLS.
	bound bool
}

func (r *Refused) Error() string { return r.Text }

// verdict is what the response code of a refusal says about the login.
type verdict struct {
	// kind is ErrAuthentication if the server has rejected the credentials, and ErrRefused
	// if it has not judged them.
	kind error
	// prospect is that of a later try, if it differs from the code's.
	prospect error
	// next says what may be tried now.
	next next
}

// next is how a login continues after a refusal.
type next int

const (
	again     next = iota // the same mechanism again, as c-client does
	elsewhere             // another mechanism
	nothing               // nothing
)

// verdicts has the response codes that decide how a login continues. A refusal without a
// code, or with any other code such as ALERT, rejects the credentials, and the login is
// tried again as in c-client.
var verdicts = map[string]verdict{
	// RFC 5530 and RFC 3206 section 4. The server may store the secret in a form that
	// another mechanism can use.
	backend.CodeAuthenticationFailed: {backend.ErrAuthentication, nil, elsewhere},
	backend.CodeAuth:                 {backend.ErrAuthentication, nil, elsewhere},
	// RFC 5530. The server has checked the credentials, and they do not allow this login.
	backend.CodeAuthorizationFailed: {backend.ErrAuthentication, nil, nothing},
	backend.CodeExpired:             {backend.ErrAuthentication, nil, nothing},

	// RFC 5530. A mechanism that does not show the password may need no encryption.
	backend.CodePrivacyRequired: {backend.ErrRefused, nil, elsewhere},
	// RFC 5530, RFC 3206 section 4.
	backend.CodeCannot:       {backend.ErrRefused, nil, nothing},
	backend.CodeClientBug:    {backend.ErrRefused, nil, nothing},
	backend.CodeContactAdmin: {backend.ErrRefused, nil, nothing},
	backend.CodeCorruption:   {backend.ErrRefused, nil, nothing},
	backend.CodeNoPerm:       {backend.ErrRefused, nil, nothing},
	backend.CodeSysPerm:      {backend.ErrRefused, nil, nothing},

	// RFC 5530, RFC 2449 section 8.1.1, RFC 3206 section 4.
	backend.CodeInUseIMAP:   {backend.ErrRefused, nil, again},
	backend.CodeInUsePOP3:   {backend.ErrRefused, nil, again},
	backend.CodeOverQuota:   {backend.ErrRefused, nil, again},
	backend.CodeServerBug:   {backend.ErrRefused, nil, again},
	backend.CodeSysTemp:     {backend.ErrRefused, nil, again},
	backend.CodeUnavailable: {backend.ErrRefused, nil, again},
	// At a login, the limit is on connections, which end.
	backend.CodeLimit: {backend.ErrRefused, backend.ErrTemporary, again},
	// RFC 2449 section 8.1.1: a new login must wait for the delay in CAPA, which is seconds
	// at least.
	backend.CodeLoginDelay: {backend.ErrRefused, nil, nothing},
}

func (r *Refused) verdict() verdict {
	v, ok := verdicts[backend.CodeOf(r.Text)]
	if !ok {
		v.kind = backend.ErrAuthentication
	}
	if r.Early && v.next == again {
		v.next = elsewhere
	}
	if r.Last {
		v.next = nothing
	}
	return v
}

// Undecided reports whether another way to log in may succeed after the refusal.
func (r *Refused) Undecided() bool {
	v := r.verdict()
	return v.kind == backend.ErrAuthentication && v.next != nothing
}

// Denied returns the error of a login that failed for a cause. It matches
// [backend.ErrRefused] if the cause is a [*Refused] whose code says that the credentials
// were not judged, and otherwise [backend.ErrAuthentication].
func Denied(text string, cause error) error {
	e := &backend.Error{Kind: backend.ErrAuthentication, Text: text, Err: cause}
	var refused *Refused
	if errors.As(cause, &refused) {
		v := refused.verdict()
		e.Kind, e.Prospect, e.Code = v.kind, v.prospect, backend.CodeOf(refused.Text)
	}
	return e
}
