package backend

import "time"

// Link describes the connection of a session.
type Link struct {
	// Host is the server's name as the resolver gives it, and Port the port.
	Host string
	Port int

	// TLS reports whether the connection is encrypted, by implicit TLS or by an upgrade.
	TLS bool

	// RoundTrip is how long the service takes to begin a short answer, and Rate how many
	// octets a second a long one brings. They are estimates; 0 is not known.
	RoundTrip time.Duration
	Rate      int

	// Closed is why the session is of no more use; nil while it is.
	Closed error
}
