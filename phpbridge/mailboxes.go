package phpbridge

import "github.com/imapcompat/imapcompat"

// mailboxes has the functions for whole mailboxes.
var mailboxes = map[string]function{
	"imap_status": {"csi", false, func(c *call) (any, error) {
		return c.conn().Status(c.str(1), imapcompat.StatusFlag(c.int(2)))
	}},
	"imap_list": {"css", false, func(c *call) (any, error) {
		return orFalse(c.conn().List(c.str(1), c.str(2)))
	}},
	"imap_lsub": {"css", false, func(c *call) (any, error) {
		return orFalse(c.conn().LSub(c.str(1), c.str(2)))
	}},
	"imap_listscan": {"csss", false, func(c *call) (any, error) {
		return orFalse(c.conn().ListScan(c.str(1), c.str(2), c.str(3)))
	}},
	"imap_getmailboxes": {"css", false, func(c *call) (any, error) {
		return orFalse(c.conn().GetMailboxes(c.str(1), c.str(2)))
	}},
	"imap_getsubscribed": {"css", false, func(c *call) (any, error) {
		return orFalse(c.conn().GetSubscribed(c.str(1), c.str(2)))
	}},
	"imap_createmailbox": {"cs", false, func(c *call) (any, error) { return true, c.conn().CreateMailbox(c.str(1)) }},
	"imap_deletemailbox": {"cs", false, func(c *call) (any, error) { return true, c.conn().DeleteMailbox(c.str(1)) }},
	"imap_renamemailbox": {"css", false, func(c *call) (any, error) {
		return true, c.conn().RenameMailbox(c.str(1), c.str(2))
	}},
	"imap_subscribe":     {"cs", false, func(c *call) (any, error) { return true, c.conn().Subscribe(c.str(1)) }},
	"imap_unsubscribe":   {"cs", false, func(c *call) (any, error) { return true, c.conn().Unsubscribe(c.str(1)) }},
	"imap_get_quota":     {"cs", false, func(c *call) (any, error) { return c.conn().GetQuota(c.str(1)) }},
	"imap_get_quotaroot": {"cs", false, func(c *call) (any, error) { return c.conn().GetQuotaRoot(c.str(1)) }},
	"imap_set_quota": {"csi", false, func(c *call) (any, error) {
		return true, c.conn().SetQuota(c.str(1), c.int(2))
	}},
	"imap_getacl": {"cs", false, func(c *call) (any, error) { return c.conn().GetACL(c.str(1)) }},
	"imap_setacl": {"csss", false, func(c *call) (any, error) {
		return true, c.conn().SetACL(c.str(1), c.str(2), c.str(3))
	}},
}
