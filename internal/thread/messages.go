package thread

import (
	"context"
	"crypto/sha256"
	"iter"
	"strings"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/rfc822"
	"github.com/imapcompat/imapcompat/internal/search"
)

// Ancestors yields the identifiers of a message's ancestors, from the first message of the
// conversation to the one that the message answers. notice receives what does not parse.
type Ancestors func(env *backend.Envelope, notice func(string)) iter.Seq[string]

// References yields the ancestors in the References field.
func References(env *backend.Envelope, notice func(string)) iter.Seq[string] {
	return rfc822.MessageIDs(env.References.Value, notice)
}

// ReferencesOrInReplyTo yields the ancestors in the References field. If there are none, it
// yields the first identifier of In-Reply-To.
func ReferencesOrInReplyTo(env *backend.Envelope, notice func(string)) iter.Seq[string] {
	return func(yield func(string) bool) {
		none := true
		for id := range References(env, notice) {
			none = false
			if !yield(id) {
				return
			}
		}
		if !none {
			return
		}
		if id := rfc822.MessageID(env.InReplyTo.Value, notice); id != "" {
			yield(id)
		}
	}
}

// Messages orders all messages of the selected mailbox by conversation. It reads their
// envelopes. notice receives what does not parse in them.
//
// The error matches [backend.ErrTooLarge] if there are more than 5,000,000 references.
func Messages(ctx context.Context, s backend.Session, uid bool, ancestors Ancestors, notice func(string)) ([]backend.ThreadNode, error) {
	n := s.State().Messages
	if n == 0 {
		return nil, nil
	}
	all := backend.Set{Ranges: []backend.Range{{First: 1, Last: n}}}
	r := newReader(ancestors, notice)
	for msg, err := range s.Fetch(ctx, all, backend.Items{Envelope: true, InternalDate: true, UID: uid}) {
		if err == nil {
			err = r.add(msg, uid)
		}
		if err != nil {
			return nil, err
		}
	}
	return flatten(conversations(r.link().trees(r.messages))), nil
}

// message has what a message is threaded by.
type message struct {
	num     int    // order of messages with the same date
	name    int    // its number or UID in the result
	date    int64  // in seconds since 1970
	subject string // the base subject
	reply   bool   // the subject is that of a reply

	container  int32
	references []int32 // containers
}

// maxReferences limits the references of all messages together.
const maxReferences = 5_000_000

var errTooMany = &backend.Error{Kind: backend.ErrTooLarge, Text: "Too many references to thread"}

// reader reads the envelopes of messages. Each identifier has a container, with or without a
// message.
type reader struct {
	ancestors  Ancestors
	notice     func(string)
	containers map[string]int32
	messages   []*message // by container; nil without a message
	list       []*message // in the order of reading
	references int
}

func newReader(ancestors Ancestors, notice func(string)) *reader {
	return &reader{ancestors: ancestors, notice: notice, containers: make(map[string]int32)}
}

func (r *reader) add(msg *backend.Message, uid bool) error {
	m := &message{num: msg.Num, name: msg.Num, date: search.SentDate(msg)}
	if uid {
		m.name = msg.UID
	}
	env := msg.Envelope
	if env == nil {
		env = &backend.Envelope{}
	}
	subject, reply := search.BaseSubject(env.Subject.Value)
	m.subject, m.reply = short(strings.Clone(subject)), reply
	m.container = r.own(rfc822.MessageID(env.MessageID.Value, r.notice))
	r.messages[m.container] = m
	r.list = append(r.list, m)
	for id := range r.ancestors(env, r.notice) {
		if r.references++; r.references > maxReferences {
			return errTooMany
		}
		m.references = append(m.references, r.container(id))
	}
	return nil
}

// own returns the container of a message. The first message with an identifier gets the
// identifier's container. Later ones, and messages without an identifier, get a container that
// nothing refers to.
func (r *reader) own(id string) int32 {
	if id != "" {
		if c := r.container(id); r.messages[c] == nil {
			return c
		}
	}
	return r.newContainer()
}

// container returns the container of an identifier.
func (r *reader) container(id string) int32 {
	id = short(id)
	c, ok := r.containers[id]
	if !ok {
		c = r.newContainer()
		r.containers[id] = c
	}
	return c
}

func (r *reader) newContainer() int32 {
	r.messages = append(r.messages, nil)
	return int32(len(r.messages) - 1)
}

// maxShort is the length from which on a text is replaced by its digest.
const maxShort = 64

// short returns a short text that identifies a text of any length. No text contains a NUL.
func short(text string) string {
	if len(text) <= maxShort {
		return text
	}
	digest := sha256.Sum256([]byte(text))
	return "\x00" + string(digest[:])
}
