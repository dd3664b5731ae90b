// Package charset turns text in the charsets that c-client knows into UTF-8,
// as c-client does: which names it knows, what it makes of octets that mean
// nothing, and how it guesses where the name says nothing.
//
// The tables are those of golang.org/x/text where c-client's are the same, with
// the exceptions that a comparison of every code with libc-client 2007f brought
// to light. Two of c-client's character sets are not there: GB 12345
// (the text tells the charset of what is in CN-GB-12345) and CNS 11643 (its characters in
// ISO-2022-CN are U+FFFD).
//
// All text comes out in compatibility decomposition, "a" and U+0308 for "ä",
// since that is how imap_utf8 and searches ask c-client for it. Nothing is reordered, and
// what Unicode 5 had no decomposition for has none.
package charset
