package oauthtest

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// failure is an error that a client gets. Its forms are those of the styles: the first is of
// Standard, and Google and Microsoft have the same where theirs is the zero value.
type failure struct {
	standard  response
	google    response
	microsoft response
	detail    string
}

// response is an error response (RFC 6749 section 5.2). The status 0 means 400.
type response struct {
	status int
	code   string
	text   string
	aadsts int // Microsoft only
}

func (f *failure) Error() string { return "oauthtest: " + f.standard.code + ": " + f.detail }

// with returns the failure with what is wrong in this request: nothing secret.
func (f *failure) with(detail string) *failure {
	e := *f
	e.detail = detail
	return &e
}

func (f *failure) in(style Style) response {
	r := f.standard
	switch {
	case style == Google && f.google.code != "":
		r = f.google
	case style == Microsoft && f.microsoft.code != "":
		r = f.microsoft
	}
	if r.status == 0 {
		r.status = http.StatusBadRequest
	}
	r.text = strings.ReplaceAll(r.text, "{detail}", f.detail)
	return r
}

func (f *failure) request(style Style) Request {
	r := f.in(style)
	return Request{Status: r.status, Error: r.code, AADSTS: r.aadsts}
}

func (s *Server) writeFailure(w http.ResponseWriter, f *failure) {
	r := f.in(s.config.Style)
	w.Header().Set("X-Error", r.code+" "+f.detail)
	if r.code == "invalid_client" && r.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Basic realm="oauthtest"`) // RFC 6749 section 5.2
	}
	body := map[string]any{"error": r.code}
	switch {
	case s.config.Style == Microsoft:
		now := s.Now().UTC()
		number := r.aadsts
		if number == 0 {
			number = 9002313
		}
		trace, correlation := newUUID(), newUUID()
		body["error_description"] = fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s",
			number, r.text, trace, correlation, now.Format("2006-01-02 15:04:05Z"))
		body["error_codes"] = []int{number}
		body["timestamp"] = now.Format("2006-01-02 15:04:05Z")
		body["trace_id"] = trace
		body["correlation_id"] = correlation
		body["error_uri"] = fmt.Sprintf("https://login.microsoftonline.com/error?code=%d", number)
	case r.text != "":
		body["error_description"] = r.text
	}
	writeJSON(w, r.status, body)
}

func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// stamp is how Microsoft writes a time in a text.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// What can be wrong. The codes and statuses of Google during the polls for a device code are those
// of its documentation, and the codes of Microsoft those of its reference; docs/sources.md lists
// both. The texts of Google's invalid_grant and invalid_scope, and Microsoft's codes 28000, 70020,
// 700023, 700024 and 1002012 with their texts, are as public bug reports quote them. What a text says
// of this request ("{detail}") is this server's own.
var (
	errMalformed = &failure{
		standard:  response{code: "invalid_request", text: "{detail}"},
		google:    response{code: "invalid_request", text: "Bad Request"},
		microsoft: response{code: "invalid_request", aadsts: 9002313, text: "Invalid request. Request is malformed or invalid."},
	}
	errUnsupportedGrant = &failure{
		standard:  response{code: "unsupported_grant_type"},
		google:    response{code: "unsupported_grant_type", text: "Invalid grant_type: {detail}"},
		microsoft: response{code: "unsupported_grant_type", aadsts: 70003, text: "The app requested an unsupported grant type '{detail}'."},
	}
	errUnknownClient = &failure{
		standard: response{status: 401, code: "invalid_client"},
		google:   response{status: 401, code: "invalid_client", text: "The OAuth client was not found."},
		microsoft: response{code: "unauthorized_client", aadsts: 700016, text: "Application with identifier '{detail}' was not found in the directory 'oauthtest'. " +
			"This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. " +
			"You may have sent your authentication request to the wrong tenant."},
	}
	errWrongSecret = &failure{
		standard: response{status: 401, code: "invalid_client"},
		google:   response{status: 401, code: "invalid_client", text: "Unauthorized"},
		microsoft: response{status: 401, code: "invalid_client", aadsts: 7000215, text: "Invalid client secret provided. " +
			"Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{detail}'."},
	}
	errNoSecret = &failure{
		standard:  response{status: 401, code: "invalid_client"},
		google:    response{code: "invalid_request", text: "client_secret is missing."},
		microsoft: response{status: 401, code: "invalid_client", aadsts: 7000218, text: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."},
	}
	errPublicClient = &failure{
		standard:  response{status: 401, code: "invalid_client"},
		microsoft: response{status: 401, code: "invalid_client", aadsts: 700025, text: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."},
	}
	errAssertionKey = &failure{
		standard: response{status: 401, code: "invalid_client", text: "the assertion is not signed with the key of the client"},
		microsoft: response{status: 401, code: "invalid_client", aadsts: 700027, text: "The certificate with identifier used to sign the client assertion is not registered on application. " +
			"[Reason - The key was not found., Thumbprint of key used by client: '{detail}']"},
	}
	errAssertionTime = &failure{
		standard:  response{status: 401, code: "invalid_client", text: "{detail}"},
		microsoft: response{status: 401, code: "invalid_client", aadsts: 700024, text: "Client assertion is not within its valid time range. {detail}"},
	}
	errAssertionAudience = &failure{
		standard:  response{status: 401, code: "invalid_client", text: "the audience of the assertion is not the token endpoint"},
		microsoft: response{status: 401, code: "invalid_client", aadsts: 700023, text: "Client assertion audience claim does not match Realm issuer."},
	}
	errAssertion = &failure{
		standard:  response{status: 401, code: "invalid_client", text: "{detail}"},
		microsoft: response{status: 401, code: "invalid_client", aadsts: 50027, text: "JWT token is invalid or malformed: {detail}."},
	}
	errScope = &failure{
		standard: response{code: "invalid_scope", text: "{detail}"},
		google:   response{code: "invalid_scope", text: "Some requested scopes were invalid: {detail}"},
		microsoft: response{code: "invalid_scope", aadsts: 70011, text: "The provided request must include a 'scope' input parameter. " +
			"The provided value for the input parameter 'scope' is not valid. The scope {detail} is not valid."},
	}
	errDeviceScope = &failure{
		standard: response{code: "invalid_scope"},
		google:   response{code: "invalid_scope", text: "Invalid device flow scope: {detail}"},
	}
	errResources = &failure{
		standard: response{code: "invalid_scope"},
		microsoft: response{code: "invalid_scope", aadsts: 28000, text: "Provided value for the input parameter scope is not valid because it contains more than one resource. " +
			"Scope {detail} is not valid."},
	}
	errDefaultScope = &failure{
		standard: response{code: "invalid_scope"},
		microsoft: response{code: "invalid_scope", aadsts: 1002012, text: "The provided value for scope {detail} is not valid. " +
			"Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."},
	}
	errRedirect = &failure{
		standard:  response{code: "invalid_request", text: "the redirect_uri is not registered: {detail}"},
		google:    response{code: "redirect_uri_mismatch", text: "Bad Request"},
		microsoft: response{code: "invalid_request", aadsts: 50011, text: "The redirect URI '{detail}' specified in the request does not match the redirect URIs configured for the application."},
	}
	errChallenge = &failure{
		standard:  response{code: "invalid_request", text: "PKCE with S256 is required"},
		microsoft: response{code: "invalid_request", aadsts: 9002325, text: "Proof Key for Code Exchange is required for cross-origin authorization code redemption."},
	}
	errVerifier = &failure{
		standard:  response{code: "invalid_grant", text: "the code_verifier is wrong"},
		google:    response{code: "invalid_grant", text: "Invalid code verifier."},
		microsoft: response{code: "invalid_grant", aadsts: 501481, text: "The Code_Verifier does not match the code_challenge supplied in the authorization request."},
	}
	errCode = &failure{
		standard:  response{code: "invalid_grant"},
		google:    response{code: "invalid_grant", text: "Malformed auth code."},
		microsoft: response{code: "invalid_grant", aadsts: 70000, text: "The provided value for the 'code' parameter is not valid."},
	}
	errCodeUsed = &failure{
		standard:  response{code: "invalid_grant"},
		google:    response{code: "invalid_grant", text: "Bad Request"},
		microsoft: response{code: "invalid_grant", aadsts: 54005, text: "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token."},
	}
	errExpired = &failure{
		standard: response{code: "invalid_grant"},
		google:   response{code: "invalid_grant", text: "Token has been expired or revoked."},
		microsoft: response{code: "invalid_grant", aadsts: 70008, text: "The provided authorization code or refresh token has expired due to inactivity. " +
			"Send a new interactive authorization request for this user and resource."},
	}
	errRevoked = &failure{
		standard: response{code: "invalid_grant"},
		google:   response{code: "invalid_grant", text: "Token has been expired or revoked."},
		microsoft: response{code: "invalid_grant", aadsts: 50173, text: "The provided grant has expired due to it being revoked, a fresh auth token is needed. " +
			"The user might have changed or reset their password."},
	}
	errInactive = &failure{
		standard:  response{code: "invalid_grant"},
		google:    response{code: "invalid_grant", text: "Token has been expired or revoked."},
		microsoft: response{code: "invalid_grant", aadsts: 700082, text: "The refresh token has expired due to inactivity. The token was issued on {detail}."},
	}
	errRevokedUnknown = &failure{
		standard: response{code: "invalid_token"},
		google:   response{code: "invalid_token", text: "Token expired or revoked"},
	}
	errRefreshToken = &failure{
		standard:  response{code: "invalid_grant"},
		google:    response{code: "invalid_grant", text: "Bad Request"},
		microsoft: response{code: "invalid_grant", aadsts: 9002313, text: "Invalid request. Request is malformed or invalid."},
	}
	errDenied = &failure{
		standard:  response{code: "access_denied"},
		google:    response{status: 403, code: "access_denied", text: "Forbidden"},
		microsoft: response{code: "access_denied", aadsts: 65004, text: "User declined to consent to access the app."},
	}
	errNoUser = &failure{
		standard:  response{code: "access_denied", text: "there is no such user"},
		microsoft: response{code: "access_denied", aadsts: 50034, text: "The user account {detail} does not exist in the oauthtest directory. To sign into this application, the account must be added to the directory."},
	}
	errPending = &failure{
		standard:  response{code: "authorization_pending"},
		google:    response{status: 428, code: "authorization_pending", text: "Precondition Required"},
		microsoft: response{code: "authorization_pending", aadsts: 70016, text: "OAuth 2.0 device flow error. Authorization is pending. Continue polling."},
	}
	errSlowDown = &failure{
		standard:  response{code: "slow_down"},
		google:    response{status: 403, code: "slow_down", text: "Forbidden"},
		microsoft: response{code: "slow_down", aadsts: 70016, text: "OAuth 2.0 device flow error. Slow down."},
	}
	errDeviceDenied = &failure{
		standard:  response{code: "access_denied"},
		google:    response{status: 403, code: "access_denied", text: "Forbidden"},
		microsoft: response{code: "authorization_declined", aadsts: 65004, text: "User declined to consent to access the app."},
	}
	errDeviceExpired = &failure{
		standard:  response{code: "expired_token"},
		microsoft: response{code: "expired_token", aadsts: 70020, text: "The provided value for the input parameter 'device_code' is not valid. This device code has expired."},
	}
	errDeviceCode = &failure{
		standard:  response{code: "invalid_grant"},
		google:    response{code: "invalid_grant", text: "Malformed device code."},
		microsoft: response{code: "bad_verification_code", aadsts: 70000, text: "The provided value for the input parameter 'device_code' is not valid."},
	}
	errJWT = &failure{
		standard: response{code: "invalid_grant", text: "Invalid JWT: {detail}"},
	}
	errJWTTime = &failure{
		standard: response{code: "invalid_grant", text: "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. " +
			"Check your iat and exp values in the JWT claim."},
	}
	errJWTSignature = &failure{standard: response{code: "invalid_grant", text: "Invalid JWT Signature."}}
	errJWTIssuer    = &failure{standard: response{code: "invalid_grant", text: "Invalid grant: account not found"}}
	errJWTSubject   = &failure{standard: response{code: "invalid_grant", text: "Invalid email or User ID"}}
	errDelegation   = &failure{standard: response{status: 401, code: "unauthorized_client", text: "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."}}
)
