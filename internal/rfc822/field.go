package rfc822

import "github.com/imapcompat/imapcompat/backend"

// AppendAddressField appends a header field with a list of addresses as imap_mail_compose
// writes it, up to its CRLF. It appends nothing for an empty list.
//
// Unlike FormatAddressList, it leaves the members of groups out, with an empty line for each,
// and folds a line after the address with which it reaches 78 octets, not counting the colon
// and the space after the name.
func AppendAddressField(out []byte, name string, list []backend.Address) []byte {
	if len(list) == 0 {
		return out
	}
	const fullLine, indent = 78, "    "
	out = append(out, name+": "...)
	column := len(name)
	groups := 0
	for i, adr := range list {
		last := i+1 == len(list)
		comma := !last && list[i+1].Mailbox.Valid
		start := len(out)
		switch {
		case adr.Host.Valid && groups > 0:
			comma = false
		case adr.Host.Valid:
			out = appendMailbox(out, adr)
		case adr.Mailbox.Valid:
			out = append(appendPhrase(out, adr.Mailbox.Value), ": "...)
			groups++
			comma = false
		case groups > 0:
			out = append(out, ';')
			groups--
			comma = comma && groups == 0
		}
		if comma {
			out = append(out, ", "...)
		}
		column += len(out) - start
		if !last && (column >= fullLine || len(out) == start) {
			out = append(out, "\r\n"+indent...)
			column = len(indent)
		}
	}
	return append(out, "\r\n"...)
}

// AppendToken appends the value of a MIME parameter. It quotes a value that is not a token (RFC
// 2045 section 5.1).
func AppendToken(out []byte, text string) []byte {
	if text == "" || hasClass(text, tokenEnd) {
		return appendQuoted(out, text)
	}
	return append(out, text...)
}
