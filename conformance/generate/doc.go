// Package generate makes messages of a kind that no mail program should send,
// and many do: for a comparison that is to find what nobody thought of.
//
// A message is made of a seed and a number and of nothing else, so that a
// failure is told in two numbers. Its bytes are the same for ever, on every
// machine; TestForever holds them to it. A change to this package that moves a
// random choice makes other messages of the same numbers.
//
// Each of the habits below occurs in some messages and none of them in all:
//
//   - fields twice, missing, folded, with odd names, without a colon;
//   - comments, quoted strings and brackets that nest and that do not close;
//   - groups, source routes, addresses without a host or without anything;
//   - encoded words, whole and broken, in every charset that c-client knows;
//   - dates of every century and form;
//   - MIME structures up to [MaxDepth] deep, with boundaries that are wrong,
//     missing, or begin like another one, and parameters of RFC 2231;
//   - octets above 127 and control characters anywhere;
//   - lines that end in LF, in CRLF, or in either.
//
// Three things never occur, because Dovecot does not serve them as they are, so
// that two readings of the same message differ: NUL, a CR at the beginning or the
// end of a line, and a dot at the beginning of a message.
package generate
