package dial

import (
	"bufio"
	"sync"
)

// LentBuffer is the size of a borrowed reader's buffer, in octets.
const LentBuffer = 64 << 10

// readers are lent to connections while octets arrive. An idle connection has none.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, LentBuffer) }}

// Borrow waits until there is something to read, and returns a reader of the connection. If
// r is not nil, it returns r at once. The errors are those of [Conn.Read].
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

// GiveBack returns a reader without unread octets to the pool, and returns nil. It returns
// any other reader. Slices of the reader's buffer are invalid afterwards.
func GiveBack(r *bufio.Reader) *bufio.Reader {
	if r == nil || r.Buffered() > 0 {
		return r
	}
	r.Reset(nil)
	readers.Put(r)
	return nil
}
