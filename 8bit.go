package imapcompat

import "github.com/imapcompat/imapcompat/internal/transfer"

// EightBit encodes text in quoted-printable, as imap_8bit does. Lines have at most 76
// characters. CRLF is a line break; a CR or LF alone is encoded. A blank is encoded before
// a CR and nowhere else.
func EightBit(text string) string { return transfer.EncodeQuotedPrintable(text) }
