package readable

import "golang.org/x/text/encoding/charmap"

// An Option is an optional argument of the functions that decode text: what [WithCharset] or
// [WithFallbackCharset] returns.
type Option func(*options)

type options struct {
	charset   string  // of text that names none
	neighbour string  // the charset of the encoded words beside the text
	fallback  charset // of text that is in none of these
	chosen    bool    // the fallback is the caller's
}

// WithCharset sets the charset of text that names none, and of text whose charset is
// unknown: of 8-bit text in a header field, for example the charset of the body. It is
// believed as if the text named it.
func WithCharset(name string) Option {
	return func(o *options) { o.charset = name }
}

// WithFallbackCharset sets the charset of 8-bit text that names none and is not UTF-8. The
// default is Windows-1252. An unknown name leaves the default.
func WithFallbackCharset(name string) Option {
	return func(o *options) {
		if c, ok := findCharset(name); ok && c.enc != nil {
			o.fallback, o.chosen = c, true
		}
	}
}

func newOptions(opts []Option) *options {
	o := &options{fallback: charset{"windows-1252", charmap.Windows1252}}
	for _, opt := range opts {
		opt(o)
	}
	return o
}
