package sasl

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strconv"
	"strings"

	gosasl "github.com/emersion/go-sasl"
	"golang.org/x/oauth2"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// accessToken requests a token from the token source, whose interface has no context.
func accessToken(ctx context.Context, cfg *backend.Config) (string, error) {
	type answer struct {
		token string
		err   error
	}
	answered := make(chan answer, 1)
	go func() {
		token, err := cfg.TokenSource.Token()
		if err != nil {
			answered <- answer{err: err}
			return
		}
		answered <- answer{token: token.AccessToken}
	}()
	select {
	case <-ctx.Done():
		return "", tokenFailure(context.Cause(ctx))
	case a := <-answered:
		if a.err != nil {
			return "", tokenFailure(a.err)
		}
		return a.token, checkToken(a.token, cfg.User)
	}
}

// Renew tells the token source that the server has refused the token of a client, and reports whether
// it has another one now. Sources that are no [backend.Refuser], and clients without a token, have
// none.
func Renew(ctx context.Context, cfg *backend.Config, client gosasl.Client) (bool, error) {
	sent, ok := client.(*oauth)
	source, learns := cfg.TokenSource.(backend.Refuser)
	if !ok || !learns {
		return false, nil
	}
	source.Refused(sent.secret)
	token, err := accessToken(ctx, cfg)
	return err == nil && token != sent.secret, err
}

// tokenFailure returns the error of a token source. A [*backend.Error] in the chain decides its
// kind and is shown. Otherwise it matches ErrConnect when the token
// endpoint cannot be reached or is too slow, and ErrRefused when the endpoint itself fails,
// because neither says anything about the credentials. Any other failure matches
// ErrAuthentication.
func tokenFailure(cause error) error {
	e := &backend.Error{Kind: backend.ErrAuthentication, Text: "Can't get an OAuth2 token"}
	reason, timeout := "", errors.Is(cause, context.DeadlineExceeded)
	var (
		said    *backend.Error
		answer  *oauth2.RetrieveError
		network net.Error
	)
	if errors.As(cause, &network) && network.Timeout() {
		timeout = true
	}
	switch {
	case errors.As(cause, &said):
		// The text of a backend.Error never holds a secret. Package oauth has such errors.
		reason, e.Kind, e.Prospect = said.Text, said.Kind, said.Prospect
		timeout = timeout || errors.Is(said, backend.ErrTimeout)
	case errors.As(cause, &answer):
		reason, e.Kind, e.Prospect = judge(answer)
	case timeout:
		e.Kind, e.Prospect, reason = backend.ErrConnect, backend.ErrTemporary, "no token came in time"
	case network != nil, errors.Is(cause, context.Canceled):
		e.Kind, e.Prospect, reason = backend.ErrConnect, dial.Prospect(cause), "the token endpoint cannot be reached"
	}
	e.Err = &opaque{
		reason: reason,
		is: func(target error) bool {
			return timeout && target == backend.ErrTimeout || errors.Is(cause, target)
		},
		as: func(target any) bool { return errors.As(cause, target) },
	}
	return e
}

// judge interprets an answer of the token endpoint: an error code of RFC 6749, or a failure
// of the endpoint itself.
func judge(answer *oauth2.RetrieveError) (reason string, kind, prospect error) {
	status := 0
	if answer.Response != nil {
		status = answer.Response.StatusCode
	}
	code := ""
	if knownTokenErrors[answer.ErrorCode] { // any other text of the endpoint is not shown
		code = answer.ErrorCode
	}
	reason = "the token endpoint says " + strings.TrimSpace(strconv.Itoa(status)+" "+code)
	switch {
	case status >= 500, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout,
		code == "temporarily_unavailable", code == "server_error":
		return reason, backend.ErrRefused, backend.ErrTemporary
	case code != "":
		return reason, backend.ErrAuthentication, backend.ErrPermanent
	}
	return reason, backend.ErrAuthentication, nil
}

// knownTokenErrors are the error codes of RFC 6749 sections 4.1.2.1 and 5.2.
var knownTokenErrors = map[string]bool{
	"invalid_request": true, "invalid_client": true, "invalid_grant": true, "unauthorized_client": true,
	"unsupported_grant_type": true, "invalid_scope": true, "access_denied": true,
	"server_error": true, "temporarily_unavailable": true,
}

// opaque is an error that errors.Is and errors.As can test, but whose cause cannot be read,
// neither with a verb of fmt nor with errors.Unwrap. The text of an [oauth2.RetrieveError]
// is what the token endpoint said, and a [url.Error] has the address. Either may contain a
// secret.
type opaque struct {
	reason string
	is     func(target error) bool
	as     func(target any) bool
}

func (o *opaque) Error() string {
	if o.reason == "" {
		return "the token source failed"
	}
	return "the token source failed: " + o.reason
}

func (o *opaque) Is(target error) bool { return o.is(target) }
func (o *opaque) As(target any) bool   { return o.as(target) }

// checkToken rejects a token or user name that would end a field of the exchange. A token
// has only visible ASCII (RFC 6750 section 2.1).
func checkToken(token, user string) error {
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return invalid("The OAuth2 token is empty or holds octets that a token cannot have")
	}
	if len(token) > maxToken || len(user) > maxSecret {
		return invalid("The OAuth2 token or the user name is too long")
	}
	if strings.ContainsAny(user, "\x00\x01") {
		return invalid("The user name holds an octet that cannot be sent")
	}
	return nil
}
