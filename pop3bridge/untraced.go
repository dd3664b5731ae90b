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

// A message is read untraced if TOP brings it, and the server therefore does not record it as
// retrieved. Its RETR is then owed.
//
// Servers record what they send by RETR. Some, such as Gmail, can be configured to archive or
// delete such a message, or to hide it from the next session. So the session sends no RETR
// before the caller reads a message. TOP returns the whole message when it asks for as many
// lines as the message has octets (RFC 1939 section 7), and no server counts TOP as a
// retrieval. When the caller has read the message, the next exchange sends the owed RETR,
// pipelined, and compares the text.
//
// Untraced reading needs a server with TOP and PIPELINING. It begins once TOP has returned the
// same text as RETR for one message, the sample. A text whose length differs from its size in
// LIST is odd: some servers report wrong sizes, and some limit TOP. Fetch leaves that message
// out, and RETR brings it when the caller asks for it.

// Reading a message untraced sends it twice and saves one round trip. So only short messages
// are read so. maxUntraced is about what 100 Mbit/s carry in 20 ms, in octets. For round trips
// below slowRoundTrip, maxUntracedFast is about what 1 Gbit/s carry in 0.25 ms.
const (
	slowRoundTrip   = 2 * time.Millisecond
	maxUntraced     = 256 << 10
	maxUntracedFast = 32 << 10
)

func (s *Session) maxUntraced() int {
	if s.conn.Link().RoundTrip < slowRoundTrip {
		return maxUntracedFast
	}
	return maxUntraced
}

// untraced is the state of untraced reading.
type untraced struct {
	possible atomic.Bool // TOP can return whole messages, as far as is known
	sampled  bool        // TOP has returned the same text as RETR for the sample
	odd      int         // number of odd texts
	seed     maphash.Seed
	owed     []debt // messages to retrieve

	mu    sync.Mutex
	doubt error // see Doubt
}

func (u *untraced) begin(possible bool) {
	u.possible.Store(possible)
	u.sampled = false
}

func (u *untraced) takeOwed() []debt {
	owed := u.owed
	u.owed = nil
	return owed
}

// noteSample records whether TOP has returned the same text as RETR for the sample. If not,
// untraced reading ends.
func (u *untraced) noteSample(same bool) {
	u.sampled = same
	u.possible.Store(same)
}

// noteOdd counts an odd text.
func (u *untraced) noteOdd() {
	if u.odd++; u.odd == maxOdd {
		u.possible.Store(false)
	}
}

// noteWrong records that RETR and TOP have returned different texts of a message.
func (u *untraced) noteWrong(num int) {
	u.possible.Store(false)
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.doubt == nil {
		u.doubt = &backend.Error{Kind: backend.ErrProtocol,
			Text: fmt.Sprintf("Message %d is not what TOP brought of it, and has to be read again", num)}
	}
}

// maxOdd is how many odd texts end untraced reading.
const maxOdd = 8

// Untraced implements [backend.Retriever].
func (s *Session) Untraced() bool { return s.untraced.possible.Load() }

// Retrieve implements [backend.Retriever]. It queues RETR for the messages of a set. The next
// exchange sends it.
func (s *Session) Retrieve(set backend.Set) {
	for _, i := range s.drop.resolve(set) {
		s.owe(&s.drop.messages[i])
	}
}

// owe queues RETR for a message, unless it was sent or queued before.
func (s *Session) owe(m *message) {
	if m.retrieved {
		return
	}
	m.retrieved, m.unconfirmed = true, true
	s.untraced.owed = append(s.untraced.owed, debt{m.num, m.size, m.sum})
}

// debt is an owed RETR, with the size and checksum of the text that TOP has returned.
type debt struct {
	num  uint32 // on the server
	size int    // in octets
	sum  uint64 // of the text
}

func (d debt) request() request {
	return request{kind: owedAnswer, command: retr(d.num), octets: d.size, owed: d}
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

// confirm reads the answer to an owed RETR. The caller has the text by TOP. confirm compares
// the text by RETR with it. If they differ, Doubt returns an error, and the message is not
// deleted. If RETR is refused, the message keeps the refusal and stays unconfirmed. limit bounds
// the text, in octets.
func (s *Session) confirm(r request, limit int) error {
	m := s.drop.byUID(int(r.owed.num))
	if _, err := s.conn.status(); isRefusal(err) {
		s.drop.texts.remove(r.owed.num)
		if m != nil {
			m.refused = err
		}
		return nil
	} else if err != nil {
		return err
	}
	var sum maphash.Hash
	sum.SetSeed(s.untraced.seed)
	size, err := s.conn.scanText(limit, func(part []byte) error {
		_, err := sum.Write(part)
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case m == nil: // expunged
	case size == r.owed.size && sum.Sum64() == r.owed.sum:
		m.unconfirmed = false
	default:
		// The next reading uses RETR, whose text is right.
		m.size = size
		s.drop.texts.remove(m.num)
		s.untraced.noteWrong(s.drop.indexOf(int(m.num)) + 1)
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

// planUntraced requests a whole message by TOP, or leaves the message out.
func (f *fetch) planUntraced(index int, m *message) request {
	sampled := f.s.untraced.sampled || f.sample != nil
	if !sampled || !f.s.Untraced() || m.unconfirmed || m.size == 0 || m.size > f.maxUntraced {
		return request{kind: noAnswer}
	}
	return request{kind: untracedAnswer, index: index, command: topWhole(m.num, m.size), octets: m.size}
}

// keepWhole keeps a text that TOP has returned, and reports whether it is the whole message.
// TOP asks for n lines, where n is the size in LIST. A message that TOP cuts has sent n lines,
// and each has at least 2 octets. So a cut text is longer than n, and is odd.
func (f *fetch) keepWhole(r request, whole *wholeText) bool {
	if !whole.asListed {
		f.s.untraced.noteOdd()
		return false
	}
	f.s.drop.messages[r.index].sum = maphash.Bytes(f.s.untraced.seed, whole.text)
	f.s.drop.texts.add(whole)
	return true
}

// topWhole returns a TOP for the whole message. A message never has more lines than octets.
func topWhole(num uint32, size int) string { return fmt.Sprintf("TOP %d %d", num, size) }

// sample returns a text to compare with the answer to TOP. It returns nil when there is
// none, or after the comparison.
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
