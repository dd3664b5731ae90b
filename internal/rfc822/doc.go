// Package rfc822 parses and writes message header fields, addresses and dates as PHP's imap
// extension does, which uses the c-client library.
//
// imapcompat uses it for every header that is not a server's ENVELOPE: on POP3, in
// imap_rfc822_parse_headers, imap_rfc822_parse_adrlist and imap_rfc822_write_address, and when
// the library itself searches, sorts and threads. PHP's result is right, even if it is wrong by
// RFC 5322: a missing ">" becomes an address named MISSING_MAILBOX_TERMINATOR, a date without a
// zone is local time, an unclosed "(" cuts off its comment.
//
// Nothing is decoded: RFC 2047 words and 8-bit bytes stay unchanged.
//
// # Notices
//
// c-client logs what it cannot parse, and PHP shows the log in imap_errors. The functions here
// pass each such text to a callback, in the order in which PHP lists them. The callback may be
// nil.
//
// # Differences
//
// Where the extension crashes or reads memory that is not its own, this package does the
// following:
//
//   - An empty domain literal in a source route ("<@a,@[]:b@c>") is an unterminated route.
//   - A quoted-pair without its second byte, which a second unquoting can leave, is dropped.
//   - A phrase may have any number of words, and comments may nest to any depth: neither uses
//     stack.
//   - A domain with white space around its dots may have at most 127 labels, as in the DNS.
//     The rest of the list is ignored.
package rfc822
