package imapcompat

import (
	"context"
	"iter"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// ACL is what PHP's imap_getacl returns, an array of rights by identifier.
type ACL []Access

// Access is what an identifier, a user or a group, may do with a mailbox. Each
// letter is a right (RFC 4314 section 2.1).
type Access struct{ Identifier, Rights string }

// All are the elements of PHP's array in its order, as foreach has them: the
// rights, a string, under each identifier.
func (a ACL) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, access := range a {
			if !yield(access.Identifier, access.Rights) {
				return
			}
		}
	}
}

// MarshalJSON is PHP's json_encode of the array.
func (a ACL) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(a) }

// GetACL returns who may do what with a mailbox, as imap_getacl does. As in PHP
// the mailbox is the server's own name, "Archive", and not "{host}Archive".
//
// The error matches [ErrNotSupported] when the server has no such lists, and on
// POP3, where PHP aborts.
func (c *Connection) GetACL(mailbox string) (ACL, error) {
	const fn = "imap_getacl"
	acl := ACL{}
	err := c.use(fn, func(ctx context.Context, s *readahead.Session) error {
		control, err := accessControl(ctx, c, s)
		if err != nil {
			return err
		}
		list, err := control.ACL(ctx, mailbox)
		if err != nil {
			return c.warned(fn, "c-client imap_getacl failed", err)
		}
		acl = newACL(list)
		return nil
	})
	return acl, err
}

// newACL is the array that PHP builds: an identifier that comes again takes the
// place of the first.
func newACL(list []backend.Access) ACL {
	acl := ACL{}
	index := make(map[string]int)
	for _, access := range list {
		i, again := index[access.Identifier]
		if !again {
			i = len(acl)
			index[access.Identifier] = i
			acl = append(acl, Access{})
		}
		acl[i] = Access(access)
	}
	return acl
}

// SetACL sets what an identifier may do with a mailbox, as imap_setacl does.
// Rights that begin with "+" or "-" are added or taken away. See
// [Connection.GetACL].
func (c *Connection) SetACL(mailbox, userID, rights string) error {
	return c.use("imap_setacl", func(ctx context.Context, s *readahead.Session) error {
		control, err := accessControl(ctx, c, s)
		if err != nil {
			return err
		}
		return control.SetACL(ctx, mailbox, userID, rights)
	})
}

func accessControl(ctx context.Context, c *Connection, s *readahead.Session) (backend.AccessControl, error) {
	if control, ok := able[backend.AccessControl](ctx, s); ok {
		return control, nil
	}
	return nil, c.notValid("ACL")
}
