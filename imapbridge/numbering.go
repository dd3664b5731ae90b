package imapbridge

import (
	"slices"
	"sort"

	"github.com/imapcompat/imapcompat/backend"
)

// numbering maps the caller's message numbers to the server's. Each EXPUNGE response moves
// the server's numbers down. The caller's numbers stay until the next exchange that settles
// them. The two are equal while no message is gone, which is the usual case.
type numbering struct {
	exists  int   // messages in the server's count
	gone    []gap // ascending, never adjacent
	settled bool  // the caller's numbers move with the server's
}

// gap is a run of expunged messages.
type gap struct {
	first, last int // in the caller's numbers
	before      int // expunged messages before this gap
}

// maxGaps bounds the gaps. There are few, unless others expunge scattered messages while
// the caller does not ask for news.
const maxGaps = 1 << 13

// messages returns the number of messages in the caller's count, expunged ones included.
func (n *numbering) messages() int { return n.exists + n.goneBefore(len(n.gone)) }

// goneBefore returns how many messages are gone before the gap at an index. At len(n.gone)
// it counts all.
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

// expunged records an EXPUNGE response. It ignores a number that does not exist.
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

// gapBehind returns the index of the first gap after a message of the caller.
func (n *numbering) gapBehind(num int) int {
	return sort.Search(len(n.gone), func(i int) bool { return n.gone[i].first > num })
}

// isGone reports whether a message of the caller is gone.
func (n *numbering) isGone(num int) bool {
	i := n.gapBehind(num)
	return i > 0 && num <= n.gone[i-1].last
}

// toCaller converts a message number of the server to the caller's.
func (n *numbering) toCaller(num int) int {
	// The first gap before which at least num messages are left.
	i := sort.Search(len(n.gone), func(i int) bool { return n.gone[i].first-n.gone[i].before > num })
	return num + n.goneBefore(i)
}

// toServer returns the server's number of the first message from num on that is not gone.
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

// serverRanges converts ranges of the caller's numbers. It leaves out numbers that do not
// exist.
func (n *numbering) serverRanges(ranges []backend.Range) []backend.Range {
	var out []backend.Range
	for _, r := range ranges {
		first := n.toServer(max(r.First, 1))
		if r.First >= backend.Max {
			first = n.exists
		}
		// The last message that is left precedes the first one left after the range.
		last := n.toServer(min(r.Last, n.messages())+1) - 1
		if first <= last {
			out = append(out, backend.Range{First: first, Last: last})
		}
	}
	return out
}
