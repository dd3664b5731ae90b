// Package dovecot runs a private Dovecot for the duration of a test.
//
// The server has a temporary directory, listens on free ports of 127.0.0.1, and offers IMAP
// (with STARTTLS), IMAPS, POP3 (with STLS) and POP3S. Any user name exists, with the password
// [Password] and a Maildir of its own, so tests do not see each other's mail. Everything that a
// client can see is fixed: UIDVALIDITY, UIDs, unique-ids, internal dates, time zone.
//
// The server ends with [Server.Close], and also if the test process dies without calling it.
package dovecot
