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
	// maxKept is the greatest size of a message that stays in the cache after it was read, in
	// octets.
	maxKept = 256 << 10

	// renewed is the number of messages whose flags are fetched again in one command.
	renewed = 32

	// far is the round trip from which on random access prefetches neighbours. On a shorter one
	// fetching them takes longer than it saves.
	far = 2 * time.Millisecond

	// near is the number of messages fetched then, including the requested one: as many as
	// c-client reads ahead.
	near = 20

	// manyJumps is the number of jumps after which access counts as random, although the
	// messages are in a result whose order the caller may follow.
	manyJumps = 3

	// longRun is the length of a run among kept neighbours from which on more are fetched.
	longRun = 8

	// maxScattered limits the messages that random access keeps.
	maxScattered = 512
)

// read returns a message that was prefetched, or fetches it with others. ok is false if an
// ordinary Fetch must read the message and report what is wrong.
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
		return m, true // stays in the cache, as its neighbours do
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

// askForNews polls for new messages while a slow caller reads from the cache: PHP learns of
// them with each message. It uses FETCH, which may bring such news and changes no message
// number.
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

// fetchAhead fetches a message with those that the caller may read next. It reports false if
// there are none, or if a window has left the message out: the message is then fetched alone.
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

// fresh returns a cached message with current flags.
func (s *Session) fresh(ctx context.Context, st *stream, n int) (m prefetched, ok bool) {
	if m, ok = st.messages[n]; ok && st.items.Flags && m.isStale(s.State().Changes, ageOn(s.Link())) {
		s.renewFlags(ctx, st, n)
		m, ok = st.messages[n]
	}
	switch {
	case ok && m.untraced && !s.retriever.Untraced():
		clear(st.messages) // the same service sent another message that differed
		return prefetched{}, false
	case errors.Is(m.err, backend.ErrProtocol):
		st.release(n) // another item of the fetch may be what failed
		return prefetched{}, false
	}
	return m, ok
}

// waitFor waits for a message that is under way.
func (s *Session) waitFor(ctx context.Context, st *stream, n int) {
	for s.isBusy() && !st.has(n) && s.job.window != nil && s.job.window.has(st, n) {
		s.receive(ctx)
	}
}

// mayPrefetch reports whether a stream may be prefetched now.
func (s *Session) mayPrefetch(st *stream) bool {
	switch s.extent {
	case Nothing:
		return false
	case Everything:
		return true
	}
	return !s.leavesTrace(st) || s.retriever != nil && s.retriever.Untraced()
}

// leavesTrace reports whether the service would record what is prefetched for a stream,
// although the caller may not read it.
func (s *Session) leavesTrace(st *stream) bool {
	announced := st.direction == along && s.orderOf(st.uid).announced
	return s.extent == Untraced && !announced && s.traits.NoPeek && s.isHeavy(st.items)
}

// following returns the numbers that a caller may ask for next: see [detector.following].
func (s *Session) following(st *stream, n, count int) []int {
	return st.following(n, count, s.last(st, n), *s.orderOf(st.uid))
}

// last returns the greatest number or UID that may exist, at least n. Servers do not report the
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

// grow enlarges the window of streams that run together, and returns its size in messages. The
// capacity of the link limits it here, or in [window.fit] where sizes matter.
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
		clear(st.messages) // drops what random access kept
	}
	streams := s.together(st)
	s.prefetch(ctx, streams, s.following(st, n, s.grow(streams)))
}

// refill fetches the next window if less than half a window is left.
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

// beginRun makes the kept neighbours of a message the first window of a run, and reports
// whether there are any.
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

// isScattered reports whether messages are read out of order on a slow link, with items that
// are short and quick for the service, such as envelopes.
func (s *Session) isScattered(st *stream) bool {
	return st.window == 0 && (st.place < 0 || st.jumps >= manyJumps) && s.extent != Nothing && s.Link().RoundTrip >= far &&
		len(st.items.Sections) == 0 && !s.traits.ParsedHere
}

// fetchAround starts to fetch a message and the next ones that are not cached, in case the
// caller reads them.
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

// renewFlags fetches the flags of a cached message again, and of some that follow. Outside of a
// run it fetches the flags of all cached messages.
func (s *Session) renewFlags(ctx context.Context, st *stream, n int) {
	s.apply(ctx)
	if s.lost != nil || s.pending.len() > 0 {
		delete(st.messages, n) // an ordinary Fetch reports what is wrong
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
			delete(st.messages, m) // the message is gone, or the connection lost
		}
	}
}
