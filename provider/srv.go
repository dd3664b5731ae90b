package provider

import (
	"context"
	"fmt"
	"net"
)

// maxRecords bounds how many records of an answer count.
const maxRecords = 8

// services are the services of RFC 6186 section 3 and RFC 8314 section 5.1, preferred first:
// encryption from the first octet on comes before STARTTLS (RFC 8314 section 3).
var services = []struct {
	name, protocol string
	security       Security
}{
	{"imaps", IMAP, TLS},
	{"imap", IMAP, StartTLS},
	{"pop3s", POP3, TLS},
	{"pop3", POP3, StartTLS},
	{"submissions", SMTP, TLS},
	{"submission", SMTP, StartTLS},
}

// fromSRV asks for SRV records. Settings without a server for reading mail are none.
func (f *Finder) fromSRV(ctx context.Context, a address) (*Settings, error) {
	type answer struct {
		records []*net.SRV
		err     error
	}
	ctx, cancel := f.within(ctx)
	defer cancel()
	answers := make([]chan answer, len(services))
	for i, service := range services {
		answers[i] = make(chan answer, 1)
		go func() {
			_, records, err := f.resolver().LookupSRV(ctx, service.name, "tcp", a.domain)
			answers[i] <- answer{records, err}
		}()
	}
	s := &Settings{Address: a.text, Origin: FromSRV, From: "_imaps._tcp." + a.domain}
	var failed error
	for i, service := range services {
		got := <-answers[i]
		// net.Resolver returns the valid records beside the error of invalid ones.
		if got.err != nil && len(got.records) == 0 && !notFound(got.err) {
			failed = fmt.Errorf("DNS does not answer for _%s._tcp.%s", service.name, a.domain)
		}
		for _, record := range got.records[:min(len(got.records), maxRecords)] {
			// The target "." says that there is no such service (RFC 6186 section 3.4).
			host := trusted(record.Target)
			if host == "" || record.Port == 0 {
				continue
			}
			if len(s.Servers) == 0 {
				s.From = "_" + service.name + "._tcp." + a.domain
			}
			s.Servers = append(s.Servers, Server{
				Protocol: service.protocol, Host: host, Port: int(record.Port), Security: service.security, User: a.text,
			})
			s.Unconfirmed = s.Unconfirmed || !inside(host, a.domain)
		}
	}
	reader, ok := s.reader("")
	if !ok {
		return nil, failed
	}
	// The certificate of a preset's host is the preset's, whoever wrote the record.
	if p, ok := presetOfHost(reader.Host); ok && s.Unconfirmed {
		from := s.From
		s = p.settings(a)
		s.Origin, s.From = FromSRV, from
	}
	return s, nil
}

func (f *Finder) resolver() Resolver {
	if f.Resolver == nil {
		return net.DefaultResolver
	}
	return f.Resolver
}
