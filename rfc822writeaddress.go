package imapcompat

import "github.com/imapcompat/imapcompat/internal/rfc822"

// RFC822WriteAddress writes an address as it stands in a header field, as
// imap_rfc822_write_address does: quoted where that is needed, encoded nowhere.
// As in PHP a line break in an argument stays in the result, quoted; whoever
// writes a header with it has to look for one.
func RFC822WriteAddress(mailbox, host, personal string) string {
	return rfc822.WriteAddress(mailbox, host, personal)
}
