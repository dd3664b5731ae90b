// Package sasl authenticates a mail client. It implements the SASL mechanisms (RFC 4422)
// that IMAP and POP3 servers offer, and decides which to use and how often.
//
// # Choice of mechanisms
//
// Mechanisms are tried from the strongest to the weakest. With a password these are
// SCRAM-SHA-256 (RFC 7677), CRAM-MD5 (RFC 2195), PLAIN (RFC 4616) and LOGIN. As in
// c-client, LOGIN is not used if PLAIN may be used. /secure allows only the first two, and
// /authuser only PLAIN. c-client does not support SCRAM, and prefers LOGIN over CRAM-MD5 if
// there is no PLAIN.
//
// With a source of OAuth2 tokens, only OAUTHBEARER (RFC 7628) and XOAUTH2 are used. In the
// clear they are used only if the caller ruled out TLS with /notls (RFC 6750 section 5.3).
// A token is no password for other mechanisms, and a configured password is not used. The
// token says who authenticates, so /authuser adds nothing.
//
// As in c-client, PLAIN and LOGIN are also used in the clear, PLAIN with c-client's
// warning.
//
// # Number of tries
//
// [Login] tries each mechanism Config.Tries times. [LoginCommand] tries the IMAP command
// LOGIN, or USER and PASS of POP3. Both report what c-client reports, in the same order.
package sasl
