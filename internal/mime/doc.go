// Package mime parses the MIME structure of a message in memory, and finds the text of its
// sections.
//
// On IMAP PHP shows a server's own BODYSTRUCTURE, and on POP3 what c-client parses from the
// message. This package does the latter: it provides what imap_fetchstructure, imap_bodystruct,
// imap_fetchbody, imap_fetchmime and imap_body return on POP3, and what a local search or sort
// reads. It follows PHP 8.2 where that departs from RFC 2045 and RFC 2046; the comments name
// the departures. All were observed, none is from a manual:
//
//   - Content-* fields of a message without MIME-Version count only if the first of them is a
//     Content-Transfer-Encoding or a Content-Type with a slash. In a part they always count.
//   - Of several Content-Type fields the first with a subtype or a parameter counts, of
//     Content-Transfer-Encoding the last, and of other fields the first.
//   - A text without parameters gets CHARSET, guessed from its octets. A text with parameters
//     but without a charset does not.
//   - A multipart without a boundary parameter is split at lines "---". One without parts has
//     one empty part.
//   - RFC 2231 parameters and RFC 2047 words stay unchanged.
//
// Line breaks are CRLF, LF or a lone CR. Sizes count the given octets, so a caller who wants
// PHP's numbers passes the message with CRLF, as POP3 transfers it.
//
// Notices are those of imap_errors. PHP reports an envelope's fields and the Content-* fields
// in the order of the header, so this package also reports the envelope's, by way of package
// rfc822. It does not keep envelopes.
//
// # Differences
//
//   - PHP asks a POP3 server separately for the header and the message (TOP and RETR). If the
//     header contains a lone CR, Dovecot answers TOP with another header, and PHP shows that
//     one. Here the header is that of the message.
//   - PHP crashes on the structure of an empty part of a multipart/digest. Here it is a
//     message without a body, see [Message.Structure].
//
// # Limits
//
// Time is linear in the size of the message: levels beyond 50 are not parsed (PHP's limit), and
// no level reads an octet more than a few times. A message has at most 50,000 parts (PHP has no
// limit); what follows belongs to the last one. Section texts are slices of the message.
package mime
