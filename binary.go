package imapcompat

import "github.com/imapcompat/imapcompat/internal/transfer"

// Binary encodes text in base64, as imap_binary does. Each full line has 60 characters. A
// line break follows each full line, and the end of the text.
func Binary(text string) string { return transfer.EncodeBase64(text) }
