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
// [Server.Alert] sends a text for the user. The log of a failed test has the conversation.
//
// [Server.Refuse] makes the servers refuse commands with any response code, so a test can check
// how the program handles "[UNAVAILABLE]" at the login or "[OVERQUOTA]" later. [Server.Fail] can
// do more: a [Fault] refuses the n-th command of a name, is late, stays silent, ends the
// connection at a chosen place, or calls a function that acts as another client.
// [Server.RenewUIDs] changes UIDVALIDITY, and [Message] can have another size than is announced.
// [Server.DropConnections] and [Server.DropAfter] concern all connections.
//
// A client that waits with IDLE is told of every change at once.
//
// As on a real server, a message is \Recent for the first IMAP session that opens its mailbox.
// For an unread message imapcompat's HeaderInfo then has Recent "N" and Unseen " ", and in
// later sessions Unseen "U".
//
// # The IMAP server
//
// The server has IMAP4rev1 (RFC 3501) with ACL, BINARY, CHILDREN, COMPRESS, CONDSTORE,
// CREATE-SPECIAL-USE, ENABLE, ESEARCH, ID, IDLE, LIST-EXTENDED, LIST-STATUS, LITERAL+, MOVE,
// NAMESPACE, QUOTA, SASL-IR, SORT, SPECIAL-USE, STARTTLS, STATUS=SIZE, THREAD, UIDPLUS and
// UNSELECT. [Config.Without] turns each off, and then its commands and arguments are unknown. Only
// STARTTLS depends on [Config].TLS. The answer to ID has the name "imaptest"; the transcript has
// the fields that the client sends.
//
// The server answers as Dovecot 2.3 does: in what it says of a message and its parts, in message
// numbers and UIDs, in which session is told of what and when, in flags, keywords and \Recent, in
// SEARCH, SORT and THREAD, in lists of mailboxes, quotas and access control lists, in what is NO
// and what is BAD, and in texts. testdata/dialogues has the dialogues. A session whose mailbox
// is deleted ends with BYE, as does one that only sends bad commands.
//
// It differs on purpose in these points:
//
//   - LIST returns INBOX first, and the others by name. The delimiter is "/".
//   - Internal dates keep their time zone.
//   - RENAME of INBOX moves its messages (RFC 3501 section 6.3.5). Dovecot refuses it.
//   - MOVE is refused in a mailbox that is open for reading only. Dovecot moves.
//   - SETQUOTA changes the limits. Dovecot allows it to administrators only.
//   - BINARY.SIZE is the length of what BINARY returns. In Dovecot the two can differ.
//   - BINARY of a base64 text that ends too early is NO. Dovecot ends the session.
//   - SEARCH and SORT know the charsets of golang.org/x/text and c-client. Dovecot knows those of
//     iconv.
//
// # Providers
//
// [Config.Provider] gives the servers the ways of a mail service: [Domino], [Exchange], [Office365Shared],
// [Gmail], [NetEase], [MailRu] or [Yahoo]. Each documents what it does and where that is reported.
//
// # The POP3 server
//
// The server implements RFC 1939 with CAPA (RFC 2449), STLS (RFC 2595) and AUTH (RFC 5034). Its
// texts are Dovecot's. A session sees the INBOX as it was at its login. QUIT removes the messages
// that the session marked with DELE; a connection that ends otherwise removes none. RETR sets
// \Seen, as on Dovecot. The maildrop is not locked: sessions of both protocols may be open at once.
package imaptest
