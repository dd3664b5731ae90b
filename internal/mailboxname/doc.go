// Package mailboxname parses the names that imap_open takes:
//
//	{host[:port][/flag...]}mailbox
//
// The grammar is c-client's, not RFC 5092's. A host is a domain name, an address, or an address
// literal in square brackets, the only form of an IPv6 address. A port and any number of flags
// follow in any order. The value of a flag may be a quoted string with backslash escapes, but
// may not contain "}". Case does not matter in flags. The mailbox after the "}" is sent to the
// server unchanged; an empty one means INBOX.
//
// What is accepted and refused, and each error text, was observed with PHP 8.2 and c-client
// 2007f; testdata holds the observations. Deliberate differences:
//
//   - A port is 1 to 65535. c-client accepts larger and negative numbers. It uses the low 16
//     bits as the port and other bits as internal switches, one of which turns off certificate
//     checks.
//   - There are no drivers for local files and for NNTP. A name without "{" gets the error
//     that PHP reports for a file that does not exist.
package mailboxname
