package readahead

import "slices"

const (
	// maxMessages bounds a window, in messages.
	maxMessages = 1024

	// firstWindow is the first window of a run, in messages. c-client also looks 20 messages
	// ahead.
	firstWindow = 20

	// carefulWindow is the first window after a run in which the caller skipped most of the
	// prefetched messages.
	carefulWindow = 2

	// maxGap bounds the distance between successive UIDs of a run.
	maxGap = 16
)

// direction says how the numbers of a run follow each other.
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
	place     int // index of last in the result, -1 when the result does not contain last
	window    int // number of messages in a window, 0 outside a run
	jumps     int // numbers asked for since the last run
	length    int // of the run in messages, without the first

	used    int // messages of the last window that the caller has read
	skipped int // messages of the last window that the caller has skipped
}

// result is the list that the caller gave to Follow or Announce, such as the result of a
// search.
type result struct {
	list      []int
	announced bool // by Announce
}

// at returns the number at an index, or 0 when there is none.
func (r result) at(i int) int {
	if i < 0 || i >= len(r.list) {
		return 0
	}
	return r.list[i]
}

// observe records that the caller asks for n, and reports whether n continues a run.
func (d *detector) observe(n int, uid bool, r result) bool {
	previous := d.last
	d.before, d.last = previous, n
	d.jumps++
	switch {
	case previous == 0:
	case d.place >= 0 && r.at(d.place+1) == n:
		d.place++
		return d.run(along)
	case d.place > 0 && r.at(d.place-1) == n:
		d.place--
		return d.run(back)
	case n == previous+1, uid && previous < n && n <= previous+maxGap:
		return d.run(up)
	case n == previous-1:
		return d.run(down)
	}
	d.place, d.length = slices.Index(r.list, n), 0
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

// grow returns how many messages the next window may have, which is at most limit. The
// first window is small and the second is as large as limit and maxMessages allow. Along a
// result, the first window is that large already, because the whole run is known. When the
// caller has skipped most of a window, the next one is half as large.
func (d *detector) grow(limit int) int {
	skipsMost := d.skipsMost()
	d.used, d.skipped = 0, 0
	switch {
	case skipsMost && d.window == 0:
		d.window = carefulWindow
	case skipsMost:
		d.window /= 2
	case d.window == 0 && d.length >= firstWindow:
		// The run has passed 20 cached messages, so it counts as having had its first window.
		d.window = maxMessages
	case d.window < firstWindow && (d.direction == up || d.direction == down):
		d.window = firstWindow
	default:
		d.window = maxMessages
	}
	d.window = max(min(d.window, limit), 1)
	return d.window
}

// isEnd reports whether the run ends with n. highest is the highest number that may exist.
func (d *detector) isEnd(n, highest int, r result) bool {
	switch d.direction {
	case up:
		return n >= highest
	case down:
		return n == 1
	case along:
		return n == r.at(len(r.list)-1)
	}
	return n == r.at(0)
}

// skipsMost reports whether the caller has skipped most of the last window.
func (d *detector) skipsMost() bool { return d.skipped > d.used }

// following returns up to count numbers in the direction of the run, n first, none above
// highest. It returns n alone when the run was along a result and n is not in the present
// one.
func (d *detector) following(n, count, highest int, r result) []int {
	if d.place < 0 && (d.direction == along || d.direction == back) {
		return []int{n}
	}
	switch d.direction {
	case along:
		rest := r.list[d.place:]
		return slices.Clone(rest[:min(count, len(rest))])
	case back:
		rest := slices.Clone(r.list[max(d.place+1-count, 0) : d.place+1])
		slices.Reverse(rest)
		return rest
	}
	by := 1
	if d.direction == down {
		by = -1
	}
	var list []int
	for ; len(list) < count && 0 < n && n <= highest; n += by {
		list = append(list, n)
	}
	return list
}
