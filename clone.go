package imapcompat

import (
	"context"
	"maps"
	"slices"

	"github.com/imapcompat/imapcompat/internal/mailboxname"
)

// Clone opens a second connection to the server and the mailbox of this one, with the same
// user, password or token source, and options. opts apply after those. PHP has no such
// function. It is for workers that share a mailbox, and for going on after a loss: it works
// on a connection that is lost or closed too, and opens what was open last. If no mailbox
// was open, as with [OP_HALFOPEN], the new connection has none either. A mailbox that was
// opened for reading only is opened so again. The new connection is encrypted if this one
// was, also where the server offered STARTTLS and nothing demanded it.
//
// So that Clone can log in, a Connection keeps its password for as long as the program
// keeps the Connection, after Close too.
//
// ctx bounds the opening only, as with [OpenContext], whose errors Clone returns.
// [Connection.WithContext] bounds later calls, and a context that it gave to this connection
// is not that of the new one. Clone waits for a call of another goroutine.
func (c *Connection) Clone(ctx context.Context, opts ...Option) (*Connection, error) {
	if err := c.take(ctx); err != nil {
		return nil, newError("imap_open", err.Error(), err)
	}
	name, o := c.toClone(opts)
	<-c.turn
	if err := o.check(); err != nil {
		return nil, err
	}
	clone := newConnection(o, c.user, c.password())
	if err := clone.connect(ctx, name, o.open); err != nil {
		return nil, clone.openFailure("imap_open", "Couldn't open stream "+name.String(), err)
	}
	return clone, nil
}

// toClone returns the name of what is open now or was open last, and the options for another
// connection to it. The caller has the turn.
func (c *connection) toClone(opts []Option) (mailboxname.Name, *options) {
	name := c.reached
	name.ReadOnly, name.Secure = c.name.ReadOnly, c.name.Secure
	o := *c.options
	o.disabled, o.services = slices.Clip(o.disabled), maps.Clone(o.services)
	o.open &^= OP_READONLY | OP_HALFOPEN | OP_EXPUNGE // the name says what is open now
	if name.Mailbox = c.name.Mailbox; name.Mailbox == mailboxname.NoMailbox {
		name.Mailbox = "INBOX"
		o.open |= OP_HALFOPEN
	}
	for _, opt := range opts {
		opt.apply(&o)
	}
	return name, &o
}
