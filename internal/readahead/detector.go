package readahead

import "slices"

const (
	// maxMessages bounds a window, in messages.
	maxMessages = 1024

	// firstWindow is the first window of a run, in messages. c-client looks ahead as many.
	firstWindow = 20

	// carefulWindow is the first window after a run in which the caller skipped most of the
	// prefetched messages.
	carefulWindow = 2

	// maxGap bounds the distance between successive UIDs of a run.
	maxGap = 16
)

// direction is the order in which the numbers of a run follow each other.
type direction int

const (
	up    direction = iota // message numbers by one, UIDs by up to maxGap
	down                   // by one
	along                  // in the order of a result
	back                   // in reverse order of a result
)

// detector finds the runs in what a caller asks for, and decides how many messages a window
// has. It works on message numbers or UIDs and does no I/O.
type detector struct {
	last      int // the number that was asked for last, 0 at first
	before    int // the number that was asked for before last
	direction direction
	place     int // index of last in the result, -1 when it is not in it
	window    int // size of the window in messages, 0 outside a run
	jumps     int // numbers asked for since the last run
	length    int // of the run in messages, without the first

	used, unused int // messages of the last window that the caller read and skipped
}

// order is the result of a search or sort.
type order struct {
	list      []int
	announced bool
}

// at returns the number at an index, or 0 when there is none.
func (o order) at(i int) int {
	if i < 0 || i >= len(o.list) {
		return 0
	}
	return o.list[i]
}

// ask records that the caller asks for n, and reports whether n continues a run.
func (d *detector) ask(n int, uid bool, o order) bool {
	last := d.last
	d.before, d.last = last, n
	d.jumps++
	switch {
	case last == 0:
	case d.place >= 0 && o.at(d.place+1) == n:
		d.place++
		return d.run(along)
	case d.place > 0 && o.at(d.place-1) == n:
		d.place--
		return d.run(back)
	case n == last+1, uid && last < n && n <= last+maxGap:
		return d.run(up)
	case n == last-1:
		return d.run(down)
	}
	d.place, d.length = slices.Index(o.list, n), 0
	return false
}

// run extends the run by one message. A change of direction begins a new run.
func (d *detector) run(direction direction) bool {
	if direction != d.direction {
		d.direction, d.window, d.length = direction, 0, 0
	}
	d.jumps = 0
	d.length++
	return true
}

// grow returns the size of the next window, which is at most most. The first window is
// small and the second has the full size. Along a result, the first window has the full
// size already, because the whole run is known. When the caller has skipped most of a
// window, the next one is half as large.
func (d *detector) grow(most int) int {
	wasteful := d.isWasteful()
	d.used, d.unused = 0, 0
	switch {
	case wasteful && d.window == 0:
		d.window = carefulWindow
	case wasteful:
		d.window /= 2
	case d.window == 0 && d.length >= firstWindow:
		d.window = maxMessages // as long as a first window, over messages that were there
	case d.window < firstWindow && (d.direction == up || d.direction == down):
		d.window = firstWindow
	default:
		d.window = maxMessages
	}
	d.window = max(min(d.window, most), 1)
	return d.window
}

// isEnd reports whether the run ends with n.
func (d *detector) isEnd(n, last int, o order) bool {
	switch d.direction {
	case up:
		return n >= last
	case down:
		return n == 1
	case along:
		return n == o.at(len(o.list)-1)
	}
	return n == o.at(0)
}

// isWasteful reports whether the caller has skipped most of the last window.
func (d *detector) isWasteful() bool { return d.unused > d.used }

// following returns up to count numbers in the direction of the run, n first, none above
// last. It returns n alone when the run was along a result and n is not in the present one.
func (d *detector) following(n, count, last int, o order) []int {
	if d.place < 0 && (d.direction == along || d.direction == back) {
		return []int{n}
	}
	switch d.direction {
	case along:
		rest := o.list[d.place:]
		return slices.Clone(rest[:min(count, len(rest))])
	case back:
		rest := slices.Clone(o.list[max(d.place+1-count, 0) : d.place+1])
		slices.Reverse(rest)
		return rest
	}
	by := 1
	if d.direction == down {
		by = -1
	}
	var list []int
	for ; len(list) < count && 0 < n && n <= last; n += by {
		list = append(list, n)
	}
	return list
}
