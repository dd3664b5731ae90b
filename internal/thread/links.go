package thread

// none is no container.
const none = -1

// container is a place in the trees of messages and their replies.
type container struct {
	parent, first, last, previous, next int32
}

// links has the trees. Each container is in one.
type links struct {
	containers []container
	roots      *rootFinder
}

func newLinks(n int) *links {
	l := &links{containers: make([]container, n), roots: newRootFinder(n)}
	for i := range l.containers {
		l.containers[i] = container{none, none, none, none, none}
	}
	return l
}

// isRoot reports whether c has no parent.
func (l *links) isRoot(c int32) bool { return l.containers[c].parent == none }

// joins reports whether the root c may become a child of parent: whether parent is in another
// tree.
func (l *links) joins(c, parent int32) bool { return l.roots.root(parent) != c }

// prepend makes the root c the first reply to parent.
func (l *links) prepend(c, parent int32) {
	p, this := &l.containers[parent], &l.containers[c]
	this.parent, this.next = parent, p.first
	if p.first == none {
		p.last = c
	} else {
		l.containers[p.first].previous = c
	}
	p.first = c
	l.roots.link(c, parent)
}

// append makes the root c the last reply to parent.
func (l *links) append(c, parent int32) {
	p, this := &l.containers[parent], &l.containers[c]
	this.parent, this.previous = parent, p.last
	if p.last == none {
		p.first = c
	} else {
		l.containers[p.last].next = c
	}
	p.last = c
	l.roots.link(c, parent)
}

// cut makes c a root.
func (l *links) cut(c int32) {
	this := &l.containers[c]
	p := &l.containers[this.parent]
	if this.previous == none {
		p.first = this.next
	} else {
		l.containers[this.previous].next = this.next
	}
	if this.next == none {
		p.last = this.previous
	} else {
		l.containers[this.next].previous = this.previous
	}
	this.parent, this.previous, this.next = none, none, none
	l.roots.cut(c)
}

// after returns the container after c in a walk over root's descendants, parents first, or none
// at the end.
func (l *links) after(c, root int32) int32 {
	if first := l.containers[c].first; first != none {
		return first
	}
	for ; c != root; c = l.containers[c].parent {
		if next := l.containers[c].next; next != none {
			return next
		}
	}
	return none
}

// link links the containers by the references of the messages (RFC 5256 section 3, REFERENCES,
// step 1).
func (r *reader) link() *links {
	l := newLinks(len(r.messages))
	for _, m := range r.list {
		l.chain(m.references)
		parent := int32(none)
		if n := len(m.references); n > 0 {
			parent = m.references[n-1]
		}
		l.place(m.container, parent)
	}
	return l
}

// chain makes each reference a reply to the one before it. Existing links stay (step 1A).
func (l *links) chain(references []int32) {
	for i := 1; i < len(references); i++ {
		parent, c := references[i-1], references[i]
		if l.isRoot(c) && l.joins(c, parent) {
			l.prepend(c, parent)
		}
	}
}

// place makes a message a reply to its last reference, whatever other messages said of it (step
// 1B).
func (l *links) place(c, parent int32) {
	if !l.isRoot(c) && l.containers[c].parent != parent {
		l.cut(c)
	}
	if parent != none && l.isRoot(c) && l.joins(c, parent) {
		l.append(c, parent)
	}
}
