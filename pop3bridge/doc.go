// Package pop3bridge implements [backend.Session] over POP3 (RFC 1939), with
// github.com/knadh/go-pop3.
//
// go-pop3 writes commands and reads status lines and short listings. It reads line by line
// through a connection of this package. The package does the rest itself:
//
//   - The extensions that go-pop3 lacks: CAPA and pipelining (RFC 2449), STLS (RFC 2595),
//     SASL (RFC 5034), APOP.
//   - The texts of messages, because only CRLF ends a line in them. go-pop3 takes a lone LF
//     for a line break, and LF, dot, LF for the end of a message. So the author of a message
//     could write what the client takes for the server's next answers.
//   - Bounds on lines, listings and messages, and the check that no argument contains a line
//     break.
//
// Packages internal/rfc822 and internal/mime parse headers, dates and MIME structures,
// instead of go-message: the results must be what PHP shows, even where that violates the
// standards.
//
// # What the server keeps
//
// A POP3 server keeps messages only. The session keeps the flags, until it ends. Message
// numbers and UIDs are the numbers at the login. After an Expunge, message numbers close
// up, and UIDs stay.
//
// A message is deleted only by [Session.Expunge] and then [Session.Logout]. Expunge sends
// DELE for each message that the caller has marked, and Logout sends QUIT. If QUIT does not
// arrive, the server must not remove any message (RFC 1939 section 6). An error after
// Expunge says what is known about the messages. When a server refuses RETR, the message is
// not marked. c-client marks it, and deletes it with the next imap_expunge.
//
// Other differences from c-client: A NUL in a message is kept. c-client loses the rest of
// the line, and takes ".\0" for the end of the message. When the server refuses TOP, the
// whole message is read to get its header.
package pop3bridge
