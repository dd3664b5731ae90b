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

	read  int         // the message that was read last
	ahead int         // the last message of the run that was fetched
	sizes map[int]int // of the next messages, if sizes bound the window
	share float64     // the part of the last window's sizes that was fetched as text
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
		a.Envelope == b.Envelope && a.Structure == b.Structure && a.UniqueID == b.UniqueID &&
		slices.Equal(a.Sections, b.Sections)
}

// ask records that the caller asks for n, and reports whether n continues a run. Asking for
// the same message again does: scripts call imap_headerinfo for the subject, and again for
// the date.
func (st *stream) ask(n int, o order) (inRun bool) {
	if st.window > 0 && n == st.last && st.has(n) {
		return true
	}
	last := st.last
	inRun = st.detector.ask(n, st.uid, o)
	st.release(st.read)
	if inRun && st.direction == up {
		for passed := last + 1; passed < n; passed++ {
			st.pass(passed)
		}
	}
	return inRun
}

// release drops a message of a run that was read. Messages kept from random access stay.
func (st *stream) release(n int) {
	if st.window > 0 {
		delete(st.messages, n)
	}
}

// noteUsed counts a prefetched message that the caller reads.
func (st *stream) noteUsed(n int) {
	if n != st.read {
		st.used++
	}
}

// pass drops a message that the caller has skipped.
func (st *stream) pass(n int) {
	if st.window > 0 && st.has(n) {
		delete(st.messages, n)
		st.unused++
	}
}

// keepAhead drops the messages of the window that are not on the list.
func (st *stream) keepAhead(list []int) { st.unused += st.keep(list) }

// end ends a run.
func (st *stream) end() {
	if st.window > 0 {
		st.unused += len(st.messages)
		st.window = 0
	}
	clear(st.messages)
}

// together returns the streams that one command may fetch a window for: st, and the streams
// beside it (see isBeside). So a script that reads the header, the structure and a part of
// each message waits as often as one that reads only the header.
//
// At most one of these streams fetches texts, so that each text has its own memory. When
// the session parses headers itself, streams never run together, because each reports its
// own parse errors.
func (s *Session) together(st *stream) []*stream {
	streams := []*stream{st}
	if s.traits.ParsedHere {
		return streams
	}
	texts := len(st.items.Sections) > 0
	for _, other := range s.streams {
		if other == st || other.uid != st.uid || !st.isBeside(other) {
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

// isBeside reports whether st runs together with another stream. The caller must have last
// asked the other stream for the same message as st, or for the one before. The other's
// window must be at least half as long as that of st, which excludes random access. The
// caller must not have skipped most of that window.
func (st *stream) isBeside(other *stream) bool {
	return other.last != 0 && (other.last == st.last || other.last == st.before) &&
		2*other.window >= st.window && !other.isWasteful()
}

// lacking returns the first stream, and the others that have hardly any message of the
// list. A stream that is one message ahead fetches that message twice, which saves it a
// window of its own. The other streams take over the first one's direction and window size.
func lacking(streams []*stream, list []int) []*stream {
	lacking := streams[:1]
	for _, st := range streams[1:] {
		if hardly*st.count(list) <= len(list) {
			st.direction, st.window = streams[0].direction, streams[0].window
			st.used, st.unused = 0, 0
			lacking = append(lacking, st)
		}
	}
	return lacking
}

// A stream that has one in hardly messages of a list, or fewer, has hardly any.
const hardly = 16

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
		// Notices are about a header that is read as a text.
		msg.Sections, msg.Reading, msg.Notices = nil, false, nil
	}
	m.Message, m.size = &msg, sizeOf(&msg)
	return m
}
