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

// A message that is read untraced is sent twice to save a round trip. So it is to be no
// larger, in octets, than what the link carries in about that time: of one with a round
// trip of nearby or more 100 Mbit/s are expected in 20 ms, of a shorter one 1 Gbit/s in
// a quarter of a millisecond.
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

// untraced is what may be read without the server's note, and what it is yet to be told
// of what was.
type untraced struct {
	possible atomic.Bool // TOP can be used for whole messages, as far as is known
	sampled  bool        // it was seen to bring what RETR does
	odd      int         // how many of its texts were not as long as LIST says
	seed     maphash.Seed
	owed     []owed // what is to be retrieved

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

// noteSample notes whether TOP has brought the same as RETR.
func (u *untraced) noteSample(same bool) {
	u.sampled = same
	u.possible.Store(same)
}

// noteOdd notes that a text was not as long as LIST says.
func (u *untraced) noteOdd() {
	if u.odd++; u.odd == maxOdd {
		u.possible.Store(false)
	}
}

// noteWrong notes that RETR has brought something else than TOP of a message.
func (u *untraced) noteWrong(num int) {
	u.possible.Store(false)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.doubt == nil {
		u.doubt = &backend.Error{Kind: backend.ErrProtocol,
			Text: fmt.Sprintf("Message %d is not what TOP brought of it, and has to be read again", num)}
	}
}

// maxOdd is how many texts that TOP brought may be of another size than LIST says before
// no more are asked for.
const maxOdd = 8

// Untraced implements [backend.Retriever].
func (s *Session) Untraced() bool { return s.untraced.possible.Load() }

// Retrieve implements [backend.Retriever].
//
// Servers mark what RETR brings as read, and some, Gmail among them, can be set to
// archive or delete it, or to hide it from the next session. So nothing is retrieved
// before the caller reads it. But with as many lines as a message has octets TOP
// brings all of it (RFC 1939 section 7), and no server takes that for a retrieval.
// What was read that way is retrieved with the next exchange, pipelined, and compared.
//
// It is done where the server has TOP and PIPELINING, with messages of up to 256 KiB, or
// 32 KiB where a round trip takes less than 2 ms, and not before TOP was seen to bring
// the same as RETR of one message. A text that is not just as long as LIST says is left
// out: the sizes of some servers are wrong, and TOP of some has a limit.
func (s *Session) Retrieve(set backend.Set) {
	for _, i := range s.drop.resolve(set) {
		s.owe(&s.drop.messages[i])
	}
}

// owe has a message retrieved that was read untraced.
func (s *Session) owe(m *message) {
	if m.retrieved {
		return
	}
	m.retrieved, m.unconfirmed = true, true
	s.untraced.owed = append(s.untraced.owed, owed{m.num, m.size, m.sum})
}

// owed is a message that is to be retrieved, and what TOP has brought of it.
type owed struct {
	num  uint32 // on the server
	size int    // in octets
	sum  uint64 // of the text
}

func (o owed) request() request {
	return request{kind: owedAnswer, command: retr(o.num), octets: o.size, owed: o}
}

// retrieveOwed retrieves all that is owed.
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

// confirm compares what RETR brings with what TOP has brought of the same message and
// the caller has been given. That cannot be taken back, but it is told, and the message
// is not deleted. One that is refused stays unconfirmed.
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

// isWhole reports whether TOP has brought all of a message, and takes note of it. As
// many lines as were asked for have more octets than that, so they are never as long as
// LIST says.
func (f *fetch) isWhole(r request, whole *wholeText) bool {
	if !whole.asListed {
		f.s.untraced.noteOdd()
		return false
	}
	f.s.drop.messages[r.index].sum = maphash.Bytes(f.s.untraced.seed, whole.text)
	f.s.drop.texts.add(whole)
	return true
}

// topWhole is a TOP for all of a message: no message has more lines than octets.
func topWhole(num uint32, size int) string { return fmt.Sprintf("TOP %d %d", num, size) }

// sample is a text to compare with what TOP makes of it, nil when there is none or it
// was done.
func (s *Session) sample() *wholeText {
	if s.untraced.sampled || !s.Untraced() {
		return nil
	}
	for _, whole := range s.drop.texts.list {
		// It was retrieved, since nothing came untraced yet. A header alone shows little.
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
