package sasl

import (
	"errors"

	"github.com/imapcompat/imapcompat/backend"
)

// Refused is a server's refusal of a login: NO or BAD of IMAP, or -ERR of POP3.
type Refused struct {
	// Text is the server's text, with the response code and without the status.
	Text string
	// Early tells that the mechanism was refused before an exchange.
	Early bool
	// Last tells that the server ended the session with the refusal.
	Last bool
}

func (r *Refused) Error() string { return r.Text }

// verdict tells what a response code means for a login.
type verdict struct {
	// kind is ErrAuthentication if the server does not accept the credentials, and ErrRefused
	// if it has not checked them.
	kind error
	// prospect tells about another try, in addition to the code.
	prospect error
	// next tells what may be tried now.
	next next
}

// next tells how a login goes on after a refusal.
type next int

const (
	again     next = iota // the same mechanism again, as c-client does
	elsewhere             // another mechanism
	nothing               // nothing
)

// verdicts are those of the codes that have one. Without a code, and with another one, such as
// ALERT, a refusal concerns the credentials, and the login is tried again as in c-client.
var verdicts = map[string]verdict{
	// RFC 5530 and RFC 3206 section 4. The server may keep the secret in a form that another
	// mechanism can use.
	backend.CodeAuthenticationFailed: {backend.ErrAuthentication, nil, elsewhere},
	backend.CodeAuth:                 {backend.ErrAuthentication, nil, elsewhere},
	// RFC 5530. The credentials were checked, and are not valid for this.
	backend.CodeAuthorizationFailed: {backend.ErrAuthentication, nil, nothing},
	backend.CodeExpired:             {backend.ErrAuthentication, nil, nothing},

	// RFC 5530. A mechanism that does not show the password may work without encryption.
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
	// At a login this is the limit of connections, which end.
	backend.CodeLimit: {backend.ErrRefused, backend.ErrTemporary, again},
	// RFC 2449 section 8.1.1: not before the delay in CAPA, which is at least some seconds.
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

// Denied returns the error of a failed login. It matches [backend.ErrAuthentication], or
// [backend.ErrRefused] for a [*Refused] whose code says that the credentials were not checked.
func Denied(text string, cause error) error {
	e := &backend.Error{Kind: backend.ErrAuthentication, Text: text, Err: cause}
	var refused *Refused
	if errors.As(cause, &refused) {
		v := refused.verdict()
		e.Kind, e.Prospect, e.Code = v.kind, v.prospect, backend.CodeOf(refused.Text)
	}
	return e
}
