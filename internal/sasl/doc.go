// Package sasl authenticates a mail client: the mechanisms of RFC 4422 that
// IMAP and POP3 servers offer, which of them to use, and how often to try.
//
// # Choice
//
// Mechanisms are tried from the strongest to the weakest. With a password:
// SCRAM-SHA-256 (RFC 7677), CRAM-MD5 (RFC 2195), PLAIN (RFC 4616), LOGIN. LOGIN
// is left out where PLAIN may be used, as in c-client. /secure leaves the first
// two, and /authuser leaves PLAIN alone. c-client knows no SCRAM, and prefers
// LOGIN over CRAM-MD5 if there is no PLAIN.
//
// With a source of OAuth2 tokens: OAUTHBEARER (RFC 7628) and XOAUTH2, nothing
// else, and in the clear only where the caller ruled TLS out with /notls (RFC
// 6750 section 5.3). A token is not a password that may be put into another
// mechanism, and a password that is set besides is not what the caller wants to
// be used. The token says who authenticates, so /authuser has nothing to add.
//
// PLAIN and LOGIN are used over unencrypted connections, as in c-client, which
// then warns.
//
// # Tries
//
// [Login] tries each mechanism Config.Tries times, and [LoginCommand] the IMAP
// command LOGIN or POP3's USER and PASS. What they report, in what order, is
// c-client's.
package sasl
