package imapcompat

import (
	"cmp"
	"errors"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

// UIDs returns the UIDs of the messages of a sequence, ascending. On IMAP it sends one
// command. PHP has no such function; a script calls imap_uid for each message. The flag is
// [FT_UID], with which the sequence is of UIDs: UIDs("1:*", FT_UID) has all messages, and
// UIDs("4711:*", FT_UID) those that have come since UID 4710 was the last.
//
// UIDs that do not exist are left out. So is what the server adds to "n:*" when n is above
// the highest UID: the last message, which RFC 9051 section 9 puts into every range with
// "*". "*" alone is the last message. In an empty mailbox the result is empty. A message that
// another client has removed is there until the server has said that it is gone.
//
// The error matches [ErrInvalidArgument] for a sequence that does not parse and for a
// message number that does not exist. With another error the result has what is known.
//
// On POP3 UIDs are the numbers that the messages had at login; [Connection.UIDL] returns
// what lasts.
func (c *Connection) UIDs(sequence Sequence, flags ...FetchFlag) ([]int, error) {
	uids, err := do(c, "Connection.UIDs", func(c *call) ([]int, error) {
		set, err := c.readable(sequence, combine(flags))
		if err != nil {
			return nil, err
		}
		return c.uids(set)
	})
	return orEmpty(uids), err
}

// readable is existing for a function with the flag FT_UID.
func (c *call) readable(sequence Sequence, f FetchFlag) (backend.Set, error) {
	if f&^FT_UID != 0 {
		return backend.Set{}, argumentError(c.fn, 3, "flags", "must be FT_UID or 0")
	}
	return c.existing(sequence, f&FT_UID != 0)
}

// existing returns the messages of a sequence. In an empty mailbox the set is empty, as no
// number is valid there.
func (c *call) existing(sequence Sequence, uid bool) (backend.Set, error) {
	if c.session.State().Messages == 0 {
		_, err := c.set(sequence, true) // its numbers need not exist
		return backend.Set{UID: uid}, err
	}
	return c.set(sequence, uid)
}

// uids returns the UIDs of the messages of a set.
func (c *call) uids(set backend.Set) (uids []int, err error) {
	if len(set.Ranges) == 0 {
		return nil, nil
	}
	for msg, failed := range c.session.Fetch(c.ctx, set, backend.Items{UID: true}) {
		switch {
		case errors.Is(failed, ErrBadMessageNumber):
			continue
		case msg == nil:
			return sorted(uids), failed
		}
		err = cmp.Or(err, failed)
		if msg.UID > 0 && !addedByStar(set, msg.UID) {
			uids = append(uids, msg.UID)
		}
	}
	return sorted(uids), err
}

// addedByStar reports whether a UID is in no range of a set. A server adds the last message
// to every range that ends in "*".
func addedByStar(set backend.Set, uid int) bool {
	last := set.Ranges[len(set.Ranges)-1]
	if !set.UID || last.Last < backend.Max || last.First >= backend.Max || uid >= last.First {
		return false
	}
	_, found := slices.BinarySearchFunc(set.Ranges, uid, func(r backend.Range, uid int) int {
		switch {
		case r.Last < uid:
			return -1
		case uid < r.First:
			return 1
		}
		return 0
	})
	return !found
}

func sorted(list []int) []int {
	if !slices.IsSorted(list) {
		slices.Sort(list)
	}
	return list
}
