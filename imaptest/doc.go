// Package imaptest runs IMAP and POP3 servers in memory, for unit tests of programs that read
// mail, as net/http/httptest does for HTTP.
//
//	srv := imaptest.NewServer(t, "Subject: hello\n\nworld\n")
//	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
//
// [Golden] compares a result with the JSON in a file, which PHP or the test itself writes.
//
// Both servers listen on 127.0.0.1 and serve one user and one store: a message that is removed
// over POP3 is also removed over IMAP, and the other way round. The test reads the store with
// [Server.Messages], and acts as another client with [Server.Append], [Server.SetFlags] and
// [Server.Remove]. [Server.Transcript] returns what the program under test sent.
// [Server.RefuseLogins], [Server.Refuse], [Server.DropConnections] and [Server.DropAfter] cause
// failures. Refuse takes any response code, so a test can check how the program handles
// "[UNAVAILABLE]" at the login or "[OVERQUOTA]" later.
//
// A client that waits with IDLE is told of every change at once.
//
// As on a real server, a message is \Recent for the first IMAP session that opens its mailbox.
// For an unread message imapcompat's HeaderInfo then has Recent "N" and Unseen " ", and in
// later sessions Unseen "U".
//
// # The IMAP server
//
// github.com/emersion/go-imap/v2/imapserver implements the protocol, IMAP4rev1 (RFC 3501) with
// NAMESPACE, UIDPLUS, ESEARCH, MOVE, STATUS=SIZE, CHILDREN, LIST-EXTENDED, LIST-STATUS, BINARY,
// LITERAL+ and ID. SASL-IR, UNSELECT, ENABLE, IDLE and UTF8=ACCEPT cannot be turned off. The
// answer to ID has the name "imaptest"; the transcript has the fields that the client sends.
//
// The server answers as Dovecot does in message numbers and UIDs, in which session is told of
// what and when, in flags, keywords and \Recent, in read-only mailboxes, in internal dates, in
// SEARCH, and in the text of messages, headers and body parts (testdata/dovecot.txt has the
// dialogues).
//
// Where imapserver has its own ways, the server resembles no particular server:
//
//   - ENVELOPE has the date reformatted. It has NIL for a date or an address list that does
//     not parse, and for an empty subject. It loses groups and source routes. Encoded words
//     (RFC 2047) of the subject and of names stay unchanged.
//   - BODYSTRUCTURE has its parameters in alphabetical order, with names in lower case and
//     decoded values, and no MD5. A file name of RFC 2231 is "filename", where other servers
//     send "filename*" or "filename*0*".
//   - A body part that does not exist is an empty string, not NIL.
//   - LSUB has the attributes of LIST.
//   - FLAGS announces new keywords, without PERMANENTFLAGS.
//   - Texts are imapserver's: the greeting, and the texts after OK, NO and BAD.
//
// Test what depends on these points on the real server.
//
// # The POP3 server
//
// The server implements RFC 1939 with CAPA (RFC 2449), STLS (RFC 2595) and AUTH (RFC 5034). A
// session sees the INBOX as it was at its login. QUIT removes the messages that the session
// marked with DELE; a connection that ends otherwise removes none. RETR sets \Seen, as on
// Dovecot. The maildrop is not locked: sessions of both protocols may be open at once.
package imaptest
