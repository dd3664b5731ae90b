package readahead

import (
	"slices"

	"github.com/imapcompat/imapcompat/backend"
)

// together are the streams that a window of st may be fetched for by one command: itself,
// and those that were last asked for the same message as st or for the one before. A
// script that reads the header, the structure and a part of each message then waits no
// oftener than one that reads the header.
//
// At most one of them is of texts, each of which is to have memory of its own. Where
// headers are parsed here each kind of reading says for itself what does not parse, so
// none run together there.
func (s *Session) together(st *stream) []*stream {
	streams := []*stream{st}
	if s.State().ParsedHere {
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
// for the one before, and in as long a run. One that is read here and there is not.
func (st *stream) isBeside(other *stream) bool {
	return other.last != 0 && (other.last == st.last || other.last == st.before) && 2*other.window >= st.window
}

// lacking are the first stream and those that run together with it and have none of a
// list. Their windows are as large then, and they run the same way.
func lacking(streams []*stream, list []int) []*stream {
	lacking := streams[:1]
	for _, st := range streams[1:] {
		if !slices.ContainsFunc(list, st.has) {
			st.step, st.window = streams[0].step, streams[0].window
			lacking = append(lacking, st)
		}
	}
	return lacking
}

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
func (r ready) of(st *stream) ready {
	msg := *r.Message
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
	r.Message, r.length = &msg, length(&msg)
	return r
}
