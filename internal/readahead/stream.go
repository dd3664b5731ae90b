package readahead

import (
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

// maxStreams bounds the number of streams.
const maxStreams = 6

// stream is one kind of reading: the same items of one message after the other, by number
// or by UID.
type stream struct {
	uid   bool
	items backend.Items
	detector
	cache

	lastRead int // the message of the last call of read that has returned
	ahead    int // the last message of the run that was fetched

	// For items that may be long.
	sizes map[int]int // of messages, in octets
	share float64     // octets of text in the last window, divided by the sizes of its messages
}

// streamOf finds the stream of a kind of reading, or adds one. A new stream replaces the
// least recently used when there are maxStreams.
func (s *Session) streamOf(uid bool, items backend.Items) *stream {
	items.Sections = peeked(items.Sections)
	i := slices.IndexFunc(s.streams, func(st *stream) bool { return st.uid == uid && same(st.items, items) })
	if i < 0 {
		if len(s.streams) == maxStreams {
			s.streams = s.streams[:maxStreams-1]
		}
		s.streams = append(s.streams, &stream{uid: uid, items: items, share: 1, cache: cache{messages: make(map[int]prefetched)}})
		i = len(s.streams) - 1
	}
	st := s.streams[i]
	copy(s.streams[1:i+1], s.streams[:i])
	s.streams[0] = st
	return st
}

// peeked returns the sections with Peek set, so that none sets \Seen.
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

func allPeek(sections []backend.Section) bool {
	return !slices.ContainsFunc(sections, func(sec backend.Section) bool { return !sec.Peek })
}

func same(a, b backend.Items) bool {
	return a.UID == b.UID && a.Flags == b.Flags && a.InternalDate == b.InternalDate && a.Size == b.Size &&
		a.Envelope == b.Envelope && a.Structure == b.Structure && a.UniqueID == b.UniqueID && a.EmailID == b.EmailID &&
		slices.Equal(a.Sections, b.Sections)
}

// ask records that the caller asks for n, and reports whether n continues a run. A second
// question for the same message continues the run, too: scripts call imap_headerinfo for
// the subject, and again for the date.
func (st *stream) ask(n int, r result) (inRun bool) {
	if st.window > 0 && n == st.last && st.has(n) {
		return true
	}
	previous := st.last
	inRun = st.detector.observe(n, st.uid, r)
	st.release(st.lastRead)
	if inRun && st.direction == up {
		for skipped := previous + 1; skipped < n; skipped++ {
			st.skip(skipped)
		}
	}
	return inRun
}

// release drops a message that was read, if it belongs to a run. Neighbours stay.
func (st *stream) release(n int) {
	if st.window > 0 {
		delete(st.messages, n)
	}
}

// noteUsed counts a prefetched message that the caller reads.
func (st *stream) noteUsed(n int) {
	if n != st.lastRead {
		st.used++
	}
}

// skip drops a message that the caller has skipped.
func (st *stream) skip(n int) {
	if st.window > 0 && st.has(n) {
		delete(st.messages, n)
		st.skipped++
	}
}

// keepAhead drops the messages of the window that are not on the list.
func (st *stream) keepAhead(list []int) { st.skipped += st.keep(list) }

// endRun drops all messages. If the stream is in a run, the run ends.
func (st *stream) endRun() {
	if st.window > 0 {
		st.skipped += len(st.messages)
		st.window = 0
	}
	clear(st.messages)
}

// together returns the streams that may share one command: st, and the streams that run with
// it. So a script that reads the header, the structure and a part of each message waits as
// often as one that reads only the header.
//
// At most one of these streams fetches texts. A bridge may hold all texts of a message in one
// piece of memory, and a caller that keeps one of them would keep the others alive. When the
// session parses headers itself, streams never run together, because each reports its own
// parse errors.
func (s *Session) together(st *stream) []*stream {
	streams := []*stream{st}
	if s.traits.ParsedHere {
		return streams
	}
	texts := len(st.items.Sections) > 0
	for _, other := range s.streams {
		if other == st || other.uid != st.uid || !st.runsWith(other) {
			continue
		}
		if len(other.items.Sections) > 0 {
			if texts {
				continue
			}
			texts = true
		}
		streams = append(streams, other)
	}
	return streams
}

// runsWith reports whether st runs together with another stream. The last message asked of
// the other stream must be st.last or st.before. The other's window must have at least half
// as many messages as that of st. Once st has a window, this excludes streams outside a run.
// The caller must not have skipped most of the other's window.
func (st *stream) runsWith(other *stream) bool {
	return other.last != 0 && (other.last == st.last || other.last == st.before) &&
		2*other.window >= st.window && !other.skipsMost()
}

// lackingShare defines when a stream lacks a list: if it has at most 1 in 16 of its messages.
const lackingShare = 16

// join returns the streams that get the messages of a list: the first one, and each other
// that lacks the list. It gives these the direction and window of the first. A stream that is
// one message ahead is included, although one message is then fetched twice.
func join(streams []*stream, list []int) []*stream {
	joined := []*stream{streams[0]}
	for _, st := range streams[1:] {
		if lackingShare*st.count(list) <= len(list) {
			st.direction, st.window = streams[0].direction, streams[0].window
			st.used, st.skipped = 0, 0
			joined = append(joined, st)
		}
	}
	return joined
}

// union returns all items that the streams read.
func union(streams []*stream) backend.Items {
	items := streams[0].items
	for _, st := range streams[1:] {
		items.UID = items.UID || st.items.UID
		items.Flags = items.Flags || st.items.Flags
		items.InternalDate = items.InternalDate || st.items.InternalDate
		items.Size = items.Size || st.items.Size
		items.Envelope = items.Envelope || st.items.Envelope
		items.Structure = items.Structure || st.items.Structure
		items.UniqueID = items.UniqueID || st.items.UniqueID
		items.EmailID = items.EmailID || st.items.EmailID
		if len(st.items.Sections) > 0 {
			items.Sections = st.items.Sections
		}
	}
	return items
}

// of returns what a stream reads from a message that was fetched for several streams.
func (m prefetched) of(st *stream) prefetched {
	msg := *m.Message
	if !st.items.Envelope {
		msg.Envelope = nil
	}
	if !st.items.Structure {
		msg.Structure = nil
	}
	if len(st.items.Sections) == 0 {
		// Only a header that is read as a text has notices.
		msg.Sections, msg.Reading, msg.Notices = nil, false, nil
	}
	m.Message, m.memory = &msg, memoryOf(&msg)
	return m
}
