package backend

import (
	"context"
	"sort"
)

// The interfaces below belong to services that return the UIDs of copies, and that remove
// certain messages: IMAP with UIDPLUS (RFC 4315). A service that cannot returns
// ErrNotSupported, and copies, appends or removes nothing.

// UIDCopier is a [Mover] that returns the UIDs of the copies.
type UIDCopier interface {
	// CopyUIDs is Copy, and MoveUIDs is Move. An error comes with the UIDs that the service
	// sent before it.
	CopyUIDs(ctx context.Context, set Set, mailbox string) (CopiedUIDs, error)
	MoveUIDs(ctx context.Context, set Set, mailbox string) (CopiedUIDs, error)
}

// UIDAppender is an [Appender] that returns the UID of the new message.
type UIDAppender interface {
	// AppendUID is Append. Both numbers are 0 if the service did not send them.
	AppendUID(ctx context.Context, mailbox string, msg NewMessage) (uidValidity uint32, uid int, err error)
}

// UIDExpunger is a [Session] that removes certain messages.
type UIDExpunger interface {
	// ExpungeUIDs removes the marked messages in a set of UIDs.
	ExpungeUIDs(ctx context.Context, set Set) error
}

// Relocator is a [Session] that moves certain messages out of the selected mailbox.
type Relocator interface {
	// Relocate moves the messages of a set of UIDs to another mailbox and removes them from the
	// selected one. Message numbers may change. It returns the UIDs of the messages that the
	// service has moved, ascending, and those of their copies. A message that is gone, also
	// while the call runs, is left out.
	//
	// Relocate removes what was copied, and marks and removes nothing else, whatever else is
	// marked. Without an error the messages are in the other mailbox only. With one, those of
	// which nothing is known are left out, and the error says where messages may be. If the
	// service cannot remove certain messages, or the mailbox is selected for reading only,
	// Relocate returns ErrNotSupported and sends nothing.
	Relocate(ctx context.Context, set Set, mailbox string) (uids []int, told CopiedUIDs, err error)
}

// CopiedUIDs has the UIDs of copies, as far as the service sent them.
type CopiedUIDs struct {
	UIDValidity uint32   // of the mailbox of the copies; 0 if the service sent none
	Runs        []UIDRun // by ascending Source
}

// UIDRun maps N consecutive messages: the copy of message Source has the UID Copy, that of
// Source+1 has Copy+1, and so on.
type UIDRun struct{ Source, Copy, N int }

// Of returns the UID of the copy of a message, or 0 if it is not known.
func (c CopiedUIDs) Of(uid int) int {
	i := sort.Search(len(c.Runs), func(i int) bool { return c.Runs[i].Source > uid })
	if i == 0 || uid-c.Runs[i-1].Source >= c.Runs[i-1].N {
		return 0
	}
	return c.Runs[i-1].Copy + uid - c.Runs[i-1].Source
}
