package readable

import "io"

// A Reader decodes what it reads from another reader. Its only errors are those of that
// reader.
type Reader struct {
	open   func(*Doubts) io.Reader
	text   io.Reader
	doubts Doubts
}

// newReader returns a reader of what open returns at the first call of Read.
func newReader(open func(*Doubts) io.Reader) *Reader { return &Reader{open: open} }

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if r.text == nil {
		r.text = r.open(&r.doubts)
	}
	return r.text.Read(p)
}

// Doubts returns the doubts about the text so far, and at its end all of them.
func (r *Reader) Doubts() Doubts { return r.doubts }
