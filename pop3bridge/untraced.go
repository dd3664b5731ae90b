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

// A message that is read untraced is sent twice to save a round trip. So its length, in
// octets, is bounded by what the link should carry in about that time: on a link with a
// round trip of at least nearby, 100 Mbit/s during 20 ms, and on a faster link, 1 Gbit/s
// during a quarter of a millisecond.
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

// untraced is the state of untraced reading: whether it is possible, and which messages
// must still be retrieved.
type untraced struct {
	possible atomic.Bool // TOP can return whole messages, as far as is known
	sampled  bool        // TOP has returned the same text as RETR for a message
	odd      int         // number of texts whose length differed from LIST
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

// noteSample records whether TOP has returned the same text as RETR.
func (u *untraced) noteSample(same bool) {
	u.sampled = same
	u.possible.Store(same)
}

// noteOdd counts a text whose length differs from LIST.
func (u *untraced) noteOdd() {
	if u.odd++; u.odd == maxOdd {
		u.possible.Store(false)
	}
}

// noteWrong records that RETR has returned another text of a message than TOP.
func (u *untraced) noteWrong(num int) {
	u.possible.Store(false)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.doubt == nil {
		u.doubt = &backend.Error{Kind: backend.ErrProtocol,
			Text: fmt.Sprintf("Message %d is not what TOP brought of it, and has to be read again", num)}
	}
}

// maxOdd is how many texts of TOP may differ in length from LIST before untraced reading
// stops.
const maxOdd = 8

// Untraced implements [backend.Retriever].
func (s *Session) Untraced() bool { return s.untraced.possible.Load() }

// Retrieve implements [backend.Retriever].
//
// Servers record as read what they send by RETR. Some, such as Gmail, can be configured to
// archive or delete such a message, or to hide it from the next session. So the session
// sends no RETR before the caller reads a message. TOP returns the whole message when it
// asks for as many lines as the message has octets (RFC 1939 section 7), and no server
// counts TOP as a retrieval. What the caller has read by TOP is retrieved with the next
// exchange, pipelined, and compared.
//
// Untraced reading needs a server with TOP and PIPELINING. It is used for messages of up to
// 256 KiB, or 32 KiB on links with a round trip below 2 ms, once TOP has returned the same
// text as RETR for one message. A text whose length differs from LIST is left out: some
// servers report wrong sizes, and some limit TOP.
func (s *Session) Retrieve(set backend.Set) {
	for _, i := range s.drop.resolve(set) {
		s.owe(&s.drop.messages[i])
	}
}

// owe queues the retrieval of a message that was read untraced.
func (s *Session) owe(m *message) {
	if m.retrieved {
		return
	}
	m.retrieved, m.unconfirmed = true, true
	s.untraced.owed = append(s.untraced.owed, owed{m.num, m.size, m.sum})
}

// owed is a message to retrieve, and the size and checksum of the text that TOP has
// returned.
type owed struct {
	num  uint32 // on the server
	size int    // in octets
	sum  uint64 // of the text
}

func (o owed) request() request {
	return request{kind: owedAnswer, command: retr(o.num), octets: o.size, owed: o}
}

// retrieveOwed retrieves all owed messages.
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

// confirm compares the text by RETR with the text by TOP, which the caller already has. If
// they differ, Doubt returns an error, and the message is not deleted. If RETR is refused,
// the message stays unconfirmed.
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

// isWhole reports whether TOP has returned the whole message, and records it. TOP asks for
// as many lines as LIST says octets. A message with more lines than that is cut, but the
// lines sent have more octets than LIST says, so a cut text never counts as whole.
func (f *fetch) isWhole(r request, whole *wholeText) bool {
	if !whole.asListed {
		f.s.untraced.noteOdd()
		return false
	}
	f.s.drop.messages[r.index].sum = maphash.Bytes(f.s.untraced.seed, whole.text)
	f.s.drop.texts.add(whole)
	return true
}

// topWhole returns a TOP for the whole message, which never has more lines than octets.
func topWhole(num uint32, size int) string { return fmt.Sprintf("TOP %d %d", num, size) }

// sample returns a text to compare with the answer to TOP. It returns nil when there is
// none, or when the comparison was made.
func (s *Session) sample() *wholeText {
	if s.untraced.sampled || !s.Untraced() {
		return nil
	}
	for _, whole := range s.drop.texts.list {
		// RETR has returned it, because nothing was read untraced yet. A message without a
		// body would prove little.
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
