// Package dial opens the network connection of an IMAP or POP3 session, and encrypts it, from
// the first byte or later (RFC 3501 STARTTLS, RFC 2595 STLS). It can also compress it (RFC
// 4978).
//
// Errors are [*backend.Error] with the texts that PHP reports. As in c-client, all addresses of
// a host are tried in the resolver's order. Differences:
//
//   - TLS is version 1.2 or later. c-client upgrades to TLS 1.0 only, so its STARTTLS fails
//     with most servers.
//   - A certificate must name the host in its subjectAltName (RFC 9525); c-client also accepts
//     the common name. An IP address must be among the certificate's addresses; c-client looks
//     for it among the names.
//   - Octets between the answer to STARTTLS and the handshake are an error; c-client discards
//     them (CVE-2011-0411).
//   - The open timeout also applies to implicit TLS, where c-client waits as long as the
//     kernel does.
package dial
