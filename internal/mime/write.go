package mime

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// TypeName returns the media type for PHP's constants TYPETEXT to TYPEOTHER. As in
// imap_mail_compose any other number is a text.
func TypeName(number int) string {
	if number < 0 || number >= len(mediaTypes) {
		number = 0
	}
	return mediaTypes[number]
}

// EncodingName returns the transfer encoding for PHP's constants ENC7BIT to ENCOTHER. As in
// imap_mail_compose any other number is 7BIT.
func EncodingName(number int) string {
	if number < 0 || number >= len(encodings) {
		number = 0
	}
	return encodings[number]
}

// AppendHeader appends the header fields of a part as imap_mail_compose writes them, each with
// its CRLF. Parameters are on the line of their field, whatever its length, and quoted if RFC
// 2045 requires it. A text without parameters gets a charset, and 7BIT is not written.
func AppendHeader(out []byte, b *backend.BodyStructure) []byte {
	out = append(out, "Content-Type: "+b.Type+"/"...)
	if b.Subtype.Valid {
		out = append(out, b.Subtype.Value...)
	} else {
		out = append(out, DefaultSubtype(b.Type)...)
	}
	is7Bit := b.Encoding.Value == encodings[0]
	switch {
	case b.Params != nil || b.Type != "TEXT":
		out = appendParams(out, b.Params)
	case is7Bit:
		out = append(out, "; CHARSET=US-ASCII"...)
	default:
		out = append(out, "; CHARSET=X-UNKNOWN"...)
	}
	out = append(out, "\r\n"...)
	if !is7Bit {
		out = appendField(out, "Content-Transfer-Encoding", b.Encoding)
	}
	out = appendField(out, "Content-ID", b.ID)
	out = appendField(out, "Content-Description", b.Description)
	out = appendField(out, "Content-MD5", b.MD5)
	if b.Disposition.Valid {
		out = append(out, "Content-Disposition: "+b.Disposition.Value...)
		out = append(appendParams(out, b.DispositionParams), "\r\n"...)
	}
	return out
}

func appendField(out []byte, name string, value backend.NString) []byte {
	if !value.Valid {
		return out
	}
	return append(out, name+": "+value.Value+"\r\n"...)
}

func appendParams(out []byte, params []backend.Param) []byte {
	for _, p := range params {
		out = append(out, "; "+p.Name.Value+"="...)
		out = rfc822.AppendToken(out, p.Value.Value)
	}
	return out
}
