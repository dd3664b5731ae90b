// Package dial opens the network connection of an IMAP or POP3 session. It starts TLS at
// once or later (STARTTLS of RFC 3501, STLS of RFC 2595), and may compress the connection
// (RFC 4978).
//
// Errors are [*backend.Error] with the texts that PHP reports. Like c-client, the package
// tries all addresses of a host in the resolver's order. Differences from c-client:
//
//   - TLS is version 1.2 or later. With STARTTLS, c-client uses only TLS 1.0, so that it fails
//     with most of today's servers.
//   - A certificate must name the host in its subjectAltName (RFC 9525); c-client also accepts
//     the common name. An IP address must be among the certificate's addresses; c-client
//     looks for it among the names.
//   - Octets that arrive between the answer to STARTTLS and the handshake are an error;
//     c-client discards them (CVE-2011-0411).
//   - Timeouts.Open also bounds implicit TLS, where c-client waits as long as the kernel does.
package dial
