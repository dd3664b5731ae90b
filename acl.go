package imapcompat

import (
	"iter"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

// GetACL returns who may do what with a mailbox, as imap_getacl does (GETACL, RFC 4314). As
// in PHP the mailbox has the server's own name, "Archive", and not "{host}Archive".
//
// The error matches [ErrRefused] when the server refuses, and [ErrNotSupported] when it has
// no access control lists and on POP3, where PHP aborts.
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

// SetACL sets what an identifier may do with a mailbox, as imap_setacl does (SETACL, RFC
// 4314). Rights that begin with "+" or "-" are added or removed; other rights replace those
// of before. [Connection.GetACL] describes the name and the errors.
func (c *Connection) SetACL(mailbox, userID, rights string) error {
	return c.do("imap_setacl", func(c *call) error {
		control, err := c.accessControl()
		if err != nil {
			return err
		}
		return control.SetACL(c.ctx, mailbox, userID, rights)
	})
}

// ACL is PHP's result of imap_getacl, an array of rights by identifier.
type ACL []Access

// Access holds what an identifier, a user or a group, may do with a mailbox. Each letter of
// Rights is a right (RFC 4314 section 2.1).
type Access struct{ Identifier, Rights string }

// All returns the elements of PHP's array in its order, as foreach does: under each
// identifier its rights, a string.
func (a ACL) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for _, access := range a {
			if !yield(access.Identifier, access.Rights) {
				return
			}
		}
	}
}

// MarshalJSON returns PHP's json_encode of the array.
func (a ACL) MarshalJSON() ([]byte, error) { return phpvalue.MarshalJSON(a) }

// newACL returns the array that PHP builds: an identifier that comes again replaces the
// first.
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

func (c *call) accessControl() (backend.AccessControl, error) {
	if control, ok := able[backend.AccessControl](c); ok {
		return control, nil
	}
	return nil, c.notValid("ACL")
}
