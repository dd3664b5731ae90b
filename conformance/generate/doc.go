// Package generate makes messages that no mail program should send, and that many do, to find
// differences that nobody thought of.
//
// A message depends only on a seed and a number, so two numbers identify a failure. Its bytes
// are the same on every machine and in every version; TestForever checks this. A change to this
// package that moves a random choice makes other messages for the same numbers.
//
// Each of the following occurs in some messages, and none in all:
//
//   - fields twice, missing, folded, with odd names, without a colon;
//   - comments, quoted strings and brackets that nest and that do not close;
//   - groups, source routes, addresses without a host or without anything;
//   - encoded words, whole and broken, in every charset that c-client knows;
//   - dates of every century and form;
//   - MIME structures up to [MaxDepth] deep, with boundaries that are wrong, missing, or begin
//     like another one, and parameters of RFC 2231;
//   - octets above 127 and control characters anywhere;
//   - lines that end in LF, in CRLF, or in either.
//
// Three things never occur, because Dovecot changes them, so that two readings of a message
// would differ: NUL, a CR at the beginning or the end of a line, and a dot at the beginning of
// a message.
package generate
