package imapbridge

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
)

// Sort implements [backend.Sorter] with SORT (RFC 5256).
func (s *Session) Sort(ctx context.Context, search *backend.Search, order backend.Order, uid bool) ([]int, error) {
	if !s.caps["SORT"] {
		return nil, errNoSearch
	}
	charset := "US-ASCII"
	if search.Charset.Valid {
		charset = search.Charset.Value
	}
	nums, err := s.sort(ctx, search, charset, order, uid)
	if isBadCharset(err) && isASCII(search) {
		return s.sort(ctx, search, "UTF-8", order, uid) // SORT requires a charset
	}
	return nums, err
}

func (s *Session) sort(ctx context.Context, search *backend.Search, charset string, order backend.Order, uid bool) ([]int, error) {
	var args arguments
	args.syntax("SORT (")
	if order.Reverse {
		args.syntax("REVERSE ")
	}
	switch order.Key {
	case backend.SortDate, backend.SortArrival, backend.SortFrom, backend.SortSubject, backend.SortTo, backend.SortCc, backend.SortSize:
		args.syntax(string(order.Key) + ") ")
	default:
		return nil, &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Unknown sort key"}
	}
	args.astring(charset)
	args.syntax(" ")
	if err := args.search(search); err != nil {
		return nil, err
	}
	return s.numbers(ctx, "SORT", uid, &args)
}

// exists returns the number of messages that are not gone.
func (s *Session) exists() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.nums.exists
}

// everything returns the numbers of all messages that are not gone.
func (s *Session) everything() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	nums := make([]int, 0, s.nums.exists)
	for n := 1; n <= s.nums.exists; n++ {
		nums = append(nums, s.nums.toCaller(n))
	}
	return nums
}

// everyUID fetches the UIDs of all messages, for a server whose search does not find all.
func (s *Session) everyUID(ctx context.Context) ([]int, error) {
	var uids []int
	for msg, err := range s.Fetch(ctx, backend.Set{Ranges: []backend.Range{{First: 1, Last: backend.Max}}}, backend.Items{UID: true}) {
		if msg == nil {
			return nil, err
		}
		uids = append(uids, msg.UID)
	}
	return uids, nil
}
