package imapcompat

// UTF7Encode encodes octets in the syntax of modified UTF-7, as imap_utf7_encode does:
// octets outside printable ASCII in base64, and "&" as "&-". The base64 has octets and not
// UTF-16. So "\xe4" becomes "&5A-", which is not the mailbox name "ä" to a server;
// [UTF8ToMUTF7] encodes mailbox names.
func UTF7Encode(text string) string {
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && isMUTF7Special(text[i]) {
			i++
		}
		if start < i {
			out = append(out, '&')
			out = mutf7.AppendEncode(out, []byte(text[start:i]))
			out = append(out, '-')
			continue
		}
		out = append(out, text[i])
		if text[i] == '&' {
			out = append(out, '-')
		}
		i++
	}
	return string(out)
}
