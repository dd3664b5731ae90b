package mailboxname

import (
	"fmt"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// Name is a parsed mailbox name.
type Name struct {
	Host    string // unchanged, with the brackets of an address literal
	Port    int    // 1 to 65535; 0 if not given
	Service string // "imap" or "pop3"

	User     string // /user: who logs in, instead of imap_open's argument
	AuthUser string // /authuser: the user whose password it is

	Anonymous      bool
	Debug          bool
	Loser          bool // the server's answers are not to be trusted
	NoRsh          bool // accepted; the library never runs a command to reach a server
	NoTLS          bool // also set by SSL
	NoValidateCert bool // /validate-cert does not reset it
	ReadOnly       bool
	Secure         bool // no mechanism that shows the password
	SSL            bool
	TLS            bool // also set by TLSSSLv23
	TLSSSLv23      bool // /tls-sslv23, /tls with version negotiation
	TrySSL         bool // implicit TLS first, then as without

	Mailbox string
}

// NoMailbox replaces the mailbox if none is selected.
const NoMailbox = "<no_mailbox>"

// TLSMode returns the encryption that the flags ask for. TrySSL does not affect it: the caller
// tries [backend.TLSImplicit] first and, if that fails, this mode.
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

// ConnectPort returns the port for a mode: the given one, or the service's default.
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

// Opened returns n as c-client keeps it once it is open. Its String is the Mailbox of
// imap_check. Anonymous, ReadOnly and Secure of c are added to the flags of n, as the OP_
// options of imap_open are.
//
// When imap_reopen keeps the connection, the name is that of the first opening with the new
// mailbox and /readonly, and with /secure if the new name has it.
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

// String writes the name as c-client does. The flags are in c-client's order, without
// /authuser, /debug, /norsh and /tryssl. The user's name is quoted but not escaped, so a name
// with a quote cannot be parsed again.
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
	// An anonymous session has no user. On POP3 the name always has a user.
	if !n.Anonymous && (n.User != "" || n.Service == "pop3") {
		b.WriteString(`/user="` + n.User + `"`)
	}
	return b.String() + "}" + n.Mailbox
}

// SameServer reports whether the connection of n may be used for other. By c-client's rule the
// host, service and anonymity must be equal, and the port and user too if other has them.
// c-client compares the name as opened (see [Name.Opened]) and the name as given; one match
// suffices.
//
// The flags for encryption and certificates do not count: over an unencrypted connection to a
// host, "{host/ssl}" is the same server. A caller that needs encryption must check the
// connection.
func (n Name) SameServer(other Name) bool {
	return lower(n.Host) == lower(other.Host) &&
		n.Service == other.Service &&
		n.Anonymous == other.Anonymous &&
		(other.Port == 0 || other.Port == n.Port) &&
		(other.User == "" || other.User == n.User)
}
