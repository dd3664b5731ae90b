package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// GetSubscribed returns the mailboxes that the user has subscribed to, with their
// attributes, as imap_getsubscribed does. [Connection.LSub] describes the arguments and the
// errors.
func (c *Connection) GetSubscribed(reference, pattern string) ([]MailboxInfo, error) {
	return c.list("imap_getsubscribed", "LSUB", reference, pattern, backend.Lister.ListSubscribed)
}
