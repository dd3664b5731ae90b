package imapcompat

import (
	"errors"

	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// Reopen opens another mailbox in place of the open one, as imap_reopen does. On the same
// IMAP server it sends one command. Otherwise, and on POP3, the old connection ends, and a
// new one logs in with the same user and password. Messages that are marked for deletion
// are not expunged; on POP3 their marks end with the session.
//
// The flags are [OP_READONLY], [OP_ANONYMOUS], [OP_HALFOPEN], [CL_EXPUNGE], and OP_EXPUNGE,
// which has no effect in PHP either. A CL_EXPUNGE of an earlier call stays in force if this
// call has no flags. A mailbox is opened for reading only if this call says so. Other
// options replace those of Open, and take effect when a new connection logs in.
//
// An error about the name leaves the old mailbox open. An error of the new connection
// leaves the Connection closed. As in PHP an IMAP mailbox that does not exist is no error:
// see [Open], which also describes the errors.
func (c *Connection) Reopen(mailbox string, opts ...Option) error {
	return c.do("imap_reopen", func(c *call) error {
		o, err := c.options.forReopen(opts)
		if err != nil {
			return err
		}
		name, err := mailboxname.Parse(mailbox)
		if err != nil {
			return err
		}
		c.options = o
		if err := c.reopen(name, o.open); err != nil {
			return c.openFailure(c.fn, "Couldn't re-open stream", err)
		}
		return nil
	})
}

// forReopen returns the options with those of Reopen in their place.
func (o *options) forReopen(opts []Option) (*options, error) {
	reopen := *o
	reopen.open, reopen.close = 0, 0
	for _, opt := range opts {
		opt.apply(&reopen)
	}
	const flags = OP_READONLY | OP_ANONYMOUS | OP_HALFOPEN | OP_EXPUNGE
	if reopen.open&^flags != 0 || reopen.close&^CL_EXPUNGE != 0 {
		return nil, argumentError("imap_reopen", 3, "flags",
			"must be a bitmask of OP_READONLY, OP_ANONYMOUS, OP_HALFOPEN, OP_EXPUNGE, and CL_EXPUNGE")
	}
	if reopen.tries < 0 {
		return nil, argumentError("imap_reopen", 4, "retries", "must be greater than or equal to 0")
	}
	if err := reopen.checkID("imap_reopen"); err != nil {
		return nil, err
	}
	// A CL_EXPUNGE stays in force, unless there are flags and it is not among them.
	if reopen.open == 0 && reopen.close == 0 {
		reopen.close = o.close
	}
	return &reopen, nil
}

func (c *call) reopen(name mailboxname.Name, flags OpenFlag) error {
	if c.canReuse(name, flags) {
		err := c.reuse(name, flags)
		if !errors.Is(err, ErrConnectionLost) && !errors.Is(err, ErrNotSupported) {
			return err
		}
	}
	if name.Service == "pop3" {
		if err := checkPOP3(name, flags); err != nil {
			return err
		}
	}
	// The session is over whatever it answers. What it says of messages that
	// it was to remove must not be lost, unless it was said before.
	closed := c.session.Link().Closed
	if err := c.session.Logout(c.ctx); err != nil && closed == nil {
		c.noteError(err)
	}
	if err := c.connect(c.ctx, name, flags); err != nil {
		c.open.Store(nil)
		return err
	}
	return nil
}

// canReuse reports whether the open session can serve a name. A POP3 session has one
// mailbox, and sees no news of it.
func (c *call) canReuse(name mailboxname.Name, flags OpenFlag) bool {
	name.Anonymous = name.Anonymous || flags&OP_ANONYMOUS != 0
	return c.name.Service != "pop3" && c.sameServer(name) && c.secureEnough(name)
}

// sameServer reports whether the open session is with the server of a name.
func (c *connection) sameServer(name mailboxname.Name) bool {
	return c.name.SameServer(name) || c.given.SameServer(name)
}

// secureEnough reports whether the open session is encrypted, if the name asks for that.
// c-client does not check it.
func (c *call) secureEnough(name mailboxname.Name) bool {
	return c.session.Link().TLS || !name.SSL && !name.TLS
}

// reuse opens the mailbox of a name on the open session.
func (c *call) reuse(name mailboxname.Name, flags OpenFlag) error {
	name.ReadOnly = name.ReadOnly || flags&OP_READONLY != 0
	if flags&OP_HALFOPEN != 0 && c.session.State().Mailbox != "" {
		if err := c.session.Unselect(c.ctx); err != nil {
			return err
		}
	}
	if err := c.selectMailbox(c.ctx, c.session, name, flags); err != nil {
		return err
	}
	c.name.Secure = c.name.Secure || name.Secure
	c.given = name
	return nil
}
