package backend

import (
	"context"
	"crypto/tls"
	"net"
)

// Mechanism is a SASL mechanism (RFC 4422) that the program adds by Config.Mechanisms. It
// must not show a password to the server, because /secure does not rule it out. Several
// goroutines may call its methods at the same time.
type Mechanism interface {
	// Name returns the registered name of the mechanism, such as "GSSAPI", in upper case.
	Name() string
	// Begin prepares an exchange, before the server receives the name of the mechanism. It
	// returns when ctx ends.
	//
	// An error that matches ErrNotSupported or ErrAuthentication says that the mechanism
	// cannot be used, because there are no credentials for example. Its text becomes a
	// notice, and the login tries the next mechanism. Any other error ends the login. The
	// text of an error never holds a secret.
	Begin(ctx context.Context, target MechanismTarget) (MechanismExchange, error)
}

// MechanismTarget says where a Mechanism authenticates, and as whom.
type MechanismTarget struct {
	Service string   // the GSSAPI service name of the protocol: "imap" or "pop"
	Host    string   // canonical name of the host, or its address as configured
	Port    int      // as in Config
	Address net.Addr // the other end of the connection, which may be a proxy

	User     string // as whom to act; "" leaves it to the server
	AuthUser string // who authenticates, if that is not User (/authuser)

	// TLS is the state of TLS, or nil if the connection is not encrypted.
	TLS *tls.ConnectionState

	// Notify reports a notice. It is not nil.
	Notify func(Notice)
}

// MechanismExchange is one exchange of a Mechanism. The name of the mechanism is sent
// without an initial response. If the client speaks first, the first challenge is empty.
type MechanismExchange interface {
	// Next returns the response to a challenge. An error cancels the exchange, and is
	// treated as an error of Begin.
	Next(challenge []byte) (response []byte, err error)
	// Complete reports whether the exchange is complete. If the server accepts the login
	// before that, the login fails with ErrProtocol.
	Complete() bool
}
