// Package transfer has the content transfer encodings of RFC 2045, base64 and
// quoted-printable, as c-client reads and writes them: what it lets pass, what
// it refuses and where it breaks lines.
//
// A function whose name ends in To writes what it makes piece by piece; its error is the
// writer's. The one without To returns it.
//
// Everything is linear in the length of its argument.
package transfer
