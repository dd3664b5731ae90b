package readahead

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

const (
	// maxMessages and maxOctets bound a window.
	maxMessages = 1024
	maxOctets   = 4 << 20

	// maxKept is how long a message may be to be kept after it was read, in octets.
	maxKept = 256 << 10

	// maxStreams bounds the kinds of reading that have a window.
	maxStreams = 6

	// maxAge is how old flags may be that are shown, and renewed the number of
	// messages whose flags are then fetched again at once.
	maxAge  = 250 * time.Millisecond
	renewed = 32

	// maxGap is how far apart the UIDs of a run may lie.
	maxGap = 16
)

// stream is one kind of reading: the same items of one message after the other.
type stream struct {
	uid   bool // by UID, else by message number
	items backend.Items

	last   int // what was asked for last, 0 at first
	before int // what was asked for before that
	done   int // what was read last
	step   step
	place  int // of last in the order of a result, -1 when it is not in it
	window int // how many messages to fetch at a time, 0 outside of a run
	jumps  int // since a run
	octets int // how long a message is, on average of the last ones

	ready map[int]ready
	sizes map[int]int // of messages to come, where they matter
}

// ready is a message that was fetched, and not read yet unless it is kept.
type ready struct {
	*backend.Message
	failed   error // it could not be fetched
	length   int   // about how much memory it takes, in octets
	untraced bool  // the service has taken no note of it

	// When its flags were so, if they were asked for.
	at      time.Time
	changes int // of State then
}

// streamOf finds the stream of a kind of reading, or begins one in place of that
// not used for longest.
func (s *Session) streamOf(uid bool, items backend.Items) *stream {
	items.Sections = peeked(items.Sections)
	i := slices.IndexFunc(s.streams, func(st *stream) bool { return st.uid == uid && same(st.items, items) })
	if i < 0 {
		if len(s.streams) == maxStreams {
			s.streams = s.streams[:maxStreams-1]
		}
		s.streams = append(s.streams, &stream{uid: uid, items: items, ready: make(map[int]ready)})
		i = len(s.streams) - 1
	}
	st := s.streams[i]
	copy(s.streams[1:i+1], s.streams[:i])
	s.streams[0] = st
	return st
}

// peeked are sections none of which sets \Seen.
func peeked(sections []backend.Section) []backend.Section {
	if allPeek(sections) {
		return sections
	}
	sections = slices.Clone(sections)
	for i := range sections {
		sections[i].Peek = true
	}
	return sections
}

func same(a, b backend.Items) bool {
	return a.UID == b.UID && a.Flags == b.Flags && a.InternalDate == b.InternalDate && a.Size == b.Size &&
		a.Envelope == b.Envelope && a.Structure == b.Structure && a.UniqueID == b.UniqueID &&
		slices.Equal(a.Sections, b.Sections)
}

// read returns a message, from what was fetched ahead or from a window that
// begins with it. It is not ok when that has to be left to an ordinary Fetch, which
// will also say what is wrong.
func (s *Session) read(ctx context.Context, st *stream, n int) (r ready, ok bool) {
	inRun := st.isAgain(n)
	if !inRun {
		inRun = s.advance(st, n)
		st.drop(st.done)
	}
	defer func() { st.done = n }()
	s.await(ctx, st, n)
	if !st.has(n) {
		switch {
		case inRun && st.window > 0 && len(st.ready) > 0:
			return ready{}, false // it was left out of the window, and only it
		case inRun && s.may(st):
			s.fetchRun(ctx, st, n)
		case s.isScattered(st):
			s.fetchAround(ctx, st, n)
		default:
			clear(st.ready)
			st.window /= 4
			return ready{}, false
		}
		s.await(ctx, st, n)
	}
	if st.items.Flags && s.isStale(st.ready[n]) {
		s.renewFlags(ctx, st, n)
	}
	if r, ok = st.ready[n]; ok && r.untraced && !s.State().Untraced {
		clear(st.ready) // they were brought by what has brought something else of another
		ok = false
	}
	if errors.Is(r.failed, backend.ErrProtocol) {
		st.drop(n) // what is odd may be something that was fetched along with it
		ok = false
	}
	if !ok {
		return ready{}, false
	}
	if st.window == 0 {
		return r, true // and it stays, as its neighbours do
	}
	if r.length > maxKept {
		st.drop(n)
	}
	if !inRun {
		s.skip(st, n)
	}
	s.refill(ctx, st, n)
	return r, true
}

// isAgain reports whether n was read last and is kept: scripts call imap_headerinfo for
// the subject, and again for the date.
func (st *stream) isAgain(n int) bool { return st.window > 0 && n == st.last && st.has(n) }

// drop lets go of a message of a run. What was fetched here and there is kept.
func (st *stream) drop(n int) {
	if st.window > 0 {
		delete(st.ready, n)
	}
}

// left counts the messages that are ready besides n.
func (st *stream) left(n int) int {
	if st.has(n) {
		return len(st.ready) - 1
	}
	return len(st.ready)
}

// fetchRun begins to fetch the window that begins with n.
func (s *Session) fetchRun(ctx context.Context, st *stream, n int) {
	if st.window == 0 {
		clear(st.ready) // what is left of reading here and there
	}
	streams := s.together(st)
	s.begin(ctx, streams, s.following(st, n, grow(streams)))
}

// may reports whether a stream may be fetched ahead as it runs now.
func (s *Session) may(st *stream) bool {
	switch s.extent {
	case Nothing:
		return false
	case Everything:
		return true
	}
	return !s.leavesTrace(st) || s.State().Untraced
}

// leavesTrace reports whether the service would take note of what is fetched for a
// stream, of messages that the caller may not come to.
func (s *Session) leavesTrace(st *stream) bool {
	announced := st.step == along && s.orderOf(st.uid).announced
	return s.extent == Untraced && !announced && s.State().NoPeek && s.isHeavy(st.items)
}

// skip throws away what the caller has passed over in a window.
func (s *Session) skip(st *stream, n int) {
	st.window = max(st.window/2, 1)
	ahead := s.following(st, n, maxMessages)
	maps.DeleteFunc(st.ready, func(m int, _ ready) bool { return !slices.Contains(ahead, m) })
}

// refill fetches the next window when the half of one is left.
func (s *Session) refill(ctx context.Context, st *stream, n int) {
	if st.window == 0 || s.isBusy() || st.left(n) > st.window/2 || !s.may(st) {
		return
	}
	streams := s.together(st)
	next := s.following(st, n, 1+st.left(n)+grow(streams))
	next = slices.DeleteFunc(slices.Clone(next), func(m int) bool { return m == n || st.has(m) })
	if len(next) > 0 {
		s.begin(ctx, streams, next)
	}
}

// accept makes a message ready.
func (st *stream) accept(r ready) {
	if st.octets == 0 {
		st.octets = r.length
	}
	st.octets += (r.length - st.octets) / 16
	st.ready[numberOf(r.Message, st.uid)] = r
}

// grow returns the size of the next window of streams that run together, in messages.
func grow(streams []*stream) int {
	octets := 0
	for _, st := range streams {
		octets += st.octets
	}
	st := streams[0]
	st.window = min(2*max(st.window, 1), maxMessages, max(maxOctets/max(octets, 1), 1))
	return st.window
}

func (st *stream) has(n int) bool {
	_, ok := st.ready[n]
	return ok
}

// isStale reports whether the flags of a message, if it is ready, may have changed
// since.
func (s *Session) isStale(r ready) bool {
	return r.Message != nil && (r.changes != s.State().Changes || time.Since(r.at) > maxAge)
}

// renewFlags fetches the flags of a message that is ready again, and of some
// that follow; of all that are ready when nobody knows which will be read.
func (s *Session) renewFlags(ctx context.Context, st *stream, n int) {
	s.wait(ctx)
	if s.failed != nil || s.debts.len() > 0 {
		delete(st.ready, n) // an ordinary Fetch will say what is wrong
		return
	}
	list := slices.Collect(maps.Keys(st.ready))
	if st.window > 0 {
		list = slices.DeleteFunc(slices.Clone(s.following(st, n, renewed)), func(m int) bool { return !st.has(m) })
	}
	now, changes := time.Now(), s.State().Changes
	found := make(map[int]bool)
	for msg, err := range s.Session.Fetch(ctx, backend.SetOf(st.uid, list), backend.Items{UID: true, Flags: true}) {
		if msg == nil {
			break
		}
		n := numberOf(msg, st.uid)
		if r, ok := st.ready[n]; ok && err == nil {
			r.Flags, r.at, r.changes = msg.Flags, now, changes
			st.ready[n] = r
			found[n] = true
		}
	}
	for _, m := range list {
		if !found[m] {
			delete(st.ready, m) // it is gone, or the connection is
		}
	}
}

// step is how the numbers of a run follow one another.
type step int

const (
	up    step = iota // message numbers by one, UIDs by a few
	down              // by one
	along             // in the order of a result
	back              // in that order from its end
)

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

// advance notes that n is asked for now, and reports whether it continues a run.
func (s *Session) advance(st *stream, n int) bool {
	last, order := st.last, s.orderOf(st.uid)
	st.before, st.last = last, n
	st.jumps++
	switch {
	case last == 0:
	case st.place >= 0 && order.at(st.place+1) == n:
		st.place++
		return st.continues(along)
	case st.place > 0 && order.at(st.place-1) == n:
		st.place--
		return st.continues(back)
	case n == last+1, st.uid && last < n && n <= last+maxGap:
		for passed := last + 1; passed < n; passed++ {
			st.drop(passed)
		}
		return st.continues(up)
	case n == last-1:
		return st.continues(down)
	}
	st.place = slices.Index(order.list, n)
	return false
}

// continues makes a run one longer, which is a new one when it turns.
func (st *stream) continues(step step) bool {
	if step != st.step {
		st.step, st.window = step, 0
	}
	st.jumps = 0
	return true
}

// following are up to count numbers from n on, n included, in the order of the
// run. There is n alone when the run was in a result that does not have it, or is
// another by now.
func (s *Session) following(st *stream, n, count int) []int {
	if st.place < 0 && (st.step == along || st.step == back) {
		return []int{n}
	}
	order := s.orderOf(st.uid)
	switch st.step {
	case along:
		rest := order.list[st.place:]
		return rest[:min(count, len(rest))]
	case back:
		rest := slices.Clone(order.list[max(st.place+1-count, 0) : st.place+1])
		slices.Reverse(rest)
		return rest
	}
	by := 1
	if st.step == down {
		by = -1
	}
	messages := s.State().Messages
	var list []int
	for ; len(list) < count && n > 0 && (st.uid || n <= messages); n += by {
		list = append(list, n)
	}
	return list
}

// only is the set of one message number or UID.
func only(uid bool, n int) backend.Set {
	return backend.Set{UID: uid, Ranges: []backend.Range{{First: n, Last: n}}}
}
