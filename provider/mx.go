package provider

import (
	"context"
	"fmt"

	"golang.org/x/net/publicsuffix"
)

// fromMX recognizes the provider by the MX records. A preset is confirmed: its host has its own
// certificate, whoever wrote the record. What Mozilla's database has of the domain of a mail
// exchanger is not.
func (f *Finder) fromMX(ctx context.Context, a address) (*Settings, error) {
	limited, cancel := f.within(ctx)
	defer cancel()
	records, err := f.resolver().LookupMX(limited, a.domain)
	if len(records) == 0 {
		if err == nil || notFound(err) {
			return nil, nil
		}
		return nil, fmt.Errorf("DNS does not answer for the MX records of %s", a.domain)
	}
	// Only the preferred host counts: a backup elsewhere says nothing about mailboxes.
	host := trusted(records[0].Host)
	if host == "" {
		return nil, nil
	}
	if p, ok := findPreset(func(p Preset) bool { return listed(p.MX, host) }); ok {
		s := p.settings(a)
		s.Origin, s.From = FromMX, host
		return s, nil
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil || domain == a.domain {
		return nil, nil
	}
	s, err := f.document(ctx, a, database+domain)
	if s != nil {
		s.Unconfirmed = true
	}
	return s, err
}
