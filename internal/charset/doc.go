// Package charset converts text to UTF-8 from the charsets that c-client knows, as c-client
// does: which names it knows, what it makes of meaningless octets, and how it guesses a charset
// without a known name.
//
// Where c-client's tables equal those of golang.org/x/text, the package uses the latter, with
// the exceptions that a comparison of every code with libc-client 2007f found. Two of
// c-client's character sets are missing: GB 12345 (for CN-GB-12345 the charset is guessed from
// the text) and CNS 11643 (its characters in ISO-2022-CN are U+FFFD).
//
// All text is in compatibility decomposition, "a" and U+0308 for "ä", since imap_utf8 and
// searches ask c-client for it. Nothing is reordered. Characters for which Unicode 5 had no
// decomposition are not decomposed.
package charset
