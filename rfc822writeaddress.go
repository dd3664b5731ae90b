package imapcompat

import "github.com/imapcompat/imapcompat/internal/rfc822"

// RFC822WriteAddress returns an address as it stands in a header field, as
// imap_rfc822_write_address does. It quotes where that is needed, and encodes nothing. As
// in PHP a line break in an argument stays in the result, quoted: check arguments for line
// breaks before the result goes into a header.
func RFC822WriteAddress(mailbox, host, personal string) string {
	return rfc822.WriteAddress(mailbox, host, personal)
}
