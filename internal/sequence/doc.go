// Package sequence parses the message sets of PHP's functions: "3", "1,3,5:7", "1:*".
//
// c-client parses some sets itself (for imap_fetch_overview, and for changes of flags on POP3).
// [Numbers] and [UIDs] parse those: a message number must exist, and the error texts are
// c-client's. c-client passes other sets to an IMAP server (imap_delete, imap_setflag_full,
// imap_mail_copy). [ServerNumbers] and [ServerUIDs] parse those: the server decides which
// messages exist. c-client passes any text, line breaks included. [ServerNumbers] and
// [ServerUIDs] accept only a set of RFC 9051 section 9, and the blanks and the trailing comma
// that servers accept. Blanks are needed because the Msgno of PHP's header object is padded with
// them, and scripts pass it back.
//
// A reversed range equals the range. Sets are returned in ascending order without overlaps. For
// c-client an empty set is no messages and no error; for a server it is an error.
//
// In c-client numbers beyond 32 bits, and negative ends of a range, wrap around, and some go to
// the server. Here no message has such a number.
package sequence
