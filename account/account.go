package account

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
	"github.com/imapcompat/imapcompat/oauth"
)

// Kind is how an account logs in.
type Kind string

const (
	// User logs in with tokens that the user has consented to.
	User Kind = "oauth2"
	// App logs in as the program itself, for which an administrator has consented.
	App Kind = "app-only"
	// ServiceAccount logs in as a Google service account that acts for the user.
	ServiceAccount Kind = "service-account"
	// Password logs in with a password, such as an app password.
	Password Kind = "password"
	// Kerberos logs in with the user's ticket, or with a keytab (package gssapi).
	Kerberos Kind = "kerberos"
	// Certificate logs in with a client certificate (EXTERNAL).
	Certificate Kind = "certificate"
)

// Account is how a mailbox is opened. It has no secret.
type Account struct {
	Address string `json:"address"`
	// Mailbox is the name of the INBOX for imapcompat.Open, "{imap.gmail.com:993/imap/ssl}INBOX".
	Mailbox string `json:"mailbox"`
	// Login is the name to log in with, if it is not the address. For Kerberos and Certificate it is
	// as whom to act: if it is empty, the server derives the user from the principal or the
	// certificate.
	Login string `json:"login,omitempty"`
	Kind  Kind   `json:"kind"`

	// Issuer is the ID of the oauth.Issuer of the tokens, Tenant that of Microsoft, and ClientID
	// the registered program.
	Issuer   string   `json:"issuer,omitempty"`
	Tenant   string   `json:"tenant,omitempty"`
	ClientID string   `json:"client_id,omitempty"`
	Scopes   []string `json:"scopes,omitempty"`
	// Metadata is that of an issuer that package oauth does not know. Issuer is then its identifier.
	Metadata *oauth.Metadata `json:"metadata,omitempty"`
	// Delegate is the user whose token opens the mailbox, if that is not the address: the mailbox
	// is shared.
	Delegate string `json:"delegate,omitempty"`
	// KeyFile is the path of the client's certificate with its key (PEM), of the service
	// account's key (JSON), or of the key of CertFile (PEM).
	KeyFile string `json:"key_file,omitempty"`
	// CertFile is the path of the certificate of the kind Certificate (PEM).
	CertFile string `json:"cert_file,omitempty"`
	// Principal is who logs in with Kerberos, if that is not the owner of the ticket, and Keytab the
	// path of a file with its key.
	Principal string `json:"principal,omitempty"`
	Keytab    string `json:"keytab,omitempty"`
	// Secrets tells where the tokens and passwords are: "keyring" or "files".
	Secrets string `json:"secrets,omitempty"`
}

// Name returns the name of a mailbox of the account for imapcompat.Open. The mailbox is in
// modified UTF-7.
func (a Account) Name(mailbox string) string {
	server, _, _ := strings.Cut(a.Mailbox, "}")
	return server + "}" + mailbox
}

// LoginName is the name to log in with, or "" if the server derives it. An address has its domain in
// the form of DNS (IDNA).
func (a Account) LoginName() string {
	if a.Login != "" || !a.hasSecret() {
		return a.Login
	}
	return forDNS(a.Address)
}

// TokenUser is the user who has consented, with the domain in the form of DNS.
func (a Account) TokenUser() string {
	if a.Delegate != "" {
		return forDNS(a.Delegate)
	}
	return forDNS(a.Address)
}

// forDNS returns an address with its domain in the form of DNS, without the dot at the end:
// ada@xn--bcher-kva.example.
func forDNS(address string) string {
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return address
	}
	domain = strings.TrimSuffix(domain, ".")
	if strings.ContainsFunc(domain, func(r rune) bool { return r >= utf8.RuneSelf }) {
		if name, err := idna.Lookup.ToASCII(domain); err == nil { // else no server knows it
			domain = name
		}
	}
	return local + "@" + domain
}

// check refuses an account that nothing could open.
func (a Account) check() error {
	if err := CheckAddress(a.Address); err != nil {
		return err
	}
	if _, err := mailboxname.Parse(a.Mailbox); err != nil || !strings.HasPrefix(a.Mailbox, "{") {
		return invalid("%s: the mailbox %q is not valid", a.Address, a.Mailbox)
	}
	if a.Metadata != nil {
		if err := a.Metadata.Check(); err != nil {
			return invalid("%s: %v", a.Address, err)
		}
		if a.Metadata.Issuer != a.Issuer {
			return invalid("%s: the metadata is that of another issuer", a.Address)
		}
	}
	switch a.Kind {
	case User, App:
		if a.Issuer == "" || a.ClientID == "" {
			return invalid("%s: the issuer or the client ID is missing", a.Address)
		}
	case ServiceAccount:
		if a.KeyFile == "" {
			return invalid("%s: the file of the service account is missing", a.Address)
		}
	case Kerberos:
		if a.Keytab != "" && a.Principal == "" {
			return invalid("%s: the principal of the keytab is missing", a.Address)
		}
	case Certificate:
		if a.CertFile == "" || a.KeyFile == "" {
			return invalid("%s: the file of the certificate or of its key is missing", a.Address)
		}
	case Password:
	default:
		return invalid("%s: the kind %q is unknown", a.Address, a.Kind)
	}
	return nil
}

// Split divides "ada@example.org/Archive" into an address and a mailbox. The mailbox begins after
// the first "/" behind the "@", and is "" if there is none. A name that begins with "{" is no
// address.
func Split(name string) (address, mailbox string, ok bool) {
	local, rest, found := strings.Cut(name, "@")
	if !found || strings.HasPrefix(name, "{") {
		return "", "", false
	}
	domain, mailbox, _ := strings.Cut(rest, "/")
	return local + "@" + domain, mailbox, true
}

// maxAddress is the bound of RFC 5321 section 4.5.3.1.3, without the angle brackets.
const maxAddress = 254

// CheckAddress refuses what is no address. An address has one "@", and no space, quote, backslash or
// bracket. Characters that are not printable are refused too, among them those that change the
// writing direction.
func CheckAddress(address string) error {
	local, domain, _ := strings.Cut(address, "@")
	odd := func(r rune) bool {
		return !unicode.IsPrint(r) || r == ' ' || r == unicode.ReplacementChar || strings.ContainsRune("\"\\{}<>()", r)
	}
	if local == "" || domain == "" || len(address) > maxAddress || strings.ContainsFunc(address, odd) || strings.ContainsAny(domain, "@/:") {
		return invalid("%.80q is no mail address", address)
	}
	return nil
}

func invalid(format string, args ...any) error {
	return &backend.Error{Kind: backend.ErrInvalidArgument, Text: fmt.Sprintf(format, args...)}
}
