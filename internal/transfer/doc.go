// Package transfer implements the content transfer encodings of RFC 2045, base64 and
// quoted-printable, as c-client does: what it accepts, what it refuses, and where it breaks
// lines.
//
// A function whose name ends in To writes its result in pieces, and its error is the writer's.
// The function without To returns the result.
//
// All functions take linear time.
package transfer
