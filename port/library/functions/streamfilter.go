package functions

import (
	"io"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/readable"
)

// A streamFilter is what stream_filter_append returns.
type streamFilter struct {
	file *file
	w    io.WriteCloser
}

// Write writes to the file through its filters.
func (f *file) Write(p []byte) (int, error) {
	if n := len(f.filters); n > 0 {
		return f.filters[n-1].w.Write(p)
	}
	return f.f.Write(p)
}

// filterEncodings are the filters that decode what is written.
var filterEncodings = map[string]imapcompat.BodyEncoding{
	"convert.base64-decode":           imapcompat.ENCBASE64,
	"convert.quoted-printable-decode": imapcompat.ENCQUOTEDPRINTABLE,
}

// streamFilterAppend is stream_filter_append of the filters that decode what is written. Others, and
// those of what is read, throw an Error.
//
//php:function stream_filter_append(stream, filter_name, mode = 0, params = nil)
func streamFilterAppend(f *file, name string, mode int, params any) (*streamFilter, bool) {
	const forWriting = 2
	encoding, ok := filterEncodings[name]
	if !ok || mode != forWriting {
		throw("Error", "stream_filter_append() of "+name+" is not ported")
	}
	var below io.Writer = f.f
	if n := len(f.filters); n > 0 {
		below = f.filters[n-1].w
	}
	filter := &streamFilter{file: f, w: readable.DecodeWriter(below, encoding)}
	f.filters = append(f.filters, filter)
	return filter, true
}

// streamFilterRemove is stream_filter_remove of the filter that was added last: it writes what the
// filter holds.
//
//php:function stream_filter_remove(stream_filter)
func streamFilterRemove(filter *streamFilter) bool {
	f := filter.file
	if n := len(f.filters); n == 0 || f.filters[n-1] != filter {
		throw("Error", "stream_filter_remove() of a filter below another is not ported")
	}
	err := filter.w.Close()
	f.filters = f.filters[:len(f.filters)-1]
	return err == nil
}
