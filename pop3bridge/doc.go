// Package pop3bridge is POP3 (RFC 1939) as a [backend.Session], over
// github.com/knadh/go-pop3.
//
// go-pop3 writes commands and reads status lines and short listings. It reads
// through a connection of this package, line by line, and leaves the rest to
// it:
//
//   - The extensions go-pop3 lacks: CAPA and pipelining (RFC 2449), STLS (RFC
//     2595), SASL (RFC 5034), APOP.
//   - The texts of messages, because a line of them ends with CRLF only. To
//     go-pop3 an LF is a line break and an LF, a dot and an LF the end of a
//     message, so that its author can write what the client takes for the
//     server's next answers.
//   - Bounds on lines, listings and messages, and the check that no argument
//     breaks a command line.
//
// Headers, dates and MIME structures are parsed by packages internal/rfc822 and
// internal/mime, not by go-message: they are to come out as PHP shows them, and
// not as they should be.
//
// # What is on the server, and what is not
//
// POP3 has messages and nothing else. Flags are kept here until the session
// ends. Message numbers and UIDs are those of the login; after an Expunge the
// numbers close up and the UIDs stay.
//
// Nothing is deleted on the server but by [Session.Expunge] and then
// [Session.Logout]: the first sends a DELE for each message that the caller has
// marked, the second a QUIT, and the server is to forget the DELEs if that does
// not come (RFC 1939 section 6). An error after Expunge says what is known
// about the messages. A RETR that a server refuses does not mark the message;
// c-client does that, and would delete it with the next imap_expunge.
//
// Other differences from c-client: a NUL in a message is kept, where c-client
// loses the rest of the line, and takes ".\0" for the end of the message; and
// after a refused TOP the message is read whole to get at its header.
package pop3bridge
