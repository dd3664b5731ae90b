// Package imaptest runs IMAP and POP3 servers in memory, for unit tests of
// programs that read mail. It is to mail what net/http/httptest is to HTTP.
//
//	srv := imaptest.NewServer(t, "Subject: hello\n\nworld\n")
//	mbox, err := imapcompat.Open(srv.IMAP(), srv.User, srv.Password)
//
// Both servers listen on 127.0.0.1 and serve one user and one store: a message
// that is removed over POP3 is gone over IMAP, and the other way round. The
// test itself looks into the store with [Server.Messages], and plays another
// client with [Server.Append], [Server.SetFlags] and [Server.Remove].
// [Server.Transcript] tells what the program under test sent,
// [Server.RefuseLogins], [Server.Refuse], [Server.DropConnections] and
// [Server.DropAfter] make trouble: Refuse with any response code, so that a test sees
// what the program makes of "[UNAVAILABLE]" at the login or of "[OVERQUOTA]" later.
//
// A client that waits with IDLE is told of every change at once.
//
// As on a real server a message is \Recent to the first IMAP session that opens
// its mailbox: imapcompat's HeaderInfo has Recent "N" and Unseen " " for an
// unread one then, and Unseen "U" in later sessions.
//
// # The IMAP server
//
// The protocol is that of github.com/emersion/go-imap/v2/imapserver, IMAP4rev1
// (RFC 3501) with NAMESPACE, UIDPLUS, ESEARCH, MOVE, STATUS=SIZE, CHILDREN,
// LIST-EXTENDED, LIST-STATUS, BINARY, LITERAL+ and ID; SASL-IR, UNSELECT, ENABLE,
// IDLE and UTF8=ACCEPT are always there. ID is answered with the name "imaptest"; what
// the client says of itself is in the transcript.
//
// It is faithful in message numbers and UIDs, in which session is told of what
// and when, in flags, keywords and \Recent, in read-only mailboxes, in internal
// dates, in SEARCH, and in the text of messages, headers and body parts: in all
// that it answers as Dovecot does (testdata/dovecot.txt has the dialogues).
//
// It is not faithful to any particular server in what imapserver has its own
// way with:
//
//   - ENVELOPE has the date reformatted, and NIL in place of a date or an
//     address list that does not parse, and of a subject that is there and
//     empty. Groups and source routes are lost. Encoded words (RFC 2047) of the
//     subject and of names stay as they are.
//   - BODYSTRUCTURE has its parameters in alphabetical order, names in lower
//     case, values decoded, and no MD5. A file name of RFC 2231 is "filename",
//     where other servers say "filename*" or "filename*0*".
//   - A body part that does not exist is an empty string, not NIL.
//   - LSUB has the attributes of LIST.
//   - New keywords are told by FLAGS alone, without PERMANENTFLAGS.
//   - Texts are imapserver's: the greeting, and what stands behind OK, NO and
//     BAD.
//
// A test that depends on those belongs on the server that it is about.
//
// # The POP3 server
//
// It speaks RFC 1939 with CAPA (RFC 2449), STLS (RFC 2595) and AUTH (RFC 5034).
// A session sees the INBOX as it was at its login, and the messages it marked
// with DELE are removed when QUIT is processed; a connection that ends
// otherwise removes nothing. RETR sets \Seen, as it does on Dovecot. The
// maildrop is not locked: sessions of both protocols may be open at once.
package imaptest
