package search

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// Sort sorts messages, given in ascending order, by reading what it needs of each, as imap_sort
// does on POP3. Equal messages stay in the order of their numbers, in either direction.
func Sort(ctx context.Context, s backend.Session, nums []int, order backend.Order) ([]int, error) {
	var entries []entry
	for msg, err := range s.Fetch(ctx, backend.SetOf(false, nums), sortItems(order.Key)) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, newEntry(msg, order.Key))
	}
	slices.SortFunc(entries, func(a, b entry) int {
		c := cmp.Or(cmp.Compare(a.number, b.number), strings.Compare(a.text, b.text))
		if order.Reverse {
			c = -c
		}
		return cmp.Or(c, a.num-b.num)
	})
	sorted := make([]int, len(entries))
	for i, e := range entries {
		sorted[i] = e.num
	}
	return sorted, nil
}

func sortItems(key backend.SortKey) backend.Items {
	switch key {
	case backend.SortSize:
		return backend.Items{Size: true}
	case backend.SortArrival:
		return backend.Items{InternalDate: true}
	case backend.SortDate:
		return backend.Items{Envelope: true, InternalDate: true}
	}
	return backend.Items{Envelope: true}
}

// entry is the sort key of a message: a number or a text.
type entry struct {
	num    int
	number int64
	text   string
}

func newEntry(msg *backend.Message, key backend.SortKey) entry {
	e := entry{num: msg.Num}
	env := msg.Envelope
	if env == nil {
		env = &backend.Envelope{}
	}
	switch key {
	case backend.SortSize:
		e.number = int64(msg.Size)
	case backend.SortArrival:
		e.number = arrival(msg)
	case backend.SortDate:
		e.number = SentDate(msg)
	case backend.SortFrom:
		e.text = firstMailbox(env.From)
	case backend.SortTo:
		e.text = firstMailbox(env.To)
	case backend.SortCc:
		e.text = firstMailbox(env.Cc)
	case backend.SortSubject:
		base, _ := BaseSubject(env.Subject.Value)
		e.text = foldCase(base)
	}
	return e
}

// SentDate returns the sent date of a message in seconds since 1970: that of its Date field, or
// the internal date if the field is not a date of RFC 5322 (RFC 5256 section 2.2). The message
// has an envelope and an internal date.
func SentDate(msg *backend.Message) int64 {
	if msg.Envelope != nil {
		if date, ok := rfc822.ParseDate(msg.Envelope.Date.Value); ok && date.Unix() != 0 {
			return date.Unix()
		}
	}
	return arrival(msg)
}

// arrival returns the internal date in seconds since 1970.
func arrival(msg *backend.Message) int64 {
	date, _ := rfc822.ParseDate(msg.InternalDate)
	return date.Unix()
}

// firstMailbox returns the local part of the first address, or the name of the group that it
// begins (RFC 5256 section 3).
func firstMailbox(list []backend.Address) string {
	if len(list) == 0 {
		return ""
	}
	return foldCase(list[0].Mailbox.Value)
}

// foldCase changes ASCII capitals to lower case, as c-client does for comparisons.
func foldCase(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c - 'A' + 'a'
		}
	}
	return string(b)
}
