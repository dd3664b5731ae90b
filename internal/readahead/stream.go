package readahead

import (
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

// maxStreams limits the streams that are kept apart.
const maxStreams = 6

// stream is one kind of reading: requests for the same items of one message after the other, by
// number or by UID.
type stream struct {
	uid   bool
	items backend.Items
	detector
	cache

	read  int         // the last message read
	ahead int         // the last message fetched for the run
	sizes map[int]int // sizes of messages to come, where they matter
	share float64     // the fraction of the messages' sizes that the last window fetched
}

// streamOf returns the stream of a kind of reading, or a new one that replaces the least
// recently used.
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

// peeked returns the sections with Peek, so that none sets \Seen.
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

// ask records that the caller asks for n, and reports whether n continues a run. A repeated n
// does: scripts call imap_headerinfo once for the subject and once for the date.
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

// release drops a message of a run after it was read. Messages of random access stay.
func (st *stream) release(n int) {
	if st.window > 0 {
		delete(st.messages, n)
	}
}

// noteUsed counts a read message that was prefetched.
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

// keepAhead drops the messages of a window that the caller has skipped.
func (st *stream) keepAhead(list []int) { st.unused += st.keep(list) }

// end ends a run.
func (st *stream) end() {
	if st.window > 0 {
		st.unused += len(st.messages)
		st.window = 0
	}
	clear(st.messages)
}

// together returns the streams that one command may fetch a window for: st itself, and the
// streams whose last message was that of st or the one before. So a script that reads the
// header, the structure and a part of each message waits as often as one that reads the header.
//
// At most one of them fetches texts, because each text must have memory of its own. If the
// session parses headers, no streams run together, because each reports by itself what does not
// parse.
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

// isBeside reports whether another stream was last asked for the message of st or the one
// before, in an equally long run. A stream of random access does not count, nor one whose
// caller skipped most of its window.
func (st *stream) isBeside(other *stream) bool {
	return other.last != 0 && (other.last == st.last || other.last == st.before) &&
		2*other.window >= st.window && !other.isWasteful()
}

// lacking returns the first stream and those beside it that have hardly any message of list. They
// get the window's size and direction. A stream that began a message later has a few of them,
// which are then fetched twice, so that not all windows are fetched apart.
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

// hardly tells when a stream has hardly any of a list: at most one message in so many.
const hardly = 16

// union returns all items that the streams need of a message.
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

// of returns what a stream needs of a message that was fetched for several.
func (m prefetched) of(st *stream) prefetched {
	msg := *m.Message
	if !st.items.Envelope {
		msg.Envelope = nil
	}
	if !st.items.Structure {
		msg.Structure = nil
	}
	if len(st.items.Sections) == 0 {
		// A header that is read as a text reports what does not parse.
		msg.Sections, msg.Reading, msg.Notices = nil, false, nil
	}
	m.Message, m.size = &msg, sizeOf(&msg)
	return m
}
