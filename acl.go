package imapcompat

import (
	"iter"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/phpvalue"
)

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
