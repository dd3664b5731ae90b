package imapbridge

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// A server must not report EXPUNGE while it answers FETCH (RFC 9051 section 7.5.1). So it
// may refuse a message that another client has expunged, leave it out, or make up its items
// (RFC 2180 section 4.1). Dovecot 2.3 sends NIL, empty texts, a date in 1970 and a
// structure without text, and then OK [EXPUNGEISSUED]. When an answer lacks something, this
// package therefore sends NOOP, which the server answers with the EXPUNGE responses.

// maxMissing bounds the messages of a FETCH that are reported as not sent.
const maxMissing = 1000

// mayBeGone reports whether an item of a message looks as if the server has made it up.
func (m *fetched) mayBeGone(items backend.Items) bool {
	return items.Size && m.Size == 0 ||
		items.InternalDate && strings.HasPrefix(m.InternalDate, "01-Jan-1970 00:00:00") ||
		items.Envelope && (m.noHeader || isBlank(m.Envelope)) ||
		items.Structure && (m.Structure == nil || m.Structure.Size == 0 && len(m.Structure.Parts) == 0) ||
		m.lacksText(items, func(string) bool { return true })
}

// isBlank reports whether all items of an ENVELOPE are NIL.
func isBlank(env *backend.Envelope) bool {
	return env == nil || !env.Date.Valid && !env.Subject.Valid && !env.InReplyTo.Valid && !env.MessageID.Valid &&
		len(env.From)+len(env.Sender)+len(env.ReplyTo)+len(env.To)+len(env.Cc)+len(env.Bcc) == 0
}

// lacksText reports whether the text of a requested section is NIL.
func (m *fetched) lacksText(items backend.Items, of func(name string) bool) bool {
	for i, sec := range items.Sections {
		if m.Sections[i] == nil && of(sec.Name) {
			return true
		}
	}
	return false
}

// everyMessageHas reports whether every message has a section of this name.
func everyMessageHas(name string) bool { return name == "" || name == "HEADER" || name == "TEXT" }

// isDoubtful reports whether messages may be gone that the server has not reported as
// expunged.
func (f *fetch) isDoubtful(err error) bool {
	if f.s.closed() != nil || err != nil {
		return f.mayBeGone && f.s.closed() == nil
	}
	for _, msg := range f.held {
		if f.mayBeGone || msg.lacksText(f.items, everyMessageHas) {
			return true
		}
	}
	return len(f.missing(1)) > 0
}

// release yields the messages that were held back.
func (f *fetch) release(ctx context.Context) bool {
	for _, msg := range f.held {
		switch {
		case f.isGone(msg.Num):
			f.wantsMore = f.yield(&msg.Message, &backend.Error{Kind: backend.ErrBadMessageNumber,
				Text: fmt.Sprintf("Message %d is gone", msg.Num)})
		case msg.lacksText(f.items, everyMessageHas) && !f.isEmpty(ctx, msg):
			f.wantsMore = f.yield(&backend.Message{Num: msg.Num, UID: msg.UID}, notSent("the text of message %d", msg.Num))
		default:
			f.s.noteHeaderErrors(msg, f.items)
			msg.Reading = true
			f.wantsMore = f.yield(&msg.Message, nil)
		}
		if !f.wantsMore {
			return false
		}
	}
	return true
}

// isEmpty reports whether the sections of a message that arrived as NIL are really empty.
// It fetches the message's size and header to find out.
func (f *fetch) isEmpty(ctx context.Context, msg *fetched) bool {
	items := backend.Items{Size: true, Sections: []backend.Section{{Name: "HEADER", Peek: true}}}
	var found *backend.Message
	probe := newFetch(f.s, backend.SetOf(false, []int{msg.Num}), items, func(m *backend.Message, err error) bool {
		if err == nil {
			found = m
		}
		return true
	})
	wire := f.s.onWire(probe.set)
	if wire.isEmpty() || f.s.run(ctx, func() error { probe.wantsMore = true; return probe.exchange(wire) }) != nil {
		return false
	}
	for _, held := range probe.held {
		found = &held.Message
	}
	if found == nil {
		return false
	}
	return !msg.lacksText(f.items, func(name string) bool {
		switch name {
		case "TEXT":
			return found.Size > len(found.Sections[0])
		case "", "HEADER":
			return found.Size > 0
		}
		return false
	})
}

// missing returns requested messages that have not arrived and were not reported as expunged,
// but no more than limit.
func (f *fetch) missing(limit int) []int {
	var list []int
	for _, r := range f.expected() {
		for n := r.First; n <= r.Last && len(list) < limit; n++ {
			if !f.done.has(n) && !f.isGone(n) {
				list = append(list, n)
			}
		}
	}
	return list
}

// expected returns the message numbers that must arrive. For a range of UIDs, these are the
// numbers between the first and the last that have arrived, because UIDs ascend.
func (f *fetch) expected() []backend.Range {
	var ranges []backend.Range
	if !f.set.UID {
		for _, r := range f.set.Ranges {
			if r.First >= backend.Max {
				r.First = f.count
			}
			ranges = append(ranges, backend.Range{First: max(r.First, 1), Last: min(r.Last, f.count)})
		}
		return ranges
	}
	if !f.arrived || len(f.set.Ranges) > 1 {
		return nil
	}
	r := f.done.span()
	if f.set.Ranges[0].First <= 1 {
		r.First = 1
	}
	if f.set.Ranges[0].Last >= backend.Max {
		r.Last = max(r.Last, f.count)
	}
	return []backend.Range{r}
}

// repeatRefused asks again for the missing messages of a FETCH that was refused. It reports
// whether the refusal is dealt with.
func (f *fetch) repeatRefused(ctx context.Context) bool {
	rest, err := f.lacking(ctx)
	return err == nil && len(rest) == 0 && f.isLackOfGone() || f.repeat(rest)
}

// repeat asks again for missing messages: first for the next one alone, which may be the
// message that the server cannot read, then for the others. c-client fetches each message
// alone. repeat reports whether it asks again.
func (f *fetch) repeat(rest []int) bool {
	if len(rest) == 0 {
		return false
	}
	if f.arrived {
		*f.retries = maxRetries
	}
	*f.retries--
	if f.isSingle() || f.into != nil || len(rest) == maxMissing || *f.retries < 0 {
		return false
	}
	for _, part := range [][]int{rest[:1], rest[1:]} {
		for ranges := range slices.Chunk(backend.SetOf(f.byUID, part).Ranges, maxRanges) {
			next := newFetch(f.s, backend.Set{UID: f.byUID, Ranges: ranges}, f.items, f.yield)
			next.retries, next.parentArrived = f.retries, f.parentArrived || f.arrived
			f.again = append(f.again, next)
		}
	}
	return true
}

// isLackOfGone reports whether only messages that are gone are missing, so that the server
// refused these.
func (f *fetch) isLackOfGone() bool {
	if f.set.UID && !f.isOfAll() {
		return false // the existing UIDs are unknown
	}
	for _, r := range f.expected() {
		for n := r.First; n <= r.Last; n++ {
			if f.isGone(n) {
				return true
			}
		}
	}
	return false
}

// reportMissing asks again for messages that exist and were not sent, or yields their
// errors.
func (f *fetch) reportMissing(ctx context.Context) bool {
	list, err := f.lacking(ctx)
	switch {
	case err != nil:
		f.yield(nil, err)
		return false
	case len(list) == 0 || f.repeat(list):
		return true
	}
	message, messages := "message %d", "messages from %d on"
	if f.byUID {
		message, messages = "the message with UID %d", "messages from UID %d on"
	}
	if !f.isSingle() && !f.arrived && !f.parentArrived || len(list) == maxMissing {
		f.yield(nil, notSent(messages, list[0]))
		return false
	}
	for _, n := range list {
		msg := &backend.Message{Num: n}
		if f.byUID {
			msg = &backend.Message{UID: n}
		}
		if !f.yield(msg, notSent(message, n)) {
			return false
		}
	}
	return true
}

// lacking returns up to maxMissing messages that exist and have not arrived, as UIDs if
// byUID is set. When the server cannot search, it returns only the messages that expected
// knows of.
func (f *fetch) lacking(ctx context.Context) ([]int, error) {
	if f.byUID = f.hasUnknown(); f.byUID {
		found, err := f.lackingUIDs(ctx)
		if err == nil || f.s.closed() != nil {
			return found, err
		}
		f.byUID = false
	}
	return f.missing(maxMissing), nil
}

// hasUnknown reports whether messages with requested UIDs may exist that the arrived
// message numbers do not show: before the first one, after the last one, or between two
// ranges.
func (f *fetch) hasUnknown() bool {
	if !f.set.UID || f.s.cfg.Loser {
		return false
	}
	if !f.arrived || len(f.set.Ranges) > 1 {
		return true
	}
	r, span := f.set.Ranges[0], f.done.span()
	return r.First > 1 && span.First > 1 && slices.Min(f.uids) > r.First ||
		r.Last < backend.Max && span.Last < f.count && slices.Max(f.uids) < r.Last
}

// isOfAll reports whether all messages were requested by UID.
func (f *fetch) isOfAll() bool {
	r := f.set.Ranges[0]
	return f.set.UID && r.First <= 1 && r.Last >= backend.Max
}

// lackingUIDs asks the server which of the missing UIDs exist, because a server sends
// nothing for a UID that does not exist. If any do, it asks again after NOOP.
func (f *fetch) lackingUIDs(ctx context.Context) ([]int, error) {
	if isOnlyUID(f.items) || f.hasAllUIDs() {
		return nil, nil
	}
	found, err := f.searchUIDs(ctx)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if err = f.s.order(ctx, "NOOP"); err == nil {
		found, err = f.searchUIDs(ctx)
	}
	return found[:min(len(found), maxMissing)], err
}

// hasAllUIDs reports whether as many messages have arrived as the set has UIDs.
func (f *fetch) hasAllUIDs() bool {
	count := 0
	for _, r := range f.set.Ranges {
		if r.Last >= backend.Max {
			return false
		}
		count += r.Last - r.First + 1
	}
	return len(f.uids) >= count
}

// searchUIDs searches for the requested UIDs that have not arrived, and returns those that
// exist. It returns none if the server cannot search.
func (f *fetch) searchUIDs(ctx context.Context) ([]int, error) {
	wire := f.s.onWire(f.set)
	if wire.isEmpty() || f.s.cfg.Loser || f.s.messages() == 0 {
		return nil, nil
	}
	var args arguments
	args.syntax("SEARCH UID " + wire.String())
	found, err := f.s.numbers(ctx, "SEARCH", true, &args)
	slices.Sort(found)
	slices.Sort(f.uids)
	return slices.DeleteFunc(slices.Compact(found), func(uid int) bool {
		_, arrived := slices.BinarySearch(f.uids, uid)
		return arrived || !f.set.Has(&backend.Message{UID: uid})
	}), err
}

// hasLeft reports whether the only requested message, which was refused, is gone. NOOP was
// sent before.
func (f *fetch) hasLeft(ctx context.Context) bool {
	if !f.mayBeGone {
		return false
	}
	if !f.set.UID {
		return f.isGone(f.set.Ranges[0].First)
	}
	found, err := f.searchUIDs(ctx)
	return err == nil && len(found) == 0 && !f.s.cfg.Loser
}

// notSent returns the error for a message that exists and was not sent.
func notSent(what string, n int) error {
	return &backend.Error{Kind: backend.ErrProtocol, Text: fmt.Sprintf("The server did not send "+what, n)}
}

// isSingle reports whether one message was requested.
func (f *fetch) isSingle() bool {
	r := f.set.Ranges
	return len(r) == 1 && r[0].First == r[0].Last && r[0].First < backend.Max
}

// single returns the only requested message, with its number or UID alone.
func (f *fetch) single() *backend.Message {
	if n := f.set.Ranges[0].First; !f.set.UID {
		return &backend.Message{Num: n}
	} else {
		return &backend.Message{UID: n}
	}
}

// isGone reports whether the server has reported a message as expunged, by the caller's
// number.
func (f *fetch) isGone(num int) bool {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	return f.s.nums.isGone(num)
}

// isOnlyUID reports whether the items are at most the UID, which every message has.
func isOnlyUID(items backend.Items) bool {
	return itemsOf(items)&^haveUID == 0
}
