// Package pop3bridge implements [backend.Session] for POP3 (RFC 1939), over
// github.com/knadh/go-pop3.
//
// go-pop3 writes commands and reads status lines and short listings. It reads one line at a
// time from a connection of this package. The package itself implements:
//
//   - The extensions that go-pop3 lacks: CAPA and pipelining (RFC 2449), STLS (RFC 2595), SASL
//     (RFC 5034), and APOP.
//   - The texts of messages. Only CRLF ends a line of a message. For go-pop3 an LF is a line
//     break, and LF, dot, LF end the message, so the author of a message could write what the
//     client takes for the server's next answers.
//   - Limits on lines, listings and messages, and the check that no argument breaks a command
//     line.
//
// The packages internal/rfc822 and internal/mime parse headers, dates and MIME structures.
// go-message does not, because the results must be PHP's, whatever the RFCs say.
//
// # The server's state and the session's
//
// POP3 stores messages only. The session keeps flags until it ends. Message numbers and UIDs
// are those of the login. After an Expunge the numbers close up, and the UIDs stay.
//
// Only [Session.Expunge] and then [Session.Logout] delete messages on the server. Expunge sends
// a DELE for each message that the caller has marked, and Logout sends QUIT. Without QUIT the
// server forgets the DELEs (RFC 1939 section 6). An error after Expunge says what is known
// about the messages. If the server refuses a RETR, the message is not marked; c-client marks
// it, and deletes it with the next imap_expunge.
//
// Other differences from c-client: a NUL in a message is kept; c-client loses the rest of the
// line, and takes ".\0" for the end of the message. After a refused TOP the whole message is
// read for its header.
package pop3bridge
