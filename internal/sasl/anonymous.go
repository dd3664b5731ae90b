package sasl

import (
	"context"
	"os"

	gosasl "github.com/emersion/go-sasl"
)

// newAnonymous returns a client of ANONYMOUS (RFC 4505).
func newAnonymous(context.Context, Mechanism) (gosasl.Client, error) {
	return gosasl.NewAnonymousClient(Trace()), nil
}

// Trace returns the trace of an anonymous login: the host name of this machine, as in
// c-client.
func Trace() string {
	trace, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return trace
}
