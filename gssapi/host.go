package gssapi

import (
	"context"
	"net"
	"slices"
	"strings"

	"github.com/jcmturner/gokrb5/v8/config"

	"github.com/imapcompat/imapcompat/backend"
)

// lookup is the part of a [net.Resolver] that serviceHost needs.
type lookup interface {
	LookupHost(ctx context.Context, host string) ([]string, error)
	LookupAddr(ctx context.Context, address string) ([]string, error)
}

var resolver lookup = net.DefaultResolver

// serviceHost returns the host in the name of the service. As in c-client, it is the name
// that DNS has for the address of the server. It is the given name if DNS has none, if
// krb5.conf forbids names from DNS, or if the connection goes to another address, which is
// that of a proxy.
func serviceHost(ctx context.Context, conf *config.Config, dns lookup, target backend.MechanismTarget) string {
	given := strings.ToLower(strings.Trim(target.Host, "[]"))
	if !conf.LibDefaults.DNSCanonicalizeHostname || target.Address == nil {
		return given
	}
	address, _, err := net.SplitHostPort(target.Address.String())
	if err != nil {
		return given
	}
	if addresses, err := dns.LookupHost(ctx, given); err != nil || !slices.Contains(addresses, address) {
		return given
	}
	names, err := dns.LookupAddr(ctx, address)
	if err != nil || len(names) == 0 {
		return given
	}
	return strings.ToLower(strings.TrimSuffix(names[0], "."))
}
