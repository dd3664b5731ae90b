package imapbridge

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
)

// ACL implements [backend.AccessControl] with GETACL.
func (s *Session) ACL(ctx context.Context, mailbox string) ([]backend.Access, error) {
	if err := s.checkACL(mailbox); err != nil {
		return nil, err
	}
	var list []backend.Access
	err := s.ask(ctx, "ACL", "GETACL "+quote(mailbox), func(l *lexer) error {
		list = append(list, l.acl()...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// acl reads the acl-data of RFC 4314 section 3.6. It returns nil when the response does not
// parse.
func (l *lexer) acl() (list []backend.Access) {
	l.astring() // the mailbox
	for l.spaces(); l.peek() != 0; l.spaces() {
		identifier, ok := l.astring()
		rights, hasRights := l.astring()
		if !ok || !hasRights {
			return nil
		}
		if len(list) == maxAccess {
			l.odd("end of the access control list")
			return list
		}
		list = append(list, backend.Access{Identifier: identifier, Rights: rights})
	}
	return list
}

// SetACL implements [backend.AccessControl] with SETACL.
func (s *Session) SetACL(ctx context.Context, mailbox, identifier, rights string) error {
	if err := s.checkACL(mailbox); err != nil {
		return err
	}
	if !isPrintable(identifier) || !isPrintable(rights) {
		return &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Invalid ACL identifier or rights"}
	}
	command := "SETACL " + quote(mailbox) + " " + quote(identifier) + " " + quote(rights)
	return s.ask(ctx, "ACL", command, nothing)
}

// checkACL checks that the server has access control lists and that the mailbox name is
// valid.
func (s *Session) checkACL(mailbox string) error {
	if !s.caps["ACL"] {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "ACL not available on this IMAP server"}
	}
	_, err := decodeMailbox(mailbox)
	return err
}
