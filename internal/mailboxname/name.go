package mailboxname

import (
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// Name is a mailbox name taken apart.
type Name struct {
	Host    string // as written, with the brackets of an address literal
	Port    int    // 1 to 65535; 0 when not given
	Service string // "imap" or "pop3"

	User     string // /user: who logs in, instead of imap_open's argument
	AuthUser string // /authuser: whose password it is, when not that user's

	Anonymous      bool
	Debug          bool
	Loser          bool // the server's answers are not to be trusted
	NoRsh          bool // accepted; no command is ever run to reach a server
	NoTLS          bool // also set by SSL
	NoValidateCert bool // /validate-cert does not take it back
	ReadOnly       bool
	Secure         bool // no mechanism that shows the password
	SSL            bool
	TLS            bool // also set by TLSSSLv23
	TLSSSLv23      bool // /tls-sslv23, /tls with version negotiation
	TrySSL         bool // implicit TLS first, then as without

	Mailbox string
}

// NoMailbox stands in place of a mailbox when none is selected.
const NoMailbox = "<no_mailbox>"

// TLSMode is what the flags ask of a connection's encryption. TrySSL is not in
// it: that is an attempt with [backend.TLSImplicit] and, when it fails, another
// with this mode.
func (n Name) TLSMode() backend.TLSMode {
	switch {
	case n.SSL:
		return backend.TLSImplicit
	case n.TLS:
		return backend.TLSRequired
	case n.NoTLS:
		return backend.TLSNever
	}
	return backend.TLSWhenOffered
}

// ConnectPort is the port to connect to in a mode: the one given, or else the
// service's own.
func (n Name) ConnectPort(mode backend.TLSMode) int {
	implicit := mode == backend.TLSImplicit
	switch {
	case n.Port != 0:
		return n.Port
	case n.Service == "pop3" && implicit:
		return 995
	case n.Service == "pop3":
		return 110
	case implicit:
		return 993
	}
	return 143
}

// Opened is n as c-client keeps it once it is open, whose String is the Mailbox
// of imap_check. Anonymous, ReadOnly and Secure add to the flags of n, as
// imap_open's OP_ options do.
//
// When imap_reopen takes over the connection, the name is the one of the first
// opening, with the new mailbox and /readonly, and /secure if the new name has
// it.
func (n Name) Opened(c Connection) Name {
	n.Host, n.Port, n.User = c.Host, c.Port, c.User
	n.TLS = n.TLS || c.TLS
	n.SSL = n.SSL || c.SSL
	n.Anonymous = n.Anonymous || c.Anonymous
	n.ReadOnly = n.ReadOnly || c.ReadOnly
	n.Secure = n.Secure || c.Secure
	if c.HalfOpen {
		n.Mailbox = NoMailbox
	}
	return n
}

// String writes the name as c-client does: the flags in its order, without
// /authuser, /debug, /norsh and /tryssl, and the user's name quoted but never
// escaped. So a user's name with a quote in it cannot be parsed again.
func (n Name) String() string {
	var b strings.Builder
	b.WriteString("{" + n.Host)
	if n.Port != 0 {
		fmt.Fprintf(&b, ":%d", n.Port)
	}
	b.WriteString("/" + n.Service)
	for _, flag := range []struct {
		set  bool
		name string
	}{
		{n.TLS, "/tls"},
		{n.TLSSSLv23, "/tls-sslv23"},
		{n.NoTLS, "/notls"},
		{n.SSL, "/ssl"},
		{n.NoValidateCert, "/novalidate-cert"},
		{n.Loser, "/loser"},
		{n.Secure, "/secure"},
		{n.ReadOnly, "/readonly"},
		{n.Anonymous, "/anonymous"},
	} {
		if flag.set {
			b.WriteString(flag.name)
		}
	}
	// An anonymous session has no user, and POP3 always names one.
	if !n.Anonymous && (n.User != "" || n.Service == "pop3") {
		b.WriteString(`/user="` + n.User + `"`)
	}
	return b.String() + "}" + n.Mailbox
}

// SameServer reports whether other may be reached over the connection that n
// names. It is c-client's rule: the same host, service and anonymity, and the
// port and the user where other names them. c-client asks it of the name as
// opened (see [Name.Opened]) and of the name as it was given, and either will
// do.
//
// The flags for encryption and certificates have no say in it: over an
// unencrypted connection to a host, "{host/ssl}" is the same server. Whoever
// must have the encryption has to look at the connection.
func (n Name) SameServer(other Name) bool {
	return lower(n.Host) == lower(other.Host) &&
		n.Service == other.Service &&
		n.Anonymous == other.Anonymous &&
		(other.Port == 0 || other.Port == n.Port) &&
		(other.User == "" || other.User == n.User)
}
