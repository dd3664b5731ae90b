package provider

import (
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/oauth"
)

// Preset is what this package knows of a provider.
type Preset struct {
	ID   string // in lower case, "gmail"
	Name string // "Gmail"
	// Domains are those of the provider's addresses. One that begins with a dot means those
	// below it.
	Domains []string
	// MX are hosts of the provider in MX records of its customers' domains. A host that begins
	// with a dot means those below it.
	MX      []string
	Servers []Server // User is a pattern, with the placeholders of the user's file
	Issuer  string
	Sources []oauth.Fact // where hosts, ports, login names and domains are from
	Facts   []oauth.Fact // what users should know
}

// Presets returns the presets, ordered by ID. They are copies.
func Presets() []Preset {
	list := make([]Preset, len(presets))
	for i, p := range presets {
		list[i] = p.clone()
	}
	return list
}

func (p Preset) clone() Preset {
	p.Domains, p.MX, p.Servers = slices.Clone(p.Domains), slices.Clone(p.MX), slices.Clone(p.Servers)
	p.Sources, p.Facts = slices.Clone(p.Sources), slices.Clone(p.Facts)
	for i := range p.Servers {
		p.Servers[i].Methods = slices.Clone(p.Servers[i].Methods)
	}
	return p
}

// findPreset returns a copy of the first preset that fits.
func findPreset(fits func(Preset) bool) (Preset, bool) {
	i := slices.IndexFunc(presets, fits)
	if i < 0 {
		return Preset{}, false
	}
	return presets[i].clone(), true
}

// listed reports whether a list has a name, or one that begins with a dot and ends it.
func listed(list []string, name string) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		return name == entry || entry[0] == '.' && strings.HasSuffix(name, entry)
	})
}

func presetOf(domain string) (Preset, bool) {
	return findPreset(func(p Preset) bool { return listed(p.Domains, domain) })
}

// presetOfHost returns the preset that a server for reading mail belongs to.
func presetOfHost(host string) (Preset, bool) {
	return findPreset(func(p Preset) bool {
		return slices.ContainsFunc(p.Servers, func(s Server) bool { return s.Protocol != SMTP && s.Host == host })
	})
}

// settings returns those of an address.
func (p Preset) settings(a address) *Settings {
	for i := range p.Servers {
		p.Servers[i].User = a.expand(p.Servers[i].User)
	}
	return &Settings{
		Address: a.text, ID: p.ID, Name: p.Name, Servers: p.Servers, Issuer: p.Issuer, Facts: p.Facts,
		Origin: FromPreset, From: p.ID,
	}
}

// expand replaces the placeholders of a login name.
func (a address) expand(user string) string {
	return strings.NewReplacer("%EMAILADDRESS%", a.text, "%EMAILLOCALPART%", a.local, "%EMAILDOMAIN%", a.domain).Replace(user)
}
