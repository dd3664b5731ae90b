package imapcompat

import "github.com/imapcompat/imapcompat/internal/transfer"

// Base64 decodes base64, as imap_base64 does: blanks and NULs may be in it,
// padding may be missing at the end. What follows the padding is left out, and
// when it could be base64 too there is a notice, as in imap_errors.
//
// Where PHP returns false, at a character that is not in the alphabet or
// padding in the wrong place, there is an error that matches
// [ErrInvalidArgument].
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
