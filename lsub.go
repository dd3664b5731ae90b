package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// LSub returns the names of the mailboxes that the user has subscribed to, as
// imap_lsub does. See [Connection.List]. POP3 has no subscriptions.
//
// With "%" a server also names the levels above those, which the user may not
// have subscribed to: [Connection.GetSubscribed] shows them as [LATT_NOSELECT].
func (c *Connection) LSub(reference, pattern string) ([]string, error) {
	list, err := c.list("imap_lsub", "LSUB", reference, pattern, backend.Lister.ListSubscribed)
	names := make([]string, 0, len(list))
	for _, m := range list {
		names = append(names, m.Name)
	}
	return names, err
}
