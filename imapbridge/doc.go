// Package imapbridge is IMAP (RFC 9051, RFC 3501) as a [backend.Session], over
// github.com/emersion/go-imap/v2.
//
// go-imap does what changes mailboxes, COPY and EXPUNGE; goimap.go is all that knows of it. Three things are kept
// from it, the most of them because its types drop what PHP shows:
//
//   - The connection up to the login. The greeting, STARTTLS and
//     authentication are over before go-imap sees its first byte, which is a
//     PREAUTH greeting made up for it.
//   - Responses are read here and, in answer to its own commands, passed on to
//     go-imap, so that RECENT, the texts of OK, NO, BAD and BYE, alerts and EXPUNGE
//     are seen as they pass.
//   - FETCH and STATUS are commands of this package. The strings of an
//     ENVELOPE and a BODYSTRUCTURE are the server's own, and PHP shows them
//     undecoded. So are LIST, LSUB and those of quotas and access control
//     lists, of which PHP shows the order, APPEND, after whose refusal the
//     session is to go on, IDLE, which ends when somebody has another command,
//     and SELECT and LOGOUT, so that a session that only reads needs no go-imap
//     and none of its goroutines.
//
// A server may remove messages during most commands (RFC 9051 section 7.5.1).
// The session keeps the old message numbers nonetheless, until Select, Poll or
// Expunge; see numbering.
package imapbridge
