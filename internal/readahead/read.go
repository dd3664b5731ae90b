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
	// maxKept is how long a message may be to be kept after it was read, in octets.
	maxKept = 256 << 10

	// renewed is how many messages have their flags fetched again at once.
	renewed = 32

	// far is the round trip from which on random access prefetches neighbours. On a
	// shorter one to fetch them takes longer than it saves.
	far = 2 * time.Millisecond

	// near is how many they are, that one included: as many as c-client looks ahead.
	near = 20

	// manyJumps is after how many jumps the access counts as random although the messages
	// are of a result, in whose order the caller may read.
	manyJumps = 3

	// longRun is how long a run among kept neighbours is before more are fetched.
	longRun = 8

	// maxScattered bounds the messages that are kept of random access.
	maxScattered = 512
)

// read returns a message that was prefetched, or is after this call. It is not ok when it
// has to be left to an ordinary Fetch, which will also say what is wrong.
func (s *Session) read(ctx context.Context, st *stream, n int) (m prefetched, ok bool) {
	inRun := st.ask(n, *s.orderOf(st.uid))
	defer func() { st.read = n }()
	s.waitFor(ctx, st, n)
	if st.has(n) {
		st.noteUsed(n)
	} else if !s.fetchAhead(ctx, st, n, inRun) {
		return prefetched{}, false
	}
	if m, ok = s.fresh(ctx, st, n); !ok {
		return prefetched{}, false
	}
	if st.window == 0 && !s.beginRun(st, n) {
		return m, true // and it stays, as its neighbours do
	}
	if m.size > maxKept {
		delete(st.messages, n)
	}
	if !inRun {
		st.keepAhead(s.following(st, n, maxMessages))
	}
	if inRun || !st.isWasteful() {
		s.refill(ctx, st, n)
	}
	s.askForNews(m)
	return m, true
}

// askForNews lets the server tell of new messages while a slow caller reads what is there:
// PHP hears of them with each message. A FETCH may bring such news, and no message number
// changes its meaning in it.
func (s *Session) askForNews(m prefetched) {
	if s.traits.MarkedHere || s.isBusy() || time.Since(s.heardAt) <= ageOn(s.Link()) {
		return
	}
	s.later(Effect{Kind: "news", Set: backend.One(false, m.Num), Adds: true,
		Apply: func(ctx context.Context, service backend.Session, set backend.Set) error {
			for _, err := range service.Fetch(ctx, set, backend.Items{UID: true}) {
				return lost(err)
			}
			return nil
		}})
}

// fetchAhead fetches a message that is not there with those that the caller may read
// next. It reports whether it did: it is better left alone where there are none, or where
// a window has left it out.
func (s *Session) fetchAhead(ctx context.Context, st *stream, n int, inRun bool) bool {
	switch {
	case inRun && st.window > 0 && len(st.messages) > 0:
		return false
	case inRun && s.mayPrefetch(st):
		s.fetchRun(ctx, st, n)
	case s.isScattered(st):
		s.fetchAround(ctx, st, n)
	default:
		st.end()
		return false
	}
	s.waitFor(ctx, st, n)
	return true
}

// fresh returns a message that is there and as the service has it now.
func (s *Session) fresh(ctx context.Context, st *stream, n int) (m prefetched, ok bool) {
	if m, ok = st.messages[n]; ok && st.items.Flags && m.isStale(s.State().Changes, ageOn(s.Link())) {
		s.renewFlags(ctx, st, n)
		m, ok = st.messages[n]
	}
	switch {
	case ok && m.untraced && !s.retriever.Untraced():
		clear(st.messages) // they were brought by what has brought something else of another
		return prefetched{}, false
	case errors.Is(m.err, backend.ErrProtocol):
		st.release(n) // what is odd may be something that was fetched along with it
		return prefetched{}, false
	}
	return m, ok
}

// waitFor waits for a message if it is under way.
func (s *Session) waitFor(ctx context.Context, st *stream, n int) {
	for s.isBusy() && !st.has(n) && s.job.window != nil && s.job.window.has(st, n) {
		s.receive(ctx)
	}
}

// mayPrefetch reports whether a stream may be fetched ahead as it runs now.
func (s *Session) mayPrefetch(st *stream) bool {
	switch s.extent {
	case Nothing:
		return false
	case Everything:
		return true
	}
	return !s.leavesTrace(st) || s.retriever != nil && s.retriever.Untraced()
}

// leavesTrace reports whether the service would take note of what is fetched for a
// stream, of messages that the caller may not come to.
func (s *Session) leavesTrace(st *stream) bool {
	announced := st.direction == along && s.orderOf(st.uid).announced
	return s.extent == Untraced && !announced && s.traits.NoPeek && s.isHeavy(st.items)
}

// following are the numbers that a caller may ask for next: see [detector.following].
func (s *Session) following(st *stream, n, count int) []int {
	return st.following(n, count, s.last(st, n), *s.orderOf(st.uid))
}

// last is the last number or UID that there may be, n included. Servers do not tell the
// UIDs of new messages.
func (s *Session) last(st *stream, n int) int {
	state := s.State()
	switch {
	case !st.uid:
		return state.Messages
	case state.UIDNext == 0:
		return backend.Max - 1
	}
	return max(int(state.UIDNext)-1, n)
}

// grow makes the window of streams that run together larger, and returns its size in
// messages. What the link carries bounds it here, or where sizes matter in [window.fit].
func (s *Session) grow(streams []*stream) int {
	size, most := 0, s.bound(streams)
	for _, st := range streams {
		size += st.size
		if s.isHeavy(st.items) {
			most = maxOctets
		}
	}
	return streams[0].grow(min(maxMessages, most/max(size, 1)))
}

// fetchRun begins to fetch the window that begins with n.
func (s *Session) fetchRun(ctx context.Context, st *stream, n int) {
	if st.window == 0 {
		clear(st.messages) // what is left of random access
	}
	streams := s.together(st)
	s.prefetch(ctx, streams, s.following(st, n, s.grow(streams)))
}

// refill fetches the next window when less than half of one is left.
func (s *Session) refill(ctx context.Context, st *stream, n int) {
	if st.window == 0 || s.isBusy() || 2*st.besides(n) >= st.window || !s.mayPrefetch(st) ||
		st.isEnd(st.ahead, s.last(st, n), *s.orderOf(st.uid)) {
		return
	}
	streams := s.together(st)
	count := s.grow(streams)
	next := s.following(st, n, maxMessages+count)
	next = next[1+max(slices.Index(next, st.ahead), 0):]
	s.prefetch(ctx, streams, next[:min(count, len(next))])
}

// beginRun makes the neighbours of a message that were fetched with it the first window of
// a run, and reports whether there is one.
func (s *Session) beginRun(st *stream, n int) bool {
	if st.length < longRun || s.isBusy() || !s.mayPrefetch(st) {
		return false
	}
	list := s.following(st, n, near)
	if end := slices.IndexFunc(list, func(m int) bool { return !st.has(m) }); end >= 0 {
		list = list[:end]
	}
	st.keep(list)
	st.window, st.ahead = firstWindow, list[len(list)-1]
	return true
}

// isScattered reports whether messages are read out of order, on a slow link, with items
// that are short and that the service has at hand, such as envelopes.
func (s *Session) isScattered(st *stream) bool {
	return st.window == 0 && (st.place < 0 || st.jumps >= manyJumps) && s.extent != Nothing && s.Link().RoundTrip >= far &&
		len(st.items.Sections) == 0 && !s.traits.ParsedHere
}

// fetchAround begins to fetch a message and the next ones that are not there yet, to be
// kept in case that the caller comes to read them.
func (s *Session) fetchAround(ctx context.Context, st *stream, n int) {
	if len(st.messages)+near > maxScattered || len(st.messages)*st.size > maxOctets {
		clear(st.messages)
	}
	last := n + maxScattered
	if !st.uid {
		last = s.State().Messages
	}
	list := []int{n}
	for m := n + 1; len(list) < near && m <= last; m++ {
		if !st.has(m) {
			list = append(list, m)
		}
	}
	s.prefetch(ctx, []*stream{st}, list)
}

// renewFlags fetches the flags of a message that is there again, and of some
// that follow; of all that are there when nobody knows which will be read.
func (s *Session) renewFlags(ctx context.Context, st *stream, n int) {
	s.apply(ctx)
	if s.lost != nil || s.pending.len() > 0 {
		delete(st.messages, n) // an ordinary Fetch will say what is wrong
		return
	}
	list := slices.Collect(maps.Keys(st.messages))
	if st.window > 0 {
		list = slices.DeleteFunc(s.following(st, n, renewed), func(m int) bool { return !st.has(m) })
	}
	now, changes := time.Now(), s.State().Changes
	found := make(map[int]bool)
	for msg, err := range s.Session.Fetch(ctx, backend.SetOf(st.uid, list), backend.Items{UID: true, Flags: true}) {
		if msg == nil {
			break
		}
		n := numberOf(msg, st.uid)
		if m, ok := st.messages[n]; ok && err == nil {
			m.Flags, m.at, m.changes = msg.Flags, now, changes
			st.messages[n] = m
			found[n] = true
		}
	}
	for _, m := range list {
		if !found[m] {
			delete(st.messages, m) // it is gone, or the connection is
		}
	}
}
