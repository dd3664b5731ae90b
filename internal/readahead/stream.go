package readahead

import (
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

// maxStreams bounds the kinds of reading that are told apart.
const maxStreams = 6

// stream is one kind of reading: the same items of one message after the other, by
// number or by UID.
type stream struct {
	uid   bool
	items backend.Items
	detector
	cache

	read  int         // what was read last
	ahead int         // up to where the run was fetched
	sizes map[int]int // of messages to come, where they matter
	share float64     // of their sizes that the last window had
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
		s.streams = append(s.streams, &stream{uid: uid, items: items, share: 1, cache: cache{messages: make(map[int]prefetched)}})
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

func allPeek(sections []backend.Section) bool {
	return !slices.ContainsFunc(sections, func(sec backend.Section) bool { return !sec.Peek })
}

func same(a, b backend.Items) bool {
	return a.UID == b.UID && a.Flags == b.Flags && a.InternalDate == b.InternalDate && a.Size == b.Size &&
		a.Envelope == b.Envelope && a.Structure == b.Structure && a.UniqueID == b.UniqueID &&
		slices.Equal(a.Sections, b.Sections)
}

// ask notes that the caller asks for n, and reports whether that continues a run. To ask
// again does: scripts call imap_headerinfo for the subject, and again for the date.
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

// release lets go of a message of a run that was read. What was fetched here and there is
// kept.
func (st *stream) release(n int) {
	if st.window > 0 {
		delete(st.messages, n)
	}
}

// noteUsed notes that a message is read that was there before it was asked for.
func (st *stream) noteUsed(n int) {
	if n != st.read {
		st.used++
	}
}

// pass lets go of a message that the caller has passed over.
func (st *stream) pass(n int) {
	if st.window > 0 && st.has(n) {
		delete(st.messages, n)
		st.unused++
	}
}

// keepAhead lets go of what the caller has passed over in a window.
func (st *stream) keepAhead(list []int) { st.unused += st.keep(list) }

// end ends a run.
func (st *stream) end() {
	if st.window > 0 {
		st.unused += len(st.messages)
		st.window = 0
	}
	clear(st.messages)
}

// together are the streams that a window of st may be fetched for by one command: itself,
// and those that were last asked for the same message as st or for the one before. A
// script that reads the header, the structure and a part of each message then waits as
// often as one that reads the header.
//
// At most one of them is of texts, each of which is to have memory of its own. Where
// headers are parsed here each kind of reading says for itself what does not parse, so
// none run together there.
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

// isBeside reports whether another stream was last asked for the same message as st, or
// for the one before, and in as long a run. One that is read here and there is not, nor is
// one that passed over most of its window.
func (st *stream) isBeside(other *stream) bool {
	return other.last != 0 && (other.last == st.last || other.last == st.before) &&
		2*other.window >= st.window && !other.isWasteful()
}

// lacking are the first stream and those that run together with it and have hardly any of a
// list: one that came a message further sends that twice, and not all of them apart. Their
// windows are as large then, and they run the same way.
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

// hardly any of a list is one in so many.
const hardly = 16

// union is all that the streams want of a message.
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

// of is what a stream takes of a message that was fetched for several.
func (m prefetched) of(st *stream) prefetched {
	msg := *m.Message
	if !st.items.Envelope {
		msg.Envelope = nil
	}
	if !st.items.Structure {
		msg.Structure = nil
	}
	if len(st.items.Sections) == 0 {
		// What does not parse is said of a header that is read as a text.
		msg.Sections, msg.Reading, msg.Notices = nil, false, nil
	}
	m.Message, m.size = &msg, sizeOf(&msg)
	return m
}
