// Package message writes what an IMAP server says of a message, from the octets of the message:
// envelope, body structure, sections, and what SEARCH, SORT and THREAD compare.
//
// The answers are those of Dovecot 2.3, octet for octet, also where a message is broken:
// conformance compares them. Among Dovecot's limits are 99 levels of parts and 10,000 parts.
//
// The parsers of internal/mime and internal/rfc822 read a message as c-client does, which
// differs; so this package has its own.
package message
