package mailboxname

import "strings"

// CheckCreate makes the checks of imap_createmailbox that [ParseFor] does not make. They have
// other texts.
func CheckCreate(name string) error {
	switch {
	case strings.ContainsAny(name, "\r\n\x00"):
		return invalid("Can't create mailbox with such a name")
	case len(name) > maxName && strings.HasPrefix(name, "{"):
		return invalid("Can't create " + shown(name) + ": invalid remote specification")
	case len(name) > maxName:
		return invalid("Can't create " + shown(name) + ": no such mailbox")
	case lower(name) == "inbox":
		return invalid("Can't create INBOX")
	}
	return checkUTF7("Can't create ", name)
}

// CheckRename is [CheckCreate] for the new name of imap_renamemailbox.
func CheckRename(name string) error { return checkUTF7("Can't rename to ", name) }

// checkUTF7 refuses what cannot be modified UTF-7, as c-client does: it checks the characters
// between "&" and "-", not their meaning.
func checkUTF7(failure, name string) error {
	problem := ""
	for i := 0; i < len(name) && problem == ""; i++ {
		switch {
		case name[i] >= 0x80:
			problem = "mailbox name with 8-bit octet"
		case name[i] == '&':
			encoded, _, closed := strings.Cut(name[i+1:], "-")
			if strings.ContainsFunc(encoded, notShifted) {
				problem = "invalid modified UTF-7 name"
			} else if !closed {
				problem = "unterminated modified UTF-7 name"
			}
			i += len(encoded) + 1
		}
	}
	if problem == "" {
		return nil
	}
	return invalid(failure + problem + ": " + shown(name))
}

// notShifted reports whether a character is not allowed between "&" and "-".
func notShifted(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '+' || r == ',')
}
