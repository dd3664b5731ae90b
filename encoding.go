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

// Binary encodes text in base64, as imap_binary does: in lines of 60
// characters, with a line break after each full line and one more at the end.
func Binary(text string) string { return transfer.EncodeBase64(text) }

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

// EightBit encodes text in quoted-printable, as imap_8bit does: lines of at
// most 76 characters; CRLF is a line break, and a CR or LF alone is encoded. A
// blank is encoded before a CR and nowhere else.
func EightBit(text string) string { return transfer.EncodeQuotedPrintable(text) }

// valueError is an argument that PHP returns false for without a word of its
// own.
func valueError(fn, text string) error {
	return &Error{Func: fn, Text: text, Err: ErrInvalidArgument}
}
