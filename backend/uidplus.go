package backend

import (
	"context"
	"sort"
)

// The interfaces below are those of services that give copies UIDs and say which, and
// that remove certain messages: IMAP's with UIDPLUS (RFC 4315). A service that turns out
// not to answers ErrNotSupported, and nothing is copied, appended or removed then.

// UIDCopier is a [Mover] that tells the UIDs of the copies.
type UIDCopier interface {
	// CopyUIDs is Copy, and MoveUIDs is Move. What was told before an error comes with it.
	CopyUIDs(ctx context.Context, set Set, mailbox string) (CopiedUIDs, error)
	MoveUIDs(ctx context.Context, set Set, mailbox string) (CopiedUIDs, error)
}

// UIDAppender is an [Appender] that tells the UID of the new message.
type UIDAppender interface {
	// AppendUID is Append. Both numbers are 0 when the service did not tell.
	AppendUID(ctx context.Context, mailbox string, msg NewMessage) (uidValidity uint32, uid int, err error)
}

// UIDExpunger is a [Session] that removes certain messages.
type UIDExpunger interface {
	// ExpungeUIDs is Expunge of those marked messages that are in a set of UIDs.
	ExpungeUIDs(ctx context.Context, set Set) error
}

// CopiedUIDs are the UIDs of copies, as far as the service told them.
type CopiedUIDs struct {
	UIDValidity uint32   // of the mailbox of the copies; 0 when nothing was told
	Runs        []UIDRun // by ascending Source
}

// UIDRun is N messages in a row: the copy of message Source has the UID Copy, that of
// Source+1 has Copy+1, and so on.
type UIDRun struct{ Source, Copy, N int }

// Of is the UID of the copy of a message, 0 when that was not told.
func (c CopiedUIDs) Of(uid int) int {
	i := sort.Search(len(c.Runs), func(i int) bool { return c.Runs[i].Source > uid })
	if i == 0 || uid-c.Runs[i-1].Source >= c.Runs[i-1].N {
		return 0
	}
	return c.Runs[i-1].Copy + uid - c.Runs[i-1].Source
}
