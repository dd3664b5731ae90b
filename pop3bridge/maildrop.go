package pop3bridge

import (
	"errors"
	"fmt"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// maildrop is what is known of the messages on the server.
type maildrop struct {
	messages    []message
	opened      int // how many messages there were at the login
	uidValidity uint32
	deleted     int // how many DELEs the server has accepted

	uniqueIDs []string // by server number from 1, nil until asked for

	// The last message that was read whole. c-client keeps one, too.
	last *wholeText
}

// message is a message of the maildrop. Its flags live as long as the session.
type message struct {
	num   uint32 // on the server; message numbers move on Expunge, this does not
	flags flagSet
	size  int // in octets, 0 if not known
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

// resolve returns the indexes of the messages of a set, ascending.
func (d *maildrop) resolve(set backend.Set) []int {
	var indexes []int
	for i, m := range d.messages {
		n := i + 1
		if set.UID {
			n = int(m.num)
		}
		if inSet(set, n, i == len(d.messages)-1) {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

// inSet reports whether a set has the number n. The last message is also "*",
// and since a range of RFC 9051 has no direction, it is in each range of UIDs
// that has a "*".
func inSet(set backend.Set, n int, last bool) bool {
	for _, r := range set.Ranges {
		if r.First <= n && n <= r.Last || last && r.Last >= backend.Max && (set.UID || r.First >= backend.Max) {
			return true
		}
	}
	return false
}

// load asks for the number of messages and their sizes.
//
// As in c-client the sizes in LIST are believed only of a server that knows
// CAPA, and those that are not in it are counted when they are wanted.
func (s *Session) load(c *conn) error {
	text, err := c.command("STAT")
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
	s.drop = maildrop{messages: messages, opened: count, uidValidity: uint32(time.Now().Unix())}
	if s.caps.capa {
		if err := s.list(c); err != nil {
			return err
		}
	}
	if count == 0 {
		s.notify(backend.NoticeWarn, "Mailbox is empty")
	}
	return nil
}

func (s *Session) list(c *conn) error {
	s.stage = stageListing
	_, err := c.command("LIST")
	if isRefusal(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return c.lines(func(line string) {
		if num, size := parseLIST(line); 0 < num && num <= len(s.drop.messages) {
			s.drop.messages[num-1].size = size
		}
	})
}

// loadUniqueIDs asks for the unique-ids of all messages, once.
func (s *Session) loadUniqueIDs(c *conn) error {
	if s.drop.uniqueIDs != nil {
		return nil
	}
	if _, err := c.command("UIDL"); isRefusal(err) {
		return &backend.Error{Kind: backend.ErrNotSupported, Text: "No unique-ids from this POP3 server: " + err.Error()}
	} else if err != nil {
		return err
	}
	ids := make([]string, s.drop.opened)
	err := c.lines(func(line string) {
		if num, id := parseUIDL(line); 0 < num && num <= len(ids) {
			ids[num-1] = id
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
