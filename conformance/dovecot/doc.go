// Package dovecot runs a private Dovecot for as long as a test lasts.
//
// The server lives in a temporary directory, listens on free ports of
// 127.0.0.1 and is reached by IMAP (with STARTTLS), IMAPS, POP3 (with STLS) and
// POP3S. Any user name exists, has the password [Password] and a Maildir of
// its own, so tests do not meet each other's mail. Everything that a client
// can see is fixed: UIDVALIDITY, UIDs, unique-ids, internal dates, time zone.
//
// The server ends with [Server.Close], and also when the test process dies
// without having called it.
package dovecot
