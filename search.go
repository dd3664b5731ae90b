package imapcompat

import (
	"cmp"
	"errors"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/search"
)

// SearchFlag is a flag of [Connection.Search], [Connection.Sort] and [Connection.Thread].
// It is a [SearchOption] and a [SortOption].
type SearchFlag int

const (
	// SE_UID asks for UIDs in place of message numbers.
	SE_UID SearchFlag = 1
	// SE_FREE frees memory of c-client's. It is PHP's default in imap_search.
	//
	// Deprecated: Search and Thread accept it, and it has no effect.
	SE_FREE SearchFlag = 2
	// SE_NOPREFETCH keeps imap_sort from fetching envelopes ahead. The result is the same.
	// [Connection.Sort] fetches what it sorts by and no more, with SE_NOPREFETCH and
	// without.
	//
	// Deprecated: Sort accepts it, and it has no effect.
	SE_NOPREFETCH SearchFlag = 4
)

// SearchOption is an optional argument of [Connection.Search]: a [SearchFlag], or what
// [WithCharset] returns. Each is a [SortOption] too.
type SearchOption interface {
	SortOption
	isSearchOption()
}

type searchOptions struct {
	flags    SearchFlag
	charset  backend.NString
	criteria string // of Sort
}

func (f SearchFlag) apply(o *searchOptions) { o.flags |= f }
func (SearchFlag) isSearchOption()          {}

type withCharset string

// WithCharset sets the charset of the texts in search criteria by its name, PHP's argument
// $charset of imap_search and imap_sort. Without it an IMAP server takes them for ASCII or
// UTF-8.
func WithCharset(name string) SearchOption { return withCharset(name) }

// As in C, a NUL ends the name.
func (c withCharset) apply(o *searchOptions) { o.charset = backend.String(cString(string(c))) }
func (withCharset) isSearchOption()          {}

// Search returns the numbers of the messages that match all criteria, as imap_search does,
// or with [SE_UID] their UIDs. They are in the server's order, which is ascending on most
// servers. Where PHP returns false because there are none, the slice is empty.
//
// The criteria are these words, in any case:
//
//	ALL  ANSWERED  DELETED  FLAGGED  NEW  OLD  RECENT  SEEN
//	UNANSWERED  UNDELETED  UNFLAGGED  UNSEEN
//	BCC "text"  BODY "text"  CC "text"  FROM "text"  SUBJECT "text"
//	TEXT "text"  TO "text"  KEYWORD flag  UNKEYWORD flag
//	BEFORE "date"  ON "date"  SINCE "date"
//
// NEW means RECENT and UNSEEN. TEXT searches headers and bodies. Dates are compared with
// the internal date, and on POP3 with the Date field. One blank precedes an argument. A
// quoted argument cannot contain a quote; a literal can contain anything: "SUBJECT
// {5}\r\nhello".
//
// On IMAP the server searches. POP3 has no search, so the headers of all messages are read,
// and for BODY and TEXT the messages.
//
// The error matches [ErrInvalidArgument] for criteria that do not parse
// ([ErrUnknownCriterion]), and on POP3 for an unknown charset. It matches [ErrRefused] when
// the server refuses. On POP3, and where an IMAP server cannot search, a message that
// cannot be read counts as an empty one, as in PHP, and its error comes with the result.
func (c *Connection) Search(criteria string, opts ...SearchOption) ([]int, error) {
	var o searchOptions
	for _, opt := range opts {
		opt.apply(&o)
	}
	list, err := do(c, "imap_search", func(c *call) ([]int, error) {
		if o.flags&^(SE_FREE|SE_UID) != 0 {
			return nil, argumentError(c.fn, 3, "flags", "must be a bitmask of SE_FREE, and SE_UID")
		}
		program, err := search.Parse(criteria)
		if err != nil {
			return nil, err
		}
		program.Charset = o.charset
		found, err := c.search(program, o.flags&SE_UID != 0)
		c.session.Follow(found, o.flags&SE_UID != 0)
		return slices.Clone(found), err
	})
	return orEmpty(list), err
}

// search lets the service search, or reads the messages if it cannot.
func (c *call) search(program *backend.Search, uid bool) ([]int, error) {
	if searcher, ok := able[backend.Searcher](c); ok {
		nums, err := searcher.Search(c.ctx, program, uid)
		if !errors.Is(err, ErrNotSupported) {
			return nums, err
		}
	}
	all := &forgiving{Session: c.session}
	nums, err := search.Messages(c.ctx, all, program, c.noteParse)
	if err == nil && uid {
		nums, err = search.UIDs(c.ctx, all, nums)
	}
	return nums, cmp.Or(err, all.failed)
}

func (c *connection) noteParse(text string) {
	c.notices.add(backend.Notice{Kind: backend.NoticeParse, Text: text})
}
