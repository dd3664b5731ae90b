package imapcompat

import "github.com/imapcompat/imapcompat/internal/rfc822"

// ParseHeadersOption is an optional argument of [RFC822ParseHeaders]: what
// [WithDefaultHost] returns.
type ParseHeadersOption func(*parseHeadersOptions)

type parseHeadersOptions struct{ host string }

// WithDefaultHost sets PHP's argument $default_hostname: the host of an address that has
// none. It may be empty. The default is "UNKNOWN".
func WithDefaultHost(host string) ParseHeadersOption {
	return func(o *parseHeadersOptions) { o.host = host }
}

// RFC822ParseHeaders parses a header, as imap_rfc822_parse_headers does. The result has no
// state of a message. The notices say what does not parse, as imap_errors does.
func RFC822ParseHeaders(headers string, opts ...ParseHeadersOption) (h *HeaderInfo, notices []string) {
	o := parseHeadersOptions{host: "UNKNOWN"}
	for _, opt := range opts {
		opt(&o)
	}
	env := rfc822.ParseEnvelope([]byte(headers), o.host, func(text string) { notices = append(notices, text) })
	return newHeaderInfo(env), notices
}
