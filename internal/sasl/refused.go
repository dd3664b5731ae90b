package sasl

import (
	"errors"

	"github.com/imapcompat/imapcompat/backend"
)

// Refused is a server's refusal of a login, the NO or BAD of IMAP and the -ERR of
// POP3.
type Refused struct {
	// Text is the server's, with the response code but not the status.
	Text string
	// Early says that the mechanism was refused before there was an exchange.
	Early bool
	// Last says that the server ended the session with it.
	Last bool
}

func (r *Refused) Error() string { return r.Text }

// verdict is what a response code says of the login that was refused with it.
type verdict struct {
	// kind is ErrAuthentication where the server does not take the credentials, and
	// ErrRefused where it has not judged them.
	kind error
	// prospect is of another try, beside that of the code.
	prospect error
	// next is what may be tried now.
	next next
}

// next is how a login goes on after a refusal.
type next int

const (
	again     next = iota // the same once more, as c-client does
	elsewhere             // not the same, but another mechanism
	nothing               // nothing
)

// verdicts are those of the codes that have one. Without a code, and with one that is
// not here, such as ALERT, a refusal is of the credentials, and the login is tried
// again as c-client does.
var verdicts = map[string]verdict{
	// RFC 5530 and RFC 3206 section 4. The secret may be kept in a form in which
	// another mechanism can use it.
	backend.CodeAuthenticationFailed: {backend.ErrAuthentication, nil, elsewhere},
	backend.CodeAuth:                 {backend.ErrAuthentication, nil, elsewhere},
	// RFC 5530. The credentials were looked at, and are no good for this.
	backend.CodeAuthorizationFailed: {backend.ErrAuthentication, nil, nothing},
	backend.CodeExpired:             {backend.ErrAuthentication, nil, nothing},

	// RFC 5530. A mechanism that does not show the password may do without encryption.
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
	// At a login the limit is one of connections, which end.
	backend.CodeLimit: {backend.ErrRefused, backend.ErrTemporary, again},
	// RFC 2449 section 8.1.1: not before the delay of CAPA is over, which is seconds at
	// least.
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

// Undecided reports whether another way to log in may do after the refusal.
func (r *Refused) Undecided() bool {
	v := r.verdict()
	return v.kind == backend.ErrAuthentication && v.next != nothing
}

// Denied is the error of a login that failed for that cause: it matches
// [backend.ErrAuthentication], or [backend.ErrRefused] for a [*Refused] with a code
// that says that the credentials were not judged.
func Denied(text string, cause error) error {
	e := &backend.Error{Kind: backend.ErrAuthentication, Text: text, Err: cause}
	var refused *Refused
	if errors.As(cause, &refused) {
		v := refused.verdict()
		e.Kind, e.Prospect, e.Code = v.kind, v.prospect, backend.CodeOf(refused.Text)
	}
	return e
}
