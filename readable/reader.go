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

// A Writer decodes what is written to it, and writes it to another writer. Its only errors are
// those of that writer.
type Writer struct {
	w      io.Writer
	close  func() error // nil if nothing is left to write
	doubts Doubts
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) { return w.w.Write(p) }

// Close writes what is left. It does not close the other writer.
func (w *Writer) Close() error {
	if w.close == nil {
		return nil
	}
	return w.close()
}

// Doubts returns the doubts about the text so far, and after Close all of them.
func (w *Writer) Doubts() Doubts { return w.doubts }
