package transfer

import (
	"io"
	"unsafe"
)

// piece is the size of a write, in octets.
const piece = 32 << 10

// output collects octets: in pieces for a writer, or all of them without one.
type output struct {
	octets []byte
	w      io.Writer
	err    error // w's
}

// toWriter returns an output for a writer. inMemory returns one that collects about size
// octets.
func toWriter(w io.Writer) *output { return &output{octets: make([]byte, 0, piece), w: w} }
func inMemory(size int) *output    { return &output{octets: make([]byte, 0, size)} }

func (o *output) add(octets ...byte) {
	if o.w != nil && len(o.octets)+len(octets) > piece {
		o.flush()
	}
	o.octets = append(o.octets, octets...)
}

// flush writes what was collected to the writer.
func (o *output) flush() error {
	if o.err == nil {
		_, o.err = o.w.Write(o.octets)
	}
	o.octets = o.octets[:0]
	return o.err
}

// text returns all that was collected. A long text is copied only if most of its memory would
// be unused.
func (o *output) text() string {
	if len(o.octets) < piece || len(o.octets) < cap(o.octets)/2 {
		return string(o.octets)
	}
	return unsafe.String(unsafe.SliceData(o.octets), len(o.octets))
}
