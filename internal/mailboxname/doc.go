// Package mailboxname is the grammar of the names that imap_open takes:
//
//	{host[:port][/flag...]}mailbox
//
// The grammar is c-client's, not RFC 5092's. A host is a domain name, an
// address, or an address literal in square brackets, which is the only way to
// write an IPv6 address. A port and any number of flags follow in any order; a
// flag's value may be a quoted string with backslash escapes, but no value can
// hold a "}". Names of flags do not depend on case. What stands after the "}"
// is the mailbox as the server is told of it, to the octet; none means INBOX.
//
// What is accepted and refused, and each text of an error, was observed with
// PHP 8.2 and c-client 2007f; testdata holds the observations. Deliberate
// differences:
//
//   - A port is 1 to 65535. c-client takes larger and negative numbers, uses the
//     low 16 bits as the port and others as internal switches, one of which
//     turns certificate checks off.
//   - There are no drivers for files on this machine and for NNTP. Names without
//     a "{" get the error that PHP reports for a file that does not exist.
package mailboxname
