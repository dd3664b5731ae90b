package imapcompat

import (
	"bytes"
	"errors"
	"iter"

	"github.com/imapcompat/imapcompat/backend"
)

// Message is a message of [Connection.Messages].
type Message struct {
	Msgno int
	UID   int
	Raw   []byte // all of it, as it stands
}

// Messages iterates over the messages of a sequence, in the order of the mailbox:
//
//	for msg, err := range mbox.Messages("1:*", imapcompat.FT_PEEK) {
//
// PHP has no such function. Each message gets \Seen when its turn comes, unless flags have
// [FT_PEEK]. The other flag is [FT_UID]. [Connection.Delete] describes sequences.
//
// Messages that follow are fetched while the program handles one, in bounded memory. The
// loop may make any call, Expunge and Delete too, because the iterator settles its messages
// by UID at the start. It passes over a message that is gone when its turn comes. On POP3 a
// loop that breaks off may have retrieved messages that it did not reach: see
// [ReadAheadAll].
//
// An error with a message is about that message alone, such as one that the server refused
// or one larger than [WithMaxMessageSize]. Such a message has its UID, its Msgno if that is
// known, and no text, and the loop may go on. An error with nil ends the loop.
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

// HeaderInfos iterates over the header objects of messages, those of
// [Connection.HeaderInfo], as [Connection.Messages] does over messages. The flag is
// [FT_UID].
func (c *Connection) HeaderInfos(sequence Sequence, flags ...FetchFlag) iter.Seq2[*HeaderInfo, error] {
	items := headerItems
	items.UID = true
	return walk(c, "Connection.HeaderInfos", sequence, combine(flags), FT_UID, items, func(msg *backend.Message) *HeaderInfo {
		h := newHeaderInfo(msg.Envelope)
		h.setState(msg)
		return h
	})
}

// Overviews iterates over the overviews of messages, those of [Connection.FetchOverview],
// as [Connection.Messages] does over messages. The flag is [FT_UID].
func (c *Connection) Overviews(sequence Sequence, flags ...FetchFlag) iter.Seq2[*Overview, error] {
	return walk(c, "Connection.Overviews", sequence, combine(flags), FT_UID, overviewItems, newOverview)
}

// walk iterates over messages, each of which is a call of its own. The value with the error
// of a single message is what make returns for what is known of it.
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

// named returns a message with its number, which a service may leave out of one that it
// refuses.
func (c *call) named(msg *backend.Message) *backend.Message {
	if msg.Num == 0 {
		if found, err := c.session.FetchOne(c.ctx, msg.UID, true, backend.Items{UID: true}); err == nil && found != nil {
			return found
		}
	}
	return msg
}

// walkUIDs returns the UIDs of the messages of a sequence.
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
