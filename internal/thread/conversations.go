package thread

import (
	"cmp"
	"iter"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

// node is a message and the replies to it. A root may have no message; then it has replies.
type node struct {
	message *message
	replies []*node
}

// first returns the message that identifies a tree.
func (n *node) first() *message {
	if n.message != nil {
		return n.message
	}
	return n.replies[0].message
}

// trees returns the trees without the containers that have no message: their replies replace
// them. A root stays if it has several replies (step 3).
func (l *links) trees(messages []*message) []*node {
	var list []*node
	// owner has the node for the replies to each container.
	owner := make([]*node, len(l.containers))
	for root := range int32(len(l.containers)) {
		if !l.isRoot(root) {
			continue
		}
		top := &node{message: messages[root]}
		owner[root] = top
		for c := l.after(root, root); c != none; c = l.after(c, root) {
			parent := owner[l.containers[c].parent]
			owner[c] = parent
			if messages[c] != nil {
				owner[c] = &node{message: messages[c]}
				parent.replies = append(parent.replies, owner[c])
			}
		}
		if top.message == nil && len(top.replies) < 2 {
			list = append(list, top.replies...)
		} else {
			list = append(list, top)
		}
	}
	return list
}

// conversations joins the trees with the same subject, and sorts all by date (steps 4 to 6).
func conversations(trees []*node) []*node {
	sortByDate(trees)
	trees = gather(trees, bySubject(trees))
	for _, n := range walk(trees) {
		sortByDate(n.replies)
	}
	sortByDate(trees)
	return trees
}

// sortByDate sorts messages by date, and those of the same date by number.
func sortByDate(nodes []*node) {
	slices.SortFunc(nodes, func(a, b *node) int {
		x, y := a.first(), b.first()
		return cmp.Or(cmp.Compare(x.date, y.date), x.num-y.num)
	})
}

// bySubject returns the tree of each subject that others are joined to: the first one without a
// message at its top, or else the first that is no reply, or else the first.
func bySubject(trees []*node) map[string]*node {
	table := make(map[string]*node)
	for _, n := range trees {
		m := n.first()
		chosen := table[m.subject]
		switch {
		case m.subject == "":
		case chosen == nil,
			chosen.message != nil && (n.message == nil || !m.reply && chosen.message.reply):
			table[m.subject] = n
		}
	}
	return table
}

// gather joins trees with the same subject. A reply comes below the message that it must be a
// reply to. Messages that are both replies, or both none, come below a new node without a
// message.
func gather(trees []*node, table map[string]*node) []*node {
	var top []*node
	moved := make(map[*node]bool)
	for _, n := range trees {
		m := n.first()
		chosen := table[m.subject]
		switch {
		case chosen == nil || chosen == n:
			top = append(top, n)
		case n.message == nil:
			chosen.replies = append(chosen.replies, n.replies...)
		case chosen.message == nil || m.reply && !chosen.message.reply:
			chosen.replies = append(chosen.replies, n)
		default:
			moved[chosen] = true
			both := &node{replies: []*node{chosen, n}}
			table[m.subject] = both
			top = append(top, both)
		}
	}
	return slices.DeleteFunc(top, func(n *node) bool { return moved[n] })
}

// walk visits each node before the replies to it, with its depth.
func walk(trees []*node) iter.Seq2[int, *node] {
	return func(yield func(int, *node) bool) {
		for levels := [][]*node{trees}; len(levels) > 0; {
			depth := len(levels) - 1
			if len(levels[depth]) == 0 {
				levels = levels[:depth]
				continue
			}
			n := levels[depth][0]
			levels[depth] = levels[depth][1:]
			if !yield(depth, n) {
				return
			}
			levels = append(levels, n.replies)
		}
	}
}

// flatten returns the messages of trees in the form of the facade.
func flatten(trees []*node) []backend.ThreadNode {
	var list []backend.ThreadNode
	for depth, n := range walk(trees) {
		list = append(list, backend.ThreadNode{Depth: depth})
		if n.message != nil {
			list[len(list)-1].Num = n.message.name
		}
	}
	return list
}
