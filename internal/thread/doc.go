// Package thread implements imap_thread for services that cannot thread: it orders messages by
// conversation.
//
// The algorithm is REFERENCES of RFC 5256 as PHP 8.2 follows it on POP3; steps in comments are
// those of its section 3. Identifiers are parsed as addresses, so text that is no identifier
// may count as one.
//
// The time is linear in the size of the headers, with a logarithmic factor for sorting and for
// the test for loops. Nothing recurses. An identifier or subject takes at most 64 octets of
// memory, and the number of references is limited.
package thread
