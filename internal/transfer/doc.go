// Package transfer has the content transfer encodings of RFC 2045, base64 and
// quoted-printable, as c-client reads and writes them: what it lets pass, what
// it refuses and where it breaks lines.
//
// Everything is linear in the length of its argument.
package transfer
