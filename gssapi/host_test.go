package gssapi

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/jcmturner/gokrb5/v8/config"

	"github.com/imapcompat/imapcompat/backend"
)

// dns has the addresses of hosts, and the name of an address.
type dns struct {
	hosts map[string][]string
	names map[string][]string
}

func (d dns) LookupHost(_ context.Context, host string) ([]string, error) {
	return d.hosts[host], found(d.hosts[host])
}

func (d dns) LookupAddr(_ context.Context, address string) ([]string, error) {
	return d.names[address], found(d.names[address])
}

func found(list []string) error {
	if list == nil {
		return errors.New("not found")
	}
	return nil
}

func TestServiceHost(t *testing.T) {
	names := dns{
		hosts: map[string][]string{"mail.example.org": {"192.0.2.7", "192.0.2.8"}, "192.0.2.7": {"192.0.2.7"}, "2001:db8::7": {"2001:db8::7"}, "192.0.2.9": {"192.0.2.9"}},
		names: map[string][]string{"192.0.2.7": {"MX7.Example.org.", "other"}, "192.0.2.1": {"proxy"}, "2001:db8::7": {"mx7.example.org."}},
	}
	for _, c := range []struct {
		host, address string
		never         bool
		want          string
	}{
		{"Mail.example.org", "192.0.2.7", false, "mx7.example.org"},
		{"mail.example.org", "192.0.2.8", false, "mail.example.org"}, // without a name
		{"mail.example.org", "192.0.2.7", true, "mail.example.org"},
		{"mail.example.org", "192.0.2.1", false, "mail.example.org"}, // a proxy
		{"unknown.example.org", "192.0.2.7", false, "unknown.example.org"},
		{"[192.0.2.7]", "192.0.2.7", false, "mx7.example.org"},
		{"192.0.2.9", "192.0.2.9", false, "192.0.2.9"},
		{"[2001:db8::7]", "2001:db8::7", false, "mx7.example.org"},
		{"mail.example.org", "", false, "mail.example.org"},
	} {
		conf := config.New()
		conf.LibDefaults.DNSCanonicalizeHostname = !c.never
		target := backend.MechanismTarget{Host: c.host}
		if c.address != "" {
			target.Address = &net.TCPAddr{IP: net.ParseIP(c.address), Port: 143}
		}
		if got := serviceHost(context.Background(), conf, names, target); got != c.want {
			t.Errorf("%s at %s: %s, want %s", c.host, c.address, got, c.want)
		}
	}
}
