package oauth

import (
	"net/url"

	"github.com/imapcompat/imapcompat/backend"
)

// cloud is one of Microsoft's clouds.
type cloud struct {
	id, name, login string
	resource        string // of the delegated permissions
	app             string // of the application permissions
	console         string
}

// clouds are Microsoft's clouds. Their logins and the portals where clients are registered are on
// pageClouds; the mail servers are the resources. The scopes of the cloud for the Department of
// Defense are not known: reports name two resources.
var clouds = map[string]cloud{
	"microsoft": {"microsoft", "Microsoft", "https://login.microsoftonline.com",
		"https://outlook.office.com", "https://outlook.office365.com", "https://entra.microsoft.com"},
	"microsoft-us": {"microsoft-us", "Microsoft (US government, GCC High)", "https://login.microsoftonline.us",
		"https://outlook.office365.us", "https://outlook.office365.us", "https://portal.azure.us"},
	"microsoft-cn": {"microsoft-cn", "Microsoft (China, 21Vianet)", "https://login.partner.microsoftonline.cn",
		"https://partner.outlook.cn", "https://partner.outlook.cn", "https://portal.azure.cn"},
}

const (
	// The documents of Microsoft are in these repositories, from which its web site is made.
	docsExchange = "https://github.com/MicrosoftDocs/office-developer-exchange-docs/blob/04958c08e96c16f04131f693a9ae854d486a6e9d/docs/"
	docsEntra    = "https://github.com/MicrosoftDocs/entra-docs/blob/"
	docs365      = "https://github.com/MicrosoftDocs/microsoft-365-docs/blob/"

	pageMicrosoft = docsExchange + "legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth.md"
	pageClouds    = docsEntra + "07d3251d2333cc81922723433f8496eb3b760b5d/docs/identity-platform/authentication-national-cloud.md"
	pageRedirect  = docsEntra + "0358995965b03e866d4b22a25625f4c558f121b9/docs/identity-platform/reply-url.md"
	pageDevice    = docsEntra + "0358995965b03e866d4b22a25625f4c558f121b9/docs/identity-platform/v2-oauth2-device-code.md"
	pageDesktop   = docsEntra + "144a41cf6fcb5e99300cca186715eb0f89405c02/docs/identity-platform/scenario-desktop-app-registration.md"
	pageAADSTS    = docsEntra + "04f65548622d3f134b13b4c1978d1471177e2b1c/docs/identity-platform/reference-error-codes.md"
	pageGCCHigh   = docs365 + "00fff532a1b0d08b49839d923081ccdd4ba49f88/microsoft-365/includes/office-365-u.s.-government-gcc-high-endpoints.md"
	pageDoD       = docs365 + "00e08aa4c550b148c6eb74c7b4a3c94ac5018e94/microsoft-365/includes/office-365-u.s.-government-dod-endpoints.md"
	pageChina     = docs365 + "1037ac6bda9dc6d5e8edfcab5b2b4abc4bf19ca9/microsoft-365/includes/office-365-operated-by-21vianet-endpoints.md"
	// pageEmailEngine is the documentation of a mail gateway that logs in to these clouds.
	pageEmailEngine = "https://github.com/postalsys/learn-emailengine-app/blob/f5ce0076aeb0cec14ba581be80ab1b1353ec22af/docs/accounts/outlook-365.md"
)

// microsoft returns the endpoints of a tenant in a cloud.
func microsoft(c cloud, tenant string) Issuer {
	base := c.login + "/" + url.PathEscape(tenant) + "/oauth2/v2.0/"
	// offline_access asks for a refresh token.
	scopes := func(permission string) []string {
		return []string{c.resource + "/" + permission, "offline_access"}
	}
	return Issuer{
		ID: c.id, Name: c.name,
		AuthURL: base + "authorize", TokenURL: base + "token", DeviceURL: base + "devicecode",
		Scopes: map[string][]string{
			"imap": scopes("IMAP.AccessAsUser.All"), "pop3": scopes("POP.AccessAsUser.All"), "smtp": scopes("SMTP.Send"),
		},
		AppScopes: []string{c.app + "/.default"},
		// The console takes http://localhost for any port, and 127.0.0.1 only in the manifest.
		RedirectHost: "localhost",
		Consents:     "https://myapps.microsoft.com",
		Console:      c.console,
		Facts:        append(c.facts(), microsoftFacts...),
	}
}

// microsoftFacts hold for all clouds.
var microsoftFacts = []Fact{
	own("Endpoints of the clouds, and the portals where clients are registered.", pageClouds),
	own("The redirect http://localhost may have any port.", pageRedirect),
	own("The endpoint of device codes, and the answers during the polls.", pageDevice),
	own("A login with a device code needs \"Allow public client flows\" in the registration.", pageDesktop),
	reported("EmailEngine", "Users withdraw a consent at https://myapps.microsoft.com.", pageEmailEngine),
}

// facts returns those of a cloud.
func (c cloud) facts() []Fact {
	switch c.id {
	case "microsoft-us":
		return []Fact{
			own("The host of IMAP and POP.", pageGCCHigh),
			reported("EmailEngine", "The scopes of IMAP and SMTP. Those of POP and of applications are their like.", pageEmailEngine),
			own("The Department of Defense has a host of its own, outlook-dod.office365.us, for which no scope is known here.", pageDoD),
		}
	case "microsoft-cn":
		return []Fact{
			own("The host of mail, without its ports.", pageChina),
			reported("EmailEngine", "The host of IMAP, and the scopes of IMAP and SMTP. Those of POP and of applications are their like.", pageEmailEngine),
		}
	}
	return []Fact{own("Scopes of IMAP, POP and SMTP; offline_access; the scope and the permissions of an application.", pageMicrosoft)}
}

// The advice that several of Microsoft's codes share.
const (
	adviceSecret = "Make a new client secret in the registration (Certificates & secrets), and use its Value, not its Secret ID"
	adviceTenant = "Give the tenant to which the mailbox belongs, as in `imapcompat login --tenant contoso.onmicrosoft.com " + place +
		"`; for a personal account it is \"consumers\""
	adviceConsentAdmin = "In the registration, under API permissions, add the delegated permissions of IMAP, POP or SMTP (of Microsoft Graph; " +
		"for an application: the application permissions of \"Office 365 Exchange Online\"), and let an administrator grant consent. Then run `" + loginCommand + "`"
	adviceConditional = "A Conditional Access policy of the organization does not allow this login. Ask the administrator to permit the application for " + place +
		"; the sign-in log of Microsoft Entra names the policy"
)

// aadstsCodes are Microsoft's codes that users of mail programs meet. The meanings are those of
// Microsoft's reference (pageAADSTS), of which a copy of 2024 was read. It lacks AADSTS28000, 500113,
// 530036, 900023, 1002012, 9002327 and 9002346: their meanings are in the source of several public
// programs, with Microsoft's text.
var aadstsCodes = map[string]rule{
	// Log in again.
	"AADSTS50076":  {kind: ErrConsent, meaning: "the organization asks for a second factor now", advice: adviceLogin + ", and confirm with the second factor"},
	"AADSTS50078":  {kind: ErrConsent, meaning: "the confirmation with a second factor has expired", advice: adviceLogin},
	"AADSTS50079":  {kind: ErrConsent, meaning: "the user has to set up a second factor", advice: "Set up the second factor at https://aka.ms/mfasetup. Then run `" + loginCommand + "`"},
	"AADSTS50072":  {kind: ErrConsent, meaning: "the user has to set up a second factor", advice: "Set up the second factor at https://aka.ms/mfasetup. Then run `" + loginCommand + "`"},
	"AADSTS50074":  {kind: ErrConsent, meaning: "the second factor was not confirmed", advice: adviceLogin},
	"AADSTS50085":  {kind: ErrConsent, meaning: "the account's own provider has to log the user in again", advice: adviceLogin},
	"AADSTS50125":  {kind: ErrConsent, meaning: "the user has to reset the password, or to register for that", advice: adviceLogin + ", and follow the page"},
	"AADSTS50089":  {kind: ErrConsent, meaning: "the login has expired", advice: adviceLogin},
	"AADSTS50132":  {kind: ErrConsent, meaning: "the password has changed or expired", advice: adviceLogin},
	"AADSTS50133":  {kind: ErrConsent, meaning: "the password has changed or expired", advice: adviceLogin},
	"AADSTS50158":  {kind: ErrConsent, meaning: "another service has to confirm the user", advice: adviceLogin},
	"AADSTS90008":  {kind: ErrConsent, meaning: "neither the user nor an administrator has consented to the application", advice: adviceConsentAdmin},
	"AADSTS50173":  {kind: ErrConsent, meaning: "the consent was revoked, or the password has changed", advice: adviceLogin},
	"AADSTS54005":  {kind: ErrConsent, meaning: "the code was used before", advice: adviceLogin},
	"AADSTS70000":  {kind: ErrConsent, meaning: "the refresh token is not valid", advice: adviceLogin},
	"AADSTS70008":  {kind: ErrConsent, meaning: "the refresh token has expired", advice: adviceLogin},
	"AADSTS70043":  {kind: ErrConsent, meaning: "a policy of the organization asks for a new login after some time", advice: adviceLogin},
	"AADSTS700082": {kind: ErrConsent, meaning: "the refresh token was not used for a long time and has expired", advice: adviceLogin + ". A job that runs at least every few weeks keeps the token"},
	"AADSTS700084": {kind: ErrConsent, meaning: "the refresh token was issued to a single-page app and has expired",
		advice: "Register the redirect under \"Mobile and desktop applications\", not \"Single-page application\". Then run `" + loginCommand + "`"},
	"AADSTS65001": {kind: ErrConsent, meaning: "neither the user nor an administrator has consented to the application", advice: "Run `" + loginCommand + "` and accept; an application that logs in by itself needs an administrator's consent (API permissions, Grant admin consent)"},
	"AADSTS530036": {kind: ErrConsent, meaning: "a Conditional Access policy no longer takes tokens of a login with a device code",
		advice: "Log in with a browser: run `" + loginCommand + "` without --device"},
	"AADSTS70019": {kind: backend.ErrTimeout, meaning: "the code has expired", advice: adviceLate},

	// A person or a policy forbids it.
	"AADSTS50020":  {kind: ErrDenied, meaning: "the account does not belong to the tenant", advice: adviceTenant},
	"AADSTS50034":  {kind: ErrDenied, meaning: "the tenant has no such account", advice: "Check the address. " + adviceTenant},
	"AADSTS50005":  {kind: ErrDenied, meaning: "a policy does not allow the platform of this device", advice: adviceConditional},
	"AADSTS50014":  {kind: ErrDenied, meaning: "the tenant has no such account", advice: "Check the address. " + adviceTenant},
	"AADSTS50097":  {kind: ErrDenied, meaning: "a policy asks for a known device", advice: adviceConditional},
	"AADSTS50131":  {kind: ErrDenied, meaning: "a policy, or the state of the device, blocks the login", advice: adviceConditional},
	"AADSTS50144":  {kind: ErrDenied, meaning: "the password has expired", advice: "Change the password at https://aka.ms/sspr. Then run `" + loginCommand + "`"},
	"AADSTS51004":  {kind: ErrDenied, meaning: "the tenant has no such account", advice: "Check the address. " + adviceTenant},
	"AADSTS90072":  {kind: ErrDenied, meaning: "the account does not belong to the tenant", advice: adviceTenant},
	"AADSTS50053":  {kind: ErrDenied, meaning: "the account is locked, or the network address is blocked", advice: "Wait, or ask the administrator; the sign-in log of Microsoft Entra has the reason"},
	"AADSTS50055":  {kind: ErrDenied, meaning: "the password has expired", advice: "Change the password at https://aka.ms/sspr. Then run `" + loginCommand + "`"},
	"AADSTS50057":  {kind: ErrDenied, meaning: "the account is disabled", advice: "Ask the administrator"},
	"AADSTS50105":  {kind: ErrDenied, meaning: "the user is not assigned to the application", advice: "Ask the administrator to assign " + place + " to the application (Enterprise applications, Users and groups)"},
	"AADSTS50126":  {kind: ErrDenied, meaning: "the user name or the password is wrong", advice: adviceLogin},
	"AADSTS53000":  {kind: ErrDenied, meaning: "a policy asks for a compliant device", advice: adviceConditional},
	"AADSTS53001":  {kind: ErrDenied, meaning: "a policy asks for a device of the domain", advice: adviceConditional},
	"AADSTS53002":  {kind: ErrDenied, meaning: "a policy allows only approved applications", advice: adviceConditional},
	"AADSTS53003":  {kind: ErrDenied, meaning: "a Conditional Access policy blocks the login", advice: adviceConditional + ". Logins with a device code are often blocked: try without --device"},
	"AADSTS530035": {kind: ErrDenied, meaning: "the security defaults of the organization block the login", advice: "Use a login with a browser, and ask the administrator"},
	"AADSTS53011":  {kind: ErrDenied, meaning: "the user is blocked as a risk", advice: "Ask the administrator"},
	"AADSTS65004":  {kind: ErrDenied, meaning: "the user has declined", advice: "Run `" + loginCommand + "` again and accept"},
	"AADSTS90094":  {kind: ErrDenied, meaning: "an administrator has to consent", advice: adviceConsentAdmin},
	"AADSTS90095":  {kind: ErrDenied, meaning: "an administrator has to consent", advice: adviceConsentAdmin},
	"AADSTS500021": {kind: ErrDenied, meaning: "the network allows other tenants only", advice: "Ask the administrator of the network (tenant restrictions)"},
	"AADSTS500022": {kind: ErrDenied, meaning: "the network allows other tenants only", advice: "Ask the administrator of the network (tenant restrictions)"},
	"AADSTS500212": {kind: ErrDenied, meaning: "the organization of the user does not allow access to the tenant", advice: "Ask the administrator (cross-tenant access settings). " + adviceTenant},
	"AADSTS500213": {kind: ErrDenied, meaning: "the tenant does not allow access to users of other organizations", advice: "Ask the administrator of the tenant (cross-tenant access settings). " + adviceTenant},

	// The registration, or what the client was told of it, is wrong.
	"AADSTS50011":   {kind: ErrClient, meaning: "the redirect is not registered", advice: "Add http://localhost to the registration, under Authentication, \"Mobile and desktop applications\""},
	"AADSTS500113":  {kind: ErrClient, meaning: "the registration has no redirect", advice: "Add http://localhost to the registration, under Authentication, \"Mobile and desktop applications\""},
	"AADSTS50012":   {kind: ErrClient, meaning: "the assertion or its certificate is not accepted", advice: "Upload the certificate to the registration (Certificates & secrets), and use its key"},
	"AADSTS50059":   {kind: ErrClient, meaning: "neither the request nor the account tells the tenant", advice: adviceTenant},
	"AADSTS50128":   {kind: ErrClient, meaning: "neither the request nor the account tells the tenant", advice: adviceTenant},
	"AADSTS9001023": {kind: ErrClient, meaning: "this kind of login needs a tenant of its own", advice: adviceTenant},
	"AADSTS700030":  {kind: ErrClient, meaning: "the subject of the certificate is not allowed", advice: "Upload the certificate to the registration (Certificates & secrets), and use its key"},
	"AADSTS50194":   {kind: ErrClient, meaning: "the registration is for one tenant only", advice: adviceTenant},
	"AADSTS500011":  {kind: ErrClient, meaning: "the tenant does not have the resource of the scope", advice: "Check the scopes and the tenant: the tenant must have Exchange Online. " + adviceTenant},
	"AADSTS500208":  {kind: ErrClient, meaning: "the registration does not take this type of account", advice: "Allow the type of account in the registration (Supported account types). " + adviceTenant},
	"AADSTS650052":  {kind: ErrClient, meaning: "the organization has not subscribed to the service of the scope", advice: "Check the scopes; the tenant needs a subscription with Exchange Online"},
	"AADSTS650056":  {kind: ErrClient, meaning: "the registration lacks the permissions, or nobody has consented", advice: adviceConsentAdmin},
	"AADSTS650057":  {kind: ErrClient, meaning: "the registration does not list the resource of the scope", advice: adviceConsentAdmin},
	"AADSTS65002":   {kind: ErrClient, meaning: "the client ID is one of Microsoft's own", advice: "Register a client of your own"},
	"AADSTS70001":   {kind: ErrClient, meaning: "the application is disabled, or unknown in the tenant", advice: "Check the client ID (Application ID). " + adviceTenant},
	"AADSTS700016":  {kind: ErrClient, meaning: "the tenant has no application with this client ID", advice: "Check the client ID (Application ID). " + adviceTenant},
	"AADSTS70002":   {kind: ErrClient, meaning: "the client's credentials are wrong", advice: adviceSecret},
	"AADSTS7000215": {kind: ErrClient, meaning: "the client secret is wrong", advice: adviceSecret},
	"AADSTS7000222": {kind: ErrClient, meaning: "the client secret has expired", advice: adviceSecret},
	"AADSTS7000218": {kind: ErrClient, meaning: "the registration asks for a secret or an assertion",
		advice: "For a program on a user's machine, turn on \"Allow public client flows\" in the registration, under Authentication, and register the redirect under \"Mobile and desktop applications\"; else give the secret or the certificate"},
	"AADSTS700025":  {kind: ErrClient, meaning: "a public client must not send a secret", advice: "Leave out the client secret, or register the redirect under \"Web\""},
	"AADSTS700027":  {kind: ErrClient, meaning: "the signature of the assertion is not valid", advice: "Upload the certificate to the registration (Certificates & secrets), use its key, and check the clock"},
	"AADSTS70011":   {kind: ErrClient, meaning: "the scope is not valid", advice: "Use the scopes of Microsoft's mail servers (https://outlook.office.com/IMAP.AccessAsUser.All), without those of Microsoft Graph; an application that logs in by itself uses https://outlook.office365.com/.default"},
	"AADSTS28000":   {kind: ErrClient, meaning: "the scopes are of several resources", advice: "Ask for the scopes of one resource: those of https://outlook.office.com, without those of Microsoft Graph"},
	"AADSTS700022":  {kind: ErrClient, meaning: "the scopes are of several resources", advice: "Ask for the scopes of one resource: those of https://outlook.office.com, without those of Microsoft Graph"},
	"AADSTS7000112": {kind: ErrClient, meaning: "the application is disabled", advice: "Ask the administrator to enable the application (Enterprise applications, Properties)"},
	"AADSTS9002332": {kind: ErrClient, meaning: "the registration is for accounts of organizations only", advice: "Do not use the tenant \"consumers\". " + adviceTenant},
	"AADSTS90002":   {kind: ErrClient, meaning: "there is no such tenant", advice: "Check the tenant: its ID or one of its domains. " + adviceTenant},
	"AADSTS900023":  {kind: ErrClient, meaning: "the tenant is neither an ID nor a domain", advice: adviceTenant},
	"AADSTS9002313": {kind: ErrClient, meaning: "the request is not valid", advice: "Check the client ID, the secret and the scopes"},
	"AADSTS9002327": {kind: ErrClient, meaning: "the redirect is registered for a single-page app", advice: "Register the redirect under \"Mobile and desktop applications\", not \"Single-page application\""},
	"AADSTS9002346": {kind: ErrClient, meaning: "the registration is for personal accounts only", advice: "Use the tenant \"consumers\": `imapcompat login --tenant consumers " + place + "`"},
	"AADSTS1002012": {kind: ErrClient, meaning: "an application that logs in by itself needs the scope .default", advice: "Use the scope https://outlook.office365.com/.default"},

	// It may pass.
	"AADSTS50033": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the service is in trouble", advice: adviceLater},
	"AADSTS50087": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the service is in trouble", advice: adviceLater},
	"AADSTS50088": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "too many calls for a second factor", advice: adviceLater},
	"AADSTS50196": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the client asks for tokens too often", advice: "Keep the token in a store, so that a run does not ask for a new one each time, and wait"},
	"AADSTS70012": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the service is in trouble", advice: adviceLater},
	"AADSTS90006": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the service is in trouble", advice: adviceLater},
	"AADSTS90024": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the service is in trouble", advice: adviceLater},
	"AADSTS90012": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the service is in trouble", advice: adviceLater},
	"AADSTS90090": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the service is in trouble", advice: adviceLater},
	"AADSTS90055": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the tenant has too many requests", advice: adviceLater},
	"AADSTS90033": {kind: backend.ErrRefused, prospect: backend.ErrTemporary, meaning: "the service is in trouble", advice: adviceLater},
}
