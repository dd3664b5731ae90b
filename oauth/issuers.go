package oauth

// read is the day on which the sources of the issuers' data were read. docs/sources.md lists them.
const read = "2026-11-29"

// own is a fact from a document of the service.
func own(text, source string) Fact { return Fact{Text: text, Source: source, Date: read} }

// reported is a fact that somebody else reports.
func reported(by, text, source string) Fact {
	return Fact{Text: text, Source: source, By: by, Date: read}
}

// pageThunderbird is the list of a mail program that logs in to these issuers.
const pageThunderbird = "https://github.com/thunderbird/thunderbird-desktop/blob/8456074de7fe7460c866eaa0be4403897dfa6125/mailnews/base/src/OAuth2Providers.sys.mjs"

// pageEmailEngineMailRu is the documentation of a mail gateway that logs in to Mail.ru.
const pageEmailEngineMailRu = "https://github.com/postalsys/learn-emailengine-app/blob/1944810d5b3ed5165c19ccf756744989234788b5/docs/accounts/mail-ru.md"

// issuers returns the known issuers by ID. A new map each time keeps callers from changing it.
func issuers() map[string]Issuer {
	list := []Issuer{google(), yahoo(), aol(), yandex(), mailru(), fastmail(), comcast()}
	for _, c := range clouds {
		list = append(list, microsoft(c, "common"))
	}
	m := make(map[string]Issuer, len(list))
	for _, i := range list {
		m[i.ID] = i
	}
	return m
}

// same returns the scopes of protocols that share them.
func same(scopes []string, protocols ...string) map[string][]string {
	m := make(map[string][]string, len(protocols))
	for _, p := range protocols {
		m[p] = scopes
	}
	return m
}

func yahoo() Issuer {
	return Issuer{
		ID: "yahoo", Name: "Yahoo",
		AuthURL:  "https://api.login.yahoo.com/oauth2/request_auth",
		TokenURL: "https://api.login.yahoo.com/oauth2/get_token",
		Scopes:   same([]string{"mail-w"}, "imap", "pop3", "smtp"),
		// Apps at Yahoo have a callback domain.
		HTTPSRedirect: true,
		Consents:      "https://login.yahoo.com/account/security",
		Console:       "https://developer.yahoo.com/apps/",
		Facts: []Fact{
			reported("Thunderbird", "Endpoints and scope.", pageThunderbird),
			reported("Nylas", "Yahoo gives the scopes of mail only to clients that it has approved by a form; others use an app password.", "https://developer.nylas.com/docs/provider-guides/yahoo-authentication/"),
		},
	}
}

func aol() Issuer {
	i := yahoo()
	i.ID, i.Name = "aol", "AOL"
	i.AuthURL, i.TokenURL = "https://api.login.aol.com/oauth2/request_auth", "https://api.login.aol.com/oauth2/get_token"
	i.Consents = "https://login.aol.com/account/security"
	i.Facts = []Fact{reported("Thunderbird", "Endpoints and scope. AOL is run by Yahoo, and has the same rules.", pageThunderbird)}
	return i
}

func yandex() Issuer {
	return Issuer{
		ID: "yandex", Name: "Yandex",
		AuthURL:   "https://oauth.yandex.com/authorize",
		TokenURL:  "https://oauth.yandex.com/token",
		DeviceURL: "https://oauth.yandex.com/device/code",
		Scopes:    map[string][]string{"imap": {"mail:imap_full"}, "smtp": {"mail:smtp"}},
		Consents:  "https://id.yandex.com/personal/data-access",
		Console:   "https://oauth.yandex.com/client/new",
		Facts: []Fact{
			own("Scopes of IMAP and SMTP; there is none of POP3.", "https://yandex.ru/support/mail-business/web/security/oauth.html"),
			reported("Thunderbird", "The endpoints of authorization and tokens.", pageThunderbird),
			own("Device endpoint; a code lives 10 minutes.", "https://yandex.com/dev/id/doc/en/codes/screen-code-oauth"),
			own("The redirect is registered as a whole: set Client.Redirect to it. PKCE is supported.", "https://yandex.com/dev/id/doc/en/codes/code-url"),
			own("Only tokens of a registered device can be revoked by a program; users revoke others at Client.Issuer.Consents.", "https://yandex.com/dev/id/doc/en/tokens/token-invalidate"),
		},
	}
}

func mailru() Issuer {
	return Issuer{
		ID: "mailru", Name: "Mail.ru",
		AuthURL:  "https://o2.mail.ru/login",
		TokenURL: "https://o2.mail.ru/token",
		// Mail.ru takes mail.imap only together with userinfo.
		Scopes:  same([]string{"userinfo", "mail.imap"}, "imap", "smtp"),
		Console: "https://oauth.mail.ru/app/",
		Facts: []Fact{
			reported("EmailEngine", "Scopes of IMAP and SMTP, and the console. The redirect is registered as a whole: set Client.Redirect to it.", pageEmailEngineMailRu),
			reported("Thunderbird", "Endpoints, and the scope mail.imap for SMTP too.", pageThunderbird),
			own("The authorization endpoint; the redirect has to be the registered one.", "https://biz.mail.ru/developer/_sources/oauth.txt"),
		},
	}
}

func fastmail() Issuer {
	const scope = "https://www.fastmail.com/dev/protocol-"
	return Issuer{
		ID: "fastmail", Name: "Fastmail",
		AuthURL:  "https://api.fastmail.com/oauth/authorize",
		TokenURL: "https://api.fastmail.com/oauth/refresh",
		Scopes:   map[string][]string{"imap": {scope + "imap"}, "pop3": {scope + "pop"}, "smtp": {scope + "smtp"}},
		Facts: []Fact{
			reported("Thunderbird", "Endpoints, scopes and PKCE.", pageThunderbird),
			own("Fastmail registers clients by hand, on request; others use an app password.", "https://www.fastmail.com/developer/oauth/"),
		},
	}
}

func comcast() Issuer {
	return Issuer{
		ID: "comcast", Name: "Comcast (Xfinity)",
		AuthURL:  "https://oauth.xfinity.com/oauth/authorize",
		TokenURL: "https://oauth.xfinity.com/oauth/token",
		Scopes:   same([]string{"https://email.comcast.net/", "profile", "openid"}, "imap", "pop3", "smtp"),
		Facts:    []Fact{reported("Thunderbird", "Endpoints, scopes and PKCE.", pageThunderbird)},
	}
}
