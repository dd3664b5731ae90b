package imapcompat

import "github.com/imapcompat/imapcompat/internal/transfer"

// QPrint decodes quoted-printable, as imap_qprint does. It never fails. A sequence that is
// not valid stays as it is, but one with a wrong second digit loses that digit. For the
// first of them there is a notice, as in imap_errors.
func QPrint(text string) (decoded string, notices []string) {
	decoded, invalid := transfer.DecodeQuotedPrintable(text)
	if invalid >= 0 {
		notices = []string{transfer.InvalidNotice(text[invalid:])}
	}
	return decoded, notices
}
