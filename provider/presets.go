package provider

import (
	"fmt"

	"github.com/imapcompat/imapcompat/oauth"
)

// The placeholders of a login name.
const (
	wholeAddress = "%EMAILADDRESS%"
	localPart    = "%EMAILLOCALPART%"
)

// read is the day on which the sources were read. docs/sources.md lists them.
const read = "2026-11-29"

// own is a fact from a document of the provider.
func own(text, source string) oauth.Fact { return oauth.Fact{Text: text, Source: source, Date: read} }

// reported is a fact that somebody else reports.
func reported(by, text, source string) oauth.Fact {
	return oauth.Fact{Text: text, Source: source, By: by, Date: read}
}

// Methods that several presets share.
var (
	passwordOnly  = []Method{Password}
	appOnly       = []Method{AppPassword}
	passwordOrApp = []Method{Password, AppPassword}
	tokenOnly     = []Method{OAuth2}
	tokenOrApp    = []Method{OAuth2, AppPassword}
)

// on is a server with TLS from the first octet on, and the whole address as login name.
func on(protocol, host string, port int, methods []Method) Server {
	return Server{Protocol: protocol, Host: host, Port: port, User: wholeAddress, Methods: methods}
}

// trio are the servers of a provider at the usual ports. A host may be "".
func trio(imap, pop3, smtp string, methods []Method) (list []Server) {
	for _, s := range []Server{on(IMAP, imap, 993, methods), on(POP3, pop3, 995, methods), on(SMTP, smtp, 465, methods)} {
		if s.Host != "" {
			list = append(list, s)
		}
	}
	return list
}

// named replaces the login name of all servers.
func named(user string, list []Server) []Server {
	for i := range list {
		list[i].User = user
	}
	return list
}

// servers is the source of hosts, ports and login names: an entry of Mozilla's database.
func servers(entry string) oauth.Fact {
	return reported("Thunderbird", "Hosts, ports, login name and domains.",
		"https://github.com/thunderbird/autoconfig/blob/c6ad79659b5fc321d1593ec4c277815b83e5dec5/ispdb/"+entry+".xml")
}

// hint is a fact from the list of a mail program that logs in with passwords.
func hint(text, entry string) oauth.Fact {
	return reported("Delta Chat", text, "https://github.com/deltachat/provider-db/blob/5c14381dcfd97827fc966a40e51f720380767530/_providers/"+entry+".md")
}

const mailboxOrgPage = "https://kb.mailbox.org/en/private/e-mail/e-mail-configuration"

// connections is the number of connections that an account may have at the same time.
func connections(name string, n int) oauth.Fact {
	return reported("Mailbox Taxi", fmt.Sprintf("%s allows about %d IMAP connections at the same time.", name, n), "https://mailboxtaxi.com/troubleshooting/fix-too-many-imap-connections")
}

// presets are ordered by ID.
var presets = []Preset{
	{
		ID: "126", Name: "126.com (NetEase)", Domains: []string{"126.com"},
		Servers: trio("imap.126.com", "", "smtp.126.com", appOnly),
		Sources: []oauth.Fact{servers("126.com")},
		Facts:   []oauth.Fact{netEaseCode, netEaseID},
	},
	{
		ID: "163", Name: "163.com (NetEase)", Domains: []string{"163.com"},
		Servers: trio("imap.163.com", "pop.163.com", "smtp.163.com", appOnly),
		Sources: []oauth.Fact{servers("163.com"), reported("a user", "Host and port of POP3.", "https://note.lispstudio.com/dacaf276000eb6a58da4f0ecc45cd0e2")},
		Facts:   []oauth.Fact{netEaseCode, netEaseID},
	},
	{
		ID: "aol", Name: "AOL Mail", Issuer: "aol",
		Domains: []string{"aol.com", "aim.com", "netscape.net", "netscape.com", "compuserve.com", "cs.com", "wmconnect.com", "aol.de", "aol.it", "aol.fr", "aol.es", "aol.se", "aol.co.uk", "aol.co.nz", "aol.com.au", "aol.com.ar", "aol.com.br", "aol.com.mx"},
		Servers: trio("imap.aol.com", "pop.aol.com", "smtp.aol.com", tokenOrApp),
		Sources: []oauth.Fact{servers("aol.com")},
		Facts:   []oauth.Fact{hint("A mail program needs an app password, which the account's security page creates.", "aol")},
	},
	{
		ID: "fastmail", Name: "Fastmail", Issuer: "fastmail",
		Domains: []string{"fastmail.com", "fastmail.fm", "fastmail.net", "fastmail.org", "fastmail.co.uk", "fastmail.com.au", "fastmail.de", "fastmail.es", "fastmail.fr", "fastmail.in", "fastmail.jp", "fastmail.mx", "fastmail.nl", "fastmail.se", "fastmail.us", "messagingengine.com", "sent.com", "mailbolt.com", "eml.cc", "imap.cc"},
		MX:      []string{".messagingengine.com"},
		Servers: trio("imap.fastmail.com", "pop.fastmail.com", "smtp.fastmail.com", tokenOrApp),
		Sources: []oauth.Fact{servers("messagingengine.com"), hint("Some of the domains.", "fastmail")},
		Facts: []oauth.Fact{
			own("IMAP, POP3 and SMTP take an app password; programs for others use OAuth2.", "https://www.fastmail.com/for-developers/masked-email/"),
			hint("The login name is the address with which the account was registered.", "fastmail"),
		},
	},
	{
		ID: "free", Name: "Free", Domains: []string{"free.fr"},
		Servers: named(localPart, trio("imap.free.fr", "pop.free.fr", "smtp.free.fr", passwordOnly)),
		Sources: []oauth.Fact{servers("free.fr")},
	},
	{
		ID: "gandi", Name: "Gandi", Domains: []string{"gandi.net"},
		Servers: trio("mail.gandi.net", "mail.gandi.net", "mail.gandi.net", passwordOnly),
		Sources: []oauth.Fact{servers("gandi.net")},
	},
	{
		ID: "gmail", Name: "Gmail", Issuer: "google",
		Domains: []string{"gmail.com", "googlemail.com", "google.com"},
		MX:      []string{"smtp.google.com", "aspmx.l.google.com", ".aspmx.l.google.com"},
		Servers: trio("imap.gmail.com", "pop.gmail.com", "smtp.gmail.com", tokenOrApp),
		Sources: []oauth.Fact{
			servers("googlemail.com"),
			own("Hosts and ports.", "https://developers.google.com/workspace/gmail/imap/imap-smtp"),
			reported("a user", "MX records of Google Workspace. That of smtp.google.com is not confirmed.", "https://gist.github.com/ergin/3e3ab90c84b61e58e861c46efb6a2844"),
		},
		Facts: []oauth.Fact{
			own("An app password needs 2-Step Verification.", "https://knowledge.workspace.google.com/kb/how-to-generate-an-app-passwords-000009237"),
			reported("eFolder", "2,500 MB a day may be read by IMAP, 1,250 MB by POP3, and 500 MB stored by IMAP.", "https://secure.efoldering.com/support/Knowledgebase/Article/View/358/126/bandwidth-limits-of-cloudfinder-google-apps"),
			connections("Gmail", 15),
			own("An IMAP session lasts about 24 hours, and with OAuth2 about as long as the token, usually 1 hour.", "https://developers.google.com/workspace/gmail/imap/imap-smtp"),
		},
	},
	{
		ID: "gmx", Name: "GMX",
		Domains: []string{"gmx.net", "gmx.de", "gmx.at", "gmx.ch", "gmx.eu", "gmx.biz", "gmx.org", "gmx.info", "mein.gmx", "mail.gmx", "email.gmx"},
		Servers: trio("imap.gmx.net", "pop.gmx.net", "mail.gmx.net", passwordOrApp),
		Sources: []oauth.Fact{servers("gmx.net")},
		Facts:   []oauth.Fact{hint("The user has to allow access by IMAP in the settings of the web site first.", "gmx.net")},
	},
	{
		ID: "gmx-com", Name: "GMX (gmx.com)",
		Domains: []string{"gmx.com", "gmx.us", "gmx.co.uk", "gmx.es", "gmx.fr", "gmx.ca", "gmx.cn", "gmx.co.in", "gmx.com.br", "gmx.com.my", "gmx.com.tr", "gmx.hk", "gmx.ie", "gmx.it", "gmx.li", "gmx.ph", "gmx.pt", "gmx.ru", "gmx.se", "gmx.sg", "gmx.tm", "gmx.tw"},
		Servers: trio("imap.gmx.com", "pop.gmx.com", "mail.gmx.com", passwordOrApp),
		Sources: []oauth.Fact{servers("gmx.com")},
		Facts:   []oauth.Fact{hint("The user has to allow access by IMAP in the settings of the web site first.", "gmx.net")},
	},
	{
		ID: "hetzner", Name: "Hetzner", Domains: []string{"your-server.de"},
		Servers: trio("mail.your-server.de", "", "mail.your-server.de", passwordOnly),
		Sources: []oauth.Fact{servers("hetzner.de")},
	},
	{
		ID: "icloud", Name: "iCloud Mail", Domains: []string{"icloud.com", "me.com", "mac.com"},
		Servers: []Server{
			{Protocol: IMAP, Host: "imap.mail.me.com", Port: 993, User: localPart, Methods: appOnly},
			{Protocol: SMTP, Host: "smtp.mail.me.com", Port: 587, Security: StartTLS, User: wholeAddress, Methods: appOnly},
		},
		Sources: []oauth.Fact{servers("me.com")},
		Facts: []oauth.Fact{
			hint("A mail program needs an app-specific password.", "icloud"),
			hint("A domain of one's own has the login name of the iCloud address.", "icloud"),
			connections("iCloud", 5),
			reported("Nylas", "There is no POP3.", "https://developer.nylas.com/docs/cookbook/email/icloud-mail-api/"),
		},
	},
	{
		ID: "ionos", Name: "IONOS (1&1)",
		Domains: []string{"online.de", "onlinehome.de", "sofortstart.de", "sofort-start.de", "sofortsurf.de", "sofort-surf.de", "go4more.de", "kundenserver.de", "schlund.de"},
		Servers: trio("imap.1und1.de", "pop.1und1.de", "smtp.1und1.de", passwordOnly),
		Sources: []oauth.Fact{servers("1und1.de")},
		Facts:   []oauth.Fact{reported("users", "IONOS has newer hosts too, by country, such as imap.ionos.de and smtp.ionos.de.", "https://github.com/chatmail/provider-db/issues/23")},
	},
	{
		ID: "laposte", Name: "La Poste", Domains: []string{"laposte.net"},
		Servers: named(localPart, trio("imap.laposte.net", "pop.laposte.net", "smtp.laposte.net", passwordOnly)),
		Sources: []oauth.Fact{servers("laposte.net")},
	},
	{
		ID: "libero", Name: "Libero Mail", Domains: []string{"libero.it", "iol.it", "blu.it", "inwind.it", "giallo.it"},
		Servers: trio("imapmail.libero.it", "popmail.libero.it", "smtp.libero.it", passwordOnly),
		Sources: []oauth.Fact{servers("libero.it")},
	},
	{
		ID: "mailbox-org", Name: "mailbox.org", Domains: []string{"mailbox.org", "secure.mailbox.org"},
		Servers: trio("imap.mailbox.org", "pop3.mailbox.org", "smtp.mailbox.org", passwordOrApp),
		Sources: []oauth.Fact{hint("Hosts, ports, login name and domains.", "mailbox.org"), own("Hosts and ports, that of POP3 too.", mailboxOrgPage)},
		Facts:   []oauth.Fact{own("With two-factor authentication a mail program needs an app password.", mailboxOrgPage)},
	},
	{
		ID: "mailru", Name: "Mail.ru", Issuer: "mailru", Domains: []string{"mail.ru", "inbox.ru", "list.ru", "bk.ru", "internet.ru", "corp.mail.ru"},
		Servers: []Server{
			on(IMAP, "imap.mail.ru", 993, tokenOrApp), on(POP3, "pop.mail.ru", 995, tokenOrApp), on(SMTP, "smtp.mail.ru", 465, appOnly),
		},
		Sources: []oauth.Fact{servers("mail.ru"), hint("The domain internet.ru.", "mail.ru")},
		Facts: []oauth.Fact{
			hint("A mail program needs a password for external applications, which the web site creates.", "mail.ru"),
			reported("users", "SEARCH for texts, such as FROM and SUBJECT, is refused with NO [CANNOT].", "https://github.com/ikvk/imap_tools/issues/113"),
		},
	},
	{
		ID: "microsoft365", Name: "Microsoft 365", Issuer: "microsoft", Domains: []string{"office365.com", ".onmicrosoft.com"},
		MX: []string{".mail.protection.outlook.com"},
		Servers: []Server{
			on(IMAP, "outlook.office365.com", 993, tokenOnly), on(POP3, "outlook.office365.com", 995, tokenOnly),
			{Protocol: SMTP, Host: "smtp.office365.com", Port: 587, Security: StartTLS, User: wholeAddress, Methods: tokenOnly},
		},
		Sources: []oauth.Fact{servers("office365.com")},
		Facts: []oauth.Fact{
			reported("a copy of Microsoft's documentation", "SMTP AUTH can be off for the organization or for the mailbox; an administrator turns it on.", "https://github.com/x13-me/OfficeDocs-Exchange/blob/04ac3309d335bcb40fc1b827c94a884fad938002/Exchange/ExchangeOnline/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission.md"),
		},
	},
	{
		ID: "o2-pl", Name: "o2 Poczta", Domains: []string{"o2.pl", "go2.pl", "tlen.pl", "prokonto.pl"},
		Servers: named(localPart, trio("poczta.o2.pl", "poczta.o2.pl", "poczta.o2.pl", passwordOnly)),
		Sources: []oauth.Fact{servers("o2.pl")},
	},
	{
		ID: "onet", Name: "Onet Poczta",
		Domains: []string{"onet.pl", "onet.eu", "poczta.onet.pl", "poczta.onet.eu", "op.pl", "vp.pl", "autograf.pl", "buziaczek.pl", "amorki.pl", "republika.pl", "adres.pl", "cyberia.pl", "onet.com.pl", "opoczta.pl", "pseudonim.pl", "spoko.pl", "vip.onet.pl"},
		Servers: trio("imap.poczta.onet.pl", "pop3.poczta.onet.pl", "smtp.poczta.onet.pl", passwordOnly),
		Sources: []oauth.Fact{servers("onet.pl")},
	},
	{
		ID: "orange", Name: "Orange (France)", Domains: []string{"orange.fr", "wanadoo.fr"},
		Servers: trio("imap.orange.fr", "pop.orange.fr", "smtp.orange.fr", passwordOnly),
		Sources: []oauth.Fact{servers("orange.fr")},
	},
	{
		ID: "outlook", Name: "Outlook.com", Issuer: "microsoft",
		Domains: []string{
			"outlook.com", "hotmail.com", "live.com", "msn.com", "windowslive.com", "outlook.at", "outlook.be", "outlook.cl", "outlook.cz", "outlook.de", "outlook.dk", "outlook.es", "outlook.fr", "outlook.hu", "outlook.ie", "outlook.in", "outlook.it", "outlook.jp", "outlook.kr", "outlook.lv", "outlook.my", "outlook.ph", "outlook.pt", "outlook.sa", "outlook.sg", "outlook.sk", "outlook.co.id", "outlook.co.il", "outlook.co.th", "outlook.com.ar", "outlook.com.au", "outlook.com.br", "outlook.com.gr", "outlook.com.tr", "outlook.com.vn",
			"hotmail.be", "hotmail.ca", "hotmail.cl", "hotmail.cz", "hotmail.de", "hotmail.dk", "hotmail.es", "hotmail.fi", "hotmail.fr", "hotmail.gr", "hotmail.hu", "hotmail.it", "hotmail.lt", "hotmail.lv", "hotmail.my", "hotmail.nl", "hotmail.no", "hotmail.ph", "hotmail.rs", "hotmail.se", "hotmail.sg", "hotmail.sk", "hotmail.co.id", "hotmail.co.il", "hotmail.co.in", "hotmail.co.jp", "hotmail.co.kr", "hotmail.co.th", "hotmail.co.uk", "hotmail.co.za", "hotmail.com.ar", "hotmail.com.au", "hotmail.com.br", "hotmail.com.hk", "hotmail.com.tr", "hotmail.com.tw", "hotmail.com.vn",
			"live.at", "live.be", "live.ca", "live.cl", "live.cn", "live.de", "live.dk", "live.fi", "live.fr", "live.hk", "live.ie", "live.in", "live.it", "live.jp", "live.nl", "live.no", "live.ru", "live.se", "live.co.jp", "live.co.kr", "live.co.uk", "live.co.za", "live.com.ar", "live.com.au", "live.com.mx", "live.com.my", "live.com.ph", "live.com.pt", "live.com.sg", "livemail.tw",
		},
		Servers: []Server{
			on(IMAP, "outlook.office365.com", 993, tokenOnly), on(POP3, "outlook.office365.com", 995, tokenOnly),
			{Protocol: SMTP, Host: "smtp-mail.outlook.com", Port: 587, Security: StartTLS, User: wholeAddress, Methods: tokenOnly},
		},
		Sources: []oauth.Fact{servers("hotmail.com")},
		Facts: []oauth.Fact{
			own("IMAP and POP3 are off until the user turns them on in the settings. OAuth2 is required.", "https://support.microsoft.com/en-us/office/pop-imap-and-smtp-settings-8361e398-8af4-4e97-b147-6c6c4ac95353"),
			hint("App passwords do not work.", "outlook.com"),
		},
	},
	{
		ID: "ovh", Name: "OVH", Domains: []string{"ovh.net"},
		Servers: trio("ssl0.ovh.net", "ssl0.ovh.net", "ssl0.ovh.net", passwordOnly),
		Sources: []oauth.Fact{servers("ovh.net")},
	},
	{
		ID: "posteo", Name: "Posteo",
		Domains: []string{"posteo.de", "posteo.at", "posteo.be", "posteo.ca", "posteo.ch", "posteo.cl", "posteo.co", "posteo.co.uk", "posteo.com", "posteo.com.br", "posteo.cr", "posteo.cz", "posteo.dk", "posteo.ee", "posteo.es", "posteo.eu", "posteo.fi", "posteo.gl", "posteo.gr", "posteo.hn", "posteo.hr", "posteo.hu", "posteo.ie", "posteo.in", "posteo.is", "posteo.it", "posteo.jp", "posteo.la", "posteo.li", "posteo.lt", "posteo.lu", "posteo.me", "posteo.mx", "posteo.my", "posteo.net", "posteo.nl", "posteo.no", "posteo.nz", "posteo.org", "posteo.pe", "posteo.pl", "posteo.pm", "posteo.pt", "posteo.ro", "posteo.se", "posteo.sg", "posteo.si", "posteo.tn", "posteo.uk", "posteo.us"},
		Servers: trio("posteo.de", "posteo.de", "posteo.de", passwordOnly),
		Sources: []oauth.Fact{servers("posteo.de")},
	},
	{
		ID: "proton", Name: "Proton Mail (Bridge)", Domains: []string{"proton.me", "protonmail.com", "protonmail.ch", "pm.me"},
		Servers: []Server{
			{Protocol: IMAP, Host: "127.0.0.1", Port: 1143, Security: StartTLS, User: wholeAddress, Methods: []Method{BridgePassword}, OwnCertificate: true},
			{Protocol: SMTP, Host: "127.0.0.1", Port: 1025, Security: StartTLS, User: wholeAddress, Methods: []Method{BridgePassword}, OwnCertificate: true},
		},
		Sources: []oauth.Fact{
			own("The default ports of Bridge.", "https://github.com/ProtonMail/proton-bridge/blob/0df4f41269d53a545f2de3bc8bc32593653b44db/internal/vault/types_settings.go"),
			reported("a user", "STARTTLS, the login name, and the domains protonmail.com, protonmail.ch and pm.me.", "https://gist.github.com/kaplun/7718e82864ff65c6aadc268a1d1d7b8a"),
		},
		Facts: []oauth.Fact{
			reported("a user", "Bridge, a program on the same machine, shows the password. Addresses of proton.me use it too.", "https://glama.ai/mcp/servers/bernardogv/proton-mcp-server/schema"),
			own("Bridge listens on this machine only, by intention.", "https://github.com/ProtonMail/proton-bridge/issues/66"),
		},
	},
	{
		ID: "qq", Name: "QQ Mail", Domains: []string{"qq.com", "foxmail.com"},
		Servers: trio("imap.qq.com", "pop.qq.com", "smtp.qq.com", appOnly),
		Sources: []oauth.Fact{servers("qq.com"), hint("The domain foxmail.com.", "qq"), reported("a web site", "Host and port of POP3.", "https://cloud.kd.cn/ask/9658.html")},
		Facts: []oauth.Fact{hint("The user has to turn IMAP on and to create a password for the program on the web site.", "qq"),
			reported("users", "SEARCH for header fields and flags finds messages that do not match.", "https://github.com/mscdex/node-imap/issues/686")},
	},
	{
		ID: "rambler", Name: "Rambler", Domains: []string{"rambler.ru", "autorambler.ru", "myrambler.ru", "rambler.ua", "lenta.ru", "ro.ru"},
		Servers: trio("imap.rambler.ru", "pop.rambler.ru", "smtp.rambler.ru", passwordOnly),
		Sources: []oauth.Fact{servers("rambler.ru"), hint("Other domains.", "rambler.ru")},
		Facts:   []oauth.Fact{hint("The user has to allow access by mail programs on the web site first.", "rambler.ru")},
	},
	{
		ID: "seznam", Name: "Seznam", Domains: []string{"seznam.cz", "email.cz", "post.cz", "spoluzaci.cz"},
		Servers: trio("imap.seznam.cz", "pop3.seznam.cz", "smtp.seznam.cz", passwordOnly),
		Sources: []oauth.Fact{servers("seznam.cz")},
	},
	{
		ID: "strato", Name: "Strato", Domains: []string{"strato.de", "rzone.de"},
		Servers: trio("imap.strato.de", "pop3.strato.de", "smtp.strato.de", passwordOnly),
		Sources: []oauth.Fact{servers("strato.de")},
	},
	{
		ID: "t-online", Name: "T-Online", Domains: []string{"t-online.de", "magenta.de"},
		Servers: trio("secureimap.t-online.de", "securepop.t-online.de", "securesmtp.t-online.de", appOnly),
		Sources: []oauth.Fact{servers("t-online.de")},
		Facts:   []oauth.Fact{hint("A mail program needs a password for mail programs, which the web site sets.", "t-online")},
	},
	{
		ID: "web-de", Name: "WEB.DE", Domains: []string{"web.de"},
		Servers: named(localPart, trio("imap.web.de", "pop3.web.de", "smtp.web.de", passwordOrApp)),
		Sources: []oauth.Fact{servers("web.de")},
		Facts: []oauth.Fact{reported("Delta Chat", "The user has to allow access by IMAP in the settings of the web site first.",
			"https://github.com/deltachat/provider-db/blob/0e5ec50ea35e6d61ddb00ca67a6e5c15948818d6/_providers/web.de.md")},
	},
	{
		ID: "wp", Name: "Poczta WP", Domains: []string{"wp.pl"},
		Servers: named(localPart, trio("imap.wp.pl", "pop3.wp.pl", "smtp.wp.pl", passwordOnly)),
		Sources: []oauth.Fact{servers("wp.pl")},
	},
	{
		ID: "yahoo", Name: "Yahoo Mail", Issuer: "yahoo",
		Domains: []string{"yahoo.com", "yahoo.ca", "yahoo.de", "yahoo.it", "yahoo.fr", "yahoo.es", "yahoo.se", "yahoo.co.in", "yahoo.co.uk", "yahoo.co.nz", "yahoo.com.au", "yahoo.com.ar", "yahoo.com.br", "yahoo.com.mx", "ymail.com", "myyahoo.com", "rocketmail.com", "cox.net"},
		Servers: trio("imap.mail.yahoo.com", "pop.mail.yahoo.com", "smtp.mail.yahoo.com", tokenOrApp),
		Sources: []oauth.Fact{servers("yahoo.com")},
		Facts:   []oauth.Fact{hint("A mail program needs an app password, which the account's security page creates.", "yahoo"), connections("Yahoo", 10)},
	},
	{
		ID: "yandex", Name: "Yandex Mail", Issuer: "yandex", Domains: []string{"yandex.ru", "yandex.com", "yandex.net", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru", "narod.ru"},
		Servers: []Server{
			on(IMAP, "imap.yandex.com", 993, tokenOrApp), on(POP3, "pop.yandex.com", 995, appOnly), on(SMTP, "smtp.yandex.com", 465, tokenOrApp),
		},
		Sources: []oauth.Fact{servers("yandex.ru")},
		Facts: []oauth.Fact{
			hint("The user has to turn IMAP on in the settings of the web site first.", "yandex.ru"),
			reported("a user", "A mail program needs an app password.", "https://gist.github.com/watsy0007/56188463483717f12514345c8865f3e1"),
			own("OAuth2 has scopes for IMAP and SMTP, and none for POP3.", "https://yandex.ru/support/mail-business/web/security/oauth.html"),
		},
	},
	{
		ID: "yeah", Name: "yeah.net (NetEase)", Domains: []string{"yeah.net"},
		Servers: trio("imap.yeah.net", "", "smtp.yeah.net", appOnly),
		Sources: []oauth.Fact{servers("yeah.net")},
		Facts:   []oauth.Fact{netEaseCode, netEaseID},
	},
	{
		ID: "zoho", Name: "Zoho Mail", Domains: []string{"zoho.com", "zohomail.com"},
		Servers: trio("imap.zoho.com", "pop.zoho.com", "smtp.zoho.com", passwordOrApp),
		Sources: []oauth.Fact{servers("zoho.com")},
		Facts:   []oauth.Fact{zohoAccess, zohoDomains},
	},
	{
		ID: "zoho-au", Name: "Zoho Mail (Australia)", Domains: []string{"zoho.com.au", "zohomail.com.au"},
		Servers: trio("imap.zoho.com.au", "pop.zoho.com.au", "smtp.zoho.com.au", passwordOrApp),
		Sources: []oauth.Fact{servers("zoho.com.au")},
		Facts:   []oauth.Fact{zohoAccess, zohoDomains},
	},
	{
		ID: "zoho-ca", Name: "Zoho Mail (Canada)", Domains: []string{"zohocloud.ca", "zohomailcloud.ca"},
		Servers: trio("imap.zohocloud.ca", "pop.zohocloud.ca", "smtp.zohocloud.ca", passwordOrApp),
		Sources: []oauth.Fact{servers("zohocloud.ca")},
		Facts:   []oauth.Fact{zohoAccess, zohoDomains},
	},
	{
		ID: "zoho-eu", Name: "Zoho Mail (Europe)", Domains: []string{"zoho.eu", "zohomail.eu"},
		Servers: trio("imap.zoho.eu", "pop.zoho.eu", "smtp.zoho.eu", passwordOrApp),
		Sources: []oauth.Fact{servers("zoho.eu")},
		Facts:   []oauth.Fact{zohoAccess, zohoDomains},
	},
	{
		ID: "zoho-in", Name: "Zoho Mail (India)", Domains: []string{"zoho.in", "zohomail.in"},
		Servers: trio("imap.zoho.in", "pop.zoho.in", "smtp.zoho.in", passwordOrApp),
		Sources: []oauth.Fact{servers("zoho.in")},
		Facts:   []oauth.Fact{zohoAccess, zohoDomains},
	},
	{
		ID: "zoho-jp", Name: "Zoho Mail (Japan)", Domains: []string{"zoho.jp", "zohomail.jp"},
		Servers: trio("imap.zoho.jp", "pop.zoho.jp", "smtp.zoho.jp", passwordOrApp),
		Sources: []oauth.Fact{servers("zoho.jp")},
		Facts:   []oauth.Fact{zohoAccess, zohoDomains},
	},
}

var (
	netEaseCode = hint("The user has to turn IMAP on and to create an authorization code on the web site; the code is the password.", "163")
	netEaseID   = reported("users", "SELECT is refused as an unsafe login unless the client has sent ID, which this library does.", "https://github.com/pimalaya/himalaya/issues/651")
	zohoAccess  = hint("The user has to turn IMAP on.", "zoho")
	zohoDomains = reported("a user", "Domains of organizations have hosts of their own: imappro.zoho.com and smtppro.zoho.com.", "https://gist.github.com/raffeyang/801e43dc02a706c097cc1d1b9d50ce93")
)
