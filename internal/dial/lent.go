package dial

import (
	"bufio"
	"sync"
)

// LentBuffer is how much of what has arrived is read at once, in octets.
const LentBuffer = 64 << 10

// readers are lent to connections while something arrives. An idle one has none.
var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, LentBuffer) }}

// Borrow returns r, or a reader of the connection if that is nil, as soon as there is
// something to read. The errors are those of [Conn.Read].
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

// GiveBack gives a reader back that has nothing more to read, and returns what is left
// then: nil, or r. What was read without a copy is over.
func GiveBack(r *bufio.Reader) *bufio.Reader {
	if r == nil || r.Buffered() > 0 {
		return r
	}
	r.Reset(nil)
	readers.Put(r)
	return nil
}
