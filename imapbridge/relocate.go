package imapbridge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Relocator = (*Session)(nil)

// Relocate implements [backend.Relocator] with MOVE (RFC 6851). Without MOVE it sends UID
// COPY, STORE and UID EXPUNGE (RFC 4315), each for what the command before has done.
//
// It first asks which messages exist, because a range would also have those that arrive
// meanwhile.
func (s *Session) Relocate(ctx context.Context, set backend.Set, mailbox string) (uids []int, told backend.CopiedUIDs, err error) {
	move := s.moveAway
	if !s.caps["MOVE"] && !s.caps["IMAP4REV2"] {
		move = s.copyAndRemove
	}
	if err := s.mayRelocate(mailbox); err != nil {
		return nil, told, err
	}
	there, err := s.existing(ctx, set)
	if err != nil {
		return nil, told, err
	}
	// Each part is done before the next, so that a refusal leaves no more than one half done.
	for part := range slices.Chunk(backend.SetOf(true, there).Ranges, maxRanges) {
		done, some, err := move(ctx, backend.Set{UID: true, Ranges: part}, mailbox)
		uids = append(uids, done...)
		told.UIDValidity = some.UIDValidity
		told.Runs = append(told.Runs, some.Runs...)
		if err != nil {
			return uids, told, err
		}
	}
	return uids, told, nil
}

// mayRelocate returns why messages cannot be moved out of the mailbox.
func (s *Session) mayRelocate(mailbox string) error {
	if err := s.closed(); err != nil {
		return err
	}
	if _, err := decodeMailbox(mailbox); err != nil {
		return err
	}
	switch {
	case !s.caps["MOVE"] && s.needUIDPLUS() != nil:
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "Server has neither MOVE nor UIDPLUS"}
	case s.State().ReadOnly: // a server may move all the same
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "The mailbox is open for reading only"}
	}
	return nil
}

// existing returns the UIDs of the messages of a set, ascending, without those that the
// server has reported gone meanwhile.
func (s *Session) existing(ctx context.Context, set backend.Set) (uids []int, err error) {
	numbers := make(map[int]int) // by UID
	for msg, err := range s.Fetch(ctx, set, backend.Items{UID: true}) {
		switch {
		case errors.Is(err, backend.ErrBadMessageNumber):
		case err != nil:
			return nil, err
		case msg.UID > 0 && isNamed(set, msg.UID):
			numbers[msg.UID] = msg.Num
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(numbers, func(_, num int) bool { return s.nums.isGone(num) })
	return slices.Sorted(maps.Keys(numbers)), nil
}

// isNamed reports whether a set of UIDs has a UID, or is that of the last message, "*". A
// server adds the last message to "n:*" when n is above its UID.
func isNamed(set backend.Set, uid int) bool {
	return slices.ContainsFunc(set.Ranges, func(r backend.Range) bool {
		return r.First <= uid && uid <= r.Last || r.First >= backend.Max
	})
}

// moveAway moves messages with MOVE. Unlike Move it lets the numbers of the others close up.
func (s *Session) moveAway(ctx context.Context, set backend.Set, mailbox string) (uids []int, told backend.CopiedUIDs, err error) {
	left := set
	told, err = s.anyUIDs("COPYUID", func() (err error) {
		left, err = s.ofExisting(ctx, set, func(set backend.Set) error {
			// An untagged OK has the COPYUID.
			command := "UID MOVE " + s.onWire(set).String() + " " + quote(mailbox)
			return s.settling(ctx, func() error { return s.exchange("OK", command, nothing) })
		})
		if errors.Is(err, backend.ErrConnectionLost) {
			return fmt.Errorf("%w: the messages may have been moved or not", err)
		}
		return err
	})
	return copiedOf(set, left, told, err), told, err
}

// copyAndRemove copies messages, then marks what the server said that it had copied, and
// removes that.
func (s *Session) copyAndRemove(ctx context.Context, set backend.Set, mailbox string) (uids []int, told backend.CopiedUIDs, err error) {
	left := set
	told, err = s.hearUIDs("COPYUID", func() (err error) {
		left, err = s.ofExisting(ctx, set, func(set backend.Set) error { return s.Copy(ctx, set, mailbox) })
		return err
	})
	uids = copiedOf(set, left, told, err)
	if err != nil || len(uids) == 0 {
		return uids, told, err
	}
	copied := backend.SetOf(true, uids)
	_, err = s.ofExisting(ctx, copied, func(set backend.Set) error {
		return s.Store(ctx, set, backend.StoreAdd, []string{`\Deleted`})
	})
	if err == nil {
		err = s.ExpungeUIDs(ctx, copied)
	}
	if err != nil {
		return uids, told, fmt.Errorf("%w: the messages were copied, and may not all be removed", err)
	}
	return uids, told, nil
}

// ofExisting calls do with a set. When the server refuses because messages are gone
// (EXPUNGEISSUED, RFC 5530 section 3), it calls do again with those that are left. It returns
// the last set.
func (s *Session) ofExisting(ctx context.Context, set backend.Set, do func(backend.Set) error) (left backend.Set, err error) {
	for retries := maxRetries; ; retries-- {
		var refused *backend.Error
		err := do(set)
		if !errors.As(err, &refused) || refused.Code != "EXPUNGEISSUED" || retries == 0 {
			return set, err
		}
		uids, err := s.existing(ctx, set)
		if set = backend.SetOf(true, uids); err != nil || len(uids) == 0 {
			return set, err
		}
	}
}

// copiedOf returns the messages of a set that were copied: those whose copies the server has
// told, and those of left, if it told nothing and err is nil. A COPY and a MOVE that succeed
// have copied all messages that exist (RFC 9051 section 6.4.7, RFC 6851 section 3.3).
func copiedOf(set, left backend.Set, told backend.CopiedUIDs, err error) (uids []int) {
	unknown := told.UIDValidity == 0 && err == nil
	if unknown {
		set = left
	}
	for _, r := range set.Ranges {
		for uid := r.First; uid <= r.Last; uid++ {
			if unknown || told.Of(uid) > 0 {
				uids = append(uids, uid)
			}
		}
	}
	return uids
}
