package provider

import (
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/oauth"
)

// The protocols of a [Server].
const (
	IMAP = "imap"
	POP3 = "pop3"
	SMTP = "smtp"
)

// Security tells how a connection is encrypted. Its numbers are not those of sendmail.Security: a
// conversion of one to the other is wrong.
type Security int

const (
	TLS       Security = iota // from the first octet on (RFC 8314)
	StartTLS                  // STARTTLS or STLS, or fail
	Cleartext                 // no encryption; only for a server on the same machine
)

// String returns "tls", "starttls" or "cleartext", the words of the user's file.
func (s Security) String() string {
	switch s {
	case StartTLS:
		return "starttls"
	case Cleartext:
		return "cleartext"
	}
	return "tls"
}

// Method is a way in which a user may log in.
type Method string

const (
	Password       Method = "password"        // the password of the account
	AppPassword    Method = "app-password"    // a password that the provider creates for one program
	BridgePassword Method = "bridge-password" // the password that a program on the same machine shows
	OAuth2         Method = "oauth2"          // an access token
	Kerberos       Method = "kerberos"        // GSSAPI
	Certificate    Method = "certificate"     // a client certificate (SASL EXTERNAL)
)

// methods are the methods that there are.
var methods = []Method{Password, AppPassword, BridgePassword, OAuth2, Kerberos, Certificate}

// Server is a server of a mailbox, with the login name for it.
type Server struct {
	Protocol string // IMAP, POP3 or SMTP
	Host     string // a domain name, or an address; IPv6 without brackets
	Port     int    // 1 to 65535
	Security Security
	User     string   // the login name
	Methods  []Method // preferred first; empty if nothing is known
	// OwnCertificate says that no public authority signed the certificate, as with a bridge on
	// the same machine. Only a server on a loopback address can have it.
	OwnCertificate bool
}

// Addr returns "host:port", as [sendmail.SMTP] takes it.
func (s Server) Addr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// Origin tells where settings are from.
type Origin int

const (
	FromFile       Origin = iota + 1 // the user's own file
	FromPreset                       // the presets of this package
	FromSRV                          // SRV records of the domain
	FromAutoconfig                   // a document in Thunderbird's autoconfig format
	FromMX                           // a preset, recognized by the MX records of the domain
)

// String returns "file", "preset", "SRV", "autoconfig" or "MX".
func (o Origin) String() string {
	return [...]string{"", "file", "preset", "SRV", "autoconfig", "MX"}[o]
}

// Settings are what a mailbox needs.
type Settings struct {
	Address string   // with the domain in lower case and in ASCII (IDNA)
	ID      string   // of the preset, such as "gmail", or ""
	Name    string   // such as "Gmail", or "" if nothing names the provider
	Servers []Server // preferred first within a protocol
	// Issuer is who issues the OAuth2 tokens: the key of oauth.Issuers, such as "google", or "". The
	// user's file may have an address for oauth.Discover.
	Issuer string
	Facts  []oauth.Fact
	Origin Origin
	From   string // the file, the URL or the DNS name that the settings are from

	// Unconfirmed says that DNS without DNSSEC named a host in another domain. Whoever can
	// change the answer can name a host of their own, so the user has to agree first (RFC 6186
	// section 6). Until a program sets Unconfirmed to false, Mailbox returns ErrUnconfirmed.
	Unconfirmed bool
}

// Server returns the preferred server of a protocol.
func (s *Settings) Server(protocol string) (Server, bool) {
	for _, server := range s.Servers {
		if server.Protocol == protocol {
			return server, true
		}
	}
	return Server{}, false
}

// Mailbox returns the name that imapcompat.Open takes, "{imap.gmail.com:993/imap/ssl}INBOX".
// The protocol is IMAP, POP3, or "" for the first that the provider has. The mailbox is in
// modified UTF-7, as for Open. The name has /user= if the login name is not the address.
//
// The error matches [ErrUnconfirmed], [backend.ErrNotSupported] if there is no such server, or
// [backend.ErrInvalidArgument] if no name can have that mailbox or login name.
func (s *Settings) Mailbox(protocol, mailbox string) (string, error) {
	server, ok := s.reader(protocol)
	if !ok {
		return "", failure(backend.ErrNotSupported, "%s: no %s server is known", s.Address, strings.ToUpper(protocol))
	}
	if s.Unconfirmed {
		return "", failure(ErrUnconfirmed, "%s: %s says that the server is %s, and nothing proves that it may", s.Address, s.From, server.Host)
	}
	name := server.name(s.Address, mailbox)
	if _, err := mailboxname.Parse(name); err != nil {
		return "", failure(backend.ErrInvalidArgument, "%s: %v", s.Address, err)
	}
	return name, nil
}

// reader returns the preferred server of a protocol for reading mail.
func (s *Settings) reader(protocol string) (Server, bool) {
	if protocol != "" {
		return s.Server(protocol)
	}
	if server, ok := s.Server(IMAP); ok {
		return server, true
	}
	return s.Server(POP3)
}

// name writes a mailbox name.
func (s Server) name(address, mailbox string) string {
	host := s.Host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	flags := map[Security]string{TLS: "/ssl", StartTLS: "/tls", Cleartext: "/notls"}[s.Security]
	if s.OwnCertificate {
		flags += "/novalidate-cert"
	}
	if s.User != address {
		flags += `/user="` + quote.Replace(s.User) + `"`
	}
	return fmt.Sprintf("{%s:%d/%s%s}%s", host, s.Port, s.Protocol, flags, mailbox)
}

var quote = strings.NewReplacer(`\`, `\\`, `"`, `\"`)
