package dial

import (
	"bufio"
	"sync"
)

// LentBuffer is the size of a lent reader's buffer, in octets.
const LentBuffer = 64 << 10

// readers are lent to connections while data arrives. An idle connection has none.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, LentBuffer) }}

// Borrow waits until there is something to read. It then returns r, or a reader of the
// connection if r is nil. It returns the errors of [Conn.Read].
func (c *Conn) Borrow(r *bufio.Reader) (*bufio.Reader, error) {
	if r != nil {
		return r, nil
	}
	if err := c.Await(); err != nil {
		return nil, err
	}
	r = readers.Get().(*bufio.Reader)
	r.Reset(c)
	return r, nil
}

// GiveBack returns a reader to the pool if nothing is buffered, and returns nil, or else r.
// Slices that the reader returned without a copy are then invalid.
func GiveBack(r *bufio.Reader) *bufio.Reader {
	if r == nil || r.Buffered() > 0 {
		return r
	}
	r.Reset(nil)
	readers.Put(r)
	return nil
}
