// Package imapbridge implements [backend.Session] over IMAP (RFC 9051, RFC 3501), with
// github.com/emersion/go-imap/v2.
//
// go-imap sends COPY, EXPUNGE and the commands that change mailboxes. Only goimap.go uses
// it. This package does three things itself, mostly because go-imap's types drop what PHP
// shows:
//
//   - It conducts the login. The greeting, STARTTLS and authentication are complete before
//     go-imap reads its first octet, which belongs to a PREAUTH greeting that goimap.go
//     generates.
//   - It reads all responses, and passes on to go-imap those that answer go-imap's commands.
//     So it sees RECENT, EXPUNGE, alerts and the texts of OK, NO, BAD and BYE.
//   - It sends all other commands. FETCH: PHP shows the strings of ENVELOPE and BODYSTRUCTURE
//     undecoded. LIST, LSUB, quotas and access control lists: PHP shows the server's order.
//     APPEND: the session must survive a refusal. IDLE: it must end when another command
//     waits. SELECT and LOGOUT: a session that only reads needs no go-imap and none of its
//     goroutines.
//
// A server may report expunged messages during most commands (RFC 9051 section 7.5.1). The
// session keeps the old message numbers until Select, Poll or Expunge; see numbering.
package imapbridge
