package backend

import "context"

// Searcher is a [Session] whose service searches.
type Searcher interface {
	// Search returns the messages that match, by number or by UID, in the
	// service's order. ErrNotSupported is the answer of a service that does not
	// understand the search; the messages are then read instead.
	Search(ctx context.Context, search *Search, uid bool) ([]int, error)
}

// Search is what to search for: the messages for which all keys hold. Without
// a key that is every message.
type Search struct {
	Keys []SearchKey

	// Charset is what the texts of the keys are in. NIL leaves it to the
	// service.
	Charset NString
}

// SearchKey is a condition on a message.
type SearchKey struct {
	Name SearchName
	Text string // of the names with a text, in octets
	Day  Day    // of the names with a day
}

// SearchName is a search key of RFC 9051 section 6.4.4, or of RFC 3501 section
// 6.4.4.
type SearchName string

// The names without an argument.
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

// The names with a day. They are about the internal date, in its own time zone.
const (
	SearchBefore SearchName = "BEFORE"
	SearchOn     SearchName = "ON"
	SearchSince  SearchName = "SINCE"
)

// HasText reports whether a text belongs to the name.
func (n SearchName) HasText() bool {
	switch n {
	case SearchBcc, SearchBody, SearchCc, SearchFrom, SearchKeyword, SearchSubject, SearchText, SearchTo, SearchUnkeyword:
		return true
	}
	return false
}

// HasDay reports whether a day belongs to the name.
func (n SearchName) HasDay() bool {
	return n == SearchBefore || n == SearchOn || n == SearchSince
}

// Day is a day of the calendar. Nothing keeps it from being 31 February.
type Day struct{ Year, Month, Day int }

// Compare is negative when d comes before e, and 0 when they are the same.
func (d Day) Compare(e Day) int {
	const days, months = 32, 16
	return ((d.Year-e.Year)*months+d.Month-e.Month)*days + d.Day - e.Day
}
