package oauth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/retryafter"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// The kinds of failure, beside those of package backend. Test for them with errors.Is. All match
// backend.ErrPermanent: only a person can help.
var (
	// ErrConsent says that the user has to log in again: the consent was withdrawn, has expired,
	// or was never given.
	ErrConsent = backend.NewKind("log in again", backend.ErrPermanent)
	// ErrDenied says that the user, an administrator or a policy does not allow the login.
	ErrDenied = backend.NewKind("login not allowed", backend.ErrPermanent)
	// ErrClient says that the registration of the client is wrong: its ID, secret, certificate,
	// redirect or scopes.
	ErrClient = backend.NewKind("client registration is wrong", backend.ErrPermanent)
)

// Error is a failure to get a token. Its text has no token, code, secret or assertion.
//
// errors.Is finds its kind and backend.ErrTemporary or backend.ErrPermanent. errors.As finds the
// [*oauth2.RetrieveError] of an endpoint's answer, which may have secrets: do not show it.
type Error struct {
	// Kind is ErrConsent, ErrDenied, ErrClient, or a kind of package backend: ErrConnect,
	// ErrRefused (the endpoint is in trouble), ErrTimeout, ErrProtocol, ErrInvalidArgument and
	// ErrNotSupported.
	Kind   error
	Issuer string // "Google"
	Status int    // the HTTP status of the endpoint's answer, or 0
	// Code is the error code of the endpoint (RFC 6749 section 5.2, RFC 8628 section 3.5), or "".
	Code string
	// Detail is the issuer's own code, such as "AADSTS70008" or "admin_policy_enforced", or "".
	Detail string
	Text   string // what has happened
	Advice string // what to do
	// RetryAfter is how long the endpoint wants to be left alone (the field Retry-After of RFC 9110
	// section 10.2.3), at most a day. 0 means that it has not said so.
	RetryAfter time.Duration

	prospect error
	cause    error
}

// Error returns the text, the codes and the advice, in one line.
func (e *Error) Error() string {
	text := e.Text
	if e.Issuer != "" {
		text = e.Issuer + ": " + text
	}
	if e.Advice != "" {
		text += ". " + strings.ReplaceAll(e.Advice, "\n", " ")
	}
	return text
}

// Unwrap returns the kind and the prospect for errors.Is.
func (e *Error) Unwrap() []error {
	list := []error{e.Kind}
	if e.prospect != nil {
		list = append(list, e.prospect)
	}
	return list
}

// Is and As find the cause, which cannot be read otherwise.
func (e *Error) Is(target error) bool { return e.cause != nil && errors.Is(e.cause, target) }

// As finds the cause, and the error as a [*backend.Error], which a login reports.
func (e *Error) As(target any) bool {
	if said, ok := target.(**backend.Error); ok {
		*said = &backend.Error{Kind: e.loginKind(), Text: e.Error(), Prospect: e.prospectOf()}
		return true
	}
	return e.cause != nil && errors.As(e.cause, target)
}

// Format writes the text, for every verb.
func (e *Error) Format(f fmt.State, _ rune) { fmt.Fprint(f, e.Error()) }

// MarshalJSON writes the exported fields, and the text of the kind.
func (e *Error) MarshalJSON() ([]byte, error) {
	kind := ""
	if e.Kind != nil {
		kind = e.Kind.Error()
	}
	return json.Marshal(struct {
		Kind, Issuer string
		Status       int
		Code, Detail string
		Text, Advice string
		RetryAfter   time.Duration
	}{kind, e.Issuer, e.Status, e.Code, e.Detail, e.Text, e.Advice, e.RetryAfter})
}

// loginKind is the kind of a login that fails for the error. The login's credentials are those
// of the client and the user.
func (e *Error) loginKind() error {
	if errors.Is(e.Kind, ErrConsent) || errors.Is(e.Kind, ErrDenied) || errors.Is(e.Kind, ErrClient) {
		return backend.ErrAuthentication
	}
	return e.Kind
}

func (e *Error) prospectOf() error {
	switch {
	case errors.Is(e, backend.ErrPermanent):
		return backend.ErrPermanent
	case errors.Is(e, backend.ErrTemporary):
		return backend.ErrTemporary
	}
	return nil
}

// invalid returns the error of a wrong argument or setting.
func (c *Client) invalid(text string) error {
	return &Error{Kind: backend.ErrInvalidArgument, Issuer: c.Issuer.Name, Text: text}
}

// failure returns the error of a request to the issuer. secrets are what the request had; the
// answer may quote them.
func (c *Client) failure(cause error, secrets ...string) error {
	if cause == nil {
		return nil
	}
	var done *Error
	if errors.As(cause, &done) {
		return done
	}
	var answer *oauth2.RetrieveError
	if errors.As(cause, &answer) {
		return c.judge(answer, secrets)
	}
	e := &Error{Kind: backend.ErrProtocol, Issuer: c.Issuer.Name, cause: cause, Text: "the answer is not a token"}
	var network net.Error
	var address *url.Error
	switch {
	case errors.Is(cause, context.Canceled):
		e.Kind, e.Text = backend.ErrConnect, "cancelled"
	case errors.Is(cause, context.DeadlineExceeded), errors.As(cause, &network) && network.Timeout():
		e.Kind, e.Text, e.prospect = backend.ErrTimeout, "no answer in time", backend.ErrTemporary
		e.Advice = "Try again later"
	case errors.As(cause, &address), network != nil:
		e.Kind, e.Text, e.prospect = backend.ErrConnect, "the token endpoint cannot be reached", backend.ErrTemporary
		e.Advice = "Check the network, a proxy and the clock, and try again later"
	}
	return e
}

// judge returns the error of an answer.
func (c *Client) judge(answer *oauth2.RetrieveError, secrets []string) error {
	response := answer.Response
	if response == nil {
		response = new(http.Response)
	}
	e := c.refusal(response.StatusCode, saidOf(answer), secrets)
	e.cause = answer
	if wait, ok := retryafter.Parse(response.Header.Get("Retry-After"), now()); ok && errors.Is(e, backend.ErrTemporary) {
		e.RetryAfter = wait
		e.Text += fmt.Sprintf("; it asks to wait %v", wait)
	}
	return e
}

// redirected returns the error of a redirect (RFC 6749 section 4.1.2.1).
func (c *Client) redirected(code, description, subtype string) error {
	return c.refusal(0, said{code, description, subtype}, nil)
}

// refusal returns the error of what an endpoint has said.
func (c *Client) refusal(status int, s said, secrets []string) *Error {
	var conceal sasl.Concealed
	conceal.Add(c.Secret)
	conceal.Add(secrets...)
	e := &Error{Issuer: c.Issuer.Name, Status: status, Code: word(conceal.Text(s.code)), Detail: s.detail(&conceal)}
	r := c.rule(status, s)
	e.Kind, e.prospect, e.Advice = r.kind, r.prospect, c.fill(r.advice)
	e.Text = "the endpoint refuses"
	if codes := strings.Fields(strings.Join([]string{statusText(status), e.Code, e.Detail}, " ")); len(codes) > 0 {
		e.Text = "the endpoint says " + strings.Join(codes, " ")
	}
	if r.meaning != "" {
		e.Text += " (" + r.meaning + ")"
	} else if text := line(conceal.Text(s.description)); text != "" {
		e.Text += " (" + text + ")"
	}
	return e
}

func statusText(status int) string {
	if status == 0 {
		return ""
	}
	return strconv.Itoa(status)
}

// said is what an endpoint has said: the error code, its description, and Google's subtype.
type said struct{ code, description, subtype string }

// saidOf returns what is in an answer.
func saidOf(answer *oauth2.RetrieveError) said {
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		Subtype     string `json:"error_subtype"`
	}
	if json.Unmarshal(answer.Body, &body) == nil {
		return said{body.Error, body.Description, body.Subtype}
	}
	return said{answer.ErrorCode, answer.ErrorDescription, ""}
}

// word returns a code, or "" for a text that does not look like one.
func word(s string) string {
	const maxCode = 64
	if len(s) > maxCode || strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' && r != '.'
	}) {
		return ""
	}
	return s
}

// line returns a description as a text of one line without control characters.
func line(s string) string {
	const maxLine = 300
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxLine {
		s = strings.ToValidUTF8(s[:maxLine], "") + "…"
	}
	return s
}
