package imapcompat

import (
	"iter"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
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
	acl, err := do(c, "imap_getacl", func(c *call) (ACL, error) {
		control, err := c.accessControl()
		if err != nil {
			return nil, err
		}
		list, err := control.ACL(c.ctx, mailbox)
		if err != nil {
			return nil, c.warned("c-client imap_getacl failed", err)
		}
		return newACL(list), nil
	})
	return orEmpty(acl), err
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
	return c.do("imap_setacl", func(c *call) error {
		control, err := c.accessControl()
		if err != nil {
			return err
		}
		return control.SetACL(c.ctx, mailbox, userID, rights)
	})
}

func (c *call) accessControl() (backend.AccessControl, error) {
	if control, ok := able[backend.AccessControl](c); ok {
		return control, nil
	}
	return nil, c.notValid("ACL")
}
