package imapcompat

import "github.com/imapcompat/imapcompat/backend"

// LSub returns the names of the mailboxes that the user has subscribed to, as imap_lsub
// does. [Connection.List] describes the arguments and the errors. On POP3, which has no
// subscriptions, there are none.
//
// With "%" a server also names the levels above those mailboxes, which the user may not
// have subscribed to. [Connection.GetSubscribed] has them as [LATT_NOSELECT].
func (c *Connection) LSub(reference, pattern string) ([]string, error) {
	list, err := c.list("imap_lsub", "LSUB", reference, pattern, backend.Lister.ListSubscribed)
	names := make([]string, 0, len(list))
	for _, m := range list {
		names = append(names, m.Name)
	}
	return names, err
}
