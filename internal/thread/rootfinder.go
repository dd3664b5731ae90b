package thread

// rootFinder finds the root of a tree in logarithmic time while trees are linked and cut. It is
// a link-cut tree (Sleator and Tarjan, 1983). Following the parents would take quadratic time
// for a message whose references alternate between both ends of a long conversation.
//
// Each path from a container towards the root is a splay tree ordered by depth. up leads from
// the top of a path into the path that it continues.
type rootFinder struct{ up, left, right []int32 }

func newRootFinder(n int) *rootFinder {
	all := make([]int32, 3*n)
	for i := range all {
		all[i] = none
	}
	return &rootFinder{all[:n:n], all[n : 2*n : 2*n], all[2*n:]}
}

func (f *rootFinder) root(c int32) int32 {
	f.access(c)
	for f.left[c] != none {
		c = f.left[c]
	}
	f.splay(c)
	return c
}

// link makes the root c a child of parent.
func (f *rootFinder) link(c, parent int32) {
	f.access(c)
	f.up[c] = parent
}

// cut makes c a root.
func (f *rootFinder) cut(c int32) {
	f.access(c)
	f.up[f.left[c]] = none
	f.left[c] = none
}

// access makes one path from the root to c, with c at its top.
func (f *rootFinder) access(c int32) {
	below := int32(none)
	for x := c; x != none; x = f.up[x] {
		f.splay(x)
		f.right[x] = below
		below = x
	}
	f.splay(c)
}

func (f *rootFinder) splay(x int32) {
	for !f.isTop(x) {
		if p := f.up[x]; !f.isTop(p) {
			if (f.left[p] == x) == (f.left[f.up[p]] == p) {
				f.rotate(p)
			} else {
				f.rotate(x)
			}
		}
		f.rotate(x)
	}
}

func (f *rootFinder) isTop(x int32) bool {
	p := f.up[x]
	return p == none || f.left[p] != x && f.right[p] != x
}

// rotate moves x, which is not the top of its path, above its parent.
func (f *rootFinder) rotate(x int32) {
	p := f.up[x]
	g := f.up[p]
	near, far := f.left, f.right
	if f.right[p] == x {
		near, far = far, near
	}
	if !f.isTop(p) {
		if f.left[g] == p {
			f.left[g] = x
		} else {
			f.right[g] = x
		}
	}
	near[p] = far[x]
	if far[x] != none {
		f.up[far[x]] = p
	}
	far[x] = p
	f.up[p], f.up[x] = x, g
}
