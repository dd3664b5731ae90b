package backend

import "context"

// Searcher is a [Session] whose service can search.
type Searcher interface {
	// Search returns the numbers or UIDs of the messages that match, in the service's order. If
	// the service does not understand the search, Search returns ErrNotSupported, and the
	// caller reads the messages instead.
	Search(ctx context.Context, search *Search, uid bool) ([]int, error)
}

// Search has search keys. A message matches if all keys hold. Without keys every message
// matches.
type Search struct {
	Keys []SearchKey

	// Charset is the charset of the keys' texts. NIL leaves it to the service.
	Charset NString
}

// SearchKey is one condition of a search.
type SearchKey struct {
	Name SearchName
	Text string // for names with a text, in octets
	Day  Day    // for names with a day
}

// SearchName is a search key of RFC 9051 section 6.4.4, or of RFC 3501 section
// 6.4.4.
type SearchName string

// The names without argument.
const (
	SearchAnswered   SearchName = "ANSWERED"
	SearchDeleted    SearchName = "DELETED"
	SearchFlagged    SearchName = "FLAGGED"
	SearchOld        SearchName = "OLD"
	SearchRecent     SearchName = "RECENT"
	SearchSeen       SearchName = "SEEN"
	SearchUnanswered SearchName = "UNANSWERED"
	SearchUndeleted  SearchName = "UNDELETED"
	SearchUnflagged  SearchName = "UNFLAGGED"
	SearchUnseen     SearchName = "UNSEEN"
)

// The names with a text.
const (
	SearchBcc       SearchName = "BCC"
	SearchBody      SearchName = "BODY"
	SearchCc        SearchName = "CC"
	SearchFrom      SearchName = "FROM"
	SearchKeyword   SearchName = "KEYWORD"
	SearchSubject   SearchName = "SUBJECT"
	SearchText      SearchName = "TEXT"
	SearchTo        SearchName = "TO"
	SearchUnkeyword SearchName = "UNKEYWORD"
)

// The names with a day. They compare the internal date, in its own time zone.
const (
	SearchBefore SearchName = "BEFORE"
	SearchOn     SearchName = "ON"
	SearchSince  SearchName = "SINCE"
)

// HasText reports whether the name takes a text.
func (n SearchName) HasText() bool {
	switch n {
	case SearchBcc, SearchBody, SearchCc, SearchFrom, SearchKeyword, SearchSubject, SearchText, SearchTo, SearchUnkeyword:
		return true
	}
	return false
}

// HasDay reports whether the name takes a day.
func (n SearchName) HasDay() bool {
	return n == SearchBefore || n == SearchOn || n == SearchSince
}

// Day is a calendar day. It need not exist: 31 February is possible.
type Day struct{ Year, Month, Day int }

// Compare returns a negative number if d is before e, and 0 if they are equal.
func (d Day) Compare(e Day) int {
	const days, months = 32, 16
	return ((d.Year-e.Year)*months+d.Month-e.Month)*days + d.Day - e.Day
}
