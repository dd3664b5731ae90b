// Package imapbridge implements [backend.Session] for IMAP (RFC 9051, RFC 3501), over
// github.com/emersion/go-imap/v2.
//
// go-imap sends COPY, EXPUNGE, and the commands that create, delete, rename, subscribe and
// unsubscribe mailboxes. Only goimap.go uses it. The package does the rest itself, mostly
// because go-imap's types lose what PHP shows:
//
//   - The login. The greeting, STARTTLS and authentication are finished before go-imap gets
//     the connection. go-imap then reads a PREAUTH greeting that this package makes.
//   - Responses. This package reads all responses, and passes go-imap what answers its
//     commands. So the session sees RECENT, the texts of OK, NO, BAD and BYE, alerts and
//     EXPUNGE.
//   - FETCH, because PHP shows the server's own strings of ENVELOPE and BODYSTRUCTURE,
//     undecoded. STATUS, because go-imap cannot ask for RECENT.
//   - LIST, LSUB, quotas and access control lists. PHP shows their order.
//   - APPEND, because the session must go on after a refusal. IDLE, because it ends when
//     another command waits. SELECT and LOGOUT, so that a session that only reads needs no
//     go-imap and no goroutine of it.
//
// A server may remove messages during most commands (RFC 9051 section 7.5.1). The session keeps
// the old message numbers until Select, Poll or Expunge; see numbering.
package imapbridge
