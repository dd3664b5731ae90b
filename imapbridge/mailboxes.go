package imapbridge

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.MailboxManager = (*Session)(nil)

// CreateMailbox implements [backend.MailboxManager].
func (s *Session) CreateMailbox(ctx context.Context, name string) error {
	return s.manage(ctx, name, s.wire.createMailbox)
}

// DeleteMailbox implements [backend.MailboxManager].
func (s *Session) DeleteMailbox(ctx context.Context, name string) error {
	return s.manage(ctx, name, s.wire.deleteMailbox)
}

// RenameMailbox implements [backend.MailboxManager].
func (s *Session) RenameMailbox(ctx context.Context, name, newName string) error {
	newName, err := decodeMailbox(newName)
	if err != nil {
		return err
	}
	return s.manage(ctx, name, func(name string) error { return s.wire.renameMailbox(name, newName) })
}

// manage runs a command that takes a mailbox and has no answer but a status.
func (s *Session) manage(ctx context.Context, name string, command func(name string) error) error {
	name, err := decodeMailbox(name)
	if err != nil {
		return err
	}
	return s.run(ctx, func() error { return command(name) })
}
