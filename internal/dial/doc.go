// Package dial opens the network connection under an IMAP or POP3 session, and
// encrypts it, from the first byte or later (RFC 3501 STARTTLS, RFC 2595 STLS). A
// session may have it compressed (RFC 4978).
//
// Errors are [*backend.Error] with the texts that PHP reports, and all
// addresses of a host are tried in the resolver's order, as c-client does.
// Where it differs:
//
//   - TLS is version 1.2 or later. c-client upgrades to TLS 1.0 and nothing
//     else, so that STARTTLS fails with most servers of today.
//   - A certificate must name the host in its subjectAltName (RFC 9525); c-client
//     also looks at the common name. An address is looked for among the
//     certificate's addresses; c-client looks for it among the names.
//   - Octets that arrive between the answer to STARTTLS and the handshake are an
//     error; c-client throws them away (CVE-2011-0411).
//   - The open timeout also holds for implicit TLS, where c-client waits as long
//     as the kernel does.
package dial
