package imapcompat

import "github.com/imapcompat/imapcompat/internal/transfer"

// Binary encodes text in base64, as imap_binary does: in lines of 60
// characters, with a line break after each full line and one more at the end.
func Binary(text string) string { return transfer.EncodeBase64(text) }
