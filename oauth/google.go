package oauth

import "strings"

const (
	pageGmailXOAUTH2 = "https://developers.google.com/workspace/gmail/imap/xoauth2-protocol"
	pageGoogleNative = "https://developers.google.com/identity/protocols/oauth2/native-app"
	pageGoogleOAuth  = "https://developers.google.com/identity/protocols/oauth2"
	pageGoogleWeb    = "https://developers.google.com/youtube/v3/guides/auth/client-side-web-apps"
	pageGoogleDevice = "https://developers.google.com/youtube/v3/live/guides/auth/devices"
	pageGoogleServer = "https://developers.google.com/workspace/guides/create-credentials"
	// scopeGmail is the scope of IMAP, POP3 and SMTP at Gmail.
	scopeGmail = "https://mail.google.com/"
)

// google returns Google's endpoints. Google has a device endpoint, which does not take the scope
// of Gmail.
func google() Issuer {
	return Issuer{
		ID: "google", Name: "Google",
		AuthURL:   "https://accounts.google.com/o/oauth2/v2/auth",
		TokenURL:  "https://oauth2.googleapis.com/token",
		RevokeURL: "https://oauth2.googleapis.com/revoke",
		// Google's answers have iss, as redirects in public logs show. Its metadata do not promise it.
		Identifier: "https://accounts.google.com",
		Scopes:     map[string][]string{"imap": {scopeGmail}, "pop3": {scopeGmail}, "smtp": {scopeGmail}},
		// Without both, only the first consent of a user gives a refresh token.
		Params:   map[string]string{"access_type": "offline", "prompt": "consent"},
		Consents: "https://myaccount.google.com/permissions",
		Console:  "https://console.developers.google.com/auth/clients",
		Facts: []Fact{
			own("The scope of IMAP, POP and SMTP.", pageGmailXOAUTH2),
			own("The authorization endpoint.", pageGoogleWeb),
			own("A desktop app redirects to a loopback address, and can keep no secret.", pageGoogleNative),
			own("The endpoints of tokens and of revocation, and the page of consents. The device endpoint takes a few scopes only, and not the one of Gmail: log in with a browser.", pageGoogleDevice),
			own("A refresh token of an external app in testing expires after 7 days. One that was not used for six months expires, and one with the scope of Gmail ends when the password changes. The client secret of an installed app is not a secret.", pageGoogleOAuth),
			own("The console for clients. A service account with domain-wide delegation acts for the users of the domain; a new delegation can take 24 hours.", pageGoogleServer),
		},
	}
}

// googleCodes are Google's codes, as error or as error_subtype, on pageGoogleWeb; invalid_rapt is on
// pageGoogleOAuth.
var googleCodes = map[string]rule{
	"admin_policy_enforced": {kind: ErrDenied, meaning: "the administrator of the Workspace does not allow the application", advice: "Ask the administrator to trust the client ID (Admin console, Security, Access and data control, API controls, App access control)"},
	"org_internal":          {kind: ErrDenied, meaning: "the application is for accounts of one organization only", advice: "Log in with an account of the organization, or set the user type of the OAuth consent screen (Audience) to External"},
	"disallowed_useragent":  {kind: ErrDenied, meaning: "the login page does not open in an embedded browser", advice: "Open the address in a browser of its own"},
	"invalid_rapt":          {kind: ErrConsent, meaning: "the Workspace asks for a new login after some time", advice: adviceLogin + ". The administrator sets the length of sessions (Google Cloud session control)"},
	"redirect_uri_mismatch": {kind: ErrClient, meaning: "the redirect is not registered", advice: "Make a client of the type \"Desktop app\", which takes any loopback redirect"},
	"deleted_client":        {kind: ErrClient, meaning: "the client was deleted", advice: "Make a new client"},
}

const (
	// adviceGoogleGone is for invalid_grant, whose reason Google does not tell.
	adviceGoogleGone = adviceLogin + ". If this happens every 7 days, the application is in testing: publish it (Google Auth Platform, Audience). " +
		"A new password also ends the consent to read mail"
	// adviceDelegation is for a service account that may not act for the user.
	adviceDelegation = "In the Admin console (Security, Access and data control, API controls, Domain-wide delegation), add the service account's client ID with the scope " +
		scopeGmail + ", and wait, in some cases up to 24 hours; " + place + " must be a user of that domain"
)

// refusedByGoogle returns what an answer of Google means, if that differs from other issuers.
func (c *Client) refusedByGoogle(s said) (rule, bool) {
	if r, ok := googleCodes[s.subtype]; ok {
		return r, true
	}
	if r, ok := googleCodes[s.code]; ok {
		return r, true
	}
	if c.Issuer.ID != "google" {
		return rule{}, false
	}
	switch {
	case c.delegate != nil && s.code == "unauthorized_client":
		return rule{kind: ErrClient, meaning: "the service account may not act for the user with this scope", advice: adviceDelegation}, true
	case c.delegate != nil && s.code == "access_denied":
		return rule{kind: ErrClient, meaning: "the service account may not act for the user with this scope", advice: adviceDelegation}, true
	case c.delegate != nil && s.code == "invalid_grant":
		return rule{kind: ErrClient, meaning: "the user, the key or the clock is wrong", advice: "Check that " + place +
			" is a user of the domain, that the key of the service account was not deleted, and that the clock is right"}, true
	case s.code == "invalid_grant":
		return rule{kind: ErrConsent, meaning: "the consent has expired or was withdrawn", advice: adviceGoogleGone}, true
	case s.code == "access_denied":
		return rule{kind: ErrDenied, meaning: "the user has declined, or is no test user", advice: "Run `" + loginCommand +
			"` again and allow the access. If the application is in testing, add the user to its test users (Google Auth Platform, Audience)"}, true
	case s.code == "invalid_request" && strings.Contains(s.description, "client_secret"):
		return rule{kind: ErrClient, advice: "Google wants the client secret of a desktop app, too: run `" + loginCommand + " --client-secret-file FILE`"}, true
	case s.code == "invalid_scope":
		return rule{kind: ErrClient, meaning: "the scope is not valid for this kind of login", advice: "Use the scope " + scopeGmail + "; a login with a device code does not take it: log in with a browser"}, true
	}
	return rule{}, false
}
