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
