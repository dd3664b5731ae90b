package imapcompat

import "github.com/imapcompat/imapcompat/internal/transfer"

// QPrint decodes quoted-printable, as imap_qprint does. It never fails: a
// sequence that is none stays as it is, though of one with a wrong second digit
// that digit is lost, and for the first there is a notice, as in imap_errors.
func QPrint(text string) (decoded string, notices []string) {
	decoded, invalid := transfer.DecodeQuotedPrintable(text)
	if invalid >= 0 {
		notices = []string{transfer.InvalidNotice(text[invalid:])}
	}
	return decoded, notices
}
