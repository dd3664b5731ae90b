package hostile_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/internal/short"
)

// A window has up to 1,024 messages. TestRestless reads large mailboxes in loops, backwards, by
// UID, along results and in random order, with calls that change something in between. Its
// server answers a window in part, in another order, twice or in pieces, refuses it, and
// removes messages meanwhile.

// IMAPCOMPAT_SEED is the first seed of TestRestless, and IMAPCOMPAT_RUNS how many there are.
func restlessSeeds(t *testing.T) (seeds []uint64) {
	first, runs := uint64(1), uint64(8)
	for name, value := range map[string]*uint64{"IMAPCOMPAT_SEED": &first, "IMAPCOMPAT_RUNS": &runs} {
		text := os.Getenv(name)
		if text == "" {
			continue
		}
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("%s is %q", name, text)
		}
		*value = n
	}
	for i := range runs {
		seeds = append(seeds, first+i)
	}
	return short.Sample(seeds, 4)
}

// restless is an IMAP server with one mailbox.
type restless struct {
	r *rand.Rand

	mu      sync.Mutex
	view    []*item // as the client was told
	arrived []*item // the client is yet to be told of
	seen    []*item // as the caller may know them: as of the last exchange that settles
	next    int     // number of the next delivery
	marked  map[int]bool
	removed map[int]bool // by the client's EXPUNGE

	slow   time.Duration
	faulty int // of 100 FETCHes
	busy   int // how many of 100 FETCHes another client removes something before
}

// item is a message.
type item struct {
	id      int
	gone    bool
	deleted bool
}

func (m *item) uid() int { return 1000 + 3*m.id - m.id%2 }

func (m *item) header() string {
	return fmt.Sprintf("From: a@example.org\r\nSubject: id %d\r\nDate: Wed, 1 Jan 2025 00:00:%02d +0000\r\n\r\n", m.id, m.id%60)
}

func (m *item) body() string {
	lines := 1 + m.id*7919%40
	if m.id%97 == 0 {
		lines = 3000
	}
	return strings.Repeat(fmt.Sprintf("text of id %d\r\n", m.id), lines)
}

func newRestless(r *rand.Rand, count int) *restless {
	s := &restless{r: r, marked: map[int]bool{}, removed: map[int]bool{}}
	for range count {
		s.deliver()
	}
	s.arrivals()
	return s
}

// deliver delivers a message. arrivals reports it.
func (s *restless) deliver() {
	s.arrived = append(s.arrived, &item{id: s.next})
	s.next++
}

// arrivals returns the EXISTS that is due. The caller must send it: an EXPUNGE response may name
// only messages that an EXISTS response has counted (RFC 9051 section 7.5.1).
func (s *restless) arrivals() []string {
	if len(s.arrived) == 0 {
		return nil
	}
	s.view = append(s.view, s.arrived...)
	s.seen = append(s.seen, s.arrived...)
	s.arrived = nil
	return []string{fmt.Sprintf("* %d EXISTS", len(s.view))}
}

// news returns the untagged responses that are due, and forgets them.
func (s *restless) news() (said []string) {
	for i := len(s.view) - 1; i >= 0; i-- {
		if s.view[i].gone {
			said = append(said, fmt.Sprintf("* %d EXPUNGE", i+1))
			s.view = slices.Delete(s.view, i, i+1)
		}
	}
	return said
}

func (s *restless) response(m *item, num int, items string) []string {
	var values []string
	for _, name := range itemNames.FindAllString(items, -1) {
		values = append(values, s.value(m, name))
	}
	if s.r.IntN(200) == 0 && len(values) > 1 { // in pieces
		return []string{fmt.Sprintf("* %d FETCH (%s)", num, strings.Join(values[:1], " ")),
			fmt.Sprintf("* %d FETCH (%s)", num, strings.Join(values[1:], " "))}
	}
	return []string{fmt.Sprintf("* %d FETCH (%s)", num, strings.Join(values, " "))}
}

func (s *restless) value(m *item, name string) string {
	switch name {
	case "UID":
		return fmt.Sprintf("UID %d", m.uid())
	case "FLAGS":
		return `FLAGS (\Seen)`
	case "INTERNALDATE":
		return `INTERNALDATE "02-Jan-2025 00:00:00 +0000"`
	case "RFC822.SIZE":
		return fmt.Sprintf("RFC822.SIZE %d", len(m.header())+len(m.body()))
	case "ENVELOPE":
		return fmt.Sprintf(`ENVELOPE (NIL "id %d" ((NIL NIL "a" "example.org")) NIL NIL NIL NIL NIL NIL NIL)`, m.id)
	case "BODYSTRUCTURE":
		return fmt.Sprintf(`BODYSTRUCTURE ("text" "plain" ("id" "%d") NIL NIL "7bit" %d 1 NIL NIL NIL NIL)`, m.id, len(m.body()))
	}
	section, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(name, "BODY.PEEK["), "BODY["), "]")
	text := ""
	switch section {
	case "HEADER":
		text = m.header()
	case "":
		text = m.header() + m.body()
	case "TEXT", "1":
		text = m.body()
	default:
		text = "\r\n"
	}
	return "BODY[" + section + "]" + literal(text)
}

func (s *restless) fetch(conn net.Conn, cmd command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(s.slow)
	words := strings.SplitN(cmd.line, " ", 5)
	uid := strings.EqualFold(words[1], "UID")
	if !uid {
		words = append(words[:1], strings.SplitN(cmd.line, " ", 4)...)
	}
	set, items := words[3], words[4]
	for s.r.IntN(100) < s.busy {
		s.removeOne()
	}
	if s.r.IntN(100) < s.busy {
		s.deliver()
	}
	var said []string
	if s.r.IntN(2) == 0 {
		said = s.arrivals()
	}
	fault := ""
	if s.r.IntN(100) < s.faulty {
		fault = []string{"half", "half, then NO", "NO", "BAD", "shuffled", "doubled", "unasked", "expunge within", "bye", "cut", "made up"}[s.r.IntN(11)]
		if (fault == "bye" || fault == "cut") && s.r.IntN(100) > 0 {
			fault = "shuffled"
		}
	}
	type found struct {
		m   *item
		num int
	}
	var list []found
	last := 1
	if len(s.view) > 0 {
		last = s.view[len(s.view)-1].uid()
	}
	spans := parseSet(set)
	for i, m := range s.view {
		n, end := i+1, len(s.view)
		if uid {
			n, end = m.uid(), last
		}
		if spans.has(n, end) {
			list = append(list, found{m, i + 1})
		}
	}
	status := "OK done"
	switch fault {
	case "half":
		if len(list) > 1 {
			list = list[:s.r.IntN(len(list))]
		}
	case "half, then NO":
		if len(list) > 1 {
			list, status = list[:s.r.IntN(len(list))], "NO not all"
		}
	case "NO":
		if len(list) > 1 {
			return lines(append(said, "T NO too many")...)(conn, cmd)
		}
	case "BAD":
		if len(list) > 1 {
			return lines(append(said, "T BAD what")...)(conn, cmd)
		}
	case "shuffled":
		s.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	case "doubled":
		list = append(list, list...)
	case "bye", "cut":
		list = list[:s.r.IntN(len(list)+1)]
	}
	within := -1
	if fault == "expunge within" && len(list) > 1 {
		within = s.r.IntN(len(list))
	}
	for i, f := range list {
		num := f.num
		if i == within {
			said = append(said, s.news()...)
		}
		if within >= 0 && i >= within {
			if num = slices.Index(s.view, f.m) + 1; num == 0 {
				continue
			}
		}
		if f.m.gone {
			status = "OK [EXPUNGEISSUED] some are gone"
			switch {
			case fault == "made up":
				made, _ := madeUp(nil, &stored{num: f.m.uid() - 100, gone: true}, num, items)
				said = append(said, made...)
			case s.r.IntN(2) == 0:
				status = "NO some are gone"
			}
			continue
		}
		if fault == "unasked" && len(s.view) > 0 {
			k := s.r.IntN(len(s.view))
			said = append(said, fmt.Sprintf(`* %d FETCH (FLAGS (\Seen))`, k+1))
			if s.r.IntN(2) == 0 {
				said = append(said, s.response(s.view[k], k+1, items)...)
			}
		}
		said = append(said, s.response(f.m, num, items)...)
	}
	switch fault {
	case "bye":
		lines(append(said, "* BYE enough")...)(conn, cmd)
		return io.EOF
	case "cut":
		text := strings.Join(said, "\r\n")
		io.WriteString(conn, text[:s.r.IntN(len(text)+1)])
		return io.EOF
	}
	said = append(said, cmd.tag+" "+status)
	return lines(strings.Join(said, "\r\n"))(conn, cmd)
}

type setSpans [][2]int

func parseSet(set string) setSpans {
	var spans setSpans
	for span := range strings.SplitSeq(set, ",") {
		first, end, isRange := strings.Cut(span, ":")
		if !isRange {
			end = first
		}
		var s [2]int
		for i, text := range []string{first, end} {
			s[i] = -1
			if text != "*" {
				fmt.Sscan(text, &s[i])
			}
		}
		spans = append(spans, s)
	}
	return spans
}

func (spans setSpans) has(n, last int) bool {
	for _, s := range spans {
		from, to := s[0], s[1]
		if from < 0 {
			from = last
		}
		if to < 0 {
			to = last
		}
		if min(from, to) <= n && n <= max(from, to) {
			return true
		}
	}
	return false
}

// removeOne removes any message, and often one of the newest, which the client may not know yet.
func (s *restless) removeOne() {
	if len(s.view) == 0 {
		return
	}
	i := s.r.IntN(len(s.view))
	if s.r.IntN(3) == 0 {
		i = len(s.view) - 1 - s.r.IntN(min(3, len(s.view)))
	}
	s.view[i].gone = true
}

func (s *restless) store(conn net.Conn, cmd command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := strings.Fields(cmd.line)
	uid := strings.EqualFold(words[1], "UID")
	if !uid {
		words = slices.Insert(words, 1, "")
	}
	if s.r.IntN(100) < s.faulty/4 {
		return lines("T NO not now")(conn, cmd)
	}
	spans := parseSet(words[3])
	for i, m := range s.view {
		n := i + 1
		if uid {
			n = m.uid()
		}
		if !spans.has(n, n) || !strings.Contains(cmd.line, `\Deleted`) {
			continue
		}
		m.deleted = strings.HasPrefix(words[4], "+")
		if m.deleted {
			s.marked[m.id] = true
		}
	}
	return lines("T OK stored")(conn, cmd)
}

func (s *restless) expunge(conn net.Conn, cmd command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.view {
		if m.deleted && !m.gone {
			m.gone = true
			s.removed[m.id] = true
		}
	}
	return s.settle(conn, cmd)
}

func (s *restless) noop(conn net.Conn, cmd command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settle(conn, cmd)
}

func (s *restless) settle(conn net.Conn, cmd command) error {
	time.Sleep(s.slow)
	said := s.news()
	if s.r.IntN(4) == 0 {
		s.deliver()
	}
	said = append(append(said, s.arrivals()...), cmd.tag+" OK done")
	return lines(strings.Join(said, "\r\n"))(conn, cmd)
}

func (s *restless) search(conn net.Conn, cmd command) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	time.Sleep(s.slow)
	uid := strings.Contains(cmd.line, " UID SEARCH")
	spans := setSpans{{1, 1 << 30}}
	if _, set, ok := strings.Cut(cmd.line, "SEARCH UID "); ok {
		spans = parseSet(strings.TrimSpace(set))
	}
	result := "* SEARCH"
	for i, m := range s.view {
		if m.gone || !spans.has(m.uid(), s.view[len(s.view)-1].uid()) {
			continue
		}
		n := i + 1
		if uid {
			n = m.uid()
		}
		result += fmt.Sprint(" ", n)
	}
	return lines(result, "T OK done")(conn, cmd)
}

func (s *restless) serve(t *testing.T) *server {
	return serve(t, imapCommand, imapServer.with(answers{
		"": func(conn net.Conn, cmd command) error {
			time.Sleep(s.slow)
			return lines("* PREAUTH [CAPABILITY IMAP4rev1] ready")(conn, cmd)
		},
		"SELECT": func(conn net.Conn, cmd command) error {
			time.Sleep(s.slow)
			return lines(fmt.Sprintf("* %d EXISTS", len(s.view)), "* 0 RECENT", "* OK [UIDVALIDITY 1] valid",
				fmt.Sprintf("* OK [UIDNEXT %d] next", 1000+3*s.next), "T OK [READ-WRITE] selected")(conn, cmd)
		},
		"FETCH": s.fetch, "NOOP": s.noop, "STORE": s.store, "SEARCH": s.search, "EXPUNGE": s.expunge,
	}))
}

// caller is a caller that knows which message each number means.
type caller struct {
	t      *testing.T
	r      *rand.Rand
	s      *restless
	m      *imapcompat.Connection
	doomed map[int]bool
	log    []string
	lost   bool
}

func (c *caller) note(format string, args ...any) {
	c.log = append(c.log, fmt.Sprintf(format, args...))
}

func (c *caller) settled() {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.s.seen = slices.Clone(c.s.view)
}

// at returns the message that a number means.
func (c *caller) at(n int) *item {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.s.seen[n-1]
}

func (c *caller) count() int {
	n, err := c.m.NumMsg()
	if err != nil {
		c.lost = true
		return 0
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if n > len(c.s.seen) {
		c.fail("%d messages, %d known", n, len(c.s.seen))
	}
	return min(n, len(c.s.seen))
}

func (c *caller) fail(format string, args ...any) {
	c.t.Errorf(format+"\nlast:\n\t%s", append(args, strings.Join(c.log[max(0, len(c.log)-30):], "\n\t"))...)
}

// way is a way to read a message.
type way int

const ways = 13

func (c *caller) read(w way, n int) {
	m := c.at(n)
	got, want, err := "", "", error(nil)
	id := fmt.Sprintf("id %d", m.id)
	switch w {
	case 0:
		var h *imapcompat.HeaderInfo
		if h, err = c.m.HeaderInfo(n); err == nil {
			got, want = h.Subject, id
		}
	case 1:
		got, err = c.m.FetchHeader(n)
		want = m.header()
	case 2:
		got, err = c.m.Body(n, imapcompat.FT_PEEK)
		want = m.body()
	case 3:
		got, err = c.m.FetchBody(n, "1")
		want = m.body()
	case 4:
		var st *imapcompat.Structure
		if st, err = c.m.FetchStructure(n); err == nil {
			if len(st.Parameters) > 0 {
				got = fmt.Sprint(st.Parameters[0].Value)
			}
			want = fmt.Sprint(m.id)
		}
	case 5:
		var uid int
		uid, err = c.m.UID(n)
		got, want = fmt.Sprint(uid), fmt.Sprint(m.uid())
	case 6:
		got, err = c.m.Body(m.uid(), imapcompat.FT_PEEK, imapcompat.FT_UID)
		want = m.body()
	case 7:
		got, err = c.m.FetchHeader(m.uid(), imapcompat.FT_UID)
		want = m.header()
	case 8:
		var b strings.Builder
		err = c.m.SaveBody(&b, n, "")
		got, want = b.String(), m.header()+m.body()
	case 9:
		var list []*imapcompat.Overview
		list, err = c.m.FetchOverview(imapcompat.SequenceOf(n))
		if err == nil && len(list) == 0 {
			err = errNone
		}
		if err == nil {
			got, want = fmt.Sprint(list[0].Subject, list[0].UID, list[0].Msgno), fmt.Sprint(id, m.uid(), n)
		}
	case 10:
		var num int
		num, err = c.m.MsgNo(m.uid())
		if got, want = fmt.Sprint(num), fmt.Sprint(n); num == 0 && err == nil {
			err = errNone
		}
	case 11:
		var st *imapcompat.Structure
		if st, err = c.m.FetchStructure(m.uid(), imapcompat.FT_UID); err == nil {
			if len(st.Parameters) > 0 {
				got = fmt.Sprint(st.Parameters[0].Value)
			}
			want = fmt.Sprint(m.id)
		}
	case 12:
		var h *imapcompat.HeaderInfo
		if h, err = c.m.HeaderInfo(n); err == nil {
			got, want = h.Subject, id
		}
		if err == nil {
			got2, err2 := c.m.FetchBody(n, "1", imapcompat.FT_PEEK)
			if err = err2; err == nil {
				got, want = got+got2, want+m.body()
			}
		}
	}
	c.s.mu.Lock()
	isGone := m.gone
	c.s.mu.Unlock()
	c.note("way %d of %d (id %d): %v, gone %v", w, n, m.id, err, isGone)
	switch {
	case err == nil && got != want:
		c.fail("way %d of %d: %.200q, want %.200q; gone %v", w, n, got, want, isGone)
	case errors.Is(err, imapcompat.ErrConnectionLost):
		c.lost = true
	case err != nil && !isGone:
		c.fail("way %d of %d (id %d), which is there: %v", w, n, m.id, err)
	case err != nil && !errors.Is(err, imapcompat.ErrBadMessageNumber) && err != errNone:
		c.fail("way %d of %d (id %d), which is gone: %v", w, n, m.id, err)
	}
}

func (c *caller) delete(n int) {
	m := c.at(n)
	c.doomed[m.id] = true
	var err error
	if c.r.IntN(2) == 0 {
		err = c.m.Delete(imapcompat.SequenceOf(n))
	} else {
		err = c.m.Delete(imapcompat.SequenceOf(m.uid()), imapcompat.FT_UID)
	}
	c.note("delete %d (id %d): %v", n, m.id, err)
	c.lost = c.lost || errors.Is(err, imapcompat.ErrConnectionLost)
}

func (c *caller) step() {
	n := c.count()
	if n == 0 || c.lost {
		return
	}
	var list []int
	w := way(c.r.IntN(ways))
	start := 1 + c.r.IntN(n)
	length := 1 + c.r.IntN(n)
	switch c.r.IntN(7) {
	case 0:
		for i := 1; i <= n; i++ {
			list = append(list, i)
		}
	case 1:
		for i := start; i <= min(start+length, n); i++ {
			list = append(list, i)
		}
	case 2:
		for i := start; i >= max(1, start-length); i-- {
			list = append(list, i)
		}
	case 3:
		for range min(length, 60) {
			list = append(list, 1+c.r.IntN(n))
		}
	case 4: // with jumps
		for i := start; i <= n; i += 1 + c.r.IntN(3)*c.r.IntN(3) {
			list = append(list, i)
		}
	case 5:
		found, err := c.m.Search("ALL")
		c.note("search: %d, %v", len(found), err)
		list = found
		if c.r.IntN(2) == 0 {
			slices.Reverse(list)
		}
	case 6:
		c.bulk(start, n)
	}
	c.note("run of %d from %d, way %d", len(list), start, w)
	deletes, mixes := c.r.IntN(3) == 0, c.r.IntN(3) == 0
	for _, i := range list {
		if c.lost || c.t.Failed() {
			return
		}
		c.read(w, i)
		if mixes && c.r.IntN(3) == 0 {
			c.read(way(c.r.IntN(ways)), i)
		}
		if c.r.IntN(400) == 0 {
			break
		}
		if deletes && c.r.IntN(10) == 0 {
			c.delete(i)
		}
		if c.r.IntN(100) == 0 {
			c.read(w, 1+c.r.IntN(n))
		}
	}
	if c.lost {
		return
	}
	switch c.r.IntN(4) {
	case 0:
		err := c.m.Ping()
		c.note("ping %v", err)
		c.lost = c.lost || err != nil
		c.settled()
	case 1:
		err := c.m.Expunge()
		c.note("expunge %v", err)
		c.lost = c.lost || errors.Is(err, imapcompat.ErrConnectionLost)
		c.settled()
	}
}

func (c *caller) bulk(start, n int) {
	sequence := imapcompat.Sequence(fmt.Sprintf("%d:%d", start, n))
	got := map[int]bool{}
	var failed error
	switch c.r.IntN(4) {
	case 0:
		for h, err := range c.m.HeaderInfos(sequence) {
			if h == nil || err != nil {
				failed = err
				if h != nil {
					got[h.Msgno] = true
				}
				continue
			}
			got[h.Msgno] = true
			if want := fmt.Sprintf("id %d", c.at(h.Msgno).id); h.Subject != want {
				c.fail("HeaderInfos: %d is %s, want %s", h.Msgno, h.Subject, want)
			}
		}
	case 1:
		for msg, err := range c.m.Messages(sequence, imapcompat.FT_PEEK) {
			if msg == nil || err != nil {
				failed = err
				continue
			}
			got[msg.Msgno] = true
			if m := c.at(msg.Msgno); string(msg.Raw) != m.header()+m.body() {
				c.fail("Messages: %d is %.80q, want id %d", msg.Msgno, msg.Raw, m.id)
			}
			if c.r.IntN(20) == 0 {
				c.read(way(c.r.IntN(ways)), msg.Msgno)
			}
			if c.r.IntN(50) == 0 {
				c.delete(msg.Msgno)
			}
		}
	case 2:
		for o, err := range c.m.Overviews(sequence) {
			if o == nil || err != nil {
				failed = err
				continue
			}
			got[o.Msgno] = true
			if m := c.at(o.Msgno); o.Subject != fmt.Sprintf("id %d", m.id) || o.UID != m.uid() {
				c.fail("Overviews: %d is %s, want %d", o.Msgno, o.Subject, m.id)
			}
			if c.r.IntN(50) == 0 {
				c.read(way(c.r.IntN(ways)), o.Msgno)
			}
		}
	case 3:
		list, err := c.m.FetchOverview(sequence)
		failed = err
		for _, o := range list {
			got[o.Msgno] = true
			if m := c.at(o.Msgno); o.Subject != fmt.Sprintf("id %d", m.id) || o.UID != m.uid() {
				c.fail("FetchOverview: %d is %s, want %d", o.Msgno, o.Subject, m.id)
			}
		}
	}
	c.note("bulk %s: %d, %v", sequence, len(got), failed)
	c.lost = c.lost || errors.Is(failed, imapcompat.ErrConnectionLost)
	if failed != nil {
		return
	}
	for i := start; i <= n; i++ {
		m := c.at(i)
		c.s.mu.Lock()
		gone := m.gone
		c.s.mu.Unlock()
		if !got[i] && !gone {
			c.fail("bulk: %d (id %d) is missing, without an error", i, m.id)
			return
		}
	}
}

func TestRestless(t *testing.T) {
	for _, seed := range restlessSeeds(t) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			watch(t, func() { playRestless(t, seed) })
		})
	}
}

func playRestless(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	s := newRestless(rand.New(rand.NewPCG(seed, 1)), 1+r.IntN(2500))
	s.faulty, s.busy = []int{0, 20, 60}[r.IntN(3)], []int{0, 0, 20, 50}[r.IntN(4)]
	if r.IntN(6) == 0 {
		s.slow = 3 * time.Millisecond
	}
	t.Logf("%d messages, faulty %d, busy %d, slow %v", len(s.view), s.faulty, s.busy, s.slow)
	srv := s.serve(t)
	defer srv.close()
	m, err := open(srv.name("/imap"))
	if err != nil {
		t.Fatal(err)
	}
	c := &caller{t: t, r: r, s: s, m: m, doomed: map[int]bool{}}
	for range 12 {
		c.step()
		if t.Failed() || c.lost {
			break
		}
	}
	m.Close()
	for id := range s.marked {
		if !c.doomed[id] {
			c.fail("id %d was marked by nobody", id)
		}
	}
	t.Logf("%d calls, lost %v", len(c.log), c.lost)
}
