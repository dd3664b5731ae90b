package backend

import "context"

// Sorter is a [Session] whose service can sort.
type Sorter interface {
	// Sort returns the numbers or UIDs of the messages that match, in order. It returns
	// ErrNotSupported as [Searcher] does.
	Sort(ctx context.Context, search *Search, order Order, uid bool) ([]int, error)
}

// Order is a sort order.
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
