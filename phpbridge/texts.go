package phpbridge

import (
	"io"
	"strings"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/transfer"
)

// texts has the functions that need no connection: encodings, headers, addresses.
var texts = map[string]function{
	"imap_8bit": {"s", false, func(c *call) (any, error) {
		return converted(func(w io.Writer) error { return transfer.EncodeQuotedPrintableTo(w, c.str(0)) })
	}},
	"imap_binary": {"s", false, func(c *call) (any, error) {
		return converted(func(w io.Writer) error { return transfer.EncodeBase64To(w, c.str(0)) })
	}},
	"imap_base64": {"s", false, func(c *call) (any, error) {
		surplus, ok := -1, false
		result, err := converted(func(w io.Writer) (err error) {
			surplus, ok, err = transfer.DecodeBase64To(w, c.str(0))
			return err
		})
		switch {
		case !ok:
			return false, nil
		case surplus >= 0:
			c.noteParse([]string{transfer.SurplusNotice(c.str(0)[surplus:])})
		}
		return result, err
	}},
	"imap_qprint": {"s", false, func(c *call) (any, error) {
		invalid := -1
		result, err := converted(func(w io.Writer) (err error) {
			invalid, err = transfer.DecodeQuotedPrintableTo(w, c.str(0))
			return err
		})
		if invalid >= 0 {
			c.noteParse([]string{transfer.InvalidNotice(c.str(0)[invalid:])})
		}
		return result, err
	}},
	"imap_utf8": {"s", false, func(c *call) (any, error) {
		text, notices := imapcompat.UTF8(c.str(0))
		c.noteParse(notices)
		return text, nil
	}},
	"imap_utf7_decode":   {"s", false, func(c *call) (any, error) { return imapcompat.UTF7Decode(c.str(0)) }},
	"imap_utf7_encode":   {"s", false, func(c *call) (any, error) { return imapcompat.UTF7Encode(c.str(0)), nil }},
	"imap_utf8_to_mutf7": {"s", false, func(c *call) (any, error) { return imapcompat.UTF8ToMUTF7(c.str(0)) }},
	"imap_mutf7_to_utf8": {"s", false, func(c *call) (any, error) { return imapcompat.MUTF7ToUTF8(c.str(0)) }},
	"imap_mime_header_decode": {"s", false, func(c *call) (any, error) {
		pieces, notices, err := imapcompat.MIMEHeaderDecode(c.str(0))
		c.noteParse(notices)
		return pieces, err
	}},
	"imap_rfc822_parse_headers": {"s|s", false, func(c *call) (any, error) {
		var host []imapcompat.ParseHeadersOption
		if c.given(1) {
			host = append(host, imapcompat.WithDefaultHost(c.str(1)))
		}
		header, notices := imapcompat.RFC822ParseHeaders(c.str(0), host...)
		c.noteParse(notices)
		return header, nil
	}},
	"imap_rfc822_parse_adrlist": {"ss", false, func(c *call) (any, error) {
		addresses, notices := imapcompat.RFC822ParseAdrList(c.str(0), c.str(1))
		c.noteParse(notices)
		return addresses, nil
	}},
	"imap_rfc822_write_address": {"sss", false, func(c *call) (any, error) {
		return imapcompat.RFC822WriteAddress(c.str(0), c.str(1), c.str(2)), nil
	}},
}

// converted returns the result of a conversion. A long result is not held in memory: it is
// produced twice, once for its length, and once while it is sent.
func converted(convert func(w io.Writer) error) (any, error) {
	var octets counter
	if err := convert(&octets); err != nil {
		return nil, err
	}
	if octets >= minLongText {
		return longText{int(octets), convert}, nil
	}
	var text strings.Builder
	err := convert(&text)
	return text.String(), err
}

// counter is a writer that counts octets.
type counter int

func (n *counter) Write(p []byte) (int, error) {
	*n += counter(len(p))
	return len(p), nil
}
