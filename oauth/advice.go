package oauth

import (
	"errors"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

// Advice returns what a person can do about an error of this package, of imapcompat.Open or of
// sendmail.SMTP, or "" if nothing is known. It is a sentence or more, or a list with a step in
// each line. [Advisories] has what Advice knows of mail servers.
//
// If the server takes a login and then refuses the mailbox, as Exchange does, imapcompat.Open
// returns a connection without a mailbox, as PHP does. Connection.LastError is then the text for
// Advice, by errors.New.
func Advice(err error) string {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Advice
	}
	text := strings.ToLower(textOf(err))
	for _, a := range advisories {
		if a.matches(text) {
			return a.Advice
		}
	}
	return ""
}

// textOf returns all that an error says: the entries of imap_errors too, and the server's refusal
// of a login, which c-client shortens.
func textOf(err error) string {
	texts := []string{err.Error()}
	var failed *imapcompat.Error
	if errors.As(err, &failed) {
		texts = append(texts, failed.Errors...)
	}
	var refused *sasl.Refused
	if errors.As(err, &refused) {
		texts = append(texts, refused.Text)
	}
	return strings.Join(texts, "\n")
}

// AdviceFor is [Advice] about the mailbox of an address: its commands have the address, so that a user
// can copy them. Without a valid address they have the word ADDRESS.
func AdviceFor(err error, address string) string { return fill(Advice(err), address) }

// Advisory is what to do when a mail server says something.
type Advisory struct {
	Says   []string // what the error has, all of it, in any case
	Advice string
	Source string // a document that has the text: docs/sources.md says by whom it is
}

// Advisories returns what [Advice] knows of mail servers, the most specific first.
func Advisories() []Advisory {
	list := slices.Clone(advisories)
	for i := range list {
		list[i].Says = slices.Clone(list[i].Says)
	}
	return list
}

func (a Advisory) matches(text string) bool {
	for _, s := range a.Says {
		if !strings.Contains(text, strings.ToLower(s)) {
			return false
		}
	}
	return true
}

const (
	adviceAppPassword = "The server takes an app password in place of the account's password: make one in the security settings of the account. " +
		"Or use OAuth2: run `" + loginCommand + "`"
	adviceWebLogin = "Google wants the user to log in with a browser first, or takes an app password only. Open https://accounts.google.com as the user; " +
		"then use OAuth2: run `" + loginCommand + "`"
	adviceNoBasic = "Microsoft takes no passwords any more (basic authentication). Use OAuth2: run `" + loginCommand + "`"
	// adviceNotConnected is the checklist for a token that Exchange Online takes, but not for the
	// mailbox.
	adviceNotConnected = "Exchange Online has taken the token, but does not open the mailbox for it. Check in this order:\n" +
		"1. The user name is the address of the mailbox, and the mailbox exists and has a license, or is a shared mailbox.\n" +
		"2. The token is of the user who owns the mailbox, or of one with Full Access to the shared mailbox: `imapcompat accounts` shows who has logged in.\n" +
		"3. IMAP (or POP) is enabled for the mailbox: Get-CASMailbox " + place + " | Format-List ImapEnabled,PopEnabled\n" +
		"4. An application that logs in by itself is known to Exchange by the Object ID under Enterprise applications, not the one under App registrations: " +
		"New-ServicePrincipal -AppId CLIENT_ID -ObjectId OBJECT_ID\n" +
		"5. It has the right to the mailbox: Add-MailboxPermission -Identity " + place + " -User OBJECT_ID -AccessRights FullAccess\n" +
		"6. Its registration has IMAP.AccessAsApp or POP.AccessAsApp of \"Office 365 Exchange Online\", with an administrator's consent, and the scope is https://outlook.office365.com/.default\n" +
		"A change takes up to an hour."
	adviceRefusedToken = "Exchange Online does not take the token. Check in this order:\n" +
		"1. The scopes are those of https://outlook.office.com (https://outlook.office365.com/.default for an application), not those of Microsoft Graph.\n" +
		"2. The user name is the address of the mailbox.\n" +
		"3. IMAP (or POP) is enabled for the mailbox: Get-CASMailbox " + place + " | Format-List ImapEnabled,PopEnabled; a new setting takes up to an hour. Users of Outlook.com enable it under Settings, Mail, Forwarding and IMAP.\n" +
		"4. An application that logs in by itself has New-ServicePrincipal and Add-MailboxPermission of Exchange, with the Object ID under Enterprise applications."
	adviceSMTPDisabled = "An administrator has to allow SMTP AUTH for the mailbox (Set-CASMailbox -Identity " + place + " -SmtpClientAuthenticationDisabled $false), " +
		"or for the organization (Set-TransportConfig -SmtpClientAuthenticationDisabled $false); security defaults switch it off too"
	adviceGmailIMAP = "IMAP or POP is switched off for this account. At Gmail, enable it under Settings, Forwarding and POP/IMAP; in a Workspace, an administrator allows it " +
		"(Admin console, Apps, Google Workspace, Gmail, End User Access)"
	adviceScope = "The server does not take the token. Check that the user name is the address of the account that has logged in, and that the token has the scope of the protocol: " +
		"for Gmail it is https://mail.google.com/, and gmail.modify or gmail.readonly are not enough. Then run `" + loginCommand + "`"
)

const (
	pageAppPassword   = "https://github.com/LukeSmithxyz/mutt-wizard/issues/831"
	pageWebAlert      = "https://github.com/smiley22/S22.Imap/issues/116"
	pageIMAPOff       = "https://github.com/mozilla-b2g/gaia-email-libs-and-more/blob/b6d9a4aa403ebf6474502f7010645c24c94ed0a7/data/lib/mailapi/imap/probe.js"
	pageLoginFailed   = "https://github.com/emersion/go-imap/issues/487"
	pageSMTPDisabled  = "https://github.com/simonrob/email-oauth2-proxy/issues/193"
	pageNotConnected  = "https://github.com/imapsync/imapsync/issues/250"
	pageBasicDisabled = "https://github.com/rpremraj/mailR/issues/107"
	pageInvalid400    = "https://github.com/emersion/go-imap/issues/213"
)

var advisories = []Advisory{
	{[]string{"User is authenticated but not connected"}, adviceNotConnected, pageNotConnected},
	{[]string{"SmtpClientAuthentication is disabled"}, adviceSMTPDisabled, pageSMTPDisabled},
	{[]string{"basic authentication is disabled"}, adviceNoBasic, pageBasicDisabled},
	{[]string{"Account is blocked", "web browser"}, "Microsoft has locked the account. Open https://outlook.live.com as the user and follow the page; then run `" + loginCommand + "`", "https://github.com/mscdex/node-imap/issues/799"},
	{[]string{"Application-specific password required"}, adviceAppPassword, pageAppPassword},
	{[]string{"WEBALERT"}, adviceWebLogin, pageWebAlert},
	{[]string{"log in via your web browser"}, adviceWebLogin, "https://github.com/lovelysystems/robotframework-imaplibrary/issues/23"},
	{[]string{"Web login required"}, adviceWebLogin, pageWebAlert},
	{[]string{"not enabled for IMAP use"}, adviceGmailIMAP, pageIMAPOff},
	// The text for POP3 was read in the source of several programs; pageIMAPOff has the one for IMAP.
	{[]string{"not enabled for POP"}, adviceGmailIMAP, pageIMAPOff},
	{[]string{"IMAP access is disabled"}, adviceGmailIMAP, pageIMAPOff},
	{[]string{"Too many simultaneous connections"}, "The account has too many open connections: Gmail is said to allow 15. Close some, or use fewer workers", "https://canarymail.io/help/too-many-simultaneous-connections-on-gmail/"},
	{[]string{"AUTHENTICATE failed", "outlook"}, adviceRefusedToken, pageMicrosoft},
	{[]string{"AUTHENTICATE failed", "office365"}, adviceRefusedToken, pageMicrosoft},
	{[]string{"(status 400)"}, adviceScope, pageInvalid400},
	{[]string{"(status 401)"}, adviceScope, pageGmailXOAUTH2},
	{[]string{"(status invalid_token)"}, "The server does not take the token: it has expired, or is not for this server. Run `" + loginCommand + "`", "https://www.rfc-editor.org/rfc/rfc7628#section-3.2.2"},
	{[]string{"(status insufficient_scope)"}, adviceScope, "https://www.rfc-editor.org/rfc/rfc7628#section-3.2.2"},
	{[]string{"LOGIN failed", "outlook"}, adviceNoBasic, pageLoginFailed},
	{[]string{"LOGIN failed", "office365"}, adviceNoBasic, pageLoginFailed},
	{[]string{"5.7.3", "Authentication unsuccessful"}, "Exchange Online does not take the login. The token needs the scope https://outlook.office.com/SMTP.Send, the user name is the account that has logged in, " +
		"and SMTP AUTH is allowed for the mailbox: " + adviceSMTPDisabled, pageMicrosoft},
	{[]string{"5.7.8", "Username and Password not accepted"}, "Gmail takes neither the password of the account nor a token without its scope. " + adviceAppPassword, "https://github.com/nodemailer/nodemailer/issues/1167"},
	{[]string{"Can't do OAuth2 authentication with this server"}, "The server offers neither XOAUTH2 nor OAUTHBEARER, or offers them only with TLS: use /ssl in the mailbox name, or a password", "https://www.rfc-editor.org/rfc/rfc7628"},
}
