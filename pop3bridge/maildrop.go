package pop3bridge

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// maildrop has what is known of the messages on the server.
type maildrop struct {
	messages []message

	uniqueIDs []string // by server number from 1, nil until asked for

	texts texts // of the last messages read
}

// message is a message of the maildrop. Its flags last as long as the session.
type message struct {
	num   uint32 // on the server; it stays when Expunge moves the message numbers
	flags flagSet
	size  int // in octets, 0 if not known

	retrieved bool   // RETR was sent, or is owed
	sum       uint64 // checksum of the last text that TOP has brought untraced
	// The caller has read the text by TOP, and RETR has not returned the same text yet.
	unconfirmed bool
	refused     error // the refusal of the owed RETR of an unconfirmed message
}

// retrieve records that RETR has returned a text.
func (m *message) retrieve(octets int) {
	m.size, m.retrieved, m.unconfirmed, m.refused = octets, true, false, nil
}

// unseen counts the messages without \Seen.
func (d *maildrop) unseen() int {
	n := 0
	for i := range d.messages {
		if !d.messages[i].flags.has(seen) {
			n++
		}
	}
	return n
}

// resolve returns the indexes of the messages of a set in ascending order. For a small set,
// its cost does not depend on the size of the maildrop.
func (d *maildrop) resolve(set backend.Set) []int {
	spans := make([]span, 0, len(set.Ranges))
	for _, r := range set.Ranges {
		spans = append(spans, d.span(set.UID, r))
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	var indexes []int
	next := 0
	for _, s := range spans {
		for next = max(next, s.first); next < s.end; next++ {
			indexes = append(indexes, next)
		}
	}
	return indexes
}

// span is a range of indexes, without end.
type span struct{ first, end int }

// span returns the indexes that a range covers. "*" is the last message. A range of RFC
// 9051 has no direction, so every range of UIDs with "*" includes the last message.
func (d *maildrop) span(uid bool, r backend.Range) span {
	count := len(d.messages)
	s := span{max(r.First, 1) - 1, min(r.Last, count)}
	if uid {
		s = span{d.indexOf(r.First), d.indexOf(r.Last + 1)}
	}
	if r.Last >= backend.Max && (uid || r.First >= backend.Max) {
		s = span{max(min(s.first, count-1), 0), count}
	}
	return s
}

// indexOf returns the index of the first message with this UID or a higher one.
func (d *maildrop) indexOf(uid int) int {
	i, _ := slices.BinarySearchFunc(d.messages, uid, func(m message, uid int) int { return cmp.Compare(int(m.num), uid) })
	return i
}

// byUID returns the message with this UID, or nil if it is expunged.
func (d *maildrop) byUID(uid int) *message {
	if i := d.indexOf(uid); i < len(d.messages) && int(d.messages[i].num) == uid {
		return &d.messages[i]
	}
	return nil
}

// load reads the number of messages and their sizes. It also reads the capabilities again,
// because they may differ after the login (RFC 2449 section 5). All commands are sent at
// once if the server supports PIPELINING.
//
// As in c-client, the sizes in LIST are used only if the server supports CAPA. The size of
// a message without one is counted when it is needed.
func (s *Session) load(c *conn) error {
	questions := []question{{"CAPA", s.readCAPA}, {"STAT", s.readSTAT}, {"LIST", s.readLIST}}
	if !s.caps.capa {
		questions = []question{{"STAT", s.readSTAT}}
	}
	if err := s.ask(c, questions); err != nil {
		return err
	}
	if len(s.drop.messages) == 0 {
		s.notify(backend.NoticeWarn, "Mailbox is empty")
	}
	return nil
}

func (s *Session) readSTAT(c *conn) error {
	text, err := c.status()
	if err != nil {
		return err
	}
	count := parseSTAT(text)
	if count > maxMessages {
		return &backend.Error{Kind: backend.ErrTooLarge,
			Text: fmt.Sprintf("The POP3 server counts more than %d messages", maxMessages)}
	}
	messages := make([]message, count)
	for i := range messages {
		messages[i].num = uint32(i + 1)
	}
	s.drop = maildrop{messages: messages}
	s.note(func(f *facts) {
		f.messages, f.opened, f.uidValidity = count, count, uint32(time.Now().Unix())
	})
	return nil
}

func (s *Session) readLIST(c *conn) error {
	s.enter(stageListing)
	_, err := c.status()
	if isRefusal(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.lines(func(line string) {
		if num, size := parseLIST(line); s.caps.capa && 0 < num && num <= len(s.drop.messages) {
			s.drop.messages[num-1].size = size
		}
	})
}

// loadUniqueIDs reads the unique-ids of all messages once.
func (s *Session) loadUniqueIDs(c *conn) error {
	if s.drop.uniqueIDs != nil {
		return nil
	}
	if _, err := c.command("UIDL"); isRefusal(err) {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "No unique-ids from this POP3 server: " + err.Error()}
	} else if err != nil {
		return err
	}
	ids := make([]string, s.facts().opened)
	listed := make([]bool, len(ids))
	err := c.lines(func(line string) {
		num, id := parseUIDL(line)
		switch {
		case num < 1 || num > len(ids):
		case listed[num-1] && ids[num-1] != id:
			ids[num-1] = "" // which of the two is right is not known
		default:
			ids[num-1], listed[num-1] = id, true
		}
	})
	if err == nil {
		s.drop.uniqueIDs = ids
	}
	return err
}

func isRefusal(err error) bool {
	var refused refusal
	return errors.As(err, &refused)
}
