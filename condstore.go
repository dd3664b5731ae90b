package imapcompat

import (
	"context"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// HighestModSeq returns the highest mod-sequence of the mailbox, when the server last told it:
// at the opening, or at the first call of [Connection.ChangedSince] or
// [Connection.SetFlagUnchanged]. Each change of a message, and each new message, has a higher
// one (CONDSTORE, RFC 7162). It is 0 when the server has not told it; on POP3 it always is. PHP
// has no such function.
//
// A program that keeps the number with [Connection.URL] asks ChangedSince in its next session
// for what has changed since. A mod-sequence means nothing in a mailbox with another
// UIDVALIDITY.
//
// HighestModSeq sends no command, and does not wait for a call of another goroutine. The error
// matches [ErrClosed].
func (c *Connection) HighestModSeq() (uint64, error) {
	s, err := c.current("Connection.HighestModSeq")
	if err != nil {
		return 0, err
	}
	return s.State().HighestModSeq, nil
}

// SetFlagUnchanged is [Connection.SetFlagFull] for those messages that have not changed since
// a mod-sequence. It returns the others, which it leaves as they are: their numbers, or with
// [ST_UID] their UIDs, ascending. So of several clients that set a flag with the same
// mod-sequence one succeeds. Whatever changed a message counts, also a change of \Seen by
// reading it, and one by this connection. PHP has no such function.
//
// It always waits for the server. Flags that are added twice change nothing, but a server may
// count them as a change.
//
// The error matches [ErrNotSupported] where the server has no CONDSTORE (RFC 7162), or the
// mailbox no mod-sequences, and on POP3; nothing is set then. It matches [ErrInvalidArgument]
// for a sequence, a flag or an option that is not valid, and for a mod-sequence above
// 2^63-1. In an empty mailbox nothing is done.
func (c *Connection) SetFlagUnchanged(sequence Sequence, flag string, since uint64, options ...StoreFlag) (modified []int, err error) {
	f := combine(options)
	modified, err = do(c, "Connection.SetFlagUnchanged", func(c *call) ([]int, error) {
		if f&^ST_UID != 0 {
			return nil, argumentError(c.fn, 5, "options", "must be ST_UID or 0")
		}
		names, err := flagNames(flag)
		if err != nil {
			return nil, err
		}
		set, err := c.existing(sequence, f&ST_UID != 0)
		if err != nil {
			return nil, err
		}
		c.noteLost(names)
		return c.storeUnchanged(set, names, since)
	})
	return orEmpty(modified), err
}

func (c *call) storeUnchanged(set backend.Set, flags []string, since uint64) (modified []int, err error) {
	err = c.session.Do(c.ctx, readahead.Effect{
		Kind: "unchanged", Set: set, Awaited: true,
		Deletes: slices.ContainsFunc(flags, func(f string) bool { return strings.EqualFold(f, `\Deleted`) }),
		Apply: func(ctx context.Context, service backend.Session, set backend.Set) (err error) {
			sequencer, ok := service.(backend.ModSequencer)
			if !ok {
				return errNoModSeqs
			}
			modified, err = sequencer.StoreUnchanged(ctx, set, backend.StoreAdd, flags, since)
			return err
		},
	})
	return modified, err
}

var errNoModSeqs = &backend.Error{Kind: ErrNotSupported, Text: "The service has no mod-sequences"}

// ChangedSince returns the UIDs of the messages that are new or have changed since a
// mod-sequence, ascending: that of [Connection.HighestModSeq] in this session or an earlier
// one. Since 0 they are all messages. It sends one command, and the server sends only what has
// changed. It does not tell which messages are gone. PHP has no such function.
//
// The errors are those of [Connection.SetFlagUnchanged]. With another error the result has
// what is known.
func (c *Connection) ChangedSince(since uint64) ([]int, error) {
	uids, err := do(c, "Connection.ChangedSince", func(c *call) ([]int, error) {
		sequencer, ok := able[backend.ModSequencer](c)
		if !ok {
			return nil, errNoModSeqs
		}
		return sequencer.ChangedSince(c.ctx, since)
	})
	return orEmpty(uids), err
}
