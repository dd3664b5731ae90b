package dial

import (
	"bufio"
	"compress/flate"
	"io"
)

// Deflate compresses the connection from here on, in both directions (RFC 4978). The caller
// must have read the server's answer with [Conn.ReadLine], and no Read or Write may be running.
// Each Write is then flushed, so that the server can read all of it.
//
// Compression is above TLS and the deadlines, which count octets on the wire. A few of these
// may expand a thousandfold, so the reader must limit what it keeps, as without compression.
//
// The server must end its data with a sync flush, as Dovecot does. After zlib's partial flush
// compress/flate waits for more data, until Timeouts.Read.
func (c *Conn) Deflate() {
	c.reader = bufio.NewReader(inflater{flate.NewReader(c.reader)})
	c.deflater, _ = flate.NewWriter(c.stream(), flate.DefaultCompression) // the only error is a bad level
}

// inflater reads compressed data. A server closes the connection without ending the compressed
// stream.
type inflater struct{ r io.Reader }

func (i inflater) Read(p []byte) (int, error) {
	n, err := i.r.Read(p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

// write writes p through compression and TLS.
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
