// Package thread has what imap_thread does on this side of the connection: it
// orders messages by conversations for a service that does not.
//
// The algorithm is REFERENCES of RFC 5256 as PHP 8.2 follows it on POP3; steps in
// comments are those of section 3 there. Identifiers are read as addresses, so
// that what is no identifier may count as one.
//
// The time is proportional to the size of the headers, but for sorting and for
// the test for loops, which cost a logarithm more. Nothing recurses. An
// identifier or subject takes no more than 64 octets of memory however long it
// is, and there is a bound on the number of references.
package thread
