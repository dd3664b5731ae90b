package imapbridge

import (
	"slices"
	"sort"

	"github.com/imapcompat/imapcompat/backend"
)

// numbering maps the caller's message numbers to the server's. Each EXPUNGE response shifts the
// server's numbers. The caller's numbers stay until the next exchange that settles them. They
// are equal while no message was removed, which is nearly always.
type numbering struct {
	exists  int   // the server's count
	gone    []gap // ascending, never adjacent
	settled bool  // the caller's numbers move with the server's
}

// gap is a run of expunged messages.
type gap struct {
	first, last int // the caller's numbers
	before      int // removed messages before these
}

// maxGaps limits the gaps. There are few unless others remove scattered messages while the
// caller asks for no news.
const maxGaps = 1 << 13

// messages returns the number of messages that the caller counts, including removed ones.
func (n *numbering) messages() int { return n.exists + n.goneBefore(len(n.gone)) }

// goneBefore returns the number of removed messages before the gap at an index, or in all at
// the end.
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

// expunged records an EXPUNGE response. It ignores a message that does not exist.
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

// gapBehind returns the index of the first gap after a message of the caller's.
func (n *numbering) gapBehind(num int) int {
	return sort.Search(len(n.gone), func(i int) bool { return n.gone[i].first > num })
}

// isGone reports whether a message of the caller's was removed.
func (n *numbering) isGone(num int) bool {
	i := n.gapBehind(num)
	return i > 0 && num <= n.gone[i-1].last
}

// toCaller converts a server's number to the caller's.
func (n *numbering) toCaller(num int) int {
	// Find the first gap with as many remaining messages before it.
	i := sort.Search(len(n.gone), func(i int) bool { return n.gone[i].first-n.gone[i].before > num })
	return num + n.goneBefore(i)
}

// toServer returns the server's number of the first message from num on that was not removed.
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

// serverRanges converts ranges of the caller's, and leaves out what does not exist.
func (n *numbering) serverRanges(ranges []backend.Range) []backend.Range {
	var out []backend.Range
	for _, r := range ranges {
		first := n.toServer(max(r.First, 1))
		if r.First >= backend.Max {
			first = n.exists
		}
		// The last remaining message of the range precedes the first remaining one after it.
		last := n.toServer(min(r.Last, n.messages())+1) - 1
		if first <= last {
			out = append(out, backend.Range{First: first, Last: last})
		}
	}
	return out
}
