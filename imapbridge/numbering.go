package imapbridge

import (
	"slices"
	"sort"

	"github.com/imapcompat/imapcompat/backend"
)

// numbering keeps the caller's message numbers apart from the server's. The
// server's numbers move down at each EXPUNGE response; the caller's stay until
// the next exchange that settles them. While no message is gone, which is nearly always, they are equal.
type numbering struct {
	exists  int   // as the server counts
	gone    []gap // ascending, never side by side
	settled bool  // the caller's numbers are to move with the server's
}

// gap is expunged messages in a row.
type gap struct {
	first, last int // the caller's numbers
	before      int // how many messages are gone before these
}

// maxGaps bounds the gaps. They are few as long as others do not remove messages
// here and there while the caller asks for no news.
const maxGaps = 1 << 13

// messages is how many the caller counts, those that are gone included.
func (n *numbering) messages() int { return n.exists + n.goneBefore(len(n.gone)) }

// goneBefore is how many messages are gone before the gap at an index, or, at the
// end, in all.
func (n *numbering) goneBefore(i int) int {
	if i == 0 {
		return 0
	}
	g := n.gone[i-1]
	return g.before + g.last - g.first + 1
}

func (n *numbering) clone() numbering {
	return numbering{exists: n.exists, gone: slices.Clone(n.gone)}
}

// expunged notes an EXPUNGE response. One of a message that does not exist is
// ignored.
func (n *numbering) expunged(num int) error {
	if num < 1 || num > n.exists {
		return nil
	}
	if n.settled {
		n.exists--
		return nil
	}
	v := n.toCaller(num)
	i := n.gapBehind(v)
	follows := i > 0 && n.gone[i-1].last == v-1
	precedes := i < len(n.gone) && n.gone[i].first == v+1
	switch {
	case follows && precedes:
		n.gone[i-1].last = n.gone[i].last
		n.gone = slices.Delete(n.gone, i, i+1)
	case follows:
		n.gone[i-1].last = v
	case precedes:
		n.gone[i].first = v
		i++
	case len(n.gone) == maxGaps:
		return &backend.Error{Kind: backend.ErrTooLarge, Text: "Too many messages were removed here and there"}
	default:
		n.gone = slices.Insert(n.gone, i, gap{first: v, last: v, before: n.goneBefore(i)})
		i++
	}
	n.exists--
	for j := i; j < len(n.gone); j++ {
		n.gone[j].before++
	}
	return nil
}

// gapBehind is the index of the first gap behind a message of the caller's.
func (n *numbering) gapBehind(num int) int {
	return sort.Search(len(n.gone), func(i int) bool { return n.gone[i].first > num })
}

// isGone reports whether a message of the caller's is gone.
func (n *numbering) isGone(num int) bool {
	i := n.gapBehind(num)
	return i > 0 && num <= n.gone[i-1].last
}

// toCaller is the caller's number of the server's.
func (n *numbering) toCaller(num int) int {
	// The first gap with as many messages left before it.
	i := sort.Search(len(n.gone), func(i int) bool { return n.gone[i].first-n.gone[i].before > num })
	return num + n.goneBefore(i)
}

// toServer is the server's number of the first message from num on that is
// not gone.
func (n *numbering) toServer(num int) int {
	i := n.gapBehind(num)
	if i == 0 {
		return num
	}
	if g := n.gone[i-1]; num <= g.last {
		num = g.last + 1
	}
	return num - n.goneBefore(i)
}

// serverRanges are the ranges of a set of the caller's, with what does not
// exist left out.
func (n *numbering) serverRanges(ranges []backend.Range) []backend.Range {
	var out []backend.Range
	for _, r := range ranges {
		first := n.toServer(max(r.First, 1))
		if r.First >= backend.Max {
			first = n.exists
		}
		// The last one not gone is before the first one not gone after it.
		last := n.toServer(min(r.Last, n.messages())+1) - 1
		if first <= last {
			out = append(out, backend.Range{First: first, Last: last})
		}
	}
	return out
}
