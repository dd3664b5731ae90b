package imapbridge

import (
	"context"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// Store implements [backend.Session].
func (s *Session) Store(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	change, err := flagChange(op, flags)
	if err != nil {
		return err
	}
	// The package sends STORE itself, because go-imap refuses a keyword with "]".
	for part := range s.parts(set) {
		if err := s.order(ctx, part.prefix()+"STORE "+part.String()+change); err != nil {
			return err
		}
	}
	return nil
}

// flagChange returns what a STORE does.
func flagChange(op backend.StoreOp, flags []string) (string, error) {
	if err := checkLength(flags...); err != nil {
		return "", err
	}
	for _, flag := range flags {
		if !isFlag(flag) {
			return "", &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Invalid flag"}
		}
	}
	return " " + storeOps[op] + " (" + strings.Join(flags, " ") + ")", nil
}

// storeOps are the data items of RFC 9051 section 6.4.6.
var storeOps = map[backend.StoreOp]string{
	backend.StoreAdd:     "+FLAGS.SILENT",
	backend.StoreRemove:  "-FLAGS.SILENT",
	backend.StoreReplace: "FLAGS.SILENT",
}

// isAtom reports whether s is an atom of RFC 9051 section 9.
func isAtom(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f || strings.IndexByte(`(){%*"\]`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

// isFlag reports whether flag is a flag of RFC 9051 section 9. It also allows "]" in a
// flag: mail programs set such keywords, and Dovecot keeps them.
func isFlag(flag string) bool {
	return isAtom(strings.ReplaceAll(strings.TrimPrefix(flag, `\`), "]", "_"))
}
