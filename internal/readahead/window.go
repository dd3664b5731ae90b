package readahead

import (
	"context"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

const (
	// minOctets and maxOctets limit a window. Between them a window has what the link carries
	// in fullLink round trips, so that the link is rarely idle, or usualOctets if that is
	// unknown.
	minOctets   = 256 << 10
	usualOctets = 2 << 20
	maxOctets   = 6 << 20
	fullLink    = 4

	// leastWork is the least time that a nearby service should work on a window without texts,
	// because starting takes a part of a millisecond. Windows with texts gain nothing from it.
	leastWork = 10 * time.Millisecond
)

// bound returns the greatest size of a window, in octets, on a link that should work for at
// least least.
func bound(link backend.Link, least time.Duration) int {
	if link.Rate == 0 || link.RoundTrip == 0 {
		return usualOctets
	}
	carried := float64(link.Rate) * max(fullLink*link.RoundTrip, least).Seconds()
	return int(min(max(carried, minOctets), maxOctets))
}

// bound returns the greatest size of a window for some streams. If the session parses messages,
// it is at most usualOctets, because the session keeps twice as much text for the other
// streams.
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

// window is a set of messages that one command fetches.
type window struct {
	streams []*stream // the streams that it is fetched for
	list    []int     // its messages in the order of the run
	awaited bool      // the caller waits for the first message
	octets  int       // limit for what is fetched

	sized   *stream     // the stream whose sizes matter, or nil
	unsized []int       // the messages whose sizes are requested first
	sizes   map[int]int // sizes by message
	share   float64     // the expected fraction of the sizes, then the actual one
	fitting []int       // the beginning of list that is not too long

	untraced bool // the service must not record the messages as read
}

// prefetch starts to fetch a window for streams that run together, after the current job.
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

// findUnsized finds the messages whose sizes must be requested. If one is unknown, it includes
// the messages of later windows.
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

// fetchWindow fetches the part of a window that is not too long. It always fetches the first
// message of a window that the caller waits for.
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
			continue // another stream's items may be what failed
		}
		m := prefetched{Message: msg, err: err, size: sizeOf(msg), untraced: w.untraced}
		if items.Flags {
			m.at, m.changes = time.Now(), s.State().Changes
		}
		messages++
		if octets += m.size; messages > len(w.fitting) || octets > 8*maxOctets {
			return nil // the server sends more than was requested
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

// has reports whether the window fetches a message for a stream.
func (w *window) has(st *stream, n int) bool {
	return slices.Contains(w.streams, st) && slices.Contains(w.list, n)
}

// fit returns the beginning of a window that is not too long. The text of a message with
// attachments is a small part of it, so the link's limit applies to the fraction that the last
// window fetched, and maxOctets to the full sizes.
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

// deliver puts a message into the caches of the streams.
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
