package imapcompat

import (
	"bytes"
	"errors"
	"iter"

	"github.com/imapcompat/imapcompat/backend"
)

// Message is a message as [Connection.Messages] has it.
type Message struct {
	Msgno int
	UID   int
	Raw   []byte // all of it, as it stands
}

// Messages goes over messages in the order of the mailbox: `for msg, err := range
// mbox.Messages("1:*", FT_PEEK)`. PHP has nothing like it. Without [FT_PEEK] each
// message gets \Seen when it is its turn, not before. The other flag is [FT_UID].
//
// The next messages are on their way while the loop works on one, within bounds
// of memory; see the package documentation. The loop may make any call, Expunge
// and Delete included: which messages it goes over is settled at the start, by
// UID. One that is gone by its turn is passed over. On POP3 a loop that breaks off
// may have retrieved messages that it did not come to: see [ReadAheadAll].
//
// An error that comes with a message is about that message alone, which is larger than
// [WithMaxMessageSize], say, or refused: it has its UID, and its Msgno where that is known,
// and no text, and the loop may go on to the next. After an error that comes with nil it is over. For
// sequences see [Connection.Delete].
func (c *Connection) Messages(sequence Sequence, flags ...FetchFlag) iter.Seq2[*Message, error] {
	f := combine(flags)
	items := backend.Items{UID: true, Sections: []backend.Section{{Peek: f&FT_PEEK != 0}}}
	return walk(c, "Connection.Messages", sequence, f, FT_UID|FT_PEEK, items, func(msg *backend.Message) *Message {
		m := &Message{Msgno: msg.Num, UID: msg.UID}
		if len(msg.Sections) > 0 {
			m.Raw = bytes.Clone(msg.Sections[0])
		}
		return m
	})
}

// HeaderInfos goes over the header objects of messages, as [Connection.HeaderInfo]
// has them, the way that [Connection.Messages] does. The flag is [FT_UID].
func (c *Connection) HeaderInfos(sequence Sequence, flags ...FetchFlag) iter.Seq2[*HeaderInfo, error] {
	items := headerItems
	items.UID = true
	return walk(c, "Connection.HeaderInfos", sequence, combine(flags), FT_UID, items, func(msg *backend.Message) *HeaderInfo {
		h := newHeaderInfo(msg.Envelope)
		h.setState(msg)
		return h
	})
}

// Overviews goes over the overviews of messages, as [Connection.FetchOverview] has
// them, the way that [Connection.Messages] does. The flag is [FT_UID].
func (c *Connection) Overviews(sequence Sequence, flags ...FetchFlag) iter.Seq2[*Overview, error] {
	return walk(c, "Connection.Overviews", sequence, combine(flags), FT_UID, overviewItems, newOverview)
}

// walk goes over messages, each of which is a call of its own.
//
// With the error of a single message comes what make makes of it.
func walk[T any](c *Connection, fn string, sequence Sequence, f, known FetchFlag, items backend.Items, make func(*backend.Message) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		uids, err := c.walkUIDs(fn, sequence, f, known)
		if err != nil {
			yield(none, err)
			return
		}
		for _, uid := range uids {
			value, err := do(c, fn, func(c *call) (*T, error) {
				msg, err := c.one(ref{uid, true}, items)
				if msg == nil {
					return nil, err
				}
				value := make(c.named(msg)) // another call may renew its flags afterwards
				return &value, err
			})
			switch {
			case errors.Is(err, ErrBadMessageNumber):
				continue // gone
			case value == nil:
				yield(none, err)
				return
			case !yield(*value, err):
				return
			}
		}
	}
}

// named is a message with its number, which a service may not say of one that it refuses.
func (c *call) named(msg *backend.Message) *backend.Message {
	if msg.Num == 0 {
		if found, err := c.session.FetchOne(c.ctx, msg.UID, true, backend.Items{UID: true}); err == nil && found != nil {
			return found
		}
	}
	return msg
}

// walkUIDs are the UIDs of the messages of a sequence.
func (c *Connection) walkUIDs(fn string, sequence Sequence, f, known FetchFlag) ([]int, error) {
	return do(c, fn, func(c *call) ([]int, error) {
		if f&^known != 0 {
			return nil, argumentError(fn, 2, "flags", "has a flag that is not for it")
		}
		if c.session.State().Messages == 0 {
			return nil, nil
		}
		set, err := c.set(sequence, f&FT_UID != 0)
		if err != nil {
			return nil, err
		}
		uids, err := collect(c, set, backend.Items{UID: true}, func(msg *backend.Message) int { return msg.UID })
		if err == nil {
			c.session.Announce(uids, true)
		}
		return uids, err
	})
}
