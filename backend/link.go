package backend

import "time"

// Link describes the connection of a session.
type Link struct {
	// Host is the server's name as the resolver returned it, and Port the port.
	Host string
	Port int

	// TLS reports whether the connection is encrypted, by implicit TLS or by an upgrade.
	TLS bool

	// RoundTrip is the estimated time until the service begins a short answer, and Rate the
	// estimated octets a second of a long answer. 0 means unknown.
	RoundTrip time.Duration
	Rate      int

	// Closed is the reason why the session is no longer usable, or nil.
	Closed error
}
