package imapcompat

import "github.com/imapcompat/imapcompat/internal/transfer"

// Base64 decodes base64, as imap_base64 does. It ignores blanks and NULs, and padding may
// be missing at the end. It ignores what follows the padding, and returns a notice, as
// imap_errors does, when that could be base64 too.
//
// The error matches [ErrInvalidArgument] where PHP returns false: at a character outside
// the alphabet, and at padding in the wrong place.
func Base64(text string) (decoded string, notices []string, err error) {
	decoded, surplus, ok := transfer.DecodeBase64(text)
	if !ok {
		return "", nil, valueError("imap_base64", "not base64")
	}
	if surplus >= 0 {
		notices = []string{transfer.SurplusNotice(text[surplus:])}
	}
	return decoded, notices, nil
}
