package readahead

import "slices"

const (
	// maxMessages bounds a window, in messages.
	maxMessages = 1024

	// firstWindow is the size of a run's first window, in messages: as many as c-client reads
	// ahead.
	firstWindow = 20

	// carefulWindow is the size of the first window after a run whose caller read few of the
	// fetched messages.
	carefulWindow = 2

	// maxGap is the greatest distance between two UIDs of a run.
	maxGap = 16
)

// direction tells how the numbers of a run follow one another.
type direction int

const (
	up    direction = iota // message numbers by one, UIDs by a few
	down                   // by one
	along                  // in the order of a result
	back                   // in that order from its end
)

// detector finds runs in the numbers that a caller asks for, and decides how many messages to
// fetch at a time. It works on numbers or UIDs and does no I/O.
type detector struct {
	last      int // the last number asked for, 0 at first
	before    int // the number asked for before last
	direction direction
	place     int // index of last in the order of a result, or -1
	window    int // messages to fetch at a time, 0 outside of a run
	jumps     int // jumps since the last run
	length    int // numbers in the run after its first

	used, unused int // messages of the last window that the caller read, and skipped
}

// order is the result of a search or sort.
type order struct {
	list      []int
	announced bool
}

// at returns the number at an index, or 0.
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

// run makes the run one longer. A change of direction starts a new run.
func (d *detector) run(direction direction) bool {
	if direction != d.direction {
		d.direction, d.window, d.length = direction, 0, 0
	}
	d.jumps = 0
	d.length++
	return true
}

// grow returns the size of the next window, at most most. The first window is small, and the
// second has the full size. If the caller knows the whole run, as after a search, the first
// window has the full size too. If the caller has skipped most of a window, the next one has
// half its size.
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

// isWasteful reports whether the caller has skipped most of a window.
func (d *detector) isWasteful() bool { return d.unused > d.used }

// following returns up to count numbers from n on, n included, in the direction of the run,
// none above last. If the run followed a result that no longer contains n, it returns n alone.
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
