// Package sasl authenticates a mail client: the mechanisms of RFC 4422 that IMAP and POP3
// servers offer, which of them to use, and how often to try.
//
// # Choice
//
// Mechanisms are tried from the strongest to the weakest. With a password they are
// SCRAM-SHA-256 (RFC 7677), CRAM-MD5 (RFC 2195), PLAIN (RFC 4616), LOGIN. As in c-client, LOGIN
// is not used if PLAIN may be. /secure allows only the first two, and /authuser only PLAIN.
// c-client does not know SCRAM, and prefers LOGIN to CRAM-MD5 if there is no PLAIN.
//
// With a source of OAuth2 tokens they are OAUTHBEARER (RFC 7628) and XOAUTH2, without
// encryption only if the caller ruled TLS out with /notls (RFC 6750 section 5.3). A token is
// never used as a password in another mechanism, and a password is not used if there is a token
// source. The token names the user, so /authuser has no effect.
//
// As in c-client, PLAIN and LOGIN are used over unencrypted connections, with a warning.
//
// # Tries
//
// [Login] tries each mechanism Config.Tries times, and [LoginCommand] the IMAP command LOGIN or
// POP3's USER and PASS. Their reports, and the order of these, are c-client's.
package sasl
