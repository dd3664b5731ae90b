// Package gssapi logs in with Kerberos V5: the SASL mechanism GSSAPI (RFC 4752, RFC 4121).
//
// With the user's ticket, which kinit or the login to the machine has got, no password is
// needed:
//
//	mbox, err := imapcompat.Open("{mail.example.org/imap/tls}INBOX", "ada", "",
//		imapcompat.WithMechanism(&gssapi.Mechanism{}))
//
// A service without a user at its side logs in with a keytab:
//
//	&gssapi.Mechanism{Principal: "archive@EXAMPLE.ORG", Keytab: "/etc/archive.keytab"}
//
// As in PHP, a login without a usable ticket goes on with the password, and
// [imapcompat.Connection.Errors] says what was wrong with the ticket.
//
// # What is negotiated
//
// The server must prove that it has the key of its service (mutual authentication). There
// is no security layer, as in PHP: TLS encrypts the connection, or nothing does. A server
// that insists on a layer is not used. Keys are those of AES with SHA-1 (RFC 3962), and AES-128 with
// SHA-256 (RFC 8009).
//
// # Names
//
// The service is imap/host, or pop/host for POP3 and smtp/host for SMTP, in the realm that krb5.conf gives the
// host. As in PHP, host is the name that the address of the server has in DNS. Whoever
// controls DNS can therefore choose which of the realm's hosts passes for the server.
// [Mechanism.ServiceHost], or dns_canonicalize_hostname = false in krb5.conf, avoids that.
//
// The server is asked to act as the user of the mailbox name, /user=, or else of Open. PHP
// asks for the name of the operating system's user if there is no /user=. With neither, the
// server derives the user from the principal. /authuser= must be the principal's name.
//
// # Credential caches
//
// Caches are files in the format that MIT Kerberos and Heimdal have written since 1.0, of
// the type FILE. Caches of other types, such as DIR, KEYRING and KCM, cannot be read. With
// those, run kinit -c FILE:/path and set KRB5CCNAME. The library writes nothing into a cache.
//
// Kerberos itself is github.com/jcmturner/gokrb5. It does not follow include and includedir
// in krb5.conf.
package gssapi
