package imapbridge

import (
	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// A caller's mailbox name is in modified UTF-7 (RFC 9051 appendix A.1), as on the wire,
// because PHP takes such names. go-imap takes UTF-8 and encodes it again.

// decodeMailbox returns a mailbox name in UTF-8. It returns an error for a name that is not
// in canonical modified UTF-7, because go-imap would encode it to another name, and for one
// that is longer than any server accepts.
func decodeMailbox(name string) (string, error) {
	if len(name) > maxQuoted {
		return "", &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Mailbox name is too long"}
	}
	decoded, ok := mailboxname.UTF8(name)
	if !ok {
		return "", &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Mailbox name is not modified UTF-7"}
	}
	return decoded, nil
}
