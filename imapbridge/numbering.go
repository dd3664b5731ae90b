package imapbridge

import (
	"slices"
	"sort"

	"github.com/imapcompat/imapcompat/backend"
)

// numbering keeps the caller's message numbers apart from the server's. The
// server's numbers move down at each EXPUNGE response; the caller's stay until
// settle. While no message is gone, which is nearly always, they are equal.
type numbering struct {
	exists int   // as the server counts
	gone   []int // the caller's numbers of expunged messages, ascending
}

// messages is how many the caller counts, those that are gone included.
func (n *numbering) messages() int { return n.exists + len(n.gone) }

// expunged notes an EXPUNGE response. One of a message that does not exist is
// ignored.
func (n *numbering) expunged(num int) {
	if num < 1 || num > n.exists {
		return
	}
	v := n.toCaller(num)
	i, _ := slices.BinarySearch(n.gone, v)
	n.gone = slices.Insert(n.gone, i, v)
	n.exists--
}

// settle lets the caller's numbers be the server's.
func (n *numbering) settle() { n.gone = nil }

// toCaller is the caller's number of the server's.
func (n *numbering) toCaller(num int) int {
	before := sort.Search(len(n.gone), func(i int) bool { return n.gone[i]-i > num })
	return num + before
}

// toServer is the server's number of the first message from num on that is
// not gone.
func (n *numbering) toServer(num int) int {
	before, _ := slices.BinarySearch(n.gone, num)
	return num - before
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
