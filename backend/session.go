package backend

import (
	"context"
	"iter"
)

// Session is an open connection to a mail service.
//
// An error caused by a server or a network is an [*Error]. After an error that matches
// [ErrConnectionLost] the session is not usable, and every call returns the same error.
type Session interface {
	// Select opens a mailbox and leaves the selected one, without the expunge of CLOSE.
	Select(ctx context.Context, mailbox string, readOnly bool) error

	// Unselect leaves the selected mailbox without an expunge, and selects none. A service that
	// cannot do so returns ErrNotSupported.
	Unselect(ctx context.Context) error

	// State, Traits and Link describe the mailbox as last heard of, the service, and the
	// connection. They do not ask the service. They may be called at any time, from any
	// goroutine.
	State() State
	Traits() Traits
	Link() Link

	// Poll asks the service for news, and keeps the connection alive.
	Poll(ctx context.Context) error

	// Fetch yields items of the messages of a set, each message once, in the service's order,
	// which nearly always ascends. It leaves out messages that do not exist. If the caller ends
	// the iteration early, the session reads or ends the rest.
	//
	// An error that comes with a Message concerns that message alone, and the iteration goes
	// on. The message is larger than the limit, or refused, or exists and was not sent
	// ([ErrProtocol]). The Message has its Num or UID, and what else is known without asking
	// the service. If another client has removed the message and the service has not said so
	// yet, the Message has what the service sent ([ErrBadMessageNumber]). An error that comes
	// with nil ends the iteration.
	Fetch(ctx context.Context, set Set, items Items) iter.Seq2[*Message, error]

	// Store changes flags of the messages of a set. A flag with a backslash is a system flag;
	// other flags are keywords.
	Store(ctx context.Context, set Set, op StoreOp, flags []string) error

	// Expunge removes the messages marked \Deleted, for good.
	//
	// A POP3 service removes nothing before the session ends. Logout removes them, and its
	// error says so if it did not.
	Expunge(ctx context.Context) error

	// Status asks for counts of a mailbox without selecting it.
	Status(ctx context.Context, mailbox string, items StatusItems) (Status, error)

	// Logout ends the session. Messages marked \Deleted and not expunged stay. Logout releases
	// all resources even when it fails.
	Logout(ctx context.Context) error

	// Abort closes the connection at once. It may be called at any time, from any goroutine.
	Abort() error
}
