package pop3bridge

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Retriever = (*Session)(nil)

// A message that is read untraced is sent twice to save a round trip. So its size, in octets,
// is limited to what the link carries in about that time. If the round trip is nearby or more,
// that is 20 ms of 100 Mbit/s, otherwise a quarter of a millisecond of 1 Gbit/s.
const (
	nearby            = 2 * time.Millisecond
	maxUntraced       = 256 << 10
	maxUntracedNearby = 32 << 10
)

func (s *Session) maxUntraced() int {
	if s.conn.Link().RoundTrip < nearby {
		return maxUntracedNearby
	}
	return maxUntraced
}

// untraced has what the session may read untraced, and what it must still retrieve.
type untraced struct {
	possible atomic.Bool // TOP may be used for whole messages, as far as is known
	sampled  bool        // TOP has brought the same text as RETR
	odd      int         // texts with another size than LIST's
	seed     maphash.Seed
	owed     []owed // messages to retrieve

	mu    sync.Mutex
	doubt error // see Doubt
}

func (u *untraced) begin(possible bool) {
	u.possible.Store(possible)
	u.sampled = false
}

func (u *untraced) takeOwed() []owed {
	owed := u.owed
	u.owed = nil
	return owed
}

// noteSample records whether TOP has brought the same text as RETR.
func (u *untraced) noteSample(same bool) {
	u.sampled = same
	u.possible.Store(same)
}

// noteOdd records that a text had another size than LIST says.
func (u *untraced) noteOdd() {
	if u.odd++; u.odd == maxOdd {
		u.possible.Store(false)
	}
}

// noteWrong records that RETR has brought another text of a message than TOP.
func (u *untraced) noteWrong(num int) {
	u.possible.Store(false)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.doubt == nil {
		u.doubt = &backend.Error{Kind: backend.ErrProtocol,
			Text: fmt.Sprintf("Message %d is not what TOP brought of it, and has to be read again", num)}
	}
}

// maxOdd is the number of TOP texts with another size than LIST's after which no more are
// requested.
const maxOdd = 8

// Untraced implements [backend.Retriever].
func (s *Session) Untraced() bool { return s.untraced.possible.Load() }

// Retrieve implements [backend.Retriever].
//
// Servers mark a message as read when RETR sends it. Some, such as Gmail, can be set to archive
// or delete it then, or to hide it from the next session. So the session sends no RETR before
// the caller reads the message. A TOP with as many lines as the message has octets brings the
// whole message (RFC 1939 section 7), and no server takes it for a retrieval. The next exchange
// then sends the RETRs of the messages read, pipelined, and the session compares the texts.
//
// Untraced reading needs TOP and PIPELINING. It is limited to messages of 256 KiB, or 32 KiB if
// a round trip takes less than 2 ms. It starts after TOP has brought the same text as RETR for
// one message. A text whose size differs from LIST's is left out: some servers have wrong
// sizes, and the TOP of some has a limit.
func (s *Session) Retrieve(set backend.Set) {
	for _, i := range s.drop.resolve(set) {
		s.owe(&s.drop.messages[i])
	}
}

// owe makes the next exchange retrieve a message that was read untraced.
func (s *Session) owe(m *message) {
	if m.retrieved {
		return
	}
	m.retrieved, m.unconfirmed = true, true
	s.untraced.owed = append(s.untraced.owed, owed{m.num, m.size, m.sum})
}

// owed is a message to retrieve, with a checksum of TOP's text.
type owed struct {
	num  uint32 // on the server
	size int    // in octets
	sum  uint64 // of the text
}

func (o owed) request() request {
	return request{kind: owedAnswer, command: retr(o.num), octets: o.size, owed: o}
}

// retrieveOwed retrieves all messages that are owed.
func (s *Session) retrieveOwed(c *conn) error {
	owed := s.untraced.takeOwed()
	p := s.pipeline(c, len(owed), func(i int) request { return owed[i].request() })
	for {
		r, ok, err := p.next()
		if !ok {
			return err
		}
		if err := s.confirm(r, 2*s.limit()); err != nil {
			return err
		}
	}
}

// confirm compares RETR's text with TOP's, which the caller already has. If they differ, Doubt
// reports it, and the message is not deleted. A message whose RETR is refused stays
// unconfirmed.
func (s *Session) confirm(r request, most int) error {
	if _, err := s.conn.status(); isRefusal(err) {
		s.drop.texts.remove(r.owed.num)
		return nil
	} else if err != nil {
		return err
	}
	var sum maphash.Hash
	sum.SetSeed(s.untraced.seed)
	size, err := s.conn.scanText(most, func(part []byte) error {
		_, err := sum.Write(part)
		return err
	})
	if err != nil {
		return err
	}
	index := s.drop.indexOf(int(r.owed.num))
	if index == len(s.drop.messages) || s.drop.messages[index].num != r.owed.num {
		return nil // expunged
	}
	if m := &s.drop.messages[index]; size == r.owed.size && sum.Sum64() == r.owed.sum {
		m.unconfirmed = false
	} else {
		m.size = size
		s.drop.texts.remove(m.num)
		s.untraced.noteWrong(index + 1)
	}
	return nil
}

// Doubt implements [backend.Retriever].
func (s *Session) Doubt() error {
	s.untraced.mu.Lock()
	defer s.untraced.mu.Unlock()
	err := s.untraced.doubt
	s.untraced.doubt = nil
	return err
}

func (f *fetch) planUntraced(index int, m *message) request {
	sampled := f.s.untraced.sampled || f.sample != nil
	if !sampled || !f.s.Untraced() || m.unconfirmed || m.size == 0 || m.size > f.maxUntraced {
		return request{kind: noAnswer}
	}
	return request{kind: untracedAnswer, index: index, command: topWhole(m.num, m.size), octets: m.size}
}

// isWhole reports whether TOP has brought the whole message, and records it. A text that fills
// all requested lines has more octets than that, so its size never equals LIST's.
func (f *fetch) isWhole(r request, whole *wholeText) bool {
	if !whole.asListed {
		f.s.untraced.noteOdd()
		return false
	}
	f.s.drop.messages[r.index].sum = maphash.Bytes(f.s.untraced.seed, whole.text)
	f.s.drop.texts.add(whole)
	return true
}

// topWhole returns a TOP for the whole message, which has at most as many lines as octets.
func topWhole(num uint32, size int) string { return fmt.Sprintf("TOP %d %d", num, size) }

// sample returns a text to compare with TOP's, or nil if there is none or the comparison is
// done.
func (s *Session) sample() *wholeText {
	if s.untraced.sampled || !s.Untraced() {
		return nil
	}
	for _, whole := range s.drop.texts.list {
		// It was retrieved, since nothing was read untraced yet. A header alone would show
		// little.
		if n := len(whole.text); whole.asListed && n <= s.maxUntraced() && len(headerOf(whole.text)) < n {
			return whole
		}
	}
	return nil
}

func (f *fetch) takeSample() error {
	text, err := f.answer(len(f.sample.text), len(f.sample.text))
	if err != nil && !isRefusal(err) {
		return err
	}
	f.s.untraced.noteSample(err == nil && bytes.Equal(text, f.sample.text))
	return nil
}
