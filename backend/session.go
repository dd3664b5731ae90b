package backend

import (
	"context"
	"iter"
)

// Session is one open connection to a mail service.
//
// An error that a server or a network caused is an [*Error]. After one that
// matches [ErrConnectionLost] the session is of no more use, and every call
// reports the same.
type Session interface {
	// Select opens a mailbox in place of the selected one, which is left as
	// CLOSE would not: nothing is expunged.
	Select(ctx context.Context, mailbox string, readOnly bool) error

	// Unselect leaves the selected mailbox and selects none. Nothing is
	// expunged. A service that cannot returns ErrNotSupported.
	Unselect(ctx context.Context) error

	// State is the mailbox as last heard of, Traits are the service's, and Link is the
	// connection's state. They ask nobody and may be called at any time, from any goroutine.
	State() State
	Traits() Traits
	Link() Link

	// Poll asks for news, and keeps the connection alive.
	Poll(ctx context.Context) error

	// Fetch brings items of the messages of a set, each message once, in the
	// service's order, which nearly always ascends. Messages that do not exist
	// (any more) are left out. Leaving the iteration early drains or ends it
	// within the session.
	//
	// An error that comes with a Message is about that message alone, and the
	// iteration goes on: it is larger than the limit, or refused, or was not sent
	// although it exists ([ErrProtocol]). The Message has its Num or UID, and what
	// else is known of it without asking the service. Of one that is gone, and was
	// not told of yet, it has what the service says all the same
	// ([ErrBadMessageNumber]). An error that comes with nil ends the iteration.
	Fetch(ctx context.Context, set Set, items Items) iter.Seq2[*Message, error]

	// Store changes flags of the messages of a set. A flag with a backslash is
	// a system flag, one without a keyword.
	Store(ctx context.Context, set Set, op StoreOp, flags []string) error

	// Expunge removes the messages that are marked \Deleted, for good.
	//
	// A service that removes nothing before the session ends (POP3) removes
	// them in Logout, whose error says so if it did not.
	Expunge(ctx context.Context) error

	// Status asks about a mailbox without selecting it.
	Status(ctx context.Context, mailbox string, items StatusItems) (Status, error)

	// Logout ends the session in order. Messages marked \Deleted and not
	// expunged stay. Resources are released even when it fails.
	Logout(ctx context.Context) error

	// Abort drops the connection at once. It may be called at any time, from
	// any goroutine.
	Abort() error
}
