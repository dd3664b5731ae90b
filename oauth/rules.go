package oauth

import (
	"net/http"
	"regexp"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sasl"
	"github.com/imapcompat/imapcompat/internal/shellword"
)

// rule is what an error code means.
type rule struct {
	kind     error
	prospect error
	meaning  string // "" if the code tells, or the endpoint's description
	advice   string
}

// The place of the user's address in advice, and the advice that occurs often.
const (
	place        = "ADDRESS"
	loginCommand = "imapcompat login " + place
	adviceLogin  = "Log in again: run `" + loginCommand + "`"
	adviceLate   = "Run `" + loginCommand + "` again, and answer within the time"
	// adviceErrorPage is for an issuer that has shown an error in place of a redirect, as RFC 6749
	// section 4.1.2.1 has it for a wrong client ID or redirect.
	adviceErrorPage = ". If the page has shown an error, check the client ID and the redirect of its registration"
	adviceLater     = "Nothing is wrong with the account. Try again later"
)

// fill puts the user's address into advice.
func (c *Client) fill(advice string) string { return fill(advice, c.Address) }

// fill puts an address into the commands of advice, unless a shell would not take it as a word.
func fill(advice, address string) string {
	if !shellword.IsPlain(address) {
		return advice
	}
	return strings.ReplaceAll(advice, place, address)
}

// aadsts finds Microsoft's error code in a description.
var aadsts = regexp.MustCompile(`\bAADSTS[0-9]{4,8}\b`)

// detail returns the issuer's own code.
func (s said) detail(conceal *sasl.Concealed) string {
	if code := aadsts.FindString(s.description); code != "" {
		return code
	}
	return word(conceal.Text(s.subtype))
}

// rule returns what an answer means.
func (c *Client) rule(status int, s said) rule {
	temporary := rule{kind: backend.ErrRefused, prospect: backend.ErrTemporary, advice: adviceLater}
	switch {
	case status >= http.StatusInternalServerError, status == http.StatusTooManyRequests, status == http.StatusRequestTimeout,
		s.code == "temporarily_unavailable", s.code == "server_error":
		return temporary
	}
	code := aadsts.FindString(s.description)
	if r, ok := aadstsCodes[code]; ok {
		return r
	}
	if r, ok := c.refusedByGoogle(s); ok {
		return r
	}
	r, ok := codes[s.code]
	if !ok {
		r = rule{kind: backend.ErrProtocol, advice: "Check the endpoints of the issuer, and a proxy in between"}
		if s.code != "" {
			r = rule{kind: backend.ErrAuthentication, advice: adviceLogin}
		}
	}
	if code != "" {
		r.advice += ". Microsoft explains the code at https://login.microsoftonline.com/error?code=" + strings.TrimPrefix(code, "AADSTS")
	}
	return r
}

// codes are the error codes of RFC 6749 sections 4.1.2.1 and 5.2, and RFC 8628 section 3.5.
var codes = map[string]rule{
	"invalid_grant":          {kind: ErrConsent, meaning: "the consent has expired or was withdrawn", advice: adviceLogin},
	"authorization_declined": {kind: ErrDenied, meaning: "the user has declined", advice: "Run `" + loginCommand + "` again and allow the access"},
	"access_denied":          {kind: ErrDenied, advice: "The user, or a policy of the organization, has refused. Ask the administrator, or run `" + loginCommand + "` again and allow the access"},
	"expired_token":          {kind: backend.ErrTimeout, advice: adviceLate},
	"invalid_client":         {kind: ErrClient, advice: "Check the client ID and its secret or certificate"},
	"unauthorized_client":    {kind: ErrClient, advice: "Check what the client's registration allows"},
	"unsupported_grant_type": {kind: ErrClient, advice: "The issuer does not have this kind of login: try another one"},
	"invalid_scope":          {kind: ErrClient, advice: "Check the scopes that the client asks for (Client.Scopes, `--scope`), and those of its registration"},
	"interaction_required":   {kind: ErrConsent, meaning: "the issuer wants to ask the user", advice: adviceLogin},
	"consent_required":       {kind: ErrConsent, meaning: "the user has to consent", advice: adviceLogin},
	"login_required":         {kind: ErrConsent, meaning: "the user has to log in", advice: adviceLogin},
	"invalid_request":        {kind: ErrClient, advice: "Check the client's registration: its kind, its redirect and its scopes"},
}
