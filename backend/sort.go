package backend

import "context"

// Sorter is a [Session] whose service sorts.
type Sorter interface {
	// Sort returns the messages that match, by number or by UID, in order.
	// ErrNotSupported is as in [Searcher].
	Sort(ctx context.Context, search *Search, order Order, uid bool) ([]int, error)
}

// Order is how to sort.
type Order struct {
	Key     SortKey
	Reverse bool
}

// SortKey is a sort key of RFC 5256 section 3.
type SortKey string

const (
	SortDate    SortKey = "DATE"
	SortArrival SortKey = "ARRIVAL"
	SortFrom    SortKey = "FROM"
	SortSubject SortKey = "SUBJECT"
	SortTo      SortKey = "TO"
	SortCc      SortKey = "CC"
	SortSize    SortKey = "SIZE"
)
