package dial

import (
	"bufio"
	"compress/flate"
	"io"
)

// Deflate compresses the connection from here on in both directions (RFC 4978). The
// server's consent must have been read with [Conn.ReadLine], and no Read or Write may be
// running. Each Write is then flushed, so that the server can read all of it.
//
// Compression is above TLS and above the deadlines, which count octets on the wire. One of
// these octets may stand for a thousand. Readers must bound what they keep, as they do
// without compression.
//
// The server must end what it sends with a sync flush, as Dovecot does. After zlib's
// partial flush, compress/flate waits for more until Timeouts.Read is over.
func (c *Conn) Deflate() {
	c.reader = bufio.NewReader(inflater{flate.NewReader(c.reader)})
	c.deflater, _ = flate.NewWriter(c.stream(), flate.DefaultCompression) // fails only for an invalid level
}

// inflater decompresses what the server sends. It returns io.EOF when the connection
// closes, because a server does not end the compressed stream first.
type inflater struct{ r io.Reader }

func (i inflater) Read(p []byte) (int, error) {
	n, err := i.r.Read(p)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return n, err
}

// write writes p through compression and TLS, if they are in effect.
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
