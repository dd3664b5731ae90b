package readable

import (
	"bytes"
	"io"
	"os"
)

// maxSpooled is how much of a spool is in memory, in octets.
const maxSpooled = 1 << 20

// spool keeps what is written to it until it is read: the first octets in memory, and the rest
// in a temporary file.
type spool struct {
	head   bytes.Buffer
	file   *os.File // nil until it is needed
	err    error    // of the file
	closed bool
}

// Write implements io.Writer. After an error of the file, such as that of a full disk, it drops
// what is written, and rewind returns the error: an error of SaveBody's writer would end a
// connection over POP3.
func (s *spool) Write(p []byte) (int, error) {
	n := min(len(p), maxSpooled-s.head.Len())
	s.head.Write(p[:n])
	if n < len(p) && s.file == nil && s.err == nil {
		s.file, s.err = os.CreateTemp("", "attachment-*")
	}
	if n < len(p) && s.err == nil {
		_, s.err = s.file.Write(p[n:])
	}
	return len(p), nil
}

// rewind goes to the beginning, to read.
func (s *spool) rewind() error {
	if s.err != nil || s.file == nil {
		return s.err
	}
	_, err := s.file.Seek(0, io.SeekStart)
	return err
}

// Read implements io.Reader.
func (s *spool) Read(p []byte) (int, error) {
	switch {
	case s.closed:
		return 0, os.ErrClosed
	case s.head.Len() > 0:
		return s.head.Read(p)
	case s.file != nil:
		return s.file.Read(p)
	}
	return 0, io.EOF
}

// Close removes the file.
func (s *spool) Close() error {
	if s.closed || s.file == nil {
		s.closed = true
		return nil
	}
	s.closed = true
	err := s.file.Close()
	if other := os.Remove(s.file.Name()); err == nil {
		err = other
	}
	return err
}
