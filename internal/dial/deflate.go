package dial

import (
	"bufio"
	"compress/flate"
	"io"
)

// Deflate compresses the connection from here on, both ways (RFC 4978). The
// server's consent must have been read with [Conn.ReadLine], and no Read or Write
// may be running. Each Write is then flushed, so that the server can read all of
// it.
//
// Compression lies above TLS and the deadlines, which count octets on the wire. A
// few of them may stand for a thousand times as many: whoever reads bounds what it
// keeps, as without compression.
//
// What the server sends has to end in a sync flush, as it does from Dovecot. Behind
// zlib's partial flush compress/flate waits for more, until Timeouts.Read is over.
func (c *Conn) Deflate() {
	c.reader = bufio.NewReader(inflater{flate.NewReader(c.reader)})
	c.deflater, _ = flate.NewWriter(c.stream(), flate.DefaultCompression) // it has no other error than a bad level
}

// inflater reads what the server has compressed. A server hangs up without ending
// the compressed stream.
type inflater struct{ r io.Reader }

func (i inflater) Read(p []byte) (int, error) {
	n, err := i.r.Read(p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

// write writes p through what is above the connection.
func (c *Conn) write(p []byte) (int, error) {
	if c.deflater == nil {
		return c.stream().Write(p)
	}
	n, err := c.deflater.Write(p)
	if err == nil {
		err = c.deflater.Flush()
	}
	return n, err
}
