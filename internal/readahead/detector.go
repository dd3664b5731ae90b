package readahead

import "slices"

const (
	// maxMessages bounds a window, in messages.
	maxMessages = 1024

	// firstWindow is the first window of a run, in messages: as many as c-client looks
	// ahead.
	firstWindow = 20

	// carefulWindow is the first one after a run of which most was fetched for nothing.
	carefulWindow = 2

	// maxGap is how far apart the UIDs of a run may lie.
	maxGap = 16
)

// direction is how the numbers of a run follow one another.
type direction int

const (
	up    direction = iota // message numbers by one, UIDs by a few
	down                   // by one
	along                  // in the order of a result
	back                   // in that order from its end
)

// detector finds the runs in what a caller asks for, and decides how many messages are to
// be fetched at a time. It knows numbers, or UIDs, and does no I/O.
type detector struct {
	last      int // what was asked for last, 0 at first
	before    int // what was asked for before that
	direction direction
	place     int // of last in the order of a result, -1 when it is not in it
	window    int // how many messages to fetch at a time, 0 outside of a run
	jumps     int // since a run
	length    int // of the run, in what was asked for after its first

	used, unused int // of the messages of the last window: read, and passed over
}

// order is the result of a search or sort.
type order struct {
	list      []int
	announced bool
}

// at is the number at an index, 0 when there is none.
func (o order) at(i int) int {
	if i < 0 || i >= len(o.list) {
		return 0
	}
	return o.list[i]
}

// ask notes that n is asked for now, and reports whether that continues a run.
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

// run makes a run one longer, which is a new one when it turns.
func (d *detector) run(direction direction) bool {
	if direction != d.direction {
		d.direction, d.window, d.length = direction, 0, 0
	}
	d.jumps = 0
	d.length++
	return true
}

// grow returns the size of the next window, of at most so many messages. The first one
// is small, and the second as large as may be. Where the caller knows the whole run
// already, as after a search, so is the first one. A caller who passes over most of a
// window gets half of it.
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

// isWasteful reports whether the caller has passed over most of a window.
func (d *detector) isWasteful() bool { return d.unused > d.used }

// following are up to count numbers from n on, n included, in the direction of the run,
// none of them above last. There is n alone when the run was in a result that does not
// have it, or is another by now.
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
