package provider

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"
)

// Resolver asks DNS. [net.Resolver] is one.
type Resolver interface {
	LookupSRV(ctx context.Context, service, proto, name string) (cname string, records []*net.SRV, err error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
}

// Finder finds settings. The zero value asks the user's file, the presets, DNS and the web.
// Several goroutines may use it. Its fields must not change while it is in use.
type Finder struct {
	// File is the path of the user's file. The default is "imapcompat/providers.toml" in
	// [os.UserConfigDir], which need not exist. A File that is set must exist.
	File string
	// Resolver asks DNS, [net.DefaultResolver] if nil.
	Resolver Resolver
	// Client gets documents by HTTPS, [http.DefaultClient] if nil. Its CheckRedirect and Jar are
	// not used.
	Client *http.Client
	// Timeout limits each question to DNS or to a web server, 10 seconds if 0.
	Timeout time.Duration
	// Offline leaves out DNS and the web.
	Offline bool
}

const defaultTimeout = 10 * time.Second

// Find is [Finder.Find] of the zero Finder.
func Find(ctx context.Context, address string) (*Settings, error) {
	return new(Finder).Find(ctx, address)
}

// Name returns the name of the INBOX of an address, as imapcompat.Open takes it, by [Find] and
// [Settings.Mailbox].
func Name(address string) (string, error) {
	s, err := Find(context.Background(), address)
	if err != nil {
		return "", err
	}
	return s.Mailbox("", "INBOX")
}

// Find returns what the mailbox of an address needs.
//
// DNS and the web are asked in the order of the package's documentation. An answer of DNS that
// names a host in another domain, and no host of a preset, counts only if no later place knows
// the domain; see [Settings.Unconfirmed].
//
// The error matches [backend.ErrInvalidArgument] if the address or the user's file does not
// parse, [ErrUnknown], [ErrLookup], or the error of the context.
func (f *Finder) Find(ctx context.Context, address string) (*Settings, error) {
	a, err := parseAddress(address)
	if err != nil {
		return nil, err
	}
	s, err := f.fromFile(a)
	if s != nil || err != nil {
		return s, err
	}
	if p, ok := presetOf(a.domain); ok {
		return p.settings(a), nil
	}
	if f.Offline || reserved(a.domain) {
		return nil, failure(ErrUnknown, "%s: no settings are known for %s", a.text, a.domain)
	}
	return f.ask(ctx, a)
}

// ask asks DNS and the web, and returns the first confirmed settings, else the first.
func (f *Finder) ask(ctx context.Context, a address) (*Settings, error) {
	var first *Settings
	var failures []string
	for _, place := range []func(context.Context, address) (*Settings, error){
		f.fromSRV, f.fromDomain, f.fromDatabase, f.fromMX,
	} {
		s, err := place(ctx, a)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			failures = append(failures, err.Error())
		}
		if s != nil && !s.Unconfirmed {
			return s, nil
		}
		first = cmp.Or(first, s)
	}
	switch {
	case first != nil:
		return first, nil
	case failures != nil:
		return nil, failure(ErrLookup, "%s: %s", a.text, strings.Join(failures, "; "))
	}
	return nil, failure(ErrUnknown, "%s: neither this package, DNS, %s nor Mozilla's database knows the servers of %s; %s can have them",
		a.text, a.domain, a.domain, fileName)
}

// within limits a question.
func (f *Finder) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, cmp.Or(f.Timeout, defaultTimeout))
}

// notFound reports whether DNS has answered that there is nothing.
func notFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// reserved reports whether a domain is for use within a network (RFC 6761, 6762, 8375, 9476).
// The web is not asked about it: an address may come from a stranger.
func reserved(domain string) bool {
	top := domain[strings.LastIndexByte(domain, '.')+1:]
	switch top {
	case "localhost", "local", "internal", "invalid", "test", "onion", "arpa", "alt":
		return true
	}
	return false
}

// trusted is the form of a host that an answer may name, "" for any other: a domain name, and
// no address, no name of this machine or of its network.
func trusted(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !isDomain(host) || reserved(host) {
		return ""
	}
	return host
}

// inside reports whether a host is a domain or below it. Names below a public suffix belong to
// others than the suffix: anybody can have one.
func inside(host, domain string) bool {
	return host == domain || strings.HasSuffix(host, "."+domain) && !suffix(domain)
}

// suffix reports whether a domain is a public suffix, such as "co.uk" or "github.io".
func suffix(domain string) bool {
	name, listed := publicsuffix.PublicSuffix(domain)
	return name == domain && (listed || strings.Contains(name, "."))
}
