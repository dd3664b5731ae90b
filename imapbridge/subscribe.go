package imapbridge

import "context"

// Subscribe implements [backend.MailboxManager].
func (s *Session) Subscribe(ctx context.Context, name string) error {
	return s.manage(ctx, name, s.wire.subscribe)
}

// Unsubscribe implements [backend.MailboxManager].
func (s *Session) Unsubscribe(ctx context.Context, name string) error {
	return s.manage(ctx, name, s.wire.unsubscribe)
}
