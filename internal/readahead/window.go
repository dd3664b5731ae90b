package readahead

import (
	"context"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

const (
	// minOctets and maxOctets bound the octets of a window. Between them, a window has what
	// the link carries in fullLink round trips, so that the link is hardly ever idle. When
	// the link's rate is unknown, a window has usualOctets.
	minOctets   = 256 << 10
	usualOctets = 2 << 20
	maxOctets   = 6 << 20
	fullLink    = 4

	// leastWork is the least time that a window without texts should take on a fast link.
	// Beginning a window takes under a millisecond. Windows of texts gain nothing from being
	// longer, so leastWork does not apply to them.
	leastWork = 10 * time.Millisecond
)

// linkBound returns how many octets a window may have on a link. Fetching the window should
// take at least minTime.
func linkBound(link backend.Link, minTime time.Duration) int {
	if link.Rate == 0 || link.RoundTrip == 0 {
		return usualOctets
	}
	carried := float64(link.Rate) * max(fullLink*link.RoundTrip, minTime).Seconds()
	return int(min(max(carried, minOctets), maxOctets))
}

// windowBound returns how many octets a window for some streams may have. When the session
// parses messages itself, a window has at most usualOctets: the session keeps twice as much
// of their texts for the streams that read them later.
func (s *Session) windowBound(streams []*stream) int {
	minTime := leastWork
	if slices.ContainsFunc(streams, func(st *stream) bool { return len(st.items.Sections) > 0 }) {
		minTime = 0
	}
	if s.traits.ParsedHere {
		return min(linkBound(s.Link(), minTime), usualOctets)
	}
	return linkBound(s.Link(), minTime)
}

// window is a list of messages that one command fetches.
type window struct {
	streams      []*stream // that get the messages
	list         []int     // in the order of the run
	firstAwaited bool      // the caller waits for the first message
	octets       int       // that the fetched items may have

	sizedBy *stream     // the stream whose message sizes bound the window, nil for none
	toSize  []int       // messages whose sizes are fetched first
	sizes   map[int]int // of messages, in octets
	fitting []int       // the beginning of list that the bounds allow

	// Octets of text, divided by the sizes of the messages.
	expectedShare float64
	share         float64 // as received

	mustBeUntraced bool // the service must not record the messages as retrieved
}

// prefetch begins to fetch a window for streams that run together, unless the list is empty. It
// waits for the job under way first, whose pending effects go with the window.
func (s *Session) prefetch(ctx context.Context, streams []*stream, list []int) {
	if len(list) == 0 {
		return
	}
	s.wait(ctx)
	if s.lost != nil {
		return
	}
	streams = join(streams, list)
	w := &window{
		streams: streams, list: list, firstAwaited: list[0] == streams[0].last,
		octets: s.windowBound(streams), mustBeUntraced: s.mustBeUntraced(streams[0]),
	}
	if i := slices.IndexFunc(streams, func(st *stream) bool { return s.isHeavy(st.items) }); i >= 0 {
		w.sizedBy, w.expectedShare, w.share = streams[i], streams[i].share, streams[i].share
		s.findToSize(w)
	}
	s.start(&job{window: w})
}

// findToSize lists the messages whose sizes must be fetched. When the size of the last
// message is unknown, the list includes the messages of later windows.
func (s *Session) findToSize(w *window) {
	known := w.sizedBy.sizes
	w.sizes = known
	if _, ok := known[w.list[len(w.list)-1]]; ok {
		return
	}
	list := slices.Concat(w.list, s.following(w.streams[0], w.list[0], maxMessages))
	w.sizes = make(map[int]int, len(list))
	w.toSize = slices.DeleteFunc(list, func(n int) bool {
		size, ok := known[n]
		if ok {
			w.sizes[n] = size
		}
		return ok
	})
}

// isHeavy reports whether these items of a message may be very long. A structure is heavy if
// the service knows all sizes, as POP3 does. On such a service a structure needs the whole
// text.
func (s *Session) isHeavy(items backend.Items) bool {
	return items.Structure && s.traits.SizesKnown ||
		slices.ContainsFunc(items.Sections, func(sec backend.Section) bool { return sec.Name != "HEADER" })
}

// fetchWindow fetches the part of a window that the bounds allow. The first message is
// always allowed when the caller waits for it.
func (s *Session) fetchWindow(ctx context.Context, j *job) error {
	w := j.window
	if len(w.toSize) > 0 {
		if err := s.fetchSizes(ctx, w); err != nil {
			return err
		}
	}
	w.fitting = w.fit()
	if len(w.fitting) == 0 {
		return nil
	}
	items := union(w.streams)
	items.UID = items.UID || items.Flags // so that markStale finds the message by number and by UID
	items.Untraced = w.mustBeUntraced
	messages, octets, texts, sizes := 0, 0, 0, 0
	for msg, err := range s.Session.Fetch(ctx, backend.SetOf(w.uid(), w.fitting), items) {
		if msg == nil {
			return lossOf(err)
		}
		if err != nil && len(w.streams) > 1 {
			continue // the error may belong to a stream that the caller does not wait for
		}
		m := prefetched{Message: msg, err: err, memory: memoryOf(msg), unrecorded: w.mustBeUntraced}
		if items.Flags {
			m.at, m.unsolicited = time.Now(), s.State().Unsolicited
		}
		messages++
		if octets += m.memory; messages > len(w.fitting) || octets > 8*maxOctets {
			return nil // more messages or octets than a window may have
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
	for msg, err := range s.Session.Fetch(ctx, backend.SetOf(w.uid(), w.toSize), backend.Items{Size: true}) {
		if msg == nil {
			return lossOf(err)
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

// fit returns the beginning of a window that the bounds allow. maxOctets bounds the sizes of
// the messages. The link bounds what is sent: the sizes times the share of the last window.
func (w *window) fit() []int {
	octets := 0
	for i, n := range w.list {
		octets += w.sizes[n]
		if tooLong := octets > maxOctets || w.expectedShare*float64(octets) > float64(w.octets); tooLong && (i > 0 || !w.firstAwaited) {
			return w.list[:i]
		}
	}
	return w.list
}

// record notes how far the streams were fetched.
func (w *window) record() {
	if w.sizedBy != nil {
		w.sizedBy.sizes, w.sizedBy.share = w.sizes, w.share
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
		// A stream that is one message ahead has read this message.
		if n := numberOf(m.Message, st.uid); n != st.lastRead {
			st.add(n, m.of(st))
		}
	}
}
