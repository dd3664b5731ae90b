package sasl

import (
	"crypto/tls"

	"github.com/xdg-go/scram"
)

// bindings returns the channel bindings of a TLS connection (RFC 5056), the one first that
// servers must support with a -PLUS mechanism: tls-exporter for TLS 1.3 (RFC 9266), and
// tls-unique for TLS 1.2 (RFC 5802 section 6.1). tls-server-end-point (RFC 5929 section 4)
// follows. state is nil without TLS.
//
// tls-unique is safe only with the extended master secret (RFC 7627), without which Go
// exports no keying material. tls-server-end-point is not defined for a certificate whose
// signature algorithm has no hash function, such as Ed25519.
func bindings(state *tls.ConnectionState) []scram.ChannelBinding {
	if state == nil || !state.HandshakeComplete {
		return nil
	}
	var list []scram.ChannelBinding
	if exporter, err := scram.NewTLSExporterBinding(state); err == nil {
		switch {
		case state.Version >= tls.VersionTLS13:
			list = append(list, exporter)
		case len(state.TLSUnique) > 0:
			list = append(list, scram.NewTLSUniqueBinding(state.TLSUnique))
		}
	}
	if certificate, err := scram.NewTLSServerEndpointBinding(state); err == nil {
		list = append(list, certificate)
	}
	return list
}
