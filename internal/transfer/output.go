package transfer

import (
	"io"
	"unsafe"
)

// piece is how much of an output is written at a time, in octets.
const piece = 32 << 10

// output collects octets: in pieces for a writer, or all of them where there is none.
type output struct {
	octets []byte
	w      io.Writer
	err    error // w's
}

// toWriter is an output for a writer, and inMemory one that collects about size octets.
func toWriter(w io.Writer) *output { return &output{octets: make([]byte, 0, piece), w: w} }
func inMemory(size int) *output    { return &output{octets: make([]byte, 0, size)} }

func (o *output) add(octets ...byte) {
	if o.w != nil && len(o.octets)+len(octets) > piece {
		o.flush()
	}
	o.octets = append(o.octets, octets...)
}

// flush writes what was collected for the writer.
func (o *output) flush() error {
	if o.err == nil {
		_, o.err = o.w.Write(o.octets)
	}
	o.octets = o.octets[:0]
	return o.err
}

// text is all that was collected. A long text is not copied, unless most of its memory
// would be kept for nothing.
func (o *output) text() string {
	if len(o.octets) < piece || len(o.octets) < cap(o.octets)/2 {
		return string(o.octets)
	}
	return unsafe.String(unsafe.SliceData(o.octets), len(o.octets))
}
