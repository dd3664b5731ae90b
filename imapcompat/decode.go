package main

import (
	"bytes"
	"encoding/base64"
	"io"

	"github.com/imapcompat/imapcompat"
)

// newDecoder returns a writer that decodes what is written to it, and writes the result to w.
// Close writes the rest. Memory does not grow with the text.
func newDecoder(w io.Writer, encoding imapcompat.BodyEncoding) io.WriteCloser {
	switch encoding {
	case imapcompat.ENCBASE64:
		return &base64Decoder{w: w}
	case imapcompat.ENCQUOTEDPRINTABLE:
		return &quotedPrintableDecoder{w: w}
	}
	return identity{w}
}

type identity struct{ io.Writer }

func (identity) Close() error { return nil }

// base64Decoder decodes base64. It skips other characters (RFC 2045 section 6.8). Padding ends
// a group, and another text may follow.
type base64Decoder struct {
	w     io.Writer
	group []byte // fewer than 4 digits
}

func (d *base64Decoder) Write(p []byte) (int, error) {
	digits := d.group
	var decoded []byte
	var err error
	for _, b := range p {
		switch {
		case b == '=':
			decoded, digits = appendBase64(decoded, digits), digits[:0]
		case isBase64(b):
			if digits = append(digits, b); len(digits) == 4 {
				decoded, digits = appendBase64(decoded, digits), digits[:0]
			}
		}
	}
	d.group = digits
	if len(decoded) > 0 {
		_, err = d.w.Write(decoded)
	}
	return len(p), err
}

func (d *base64Decoder) Close() error {
	_, err := d.w.Write(appendBase64(nil, d.group))
	d.group = nil
	return err
}

// appendBase64 appends the octets of up to 4 digits. One digit is not an octet.
func appendBase64(octets, digits []byte) []byte {
	if len(digits) < 2 {
		return octets
	}
	octets, _ = base64.RawStdEncoding.AppendDecode(octets, digits) // all are digits, so there is no error
	return octets
}

func isBase64(b byte) bool {
	return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9' || b == '+' || b == '/'
}

// quotedPrintableDecoder decodes quoted-printable line by line, as imap_qprint does.
type quotedPrintableDecoder struct {
	w    io.Writer
	line []byte
}

// maxEncodedLine is the greatest length of a line that is decoded in one piece, in octets. RFC
// 2045 section 6.7 allows 76.
const maxEncodedLine = 64 << 10

func (d *quotedPrintableDecoder) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := bytes.IndexByte(rest, '\n') + 1
		if n == 0 {
			n = len(rest)
		}
		d.line = append(d.line, rest[:n]...)
		rest = rest[n:]
		if d.line[len(d.line)-1] == '\n' || len(d.line) > maxEncodedLine {
			if err := d.flush(); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

// flush decodes the line, and keeps a possible start of a sequence.
func (d *quotedPrintableDecoder) flush() error {
	end := len(d.line)
	if d.line[end-1] != '\n' {
		if i := bytes.LastIndexByte(d.line, '='); i >= 0 && end-i < len("=XX") {
			end = i
		}
	}
	decoded, _ := imapcompat.QPrint(string(d.line[:end]))
	d.line = append(d.line[:0], d.line[end:]...)
	_, err := io.WriteString(d.w, decoded)
	return err
}

func (d *quotedPrintableDecoder) Close() error {
	decoded, _ := imapcompat.QPrint(string(d.line))
	d.line = nil
	_, err := io.WriteString(d.w, decoded)
	return err
}
