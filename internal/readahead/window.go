package readahead

import (
	"context"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

const (
	// minOctets and maxOctets bound the length of a window. Between them, a window is as
	// long as what the link carries in fullLink round trips, so that the link is hardly
	// ever idle. When the link's rate is unknown, the length is usualOctets.
	minOctets   = 256 << 10
	usualOctets = 2 << 20
	maxOctets   = 6 << 20
	fullLink    = 4

	// leastWork is the least time that a window without texts should take on a fast link.
	// To begin a window costs a part of a millisecond. Longer windows of texts gain
	// nothing.
	leastWork = 10 * time.Millisecond
)

// bound returns the greatest length of a window on a link, in octets. The window should
// take at least least.
func bound(link backend.Link, least time.Duration) int {
	if link.Rate == 0 || link.RoundTrip == 0 {
		return usualOctets
	}
	carried := float64(link.Rate) * max(fullLink*link.RoundTrip, least).Seconds()
	return int(min(max(carried, minOctets), maxOctets))
}

// bound returns the greatest length of a window for some streams. When the session parses
// messages itself, it is at most usualOctets: the session keeps twice as much of their
// texts for the streams that read them later.
func (s *Session) bound(streams []*stream) int {
	least := leastWork
	if slices.ContainsFunc(streams, func(st *stream) bool { return len(st.items.Sections) > 0 }) {
		least = 0
	}
	if s.traits.ParsedHere {
		return min(bound(s.Link(), least), usualOctets)
	}
	return bound(s.Link(), least)
}

// window is a list of messages that one command fetches.
type window struct {
	streams []*stream // that get the messages
	list    []int     // in the order of the run
	awaited bool      // the caller waits for the first message
	octets  int       // greatest length of the fetched items

	sized   *stream     // the stream whose message sizes bound the window, nil for none
	unsized []int       // messages whose sizes are fetched first
	sizes   map[int]int // of messages
	share   float64     // the part of the sizes that is expected as text, and then the part received
	fitting []int       // the beginning of list that the bounds allow

	untraced bool // the service must not record the messages as retrieved
}

// prefetch begins to fetch a window for streams that run together. It waits for the job
// under way first.
func (s *Session) prefetch(ctx context.Context, streams []*stream, list []int) {
	s.wait(ctx)
	if s.lost != nil || len(list) == 0 {
		return
	}
	streams = lacking(streams, list)
	w := &window{
		streams: streams, list: list, awaited: list[0] == streams[0].last,
		octets: s.bound(streams), untraced: s.leavesTrace(streams[0]),
	}
	if i := slices.IndexFunc(streams, func(st *stream) bool { return s.isHeavy(st.items) }); i >= 0 {
		w.sized, w.share = streams[i], streams[i].share
		s.findUnsized(w)
	}
	s.start(&job{window: w})
}

// findUnsized lists the messages whose sizes must be fetched. When one size is unknown, the
// list includes the messages of later windows.
func (s *Session) findUnsized(w *window) {
	known := w.sized.sizes
	w.sizes = known
	if _, ok := known[w.list[len(w.list)-1]]; ok {
		return
	}
	list := slices.Concat(w.list, s.following(w.streams[0], w.list[0], maxMessages))
	w.sizes = make(map[int]int, len(list))
	w.unsized = slices.DeleteFunc(list, func(n int) bool {
		size, ok := known[n]
		if ok {
			w.sizes[n] = size
		}
		return ok
	})
}

// isHeavy reports whether these items of a message may be very long.
func (s *Session) isHeavy(items backend.Items) bool {
	return items.Structure && s.traits.SizesKnown ||
		slices.ContainsFunc(items.Sections, func(sec backend.Section) bool { return sec.Name != "HEADER" })
}

// fetchWindow fetches the part of a window that the bounds allow. The first message is
// always allowed when the caller waits for it.
func (s *Session) fetchWindow(ctx context.Context, j *job) error {
	w := j.window
	if len(w.unsized) > 0 {
		if err := s.fetchSizes(ctx, w); err != nil {
			return err
		}
	}
	w.fitting = w.fit()
	if len(w.fitting) == 0 {
		return nil
	}
	items := union(w.streams)
	items.UID = items.UID || items.Flags // a Store may be by UID
	items.Untraced = w.untraced
	messages, octets, texts, sizes := 0, 0, 0, 0
	for msg, err := range s.Session.Fetch(ctx, backend.SetOf(w.uid(), w.fitting), items) {
		if msg == nil {
			return lost(err)
		}
		if err != nil && len(w.streams) > 1 {
			continue // the error may belong to a stream that the caller does not wait for
		}
		m := prefetched{Message: msg, err: err, size: sizeOf(msg), untraced: w.untraced}
		if items.Flags {
			m.at, m.changes = time.Now(), s.State().Changes
		}
		messages++
		if octets += m.size; messages > len(w.fitting) || octets > 8*maxOctets {
			return nil // the server sends messages that were not asked for
		}
		for _, text := range msg.Sections {
			texts += len(text)
		}
		sizes += w.sizes[numberOf(msg, w.uid())]
		j.inbox.add(m)
	}
	if sizes > 0 && !s.traits.ParsedHere {
		w.share = min(float64(texts)/float64(sizes), 1)
	}
	return nil
}

func (s *Session) fetchSizes(ctx context.Context, w *window) error {
	for msg, err := range s.Session.Fetch(ctx, backend.SetOf(w.uid(), w.unsized), backend.Items{Size: true}) {
		if msg == nil {
			return lost(err)
		}
		w.sizes[numberOf(msg, w.uid())] = msg.Size
	}
	return nil
}

func (w *window) uid() bool { return w.streams[0].uid }

// has reports whether the window has a message for a stream.
func (w *window) has(st *stream, n int) bool {
	return slices.Contains(w.streams, st) && slices.Contains(w.list, n)
}

// fit returns the beginning of a window that the bounds allow. The text is a small part of
// a message with attachments. So the link's bound applies to the share that the last window
// received, and maxOctets applies to the whole sizes.
func (w *window) fit() []int {
	octets := 0
	for i, n := range w.list {
		octets += w.sizes[n]
		if tooLong := octets > maxOctets || w.share*float64(octets) > float64(w.octets); tooLong && (i > 0 || !w.awaited) {
			return w.list[:i]
		}
	}
	return w.list
}

// end records how far the streams were fetched.
func (w *window) end() {
	if w.sized != nil {
		w.sized.sizes, w.sized.share = w.sizes, w.share
	}
	if len(w.fitting) == 0 {
		return
	}
	for _, st := range w.streams {
		st.ahead = w.fitting[len(w.fitting)-1]
		st.window = min(st.window, len(w.fitting))
	}
}

// deliver adds a received message to the streams.
func (w *window) deliver(m prefetched) {
	if len(w.streams) == 1 {
		w.streams[0].add(numberOf(m.Message, w.uid()), m)
		return
	}
	for _, st := range w.streams {
		if n := numberOf(m.Message, st.uid); n != st.read {
			st.add(n, m.of(st))
		}
	}
}
