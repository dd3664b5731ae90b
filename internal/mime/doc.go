// Package mime reads the MIME structure of a message that is held whole, and
// finds the text of its sections.
//
// PHP shows a server's own BODYSTRUCTURE on IMAP, and on POP3 what c-client
// reads out of the message itself. This package is the second of these: what
// imap_fetchstructure, imap_bodystruct, imap_fetchbody, imap_fetchmime and
// imap_body give on POP3, and what a local search or sort looks at. It follows
// PHP 8.2 where that departs from RFC 2045 and RFC 2046; the comments name the
// departures. They were all observed, none is taken from a manual:
//
//   - Content-* fields of a message without MIME-Version count only if the
//     first of them is a Content-Transfer-Encoding or a Content-Type with a
//     slash. In a part they always count.
//   - The first Content-Type with a subtype or a parameter wins, the last
//     Content-Transfer-Encoding, and the first of everything else.
//   - A text without any parameter gets CHARSET, guessed from its octets. A
//     text with parameters, but without a charset, does not.
//   - A multipart without a boundary parameter is split at lines "---". One
//     without any part has one empty part.
//   - RFC 2231 parameters and RFC 2047 words stay as they are.
//
// Line breaks are CRLF, LF or a lone CR. Sizes count the octets given, so a
// caller who wants PHP's figures hands over the message with CRLF, as POP3
// transfers it.
//
// Notices are those of imap_errors. PHP reports an envelope's fields and the
// Content-* fields in the order of the header, so the envelope's are reported
// here too, by way of package rfc822. Envelopes themselves are not kept.
//
// # Differences
//
//   - PHP asks a POP3 server for the header and the message apart (TOP and
//     RETR). Dovecot answers with another header if a CR stands alone in it,
//     and PHP shows that one; here, the header is that of the message.
//   - PHP crashes on the structure of an empty part of a multipart/digest.
//     Here it is a message without a body, see [Message.Structure].
//
// # Limits
//
// Time is linear in the size of the message: levels beyond 50 are not
// descended into (PHP's limit), and no level reads an octet more than a few
// times. A message has at most 50,000 parts (PHP has no limit); what follows
// belongs to the last one. Section texts are slices of the message.
package mime
