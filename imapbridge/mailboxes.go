package imapbridge

import (
	"context"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.MailboxManager = (*Session)(nil)

// CreateMailbox implements [backend.MailboxManager].
func (s *Session) CreateMailbox(ctx context.Context, name string) error {
	return s.manage(ctx, name, func(c *imapclient.Client, name string) *imapclient.Command { return c.Create(name, nil) })
}

// DeleteMailbox implements [backend.MailboxManager].
func (s *Session) DeleteMailbox(ctx context.Context, name string) error {
	return s.manage(ctx, name, (*imapclient.Client).Delete)
}

// RenameMailbox implements [backend.MailboxManager].
func (s *Session) RenameMailbox(ctx context.Context, name, newName string) error {
	newName, err := decodeMailbox(newName)
	if err != nil {
		return err
	}
	return s.manage(ctx, name, func(c *imapclient.Client, name string) *imapclient.Command { return c.Rename(name, newName, nil) })
}

// Subscribe implements [backend.MailboxManager].
func (s *Session) Subscribe(ctx context.Context, name string) error {
	return s.manage(ctx, name, (*imapclient.Client).Subscribe)
}

// Unsubscribe implements [backend.MailboxManager].
func (s *Session) Unsubscribe(ctx context.Context, name string) error {
	return s.manage(ctx, name, (*imapclient.Client).Unsubscribe)
}

// manage runs a command that takes a mailbox and answers with nothing but a
// status.
func (s *Session) manage(ctx context.Context, name string, command func(c *imapclient.Client, name string) *imapclient.Command) error {
	name, err := decodeMailbox(name)
	if err != nil {
		return err
	}
	return s.run(ctx, func() error { return command(s.goIMAP(), name).Wait() })
}
