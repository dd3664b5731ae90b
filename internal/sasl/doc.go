// Package sasl authenticates a mail client. It implements the SASL mechanisms (RFC 4422)
// that IMAP and POP3 servers offer, and decides which to use and how often.
//
// # Choice of mechanisms
//
// Mechanisms are tried from the strongest to the weakest. With a password these are
// SCRAM-SHA-256-PLUS (RFC 7677), SCRAM-SHA-1-PLUS (RFC 5802), SCRAM-SHA-256, SCRAM-SHA-1,
// CRAM-MD5 (RFC 2195), PLAIN (RFC 4616) and LOGIN. As in c-client, LOGIN is not used if PLAIN
// may be used. /secure rules out PLAIN and LOGIN, and if one of the -PLUS mechanisms can be
// used, it rules out everything else. /authuser allows SCRAM and PLAIN. c-client does not
// support SCRAM, and prefers LOGIN over CRAM-MD5 if there is no PLAIN.
//
// The -PLUS mechanisms bind the login to the TLS connection, so that it fails if somebody in
// between ends TLS. If the server offers none of them, the others tell it that the client
// could have used one (RFC 5802 section 6). A server that did offer one then refuses the
// login, which ends.
//
// Mechanisms of the program, such as GSSAPI, are tried before all others. PHP also tries
// GSSAPI before PLAIN, but after CRAM-MD5, and after LOGIN if there is no PLAIN.
//
// With a source of OAuth2 tokens, only OAUTHBEARER (RFC 7628) and XOAUTH2 are used. In the
// clear they are used only if the caller ruled out TLS with /notls (RFC 6750 section 5.3).
// A token is no password for other mechanisms, and a configured password is not used. The
// token says who authenticates, so /authuser adds nothing.
//
// With a client certificate and no password, only EXTERNAL (RFC 4422) is used, over TLS. An
// anonymous login uses only ANONYMOUS (RFC 4505).
//
// As in c-client, PLAIN and LOGIN are also used in the clear, PLAIN with c-client's
// warning.
//
// # Number of tries
//
// [Login] tries each mechanism Config.Tries times. [LoginCommand] tries the IMAP command
// LOGIN, or USER and PASS of POP3. Both report what c-client reports, in the same order.
package sasl
