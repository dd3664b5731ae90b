package pop3bridge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
)

// Fetch implements [backend.Session]. It reads headers by TOP if the server announces TOP,
// and everything else by RETR. For untraced reading see [Session.Retrieve]. The last
// message and some small earlier ones are kept in memory. Callers must not change the
// texts.
//
// InternalDate is the Date field, as in c-client for POP3. Size is the size from LIST until
// the message was read whole, and then the number of octets received.
//
// If a message is refused or is larger than the limit, its error comes with its number,
// UID, flags and size, as far as they are known, and the iteration continues.
func (s *Session) Fetch(ctx context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		if err := newFetch(s, items).each(ctx, set, yield); err != nil {
			yield(nil, err)
		}
	}
}

// fetch is the state of one Fetch.
type fetch struct {
	s     *Session
	items backend.Items
	limit int // greatest size of a text, in octets

	maxUntraced int // of a text that must be read untraced

	header, whole bool // the parts of a message that are needed

	// The requests, in this order.
	sample  *wholeText // is compared with the answer to TOP, nil for none
	indexes []int      // of the messages
	owed    []debt     // messages to retrieve
	again   []int      // indexes of messages whose TOP was refused

	pipeline *pipeline
}

func newFetch(s *Session, items backend.Items) *fetch {
	f := &fetch{s: s, items: items, limit: s.limit()}
	if items.Untraced {
		f.maxUntraced = s.maxUntraced()
	}
	f.header = items.Envelope || items.InternalDate
	f.whole = items.Structure
	for _, section := range items.Sections {
		f.header = f.header || section.Name == "HEADER"
		f.whole = f.whole || section.Name != "HEADER"
	}
	return f
}

// limit returns the greatest length of a text in memory, in octets.
func (s *Session) limit() int {
	if s.cfg.MaxLiteral <= 0 {
		return math.MaxInt / 2
	}
	return s.cfg.MaxLiteral
}

// each calls yield with each message of the set until yield returns false. It returns the
// error that ends the iteration.
func (f *fetch) each(ctx context.Context, set backend.Set, yield func(*backend.Message, error) bool) error {
	if f.items.EmailID {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "POP3 has no EMAILID"}
	}
	if f.items.UniqueID {
		if err := f.s.run(ctx, f.s.loadUniqueIDs); err != nil {
			return err
		}
	}
	f.indexes = f.s.drop.resolve(set)
	if f.whole && f.items.Untraced {
		f.sample = f.s.sample()
	}
	if slices.ContainsFunc(f.indexes, f.asks) {
		f.owed = f.s.untraced.takeOwed()
	}
	f.pipeline = f.s.pipeline(f.s.conn, f.samples()+len(f.indexes)+len(f.owed), f.plan)
	defer f.leave(ctx)
	for {
		var m *backend.Message
		err := f.s.talk(ctx, func(*conn) (err error) {
			m, err = f.next()
			return err
		})
		switch {
		case m == nil, f.s.closed() != nil:
			return err
		case !yield(m, err):
			return nil
		}
	}
}

// leave reads the answers that are still pending when the iteration ends.
func (f *fetch) leave(ctx context.Context) {
	defer func() {
		sent := f.pipeline.planned - f.samples() - len(f.indexes)
		f.s.untraced.owed = append(f.s.untraced.owed, f.owed[min(max(sent, 0), len(f.owed)):]...)
	}()
	if len(f.pipeline.inFlight) == 0 || f.s.closed() != nil {
		return
	}
	// run would do nothing once ctx is done, but the connection must be dropped then.
	end := f.s.conn.Begin(ctx)
	defer end()
	_ = f.pipeline.drain(f.passOver) // the next call returns the error
}

// passOver reads an answer that the caller no longer needs. It still confirms an owed
// message.
func (f *fetch) passOver(r request) error {
	if r.kind == owedAnswer {
		return f.s.confirm(r, 2*f.limit)
	}
	return f.s.conn.skipText(2 * f.limit)
}

// asks reports whether a message needs a request, unless it is left out.
func (f *fetch) asks(index int) bool {
	return (f.header || f.whole) && f.s.drop.texts.find(f.s.drop.messages[index].num) == nil
}

// samples returns the number of requests for the sample.
func (f *fetch) samples() int {
	if f.sample == nil {
		return 0
	}
	return 1
}

// plan returns the i-th request.
func (f *fetch) plan(i int) request {
	if f.sample != nil {
		if i == 0 {
			size := len(f.sample.text)
			return request{kind: sampleAnswer, command: topWhole(f.sample.num, size), octets: size}
		}
		i--
	}
	if i < len(f.indexes) {
		return f.planMessage(f.indexes[i])
	}
	if i -= len(f.indexes); i < len(f.owed) {
		return f.owed[i].request()
	}
	return f.planAgain(f.again[i-len(f.owed)])
}

// planAgain requests the whole message after the server has refused TOP. If RETR succeeds
// and no TOP has succeeded, the server has no TOP, whatever it announced. c-client shows an
// empty header then.
func (f *fetch) planAgain(index int) request {
	m := &f.s.drop.messages[index]
	return request{kind: againAnswer, index: index, command: retr(m.num), octets: m.size}
}

func (f *fetch) planMessage(index int) request {
	m := &f.s.drop.messages[index]
	whole := f.whole || f.items.Size && m.size == 0
	known := f.s.drop.texts.find(m.num)
	switch {
	case !whole && !f.header:
		return request{index: index}
	case known != nil:
		if whole && !f.items.Untraced {
			f.s.owe(m)
		}
		return request{index: index, known: known}
	case whole && m.size > f.limit:
		return request{index: index, err: errTextTooLong}
	case whole && f.items.Untraced:
		return f.planUntraced(index, m)
	case whole || !f.s.caps.top || len(f.again) > 0 && !f.s.topped:
		return request{index: index, command: retr(m.num), octets: m.size}
	}
	return request{kind: headerAnswer, index: index, command: top(m.num), octets: min(m.size, usualHeader)}
}

// usualHeader is the expected length of a header, in octets.
const usualHeader = 2 << 10

func retr(num uint32) string { return fmt.Sprintf("RETR %d", num) }
func top(num uint32) string  { return fmt.Sprintf("TOP %d 0", num) }

// next reads the next message. It returns nil after the last one.
func (f *fetch) next() (*backend.Message, error) {
	for {
		r, ok, err := f.pipeline.next()
		if all := f.samples() + len(f.indexes) + len(f.owed) + len(f.again); !ok && err == nil && f.pipeline.count < all {
			f.pipeline.count = all
			continue
		}
		if !ok {
			return nil, err
		}
		msg, err := f.take(r)
		if msg != nil || err != nil {
			return msg, err
		}
	}
}

// take reads the answer to a request. It returns nil when the request is not for a message,
// or the message is left out.
func (f *fetch) take(r request) (*backend.Message, error) {
	switch {
	case r.kind == noAnswer:
		return nil, nil
	case r.kind == sampleAnswer:
		return nil, f.takeSample()
	case r.kind == owedAnswer:
		return nil, f.s.confirm(r, 2*f.limit)
	case r.kind == untracedAnswer && !f.s.Untraced():
		return nil, f.s.conn.skipText(2 * f.limit)
	}
	header, whole, err := f.read(r)
	switch {
	case r.kind == untracedAnswer && (err != nil || !f.keepWhole(r, whole)):
		if isRefusal(err) || errors.Is(err, errTextTooLong) {
			err = nil // RETR will show what is wrong
		}
		return nil, err
	case r.kind == headerAnswer && isRefusal(err):
		f.again = append(f.again, r.index)
		return nil, nil
	case err != nil:
		return f.known(r.index), err
	}
	return f.message(r.index, header, whole), nil
}

// known returns what is known of a message that could not be read.
func (f *fetch) known(index int) *backend.Message {
	m := &f.s.drop.messages[index]
	msg := &backend.Message{Num: index + 1, UID: int(m.num)}
	f.addState(msg, m)
	if f.items.Structure {
		msg.Structure = new(wholeText).parse(&f.s.names).Structure
	}
	return msg
}

// read reads the header of a message, and the whole message if it was requested.
func (f *fetch) read(r request) (header []byte, whole *wholeText, err error) {
	switch {
	case r.known != nil:
		return headerOf(r.known.text), r.known, nil
	case r.command == "":
		return nil, nil, r.err
	}
	m := &f.s.drop.messages[r.index]
	text, err := f.answer(r.size(), min(m.size, f.limit))
	if err != nil {
		return nil, nil, err
	}
	whole = &wholeText{num: m.num, text: text, asListed: m.size == len(text)}
	switch r.kind {
	case headerAnswer:
		f.s.topped = true
		return headerOf(text), nil, nil
	case untracedAnswer:
		return headerOf(text), whole, nil
	case againAnswer:
		f.s.caps.top = f.s.caps.top && f.s.topped
	}
	m.retrieve(len(text))
	f.s.drop.texts.add(whole)
	return headerOf(text), whole, nil
}

// answer reads the answer to TOP or RETR. expected is its expected length, 0 if unknown,
// and length is the length of the message.
func (f *fetch) answer(expected, length int) ([]byte, error) {
	if _, err := f.s.conn.status(); err != nil {
		return nil, err
	}
	return f.s.conn.text(expected, length, f.limit)
}

// headerOf returns the header of a message, with the empty line that ends it if there is
// one.
func headerOf(text []byte) []byte {
	var h headerScanner
	end := h.scan(text)
	return text[:end:end]
}

// message returns the requested items of a message from the texts that plan requested.
func (f *fetch) message(index int, header []byte, whole *wholeText) *backend.Message {
	m := &f.s.drop.messages[index]
	msg := &backend.Message{Num: index + 1, UID: int(m.num)}
	if f.items.Structure {
		msg.Structure = whole.parse(&f.s.names).Structure
		msg.Notices = slices.Clone(whole.notices)
	}
	for _, section := range f.items.Sections {
		text := f.section(section.Name, header, whole)
		msg.Sections = append(msg.Sections, text)
		reading := isReading(section.Name, text)
		msg.Reading = msg.Reading || reading
		if reading && !section.Peek {
			m.flags |= seen
		}
	}
	f.addState(msg, m)
	f.addEnvelope(msg, header)
	return msg
}

// addState adds the items that the session knows.
func (f *fetch) addState(msg *backend.Message, m *message) {
	if f.items.Flags {
		msg.Flags = m.flags.flags()
	}
	if f.items.Size {
		msg.Size = m.size
	}
	if f.items.UniqueID {
		msg.UniqueID = f.s.drop.uniqueIDs[m.num-1]
	}
}

// isReading reports whether reading a section sets \Seen. As in c-client, the header does
// not set it, nor does a part without text.
func isReading(name string, text []byte) bool {
	switch name {
	case "", "TEXT":
		return true
	case "HEADER":
		return false
	}
	return len(text) > 0
}

// addEnvelope adds the envelope and the date, which are read from the header. As in
// c-client, it reports the parse errors for both.
func (f *fetch) addEnvelope(msg *backend.Message, header []byte) {
	if !f.items.Envelope && !f.items.InternalDate {
		return
	}
	notice := func(text string) { msg.Notices = append(msg.Notices, text) }
	env := rfc822.ParseEnvelope(header, rfc822.MissingHost, notice)
	if f.items.Envelope {
		msg.Envelope = env
	}
	if f.items.InternalDate {
		msg.InternalDate = rfc822.MessageDate(env.Date).String()
	}
}

// section returns the text of a section, or nil if the message has no such section.
func (f *fetch) section(name string, header []byte, whole *wholeText) []byte {
	switch name {
	case "HEADER":
		if whole != nil {
			return bytes.Clone(header) // a caller who keeps the header must not keep the whole message in memory
		}
		return header
	case "":
		return slices.Clip(whole.text)
	case "TEXT":
		return slices.Clip(whole.text[len(header):])
	}
	text, ok := whole.parse(&f.s.names).Section(name)
	switch {
	case !ok:
		return nil
	case len(text) > len(whole.text)/2:
		return slices.Clip(text) // the rest of the message, which it keeps in memory, is shorter than the text
	}
	return append([]byte{}, text...)
}
