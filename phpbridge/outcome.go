package phpbridge

import (
	"bufio"
	"io"

	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// outcome is the result of a call for PHP.
type outcome struct {
	result    any
	warnings  []string
	exception *exception
}

type exception struct{ class, message string }

func (o *outcome) throw(class, message string) {
	o.result, o.exception = nil, &exception{class, message}
}

// longText is a result with a frame of its own: serialize would hold it in memory once more,
// here and in PHP. It may be produced while it is written.
type longText struct {
	octets int
	write  func(w io.Writer) error
}

// minLongText is the least length of a long text, in octets.
const minLongText = 64 << 10

func (o *outcome) write(out *bufio.Writer) error {
	alone := len(o.warnings) == 0 && o.exception == nil
	switch text := o.result.(type) {
	case string:
		if alone && len(text) >= minLongText {
			return writeString(out, text)
		}
	case longText:
		return writeText(out, text)
	}
	result := appendResult(nil, o.result)
	if alone {
		return writeFrame(out, 'v', result)
	}
	text := append([]byte("a:3:{i:0;"), result...)
	text = append(text, "i:1;"...)
	text = phpvalue.AppendSerialized(text, o.warnings)
	text = append(text, "i:2;"...)
	if o.exception != nil {
		text = phpvalue.AppendSerialized(text, []string{o.exception.class, o.exception.message})
	} else {
		text = append(text, "N;"...)
	}
	return writeFrame(out, 'e', append(text, '}'))
}

// appendResult appends PHP's serialize of a result. A bool in an object is 0 or 1, and
// elsewhere a bool.
func appendResult(dst []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(dst, "N;"...)
	case bool:
		if v {
			return append(dst, "b:1;"...)
		}
		return append(dst, "b:0;"...)
	}
	return phpvalue.AppendSerialized(dst, v)
}
