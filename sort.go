package imapcompat

import (
	"cmp"
	"errors"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/search"
)

// SortCriteria is what [Connection.Sort] sorts by.
type SortCriteria int

const (
	SORTDATE    SortCriteria = 0 // the Date field
	SORTARRIVAL SortCriteria = 1 // the date of arrival
	SORTFROM    SortCriteria = 2 // the local part of the first From address
	SORTSUBJECT SortCriteria = 3 // the subject, without Re: and the like
	SORTTO      SortCriteria = 4 // the local part of the first To address
	SORTCC      SortCriteria = 5 // the local part of the first Cc address
	SORTSIZE    SortCriteria = 6 // the size in octets
)

var sortKeys = map[SortCriteria]backend.SortKey{
	SORTDATE:    backend.SortDate,
	SORTARRIVAL: backend.SortArrival,
	SORTFROM:    backend.SortFrom,
	SORTSUBJECT: backend.SortSubject,
	SORTTO:      backend.SortTo,
	SORTCC:      backend.SortCc,
	SORTSIZE:    backend.SortSize,
}

// SortOption is an optional argument of [Connection.Sort]: a [SearchFlag], or what
// [WithCriteria] or [WithCharset] returns.
type SortOption interface{ apply(*searchOptions) }

type withCriteria string

// WithCriteria restricts [Connection.Sort] to messages that match search criteria, PHP's
// argument $search_criteria of imap_sort. [Connection.Search] describes them.
func WithCriteria(text string) SortOption { return withCriteria(text) }

func (c withCriteria) apply(o *searchOptions) { o.criteria = string(c) }

// Sort returns the numbers of all messages, or of those that match [WithCriteria], in the
// order of a criterion, as imap_sort does, or with [SE_UID] their UIDs. Messages that
// compare equal stay in the order of their numbers.
//
// An IMAP server with SORT (RFC 5256) sorts. Otherwise the header or the size of each
// message is read. On POP3 the date of arrival is the Date field.
//
// [Connection.Search] describes the errors. A criterion that is none of the constants is an
// error that matches [ErrInvalidArgument].
func (c *Connection) Sort(criteria SortCriteria, reverse bool, opts ...SortOption) ([]int, error) {
	var o searchOptions
	for _, opt := range opts {
		opt.apply(&o)
	}
	list, err := do(c, "imap_sort", func(c *call) ([]int, error) {
		key, ok := sortKeys[criteria]
		if !ok {
			return nil, argumentError(c.fn, 2, "criteria", "must be one of the SORT* constants")
		}
		if o.flags&^(SE_UID|SE_NOPREFETCH) != 0 {
			return nil, argumentError(c.fn, 4, "flags", "must be a bitmask of SE_UID, and SE_NOPREFETCH")
		}
		program, err := search.Parse(o.criteria)
		if err != nil {
			return nil, err
		}
		program.Charset = o.charset
		sorted, err := c.sort(program, backend.Order{Key: key, Reverse: reverse}, o.flags&SE_UID != 0)
		c.session.Follow(sorted, o.flags&SE_UID != 0)
		return slices.Clone(sorted), err
	})
	return orEmpty(list), err
}

// sort lets the service sort, or reads the messages if it cannot.
func (c *call) sort(program *backend.Search, order backend.Order, uid bool) ([]int, error) {
	if sorter, ok := able[backend.Sorter](c); ok {
		nums, err := sorter.Sort(c.ctx, program, order, uid)
		if !errors.Is(err, ErrNotSupported) {
			return nums, err
		}
	}
	nums, unread := c.search(program, false)
	if unread != nil && len(nums) == 0 {
		return nil, unread
	}
	slices.Sort(nums)
	all := &forgiving{Session: c.session}
	sorted, err := search.Sort(c.ctx, all, nums, order)
	if err == nil && uid {
		sorted, err = search.UIDs(c.ctx, all, sorted)
	}
	return sorted, cmp.Or(err, unread, all.failed)
}
