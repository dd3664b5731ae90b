package phpbridge

import "github.com/imapcompat/imapcompat"

// changing has the functions that change messages.
var changing = map[string]function{
	"imap_delete": {"cs|i", true, func(c *call) (any, error) {
		return true, c.conn().Delete(c.sequence(1), c.fetchFlags(2))
	}},
	"imap_undelete": {"cs|i", true, func(c *call) (any, error) {
		return true, c.conn().Undelete(c.sequence(1), c.fetchFlags(2))
	}},
	"imap_expunge": {"c", true, func(c *call) (any, error) { return true, c.conn().Expunge() }},
	"imap_setflag_full": {"css|i", true, func(c *call) (any, error) {
		return true, c.conn().SetFlagFull(c.sequence(1), c.str(2), imapcompat.StoreFlag(c.int(3)))
	}},
	"imap_clearflag_full": {"css|i", true, func(c *call) (any, error) {
		return true, c.conn().ClearFlagFull(c.sequence(1), c.str(2), imapcompat.StoreFlag(c.int(3)))
	}},
	"imap_append": {"css|nsns", false, appendMessage},
	"imap_mail_copy": {"css|i", false, func(c *call) (any, error) {
		return true, c.conn().MailCopy(c.sequence(1), c.str(2), imapcompat.CopyFlag(c.int(3)))
	}},
	"imap_mail_move": {"css|i", false, func(c *call) (any, error) {
		return true, c.conn().MailMove(c.sequence(1), c.str(2), imapcompat.CopyFlag(c.int(3)))
	}},
}

func appendMessage(c *call) (any, error) {
	var options []imapcompat.AppendOption
	if c.given(3) {
		options = append(options, imapcompat.WithAppendFlags(c.str(3)))
	}
	if c.given(4) {
		options = append(options, imapcompat.WithInternalDate(c.str(4)))
	}
	return true, c.conn().Append(c.str(1), c.str(2), options...)
}
