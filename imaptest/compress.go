package imaptest

import (
	"compress/flate"
	"io"
	"net"
	"strings"
)

// compress answers COMPRESS DEFLATE (RFC 4978).
func (s *imapSession) compress(*command) (reply, error) {
	args, err := s.strings(1)
	switch {
	case err == errMissingArguments:
		return reply{}, errInvalidArguments
	case err != nil:
		return reply{}, err
	case !strings.EqualFold(args[0], "DEFLATE"):
		return reply{}, no("", "Unknown compression mechanism.")
	case s.compressed:
		return reply{}, no("COMPRESSIONACTIVE", "COMPRESSION already active.")
	}
	s.then = func() error {
		deflated, err := newDeflated(s.conn.Conn)
		if err != nil {
			return err
		}
		s.conn.Conn = deflated
		s.compressed = true
		s.attach()
		return nil
	}
	return ok("Begin compression."), nil
}

// deflated is a connection whose both directions are compressed. The transcript and DropAfter
// are about what it compresses.
type deflated struct {
	net.Conn
	in  io.Reader
	out *flate.Writer
}

func newDeflated(c net.Conn) (*deflated, error) {
	out, err := flate.NewWriter(c, flate.DefaultCompression)
	return &deflated{c, flate.NewReader(c), out}, err
}

func (d *deflated) Read(p []byte) (int, error) { return d.in.Read(p) }

// Write compresses and sends p at once.
func (d *deflated) Write(p []byte) (int, error) {
	n, err := d.out.Write(p)
	if err != nil {
		return n, err
	}
	return n, d.out.Flush()
}
