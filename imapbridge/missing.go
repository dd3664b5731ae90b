package imapbridge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
)

// A server does not tell of a message that another client has removed while it answers
// FETCH (RFC 9051 section 7.5.1). It may refuse the message, leave it out, or make up
// what was asked for (RFC 2180 section 4.1): from Dovecot 2.3 come NIL, no octets, a day
// in 1970 and a structure without a text, and behind them OK [EXPUNGEISSUED]. So when an
// answer lacks something the server is asked for news, which it has to tell then.

// maxMissing bounds the messages of a FETCH of which it is said that they were not sent.
const maxMissing = 1000

// mayBeGone reports whether something in a message is as it is in one that is gone.
func (m *fetched) mayBeGone(items backend.Items) bool {
	return items.Size && m.Size == 0 ||
		items.InternalDate && strings.HasPrefix(m.InternalDate, "01-Jan-1970 00:00:00") ||
		items.Envelope && (m.noHeader || isBlank(m.Envelope)) ||
		items.Structure && (m.Structure == nil || m.Structure.Size == 0 && len(m.Structure.Parts) == 0) ||
		m.lacksText(items, func(string) bool { return true })
}

// isBlank reports an envelope of which all that ENVELOPE has is NIL.
func isBlank(env *backend.Envelope) bool {
	return env == nil || !env.Date.Valid && !env.Subject.Valid && !env.InReplyTo.Valid && !env.MessageID.Valid &&
		len(env.From)+len(env.Sender)+len(env.ReplyTo)+len(env.To)+len(env.Cc)+len(env.Bcc) == 0
}

// lacksText reports whether the text of a section is NIL.
func (m *fetched) lacksText(items backend.Items, of func(name string) bool) bool {
	for i, sec := range items.Sections {
		if m.Sections[i] == nil && of(sec.Name) {
			return true
		}
	}
	return false
}

// everyMessageHas reports a section that is a part of every message.
func everyMessageHas(name string) bool { return name == "" || name == "HEADER" || name == "TEXT" }

// isDoubtful reports whether messages may be gone that the server has not told of.
func (f *fetch) isDoubtful(err error) bool {
	if f.s.closed() != nil || err != nil {
		return f.gone && f.s.closed() == nil
	}
	for _, msg := range f.held {
		if f.gone || msg.lacksText(f.items, everyMessageHas) {
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
			f.more = f.yield(&msg.Message, &backend.Error{Kind: backend.ErrBadMessageNumber,
				Text: fmt.Sprintf("Message %d is gone", msg.Num)})
		case msg.lacksText(f.items, everyMessageHas) && !f.isEmpty(ctx, msg):
			f.more = f.yield(&backend.Message{Num: msg.Num, UID: msg.UID}, notSent("the text of message %d", msg.Num))
		default:
			f.s.readHeader(msg, f.items)
			msg.Reading = true
			f.more = f.yield(&msg.Message, nil)
		}
		if !f.more {
			return false
		}
	}
	return true
}

// isEmpty reports whether the texts of a message for which the server has NIL have no
// octets, by its size and the length of its header.
func (f *fetch) isEmpty(ctx context.Context, msg *fetched) bool {
	items := backend.Items{Size: true, Sections: []backend.Section{{Name: "HEADER", Peek: true}}}
	var found *backend.Message
	probe := newFetch(f.s, backend.SetOf(false, []int{msg.Num}), items, func(m *backend.Message, err error) bool {
		if err == nil {
			found = m
		}
		return true
	})
	wire := f.s.wireSets(probe.set)
	if len(wire) == 0 || f.s.run(ctx, func() error { probe.more = true; return probe.exchange(wire[0]) }) != nil {
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

// missing are up to most messages that were asked for, are not gone as far as the server
// has told, and have not arrived.
func (f *fetch) missing(most int) []int {
	var list []int
	for _, r := range f.expected() {
		for n := r.First; n <= r.Last && len(list) < most; n++ {
			if !f.done.has(n) && !f.isGone(n) {
				list = append(list, n)
			}
		}
	}
	return list
}

// expected are the numbers of messages that have to arrive. Of a range of UIDs they are
// known between the first one and the last one of those that have, since UIDs ascend.
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
	if !f.any || len(f.set.Ranges) > 1 {
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

// divide has a FETCH that was refused after a part of its messages sent again for the next
// one, which may be what the server cannot read, and for those behind it. One that was
// refused as a whole is not about single messages.
func (f *fetch) divide(err error) bool {
	rest := f.missing(maxMissing)
	if f.any {
		f.refusals = maxRefusals
	}
	switch {
	case !errors.Is(err, backend.ErrRefused) || f.s.closed() != nil || len(rest) == maxMissing || f.refusals == 0:
		return false
	case len(rest) == 0:
		return f.isLackOfGone()
	}
	for _, part := range [][]int{rest[:1], rest[1:]} {
		if len(part) > 0 {
			next := newFetch(f.s, backend.SetOf(false, part), f.items, f.yield)
			next.refusals = f.refusals - 1
			f.again = append(f.again, next)
		}
	}
	return true
}

// isLackOfGone reports whether all that was asked for has come, but for messages that are
// gone, so that it is those that were refused.
func (f *fetch) isLackOfGone() bool {
	if r := f.set.Ranges[0]; f.set.UID && (r.First > 1 || r.Last < backend.Max) {
		return false // it is not known which there are
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

// reportMissing yields the errors of messages that exist and were not sent.
func (f *fetch) reportMissing(ctx context.Context) bool {
	if f.set.UID && !f.any {
		return f.reportMissingUIDs(ctx)
	}
	list := f.missing(maxMissing)
	if len(list) == 0 {
		return true
	}
	if !f.isSingle() && !f.any || len(list) == maxMissing {
		f.yield(nil, notSent("messages from %d on", list[0]))
		return false
	}
	for _, n := range list {
		if !f.yield(&backend.Message{Num: n}, notSent("message %d", n)) {
			return false
		}
	}
	return true
}

// reportMissingUIDs asks whether there are messages with UIDs of which none came: that
// is how a server says that there is none, too. It asks once more after the news.
func (f *fetch) reportMissingUIDs(ctx context.Context) bool {
	if isOnlyUID(f.items) {
		return true
	}
	found, err := f.searchUIDs(ctx)
	if err == nil && len(found) > 0 {
		if err = f.s.order(ctx, "NOOP"); err == nil {
			found, err = f.searchUIDs(ctx)
		}
	}
	switch {
	case f.s.closed() != nil:
		f.yield(nil, err)
		return false
	case err != nil || len(found) == 0:
		return true
	case f.isSingle():
		return f.yield(f.single(), notSent("the message with UID %d", found[0]))
	}
	f.yield(nil, notSent("messages from UID %d on", found[0]))
	return false
}

// searchUIDs are those of the UIDs that were asked for which the server says that there
// are, none if it cannot search.
func (f *fetch) searchUIDs(ctx context.Context) ([]int, error) {
	wire := f.s.wireSets(f.set)
	if len(wire) == 0 || f.s.cfg.Loser || f.s.messages() == 0 {
		return nil, nil
	}
	var args arguments
	args.syntax("SEARCH UID " + wire[0].String())
	found, err := f.s.numbers(ctx, "SEARCH", true, &args)
	return slices.DeleteFunc(found, func(uid int) bool { return !f.set.Has(&backend.Message{UID: uid}) }), err
}

// hasLeft reports whether the one message that was refused is gone, after the news.
func (f *fetch) hasLeft(ctx context.Context) bool {
	if !f.gone {
		return false
	}
	if !f.set.UID {
		return f.isGone(f.set.Ranges[0].First)
	}
	found, err := f.searchUIDs(ctx)
	return err == nil && len(found) == 0 && !f.s.cfg.Loser
}

// notSent is the error of what a server has and did not send.
func notSent(what string, n int) error {
	return &backend.Error{Kind: backend.ErrProtocol, Text: fmt.Sprintf("The server did not send "+what, n)}
}

// isSingle reports whether it is one message that was asked for.
func (f *fetch) isSingle() bool {
	r := f.set.Ranges
	return len(r) == 1 && r[0].First == r[0].Last && r[0].First < backend.Max
}

// single is that message, of which nothing else is known.
func (f *fetch) single() *backend.Message {
	if n := f.set.Ranges[0].First; !f.set.UID {
		return &backend.Message{Num: n}
	} else {
		return &backend.Message{UID: n}
	}
}

// isGone reports whether the server has told that a message, by the caller's number, is
// gone.
func (f *fetch) isGone(num int) bool {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	return f.s.nums.isGone(num)
}

// isOnlyUID reports items that a message which exists has in any case.
func isOnlyUID(items backend.Items) bool {
	return wanted(items)&^haveUID == 0
}
