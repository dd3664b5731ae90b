package pop3bridge

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.UIDExpunger = (*Session)(nil)

// Expunge implements [backend.Session]. It sends DELE for each message that is marked
// \Deleted, and for no other. These messages are gone from the session, and the server
// removes them at Logout (RFC 1939 section 6). If the session ends without QUIT, the server
// removes nothing.
//
// If the server refuses a DELE, the message stays, the others are still deleted, and
// Expunge returns an error, which PHP does not show. A message also stays if it was read by
// TOP and RETR has not returned the same text since: the caller may have less of it than
// the server has. Reading it again makes it deletable.
func (s *Session) Expunge(ctx context.Context) error {
	return s.expunge(ctx, s.marked())
}

// ExpungeUIDs implements [backend.UIDExpunger]. It sends DELE for each message that is
// marked and in the set. Only this session has marked messages, so Expunge does not delete
// messages that others have marked either.
func (s *Session) ExpungeUIDs(ctx context.Context, set backend.Set) error {
	asked := s.drop.resolve(set)
	return s.expunge(ctx, slices.DeleteFunc(s.marked(), func(index int) bool {
		_, found := slices.BinarySearch(asked, index)
		return !found
	}))
}

// expunge deletes messages, given by index.
func (s *Session) expunge(ctx context.Context, marked []int) error {
	return s.run(ctx, func(c *conn) error {
		gone := make([]bool, len(s.drop.messages))
		defer s.dropGone(gone)
		return s.dele(c, marked, gone)
	})
}

// dele sends DELE for the marked messages, and records in gone which the server accepted.
func (s *Session) dele(c *conn, marked []int, gone []bool) (refused error) {
	marked = slices.DeleteFunc(marked, func(index int) bool {
		if !s.drop.messages[index].unconfirmed {
			return false
		}
		refused = cmp.Or(refused, notConfirmed(index, s.drop.messages[index].refused))
		return true
	})
	p := s.pipeline(c, len(marked), func(i int) request {
		index := marked[i]
		return request{index: index, command: fmt.Sprintf("DELE %d", s.drop.messages[index].num)}
	})
	for {
		r, ok, err := p.next()
		if err != nil {
			return err
		}
		if !ok {
			return refused
		}
		_, err = c.status()
		switch {
		case err == nil:
			gone[r.index] = true
			s.note(func(f *facts) { f.deleted++ })
		case !isRefusal(err):
			return err
		case refused == nil:
			refused = notDeleted(r.index, err)
		}
	}
}

// notConfirmed is the error about a message that RETR has refused, or brought otherwise than TOP.
func notConfirmed(index int, refusal error) error {
	if refusal != nil {
		return notDeleted(index, refusal)
	}
	return &backend.Error{Kind: backend.ErrProtocol,
		Text: fmt.Sprintf("Message %d is not deleted: RETR has not brought what was read of it", index+1)}
}

// notDeleted is the error about a message of which the server has refused DELE or RETR.
func notDeleted(index int, refusal error) error {
	return &backend.Error{Kind: backend.ErrRefused, Code: backend.CodeOf(refusal.Error()),
		Text: fmt.Sprintf("Message %d is not deleted: %v", index+1, refusal)}
}

// marked returns the indexes of the messages that are marked \Deleted.
func (s *Session) marked() []int {
	var indexes []int
	for i := range s.drop.messages {
		if s.drop.messages[i].flags.has(deleted) {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

// dropGone removes messages from the maildrop. The message numbers of the others close up.
func (s *Session) dropGone(gone []bool) {
	kept := s.drop.messages[:0]
	for i, m := range s.drop.messages {
		if gone[i] {
			s.drop.texts.remove(m.num)
		} else {
			kept = append(kept, m)
		}
	}
	s.drop.messages = kept
	s.note(func(f *facts) { f.messages = len(kept) })
}
