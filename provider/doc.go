// Package provider finds what a mailbox needs by its address: the servers with their ports and
// encryption, the login name, and how the user may log in.
//
//	name, err := provider.Name("ada@gmail.com") // "{imap.gmail.com:993/imap/ssl}INBOX"
//
// [Find] asks these places, and the first answer counts:
//
//  1. the user's own file, providers.toml (see below)
//  2. the presets of this package ([Presets])
//  3. SRV records of the domain (RFC 6186, RFC 8314)
//  4. Thunderbird's autoconfig format, from the domain by HTTPS, and then from Mozilla's database
//  5. the MX records of the domain, if they name a preset or an entry of Mozilla's database
//
// The user's file is imapcompat/providers.toml in [os.UserConfigDir]:
//
//	[[provider]]
//	name = "Analytical Engines"
//	domains = ["engines.example", "bücher.example"]
//	issuer = "google"         # an ID of oauth.Issuers or an https address, if a method is "oauth2"
//
//	[[provider.server]]
//	protocol = "imap"         # or "pop3", "smtp"
//	host = "mail.engines.example"
//	port = 993
//	security = "tls"          # or "starttls"; "cleartext" only on this machine
//	user = "%EMAILLOCALPART%" # the default is "%EMAILADDRESS%"; %EMAILDOMAIN% exists too
//	methods = ["password"]    # may be left out
//
//	[[provider]]
//	domains = ["school.example"]
//	preset = "gmail"          # the servers of a preset
//
// A name below a public suffix (co.uk, github.io) is not the suffix's own: for an address at a suffix,
// autoconfig.co.uk is not asked, and an SRV record that names imap.other.co.uk is unconfirmed.
//
// No host is guessed: a guess would show the password to whoever has the host.
package provider
