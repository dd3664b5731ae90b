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

	// renewCount is how many messages have their flags renewed by one command.
	renewCount = 32

	// slowRoundTrip is the least round trip for which random access prefetches neighbours.
	// On faster links, fetching them takes longer than it saves.
	slowRoundTrip = 2 * time.Millisecond

	// neighbours is how many messages random access fetches, the requested one included.
	// c-client also looks 20 messages ahead.
	neighbours = 20

	// manyJumps is how many jumps make an access random when the messages are in a result.
	// With fewer, the caller may still read along the result.
	manyJumps = 3

	// longRun is how long a run among neighbours must be before it gets a window.
	longRun = 8

	// maxNeighbours bounds the neighbours in a cache.
	maxNeighbours = 512
)

// read returns a message from the cache. If it is not there, read fetches a window that
// begins with it. read returns false when an ordinary Fetch must get the message. That Fetch
// also returns the error, if there is one.
func (s *Session) read(ctx context.Context, st *stream, n int) (m prefetched, ok bool) {
	inRun := st.ask(n, *s.resultOf(st.uid))
	defer func() { st.lastRead = n }()
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
	if m.memory > maxKept {
		delete(st.messages, n)
	}
	if !inRun { // a jump
		st.keepAhead(s.following(st, n, maxMessages))
	}
	if inRun || !st.skipsMost() { // after a jump out of a mostly unread window, wait for a run
		s.refill(ctx, st, n)
	}
	s.askForNews(m)
	return m, true
}

// askForNews queues a FETCH when the server was last asked longer ago than flags may be old.
// The server can then report new messages while a slow caller reads prefetched ones. PHP gets
// such reports with each message it fetches. A FETCH may bring them, and message numbers do
// not change during a FETCH.
func (s *Session) askForNews(m prefetched) {
	if s.traits.MarkedHere || s.isBusy() || time.Since(s.askedAt) <= ageOn(s.Link()) {
		return
	}
	s.later(Effect{Kind: "news", Set: backend.One(false, m.Num), AnyOrder: true,
		Apply: func(ctx context.Context, service backend.Session, set backend.Set) error {
			for _, err := range service.Fetch(ctx, set, backend.Items{UID: true}) {
				return lossOf(err)
			}
			return nil
		}})
}

// fetchAhead fetches a missing message together with those that the caller may read next,
// and reports whether it did. It does not when a window has left this message out. It does
// not when no others are expected, either. Then the run ends.
func (s *Session) fetchAhead(ctx context.Context, st *stream, n int, inRun bool) bool {
	switch {
	case inRun && st.window > 0 && len(st.messages) > 0:
		return false
	case inRun && s.mayPrefetch(st):
		s.fetchRun(ctx, st, n)
	case s.wantsNeighbours(st):
		s.fetchNeighbours(ctx, st, n)
	default:
		st.endRun()
		return false
	}
	s.waitFor(ctx, st, n)
	return true
}

// fresh returns a message that is in the cache, with flags that are not stale. It returns
// false when the message must be fetched alone.
func (s *Session) fresh(ctx context.Context, st *stream, n int) (m prefetched, ok bool) {
	if m, ok = st.messages[n]; ok && st.items.Flags && m.isStale(s.State().Unsolicited, ageOn(s.Link())) {
		s.renewFlags(ctx, st, n)
		m, ok = st.messages[n]
	}
	switch {
	case ok && m.unrecorded && !s.retriever.Untraced():
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
	return !s.mustBeUntraced(st) || s.retriever != nil && s.retriever.Untraced()
}

// mustBeUntraced reports whether the service must not record a prefetch for a stream as a
// retrieval, because the caller may never read its messages.
func (s *Session) mustBeUntraced(st *stream) bool {
	announced := st.direction == along && s.resultOf(st.uid).announced
	return s.extent == Untraced && !announced && s.traits.NoPeek && s.isHeavy(st.items)
}

// following returns the numbers that a caller may ask for next: see [detector.following].
func (s *Session) following(st *stream, n, count int) []int {
	return st.following(n, count, s.highest(st, n), *s.resultOf(st.uid))
}

// highest returns the highest number or UID that may exist. By UID it returns at least n,
// because UIDNext may be out of date.
func (s *Session) highest(st *stream, n int) int {
	state := s.State()
	switch {
	case !st.uid:
		return state.Messages
	case state.UIDNext == 0:
		return backend.Max - 1
	}
	return max(int(state.UIDNext)-1, n)
}

// grow returns how many messages the next window of streams that run together may have. It
// applies the link's bound. If the items may be long, it applies maxOctets, and [window.fit]
// applies the link's bound.
func (s *Session) grow(streams []*stream) int {
	memory, bound := 0, s.windowBound(streams)
	for _, st := range streams {
		memory += st.meanMemory
		if s.isHeavy(st.items) {
			bound = maxOctets
		}
	}
	return streams[0].grow(min(maxMessages, bound/max(memory, 1)))
}

// fetchRun starts to fetch the window that begins with n.
func (s *Session) fetchRun(ctx context.Context, st *stream, n int) {
	if st.window == 0 {
		clear(st.messages) // neighbours
	}
	streams := s.together(st)
	s.prefetch(ctx, streams, s.following(st, n, s.grow(streams)))
}

// refill begins to fetch the next window when less than half of the present one is left.
func (s *Session) refill(ctx context.Context, st *stream, n int) {
	if st.window == 0 || s.isBusy() || 2*st.countOthers(n) >= st.window || !s.mayPrefetch(st) ||
		st.isEnd(st.ahead, s.highest(st, n), *s.resultOf(st.uid)) {
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
	list := s.following(st, n, neighbours)
	if end := slices.IndexFunc(list, func(m int) bool { return !st.has(m) }); end >= 0 {
		list = list[:end]
	}
	st.keep(list)
	st.window, st.ahead = firstWindow, list[len(list)-1]
	return true
}

// wantsNeighbours reports whether random access should prefetch neighbours: on a slow link, for
// short items that the service has at hand, such as envelopes.
func (s *Session) wantsNeighbours(st *stream) bool {
	return st.window == 0 && (st.place < 0 || st.jumps >= manyJumps) && s.extent != Nothing && s.Link().RoundTrip >= slowRoundTrip &&
		len(st.items.Sections) == 0 && !s.traits.ParsedHere
}

// fetchNeighbours begins to fetch a message and the next ones that are not in the cache. They
// stay there for later reading.
func (s *Session) fetchNeighbours(ctx context.Context, st *stream, n int) {
	if len(st.messages)+neighbours > maxNeighbours || len(st.messages)*st.meanMemory > maxOctets {
		clear(st.messages)
	}
	highest := n + maxNeighbours
	if !st.uid {
		highest = s.State().Messages
	}
	list := []int{n}
	for m := n + 1; len(list) < neighbours && m <= highest; m++ {
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
		list = slices.DeleteFunc(s.following(st, n, renewCount), func(m int) bool { return !st.has(m) })
	}
	now, unsolicited := time.Now(), s.State().Unsolicited
	found := make(map[int]bool)
	for msg, err := range s.Session.Fetch(ctx, backend.SetOf(st.uid, list), backend.Items{UID: true, Flags: true}) {
		if msg == nil {
			break
		}
		n := numberOf(msg, st.uid)
		if m, ok := st.messages[n]; ok && err == nil {
			m.Flags, m.at, m.unsolicited = msg.Flags, now, unsolicited
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
