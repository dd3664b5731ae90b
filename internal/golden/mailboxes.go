package golden

import (
	"github.com/imapcompat/imapcompat"
)

// mailboxFunctions has the functions for whole mailboxes.
var mailboxFunctions = map[string]Function{
	"imap_createmailbox": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.CreateMailbox(a.Text(0))
	}},
	"imap_renamemailbox": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.RenameMailbox(a.Text(0), a.Text(1))
	}},
	"imap_deletemailbox": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.DeleteMailbox(a.Text(0))
	}},
	"imap_subscribe": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.Subscribe(a.Text(0))
	}},
	"imap_unsubscribe": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.Unsubscribe(a.Text(0))
	}},
	"imap_get_quota": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) { return c.GetQuota(a.Text(0)) }},
	"imap_get_quotaroot": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return c.GetQuotaRoot(a.Text(0))
	}},
	"imap_set_quota": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.SetQuota(a.Text(0), a.num(1))
	}},
	"imap_getacl": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) { return c.GetACL(a.Text(0)) }},
	"imap_setacl": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.SetACL(a.Text(0), a.Text(1), a.Text(2))
	}},
	"imap_list": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return orFalse(c.List(a.Text(0), a.Text(1)))
	}},
	"imap_lsub": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return orFalse(c.LSub(a.Text(0), a.Text(1)))
	}},
	"imap_listscan": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return orFalse(c.ListScan(a.Text(0), a.Text(1), a.Text(2)))
	}},
	"imap_getmailboxes": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return orFalse(c.GetMailboxes(a.Text(0), a.Text(1)))
	}},
	"imap_getsubscribed": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return orFalse(c.GetSubscribed(a.Text(0), a.Text(1)))
	}},
	"imap_append": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		var opts []imapcompat.AppendOption
		if len(a) > 2 {
			opts = append(opts, imapcompat.WithAppendFlags(a.Text(2)))
		}
		if len(a) > 3 {
			opts = append(opts, imapcompat.WithInternalDate(a.Text(3)))
		}
		return true, c.Append(a.Text(0), a.Text(1), opts...)
	}},
	"imap_mail_copy": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.MailCopy(a.sequence(0), a.Text(1), flags[imapcompat.CopyFlag](a, 2)...)
	}},
	"imap_mail_move": {"false", func(c *imapcompat.Connection, a Arguments) (any, error) {
		return true, c.MailMove(a.sequence(0), a.Text(1), flags[imapcompat.CopyFlag](a, 2)...)
	}},
}

// orFalse returns a list as PHP does: false if it is empty.
func orFalse[T any](list []T, err error) (any, error) {
	if err == nil && len(list) == 0 {
		return false, nil
	}
	return list, err
}
