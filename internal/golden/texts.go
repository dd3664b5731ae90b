package golden

import (
	"github.com/imapcompat/imapcompat"
)

// TextFunctions has the functions from text to text. Debian's PHP has neither
// imap_utf8_to_mutf7 nor imap_mutf7_to_utf8.
var TextFunctions = map[string]func(text string) (result any, notices []string, err error){
	"imap_base64": func(s string) (any, []string, error) { return three(imapcompat.Base64(s)) },
	"imap_binary": func(s string) (any, []string, error) { return imapcompat.Binary(s), nil, nil },
	"imap_qprint": func(s string) (any, []string, error) {
		decoded, notices := imapcompat.QPrint(s)
		return decoded, notices, nil
	},
	"imap_8bit": func(s string) (any, []string, error) { return imapcompat.EightBit(s), nil, nil },
	"imap_utf7_decode": func(s string) (any, []string, error) {
		decoded, err := imapcompat.UTF7Decode(s)
		return decoded, nil, err
	},
	"imap_utf7_encode": func(s string) (any, []string, error) { return imapcompat.UTF7Encode(s), nil, nil },
	"imap_mime_header_decode": func(s string) (any, []string, error) {
		return three(imapcompat.MIMEHeaderDecode(s))
	},
	"imap_utf8": func(s string) (any, []string, error) {
		decoded, notices := imapcompat.UTF8(s)
		return decoded, notices, nil
	},
}

// Parsers has the functions that read or write addresses and headers.
var Parsers = map[string]func(a Arguments) (result any, notices []string, err error){
	"imap_rfc822_parse_headers": func(a Arguments) (any, []string, error) {
		parsed, notices := imapcompat.RFC822ParseHeaders(a.Text(0), imapcompat.WithDefaultHost(a.Text(1)))
		return parsed, notices, nil
	},
	"imap_rfc822_parse_adrlist": func(a Arguments) (any, []string, error) {
		parsed, notices := imapcompat.RFC822ParseAdrList(a.Text(0), a.Text(1))
		return parsed, notices, nil
	},
	"imap_rfc822_write_address": func(a Arguments) (any, []string, error) {
		return imapcompat.RFC822WriteAddress(a.Text(0), a.Text(1), a.Text(2)), nil, nil
	},
}

func three[T any](result T, notices []string, err error) (any, []string, error) {
	return result, notices, err
}
