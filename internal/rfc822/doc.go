// Package rfc822 reads and writes message header fields, addresses and dates
// the way PHP's imap extension does, which is the way of the c-client library
// beneath it.
//
// It is used wherever imapcompat has a header and not a server's ENVELOPE:
// on POP3, in imap_rfc822_parse_headers, imap_rfc822_parse_adrlist and
// imap_rfc822_write_address, and for searching, sorting and threading on this side. What
// comes out wrong by RFC 5322 but is what PHP shows is right here: a missing
// ">" becomes an address named MISSING_MAILBOX_TERMINATOR, a date without a
// zone is local time, the comment of an unterminated "(" is cut off.
//
// Nothing is decoded: RFC 2047 words and 8-bit bytes pass through as they are.
//
// # Notices
//
// c-client reports what it could not read through its log, and PHP shows that
// in imap_errors. The functions here hand each such text to a callback, in
// the order in which PHP lists them. The callback may be nil.
//
// # Differences
//
// Where the extension crashes or reads memory that is not its own, this
// package does something defined instead:
//
//   - An empty domain literal in a source route ("<@a,@[]:b@c>") is a route
//     that is not terminated.
//   - A quoted-pair without its second byte, as a second unquoting can leave
//     it, is dropped.
//   - A phrase may have any number of words, and comments may nest to any
//     depth: neither costs stack.
//   - A domain that is written with white space around its dots may have as
//     many labels as a name in the DNS can have, 127. The rest of the list is
//     ignored from there on.
package rfc822
