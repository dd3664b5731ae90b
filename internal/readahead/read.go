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
	// maxKept bounds the size of a message that is kept after it was read, in octets.
	maxKept = 256 << 10

	// renewed is how many messages have their flags renewed by one command.
	renewed = 32

	// far is the least round trip for which random access prefetches neighbours. On faster
	// links, fetching them takes longer than it saves.
	far = 2 * time.Millisecond

	// near is how many messages random access fetches, the requested one included. c-client
	// looks ahead as many.
	near = 20

	// manyJumps is how many jumps make an access random when the messages are in a result.
	// With fewer, the caller may still read along the result.
	manyJumps = 3

	// longRun is how long a run among kept neighbours must be before it gets a window.
	longRun = 8

	// maxScattered bounds the messages that are kept from random access.
	maxScattered = 512
)

// read returns a prefetched message, or prefetches it now. It returns false when an
// ordinary Fetch must get the message. That Fetch also returns the error, if there is one.
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
		return m, true // the message stays in the cache, with its neighbours
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

// askForNews queues a FETCH when the server has not been heard for longer than flags may be
// old. The server can then report new messages while a slow caller reads prefetched ones.
// PHP gets such reports with each message it fetches. A FETCH may bring them, and message
// numbers do not change during a FETCH.
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

// fetchAhead fetches a missing message together with those that the caller may read next,
// and reports whether it did. It does not when no others are expected, or when a window has
// left this message out.
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

// fresh returns a message that is in the cache, with flags that are not stale.
func (s *Session) fresh(ctx context.Context, st *stream, n int) (m prefetched, ok bool) {
	if m, ok = st.messages[n]; ok && st.items.Flags && m.isStale(s.State().Changes, ageOn(s.Link())) {
		s.renewFlags(ctx, st, n)
		m, ok = st.messages[n]
	}
	switch {
	case ok && m.untraced && !s.retriever.Untraced():
		clear(st.messages) // the service has sent wrong text for another untraced message
		return prefetched{}, false
	case errors.Is(m.err, backend.ErrProtocol):
		st.release(n) // the error may belong to an item that was fetched along with it
		return prefetched{}, false
	}
	return m, ok
}

// waitFor waits for a message while the window that has it is being fetched.
func (s *Session) waitFor(ctx context.Context, st *stream, n int) {
	for s.isBusy() && !st.has(n) && s.job.window != nil && s.job.window.has(st, n) {
		s.receive(ctx)
	}
}

// mayPrefetch reports whether a stream may be prefetched in its present direction.
func (s *Session) mayPrefetch(st *stream) bool {
	switch s.extent {
	case Nothing:
		return false
	case Everything:
		return true
	}
	return !s.leavesTrace(st) || s.retriever != nil && s.retriever.Untraced()
}

// leavesTrace reports whether a prefetch for a stream would make the service record
// messages as retrieved that the caller may never read.
func (s *Session) leavesTrace(st *stream) bool {
	announced := st.direction == along && s.orderOf(st.uid).announced
	return s.extent == Untraced && !announced && s.traits.NoPeek && s.isHeavy(st.items)
}

// following returns the numbers that a caller may ask for next: see [detector.following].
func (s *Session) following(st *stream, n, count int) []int {
	return st.following(n, count, s.last(st, n), *s.orderOf(st.uid))
}

// last returns the highest number or UID that may exist. A UID is at least n, because
// servers do not report the UIDs of new messages.
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

// grow returns the size of the next window of streams that run together, in messages. The
// link's capacity bounds it here, or in [window.fit] where message sizes matter.
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

// fetchRun starts to fetch the window that begins with n.
func (s *Session) fetchRun(ctx context.Context, st *stream, n int) {
	if st.window == 0 {
		clear(st.messages) // messages of earlier random access
	}
	streams := s.together(st)
	s.prefetch(ctx, streams, s.following(st, n, s.grow(streams)))
}

// refill begins to fetch the next window when less than half of the present one is left.
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

// beginRun turns the neighbours that were fetched with a message into the first window of a
// run. It reports whether the run has begun.
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

// isScattered reports whether random access should prefetch neighbours: on a slow link, for
// short items that the service has at hand, such as envelopes.
func (s *Session) isScattered(st *stream) bool {
	return st.window == 0 && (st.place < 0 || st.jumps >= manyJumps) && s.extent != Nothing && s.Link().RoundTrip >= far &&
		len(st.items.Sections) == 0 && !s.traits.ParsedHere
}

// fetchAround begins to fetch a message and the next ones that are not in the cache. They
// are kept for later reading.
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

// renewFlags fetches the flags of a cached message again, and those of some that follow in
// the run. Outside a run it renews all cached flags, because the order of reading is
// unknown.
func (s *Session) renewFlags(ctx context.Context, st *stream, n int) {
	s.apply(ctx)
	if s.lost != nil || s.pending.len() > 0 {
		delete(st.messages, n) // an ordinary Fetch returns the error
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
			delete(st.messages, m) // the message or the connection is gone
		}
	}
}
