// Package sequence parses message sets as the functions of PHP take them: "3",
// "1,3,5:7", "1:*".
//
// c-client has two ways with a set. What it parses for itself (for
// imap_fetch_overview, and for changes of flags on POP3) goes through [Numbers]
// or [UIDs]: a message number must exist, and the texts of errors are c-client's.
// What it passes to an IMAP server to parse (imap_delete, imap_setflag_full,
// imap_mail_copy) goes through [ServerNumbers] or [ServerUIDs]: which messages
// exist is the server's to say. c-client passes whatever it is given, line
// breaks included; here only a set of RFC 9051 section 9, and the blanks and the
// trailing comma that servers take, get through. Blanks matter because the Msgno
// of PHP's header object is padded with them, and scripts pass it back.
//
// A reversed range is the same as the range, and sets are returned in ascending
// order without overlaps. An empty set is no messages, and no error, to
// c-client, and an error to a server.
//
// Numbers beyond 32 bits, and negative ends of a range, wrap around in c-client
// and in part go to the server. Here no message has such a number.
package sequence
