package phpbridge

import "github.com/imapcompat/imapcompat"

// texts are the functions that need no connection: codings, headers, addresses.
var texts = map[string]function{
	"imap_8bit":   {"s", false, func(c *call) (any, error) { return imapcompat.EightBit(c.str(0)), nil }},
	"imap_binary": {"s", false, func(c *call) (any, error) { return imapcompat.Binary(c.str(0)), nil }},
	"imap_base64": {"s", false, func(c *call) (any, error) {
		text, notices, err := imapcompat.Base64(c.str(0))
		c.noteParse(notices)
		return text, err
	}},
	"imap_qprint": {"s", false, func(c *call) (any, error) {
		text, notices := imapcompat.QPrint(c.str(0))
		c.noteParse(notices)
		return text, nil
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
		var host []string
		if c.given(1) {
			host = append(host, c.str(1))
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
