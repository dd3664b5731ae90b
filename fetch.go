package imapcompat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

var allMessages = backend.Set{Ranges: []backend.Range{{First: 1, Last: backend.Max}}}

// ref names a message: by its number, or with [FT_UID] by its UID.
type ref struct {
	n   int
	uid bool
}

func (r ref) set() backend.Set {
	return backend.One(r.uid, r.n)
}

// number names a message by its number.
func (c *call) number(num int) (ref, error) {
	if num < 1 {
		return ref{}, argumentError(c.fn, 2, "message_num", "must be greater than 0")
	}
	if num > c.session.State().Messages {
		return ref{}, warning(c.fn, "Bad message number", ErrBadMessageNumber)
	}
	return ref{num, false}, nil
}

// numberOrUID names a message by its number or with [FT_UID] by its UID.
func (c *call) numberOrUID(num int, flags FetchFlag) (ref, error) {
	if flags&FT_UID == 0 || num < 1 {
		return c.number(num)
	}
	if c.session.State().Messages == 0 {
		return ref{}, noSuchUID(c.fn)
	}
	return ref{num, true}, nil
}

func noSuchUID(fn string) error {
	return warning(fn, "UID does not exist", ErrBadMessageNumber)
}

// one fetches items of a message. An error may come with what is known of it.
func (c *call) one(r ref, items backend.Items) (*backend.Message, error) {
	msg, err := c.session.FetchOne(c.ctx, r.n, r.uid, items)
	switch {
	case err == nil && msg == nil && r.uid:
		return nil, noSuchUID(c.fn)
	case err == nil && msg == nil:
		return &backend.Message{Num: r.n}, goneMessage(c.fn, r.n)
	case errors.Is(err, ErrBadMessageNumber):
		return msg, goneMessage(c.fn, msg.Num)
	}
	return msg, err
}

// goneMessage is the error of a message that another client has removed and whose number
// still counts. PHP does not notice that, and returns what the server makes up.
func goneMessage(fn string, num int) error {
	return &Error{Func: fn, Text: fmt.Sprintf("Message %d is gone", num), Err: ErrBadMessageNumber}
}

// collect returns what f makes of each message of a set, in the order of their numbers. A
// server may send them in any order (RFC 9051 section 7.5.2). A message that cannot be read
// is there with what is known of it, and its error is returned; a message that is gone is
// left out. Another error ends the list.
func collect[T any](c *call, set backend.Set, items backend.Items, f func(*backend.Message) T) ([]T, error) {
	list, nums := []T{}, []int{}
	var failed error
	for msg, err := range c.session.Fetch(c.ctx, set, items) {
		switch {
		case errors.Is(err, ErrBadMessageNumber):
			continue
		case msg == nil:
			return list, err
		}
		failed = cmp.Or(failed, err)
		if err != nil && (msg.Num == 0 || items.UID && msg.UID == 0) {
			continue // nothing is known of it, and 0 would name no message
		}
		list, nums = append(list, f(msg)), append(nums, msg.Num)
	}
	if slices.IsSorted(nums) {
		return list, failed
	}
	places := make([]int, len(nums))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int { return nums[a] - nums[b] })
	sorted := make([]T, len(list))
	for i, place := range places {
		sorted[i] = list[place]
	}
	return sorted, failed
}

// forgiving is a session that returns a message that cannot be read as an empty one, as
// c-client does, and a message that is gone as the server has it. failed is the error of
// the first message that cannot be read.
type forgiving struct {
	*readahead.Session
	failed error
}

// Fetch implements [backend.Session].
func (s *forgiving) Fetch(ctx context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		for msg, err := range s.Session.Fetch(ctx, set, items) {
			if msg != nil && err != nil {
				if !errors.Is(err, ErrBadMessageNumber) {
					s.failed = cmp.Or(s.failed, err)
				}
				if msg.Sections == nil {
					msg.Sections = make([][]byte, len(items.Sections))
				}
				err = nil
			}
			if !yield(msg, err) {
				return
			}
		}
	}
}

// section fetches one section of a message, nil when it has none of that name.
func (c *call) section(r ref, name string, flags FetchFlag) ([]byte, error) {
	items := backend.Items{Sections: []backend.Section{{Name: name, Peek: flags&FT_PEEK != 0}}}
	msg, err := c.one(r, items)
	if err != nil {
		return nil, err
	}
	return msg.Sections[0], nil
}

// orEmpty returns a list, and an empty one for nil.
func orEmpty[L ~[]T, T any](list L) L {
	if list == nil {
		return L{}
	}
	return list
}

// combine returns the union of optional flags.
func combine[F ~int](flags []F) F {
	var all F
	for _, f := range flags {
		all |= f
	}
	return all
}
