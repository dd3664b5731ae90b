package readahead_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

// service is a Session that records its calls. Message n has the UID 100+removed+n.
type service struct {
	backend.Session // the rest is not called

	mu          sync.Mutex
	messages    int
	size        int // of each text
	rest        int // of each message beside the text
	seen        map[int]bool
	gone        map[int]bool
	notices     map[int]string
	unsolicited int
	readOnly    bool
	parses      bool
	noPeek      bool

	marksHere bool
	log       []string

	// Each Fetch waits for gate, if it is set, and ends with err.
	gate chan struct{}
	err  error

	roundTrip time.Duration

	hold chan struct{} // each Store waits for it, if it is set, or for the end of its context

	refused int // sets with this UID are refused, 0 for none

	removed int // messages that were removed before the first one

	leaveErr   error // of Select and Unselect
	unselected bool  // no mailbox is selected
}

func newService(messages int) *service {
	return &service{messages: messages, size: 10, seen: make(map[int]bool), gone: make(map[int]bool), notices: make(map[int]string)}
}

func (s *service) State() backend.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	mailbox := "INBOX"
	if s.unselected {
		mailbox = ""
	}
	return backend.State{Mailbox: mailbox, Messages: s.messages, Unsolicited: s.unsolicited, ReadOnly: s.readOnly}
}

func (s *service) Traits() backend.Traits {
	return backend.Traits{ParsedHere: s.parses, NoPeek: s.noPeek, MarkedHere: s.marksHere}
}

func (s *service) Link() backend.Link { return backend.Link{RoundTrip: s.roundTrip} }

func (s *service) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = append(s.log, fmt.Sprintf(format, args...))
}

// calls returns the calls since the last time.
func (s *service) calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	log := s.log
	s.log = nil
	return log
}

func (s *service) Fetch(ctx context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		s.note("fetch %s %s", describe(set), describeItems(items))
		if s.gate != nil {
			select {
			case <-s.gate:
			case <-ctx.Done():
				yield(nil, &backend.Error{Kind: backend.ErrConnectionLost, Text: "lost", Err: context.Cause(ctx)})
				return
			}
		}
		if s.err != nil {
			yield(nil, s.err)
			return
		}
		if isIn(set, &backend.Message{Num: -1, UID: s.refused}) {
			yield(nil, &backend.Error{Kind: backend.ErrRefused, Text: "no such set", Notice: "notice"})
			return
		}
		for num := 1; num <= s.messages; num++ {
			if msg := s.message(num, items); msg != nil && isIn(set, msg) && !yield(msg, nil) {
				return
			}
		}
	}
}

func (s *service) message(num int, items backend.Items) *backend.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone[num] {
		return nil
	}
	msg := &backend.Message{Num: num, UID: 100 + s.removed + num, Size: s.size + s.rest, Flags: backend.Flags{Seen: s.seen[num]}}
	for range items.Sections {
		msg.Sections = append(msg.Sections, bytes.Repeat([]byte{'x'}, s.size))
		msg.Reading = true
	}
	if notice := s.notices[num]; notice != "" {
		msg.Notices = []string{notice}
	}
	return msg
}

func isIn(set backend.Set, msg *backend.Message) bool {
	n := msg.Num
	if set.UID {
		n = msg.UID
	}
	return slices.ContainsFunc(set.Ranges, func(r backend.Range) bool { return r.First <= n && n <= r.Last })
}

func describe(set backend.Set) string {
	var parts []string
	for _, r := range set.Ranges {
		if r.First == r.Last {
			parts = append(parts, fmt.Sprint(r.First))
		} else {
			parts = append(parts, fmt.Sprintf("%d:%d", r.First, r.Last))
		}
	}
	return strings.Join(parts, ",")
}

func describeItems(items backend.Items) string {
	var parts []string
	for _, item := range []struct {
		wanted bool
		name   string
	}{{items.Envelope, "envelope"}, {items.Structure, "structure"}, {items.Flags, "flags"}, {items.Size, "size"}} {
		if item.wanted {
			parts = append(parts, item.name)
		}
	}
	for _, sec := range items.Sections {
		name := "[" + sec.Name + "]"
		if !sec.Peek {
			name += "!"
		}
		parts = append(parts, name)
	}
	return strings.Join(parts, " ")
}

func (s *service) Store(ctx context.Context, set backend.Set, op backend.StoreOp, flags []string) error {
	sign := ""
	if op == backend.StoreRemove {
		sign = "-"
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	s.note("store %s %s%s", describe(set), sign, strings.Join(flags, " "))
	if s.hold != nil {
		select {
		case <-s.hold:
		case <-ctx.Done(): // it was sent, and is still done
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for num := 1; num <= s.messages; num++ {
		if isIn(set, &backend.Message{Num: num, UID: 100 + s.removed + num}) {
			s.seen[num] = true
		}
	}
	return s.err
}

func (s *service) Select(context.Context, string, bool) error { s.note("select"); return s.leaveErr }
func (s *service) Unselect(context.Context) error             { s.note("unselect"); return s.leaveErr }

func (s *service) Poll(context.Context) error    { s.note("poll"); return nil }
func (s *service) Expunge(context.Context) error { s.note("expunge"); return nil }
func (s *service) Abort() error                  { s.note("abort"); return nil }
func (s *service) Logout(context.Context) error  { s.note("logout"); return nil }

var (
	ctx     = context.Background()
	headers = backend.Items{Flags: true, Envelope: true}
	texts   = backend.Items{Sections: []backend.Section{{Name: "TEXT"}}}
	peeks   = backend.Items{Sections: []backend.Section{{Name: "TEXT", Peek: true}}}
	fields  = backend.Items{Sections: []backend.Section{{Name: "HEADER", Peek: true}}}
)

// reader is a Session over a service, with its notices.
type reader struct {
	*readahead.Session
	*service
	t       *testing.T
	notices []string
}

func newReader(t *testing.T, s *service) *reader {
	r := &reader{service: s, t: t}
	r.extend(readahead.Untraced)
	return r
}

func (r *reader) extend(e readahead.Extent) {
	r.Session = readahead.New(r.service, e, func(n backend.Notice) { r.notices = append(r.notices, n.Text) })
}

// read reads one message, by number or UID.
func (r *reader) read(uid bool, n int, items backend.Items) *backend.Message {
	r.t.Helper()
	msg, err := r.try(ctx, uid, n, items)
	if err != nil {
		r.t.Fatalf("message %d: %v", n, err)
	}
	return msg
}

func (r *reader) try(ctx context.Context, uid bool, n int, items backend.Items) (*backend.Message, error) {
	set := backend.Set{UID: uid, Ranges: []backend.Range{{First: n, Last: n}}}
	for msg, err := range r.Session.Fetch(ctx, set, items) {
		return msg, err
	}
	return nil, errors.New("no such message")
}

// settle waits until nothing is under way.
func (r *reader) settle() { r.Session.Beneath(ctx) }

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %v\nwant %v", what, got, want)
	}
}

// TestWindows reads messages in some order and checks what is fetched.
func TestWindows(t *testing.T) {
	for _, test := range []struct {
		name   string
		uid    bool
		follow []int
		items  backend.Items
		reads  []int
		want   []string
	}{
		{name: "one message", items: headers, reads: []int{5}, want: []string{"fetch 5 envelope flags"}},
		{name: "up", items: fields, reads: upTo(20), want: []string{
			"fetch 1 [HEADER]", "fetch 2:21 [HEADER]", "fetch 22:60 [HEADER]",
		}},
		{name: "down", items: fields, reads: []int{30, 29, 28, 27}, want: []string{
			"fetch 30 [HEADER]", "fetch 10:29 [HEADER]",
		}},
		{name: "to the end", items: fields, reads: []int{57, 58, 59, 60}, want: []string{
			"fetch 57 [HEADER]", "fetch 58:60 [HEADER]",
		}},
		{name: "here and there", items: fields, reads: []int{5, 20, 9, 13, 2}, want: []string{
			"fetch 5 [HEADER]", "fetch 20 [HEADER]", "fetch 9 [HEADER]", "fetch 13 [HEADER]", "fetch 2 [HEADER]",
		}},
		{name: "the same again", items: fields, reads: []int{5, 5, 5}, want: []string{
			"fetch 5 [HEADER]", "fetch 5 [HEADER]", "fetch 5 [HEADER]",
		}},
		{name: "a result", follow: []int{9, 3, 4, 20, 21, 7, 1}, items: fields, reads: []int{9, 3, 4, 20}, want: []string{
			"fetch 9 [HEADER]", "fetch 1,3:4,7,20:21 [HEADER]",
		}},
		{name: "a page of a result", follow: []int{9, 3, 4, 20, 21, 7, 1}, items: fields, reads: []int{4, 20, 21}, want: []string{
			"fetch 4 [HEADER]", "fetch 1,7,20:21 [HEADER]",
		}},
		{name: "a result from its end", follow: []int{2, 3, 8, 9, 14, 20, 25}, items: fields, reads: []int{25, 20, 14, 9}, want: []string{
			"fetch 25 [HEADER]", "fetch 2:3,8:9,14,20 [HEADER]",
		}},
		{name: "UIDs with gaps", uid: true, items: fields, reads: []int{101, 104, 105, 111}, want: []string{
			"fetch 101 [HEADER]", "fetch 104:123 [HEADER]",
		}},
		{name: "a result of UIDs", uid: true, follow: []int{130, 110, 125}, items: fields, reads: []int{130, 110, 125}, want: []string{
			"fetch 130 [HEADER]", "fetch 110,125 [HEADER]",
		}},
		{name: "texts, whose sizes matter", items: peeks, reads: []int{1, 2, 3}, want: []string{
			"fetch 1 [TEXT]", "fetch 2:60 size", "fetch 2:21 [TEXT]",
		}},
		{name: "passing over some", items: fields, reads: []int{1, 2, 3, 4, 5, 6, 10, 11, 12, 13}, want: []string{
			"fetch 1 [HEADER]", "fetch 2:21 [HEADER]", "fetch 22:60 [HEADER]",
		}},
		{name: "passing over most", items: fields, reads: []int{1, 2, 9, 16, 21, 22, 23, 24}, want: []string{
			"fetch 1 [HEADER]", "fetch 2:21 [HEADER]", "fetch 22:31 [HEADER]",
		}},
		{name: "two here and two there", items: fields, reads: []int{1, 2, 50, 51, 30, 31, 10, 11, 40, 41}, want: []string{
			"fetch 1 [HEADER]", "fetch 2:21 [HEADER]", "fetch 50 [HEADER]", "fetch 51:52 [HEADER]",
			"fetch 30 [HEADER]", "fetch 31:32 [HEADER]", "fetch 10 [HEADER]", "fetch 11:12 [HEADER]",
			"fetch 40 [HEADER]", "fetch 41:42 [HEADER]",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newReader(t, newService(60))
			r.Follow(test.follow, test.uid)
			for _, n := range test.reads {
				msg := r.read(test.uid, n, test.items)
				if test.uid && msg.UID != n || !test.uid && msg.Num != n {
					t.Errorf("asked for %d, got %d (UID %d)", n, msg.Num, msg.UID)
				}
				r.settle()
			}
			check(t, "calls", r.calls(), test.want)
		})
	}
}

// One command fetches for streams that run together.
func TestTogether(t *testing.T) {
	for _, test := range []struct {
		name  string
		last  int
		kinds []backend.Items // of reading each message
		want  []string
	}{
		{"a structure and a text", 9, []backend.Items{structures, peeks}, []string{
			"fetch 1 structure", "fetch 1 [TEXT]", "fetch 2:30 size", "fetch 2:21 structure [TEXT]",
		}},
		{"a header, a structure and a text", 15, []backend.Items{headers, structures, peeks}, []string{
			"fetch 1 envelope flags", "fetch 1 structure", "fetch 1 [TEXT]",
			"fetch 2:30 size", "fetch 2:21 envelope structure flags [TEXT]", "fetch 22:30 envelope structure flags [TEXT]",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newReader(t, newService(30))
			for n := 1; n <= test.last; n++ {
				for _, items := range test.kinds {
					msg := r.read(false, n, items)
					if msg.Num != n || len(msg.Sections) != len(items.Sections) {
						t.Errorf("asked for %s of message %d, got %d with %d texts", describeItems(items), n, msg.Num, len(msg.Sections))
					}
					r.settle()
				}
			}
			check(t, "calls", r.calls(), test.want)
		})
	}
}

// Kinds of reading also run together along a result.
func TestTogetherAlongResult(t *testing.T) {
	r := newReader(t, newService(60))
	result := []int{3, 9, 6, 20, 40, 12, 50, 41, 8, 33, 34, 2}
	r.Follow(result, false)
	for _, n := range result[:9] {
		r.read(false, n, structures)
		r.read(false, n, peeks)
		r.settle()
	}
	check(t, "calls", r.calls(), []string{
		"fetch 3 structure", "fetch 3 [TEXT]", "fetch 2,6,8:9,12,20,33:34,40:41,50 size",
		"fetch 2,6,8:9,12,20,33:34,40:41,50 structure [TEXT]",
	})
}

// Texts that are read of a few messages only are soon not fetched together with what is
// read of all messages.
func TestRarelyTogether(t *testing.T) {
	const messages = 400
	r := newReader(t, newService(messages))
	for n := 1; n <= messages; n++ {
		r.read(false, n, backend.Items{Structure: true})
		if n%20 == 1 {
			r.read(false, n, peeks)
		}
	}
	r.settle()
	texts := 0
	for _, call := range r.calls() {
		var first, last int
		if !strings.HasSuffix(call, "[TEXT]") {
			continue
		}
		if n, _ := fmt.Sscanf(call, "fetch %d:%d", &first, &last); n == 1 {
			last = first
		}
		texts += last - first + 1
	}
	if texts > messages/20+20 {
		t.Errorf("%d texts were fetched for the %d that were read", texts, messages/20)
	}
}

// Two texts do not run together. Nothing runs together where the session parses messages
// itself.
func TestApart(t *testing.T) {
	for _, parses := range []bool{false, true} {
		s := newService(30)
		s.parses = parses
		r := newReader(t, s)
		together := []backend.Items{fields, peeks}
		if parses {
			together = []backend.Items{headers, {Structure: true}, peeks}
		}
		for n := 1; n <= 9; n++ {
			for _, items := range together {
				check(t, "message", r.read(false, n, items).Num, n)
			}
		}
		r.settle()
		kinds := make(map[string]bool)
		for _, call := range r.calls() {
			kinds[strings.SplitN(call, " ", 3)[2]] = true
		}
		delete(kinds, "size")
		check(t, "kinds of calls", len(kinds), len(together))
	}
}

// What the service records as retrieved is prefetched only if the extent allows it.
func TestExtent(t *testing.T) {
	all := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	for _, test := range []struct {
		name     string
		extent   readahead.Extent
		noPeek   bool
		announce bool
		items    backend.Items
		ahead    bool
	}{
		{"headers", readahead.Untraced, true, false, fields, true},
		{"texts", readahead.Untraced, true, false, peeks, false},
		{"texts that can be peeked at", readahead.Untraced, false, false, peeks, true},
		{"texts that were announced", readahead.Untraced, true, true, peeks, true},
		{"everything", readahead.Everything, true, false, peeks, true},
		{"nothing", readahead.Nothing, false, false, fields, false},
		{"nothing, announced", readahead.Nothing, false, true, fields, false},
	} {
		s := newService(10)
		s.noPeek = test.noPeek
		r := newReader(t, s)
		r.extend(test.extent)
		if test.announce {
			r.Announce(all, false)
		}
		for _, n := range all {
			r.read(false, n, test.items)
			r.settle()
		}
		if calls := len(r.calls()); (calls < len(all)) != test.ahead {
			t.Errorf("%s: %d calls", test.name, calls)
		}
	}
}

// The prefetch of announced messages stops when another list is followed.
func TestAnnouncedNoMore(t *testing.T) {
	s := newService(40)
	s.noPeek = true
	r := newReader(t, s)
	list := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	r.Announce(list, false)
	for n := 1; n <= 4; n++ {
		r.read(false, n, peeks)
	}
	r.settle()
	r.calls()
	r.Follow(list, false)
	for n := 5; n <= 7; n++ { // already in the cache
		r.read(false, n, peeks)
		r.settle()
	}
	check(t, "calls", r.calls(), []string(nil))
}

// A loop over 500 messages takes few round trips.
func TestRoundTrips(t *testing.T) {
	r := newReader(t, newService(500))
	for n := 1; n <= 500; n++ {
		r.read(false, n, fields)
		r.settle()
	}
	if calls := len(r.calls()); calls > 3 {
		t.Errorf("%d calls", calls)
	}
}

// A loop that reads several things of each message has windows for all of them.
func TestMixedLoop(t *testing.T) {
	r := newReader(t, newService(200))
	for n := 1; n <= 200; n++ {
		r.read(false, n, headers)
		r.read(false, n, fields)
		r.read(false, n, peeks)
		r.settle()
	}
	if calls := len(r.calls()); calls > 10 {
		t.Errorf("%d calls", calls)
	}
}

// Long texts are not prefetched.
func TestLongTexts(t *testing.T) {
	s := newService(10)
	s.size = 5 << 20
	r := newReader(t, s)
	for n := 1; n <= 3; n++ {
		check(t, "length", len(r.read(false, n, peeks).Sections[0]), s.size)
		r.settle()
	}
	check(t, "calls", r.calls(), []string{"fetch 1 [TEXT]", "fetch 2:10 size", "fetch 2 [TEXT]", "fetch 3 [TEXT]"})
}

// The window is limited in octets.
func TestWindowOctets(t *testing.T) {
	s := newService(100)
	s.size = 150 << 10
	r := newReader(t, s)
	for n := 1; n <= 90; n++ {
		r.read(false, n, peeks)
		r.settle()
		for _, call := range r.calls() {
			var first, last int
			fmt.Sscanf(call, "fetch %d:%d", &first, &last)
			if strings.HasSuffix(call, "[TEXT]") && last-first > 13 {
				t.Fatalf("%s: more than 2 MiB", call)
			}
		}
	}
}

// If texts are small parts of the messages, a window has as many as the link carries, of
// messages of up to 6 MiB together.
func TestWindowOfParts(t *testing.T) {
	for _, test := range []struct {
		size, rest int
		parses     bool
		want       string
	}{
		{10 << 10, 0, false, "fetch 22:225 [TEXT]"},
		{8 << 10, 2 << 10, false, "fetch 22:277 [TEXT]"},
		{1 << 10, 9 << 10, false, "fetch 22:635 [TEXT]"},
		{1 << 10, 9 << 10, true, "fetch 22:225 [TEXT]"},
	} {
		s := newService(1000)
		s.size, s.rest, s.parses = test.size, test.rest, test.parses
		r := newReader(t, s)
		for n := 1; n <= 20; n++ {
			r.read(false, n, peeks)
			r.settle()
		}
		calls := r.calls()
		check(t, "the second window", calls[len(calls)-1], test.want)
	}
}

// Reading a text sets \Seen in the background, in few commands. A prefetch does not set it.
func TestSeen(t *testing.T) {
	r := newReader(t, newService(40))
	for n := 1; n <= 20; n++ {
		r.read(false, n, texts)
	}
	r.settle()
	for _, call := range r.calls() {
		if strings.HasSuffix(call, "!") && call != "fetch 1 [TEXT]!" {
			t.Errorf("%s: not by Peek", call)
		}
	}
	for n := 1; n <= 40; n++ {
		if want := 2 <= n && n <= 20; r.seen[n] != want { // an ordinary Fetch read the first one
			t.Errorf("message %d: seen %v", n, r.seen[n])
		}
	}
}

func TestSeenInHeader(t *testing.T) {
	r := newReader(t, newService(40))
	for n := 1; n <= 3; n++ {
		r.read(false, n, headers)
		r.read(false, n, texts)
	}
	// 4 is in the window of the headers.
	r.read(false, 4, texts)
	check(t, "seen in the window", r.read(false, 4, headers).Flags.Seen, true)
	check(t, "not read", r.read(false, 5, headers).Flags.Seen, false)
}

// late is a service that sends the rest of a window when a call asks for its state.
type late struct {
	*service
	mu   sync.Mutex
	rest chan struct{} // a Fetch waits for it after its first message, nil for no wait
	done chan struct{} // is closed when that Fetch has sent all
}

func (l *late) Fetch(ctx context.Context, set backend.Set, items backend.Items) iter.Seq2[*backend.Message, error] {
	return func(yield func(*backend.Message, error) bool) {
		l.mu.Lock()
		rest := l.rest
		l.mu.Unlock()
		for msg, err := range l.service.Fetch(ctx, set, items) {
			if !yield(msg, err) {
				return
			}
			if rest != nil {
				<-rest
			}
		}
		if rest != nil {
			close(l.done)
		}
	}
}

// hold makes the next Fetch wait. sendRest ends the wait.
func (l *late) hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest, l.done = make(chan struct{}), make(chan struct{})
}

func (l *late) sendRest() {
	l.mu.Lock()
	rest, done := l.rest, l.done
	l.rest = nil
	l.mu.Unlock()
	if rest != nil {
		close(rest)
		<-done
	}
}

// A text is read while the flags of the message, which the service sent before, arrive.
func TestSeenInArriving(t *testing.T) {
	l := &late{service: newService(40)}
	r := &reader{service: l.service, t: t}
	var reading atomic.Bool
	r.Session = readahead.New(&lateState{l, &reading}, readahead.Untraced, func(backend.Notice) {})
	r.read(false, 1, texts)
	r.read(false, 2, texts)
	r.settle()
	r.read(false, 1, headers)
	l.hold()
	r.read(false, 2, headers)
	reading.Store(true)
	r.read(false, 3, texts)
	reading.Store(false)
	check(t, "seen", r.read(false, 3, headers).Flags.Seen, true)
}

// lateState sends the rest when the state is asked for while a text is read.
type lateState struct {
	*late
	reading *atomic.Bool
}

func (l *lateState) State() backend.State {
	if l.reading.Load() {
		l.sendRest()
	}
	return l.service.State()
}

func TestSeenReadOnly(t *testing.T) {
	s := newService(40)
	s.readOnly = true
	r := newReader(t, s)
	for n := 1; n <= 10; n++ {
		r.read(false, n, texts)
	}
	r.settle()
	for _, call := range r.calls() {
		if strings.HasPrefix(call, "store") {
			t.Errorf("%s in a mailbox that is read only", call)
		}
	}
}

// A refusal of \Seen is no error. The loss of the connection is the error of the next call.
func TestSeenFails(t *testing.T) {
	for _, test := range []struct {
		err  error
		want error
	}{
		{&backend.Error{Kind: backend.ErrRefused, Text: "no"}, nil},
		{&backend.Error{Kind: backend.ErrProtocol, Text: "bad"}, nil},
		{&backend.Error{Kind: backend.ErrConnectionLost, Text: "lost"}, backend.ErrConnectionLost},
	} {
		r := newReader(t, newService(40))
		for n := 1; n <= 5; n++ {
			r.read(false, n, texts)
		}
		r.settle()
		r.err = test.err
		r.read(false, 6, texts)
		r.settle()
		r.err = nil
		if err := r.Session.Logout(ctx); !errors.Is(err, test.want) {
			t.Errorf("%v: got %v", test.err, err)
		}
	}
}

// Flags are up to date, also those of messages in a window.
func TestFreshFlags(t *testing.T) {
	for _, test := range []struct {
		name string
		news func(r *reader)
	}{
		{"a Store", func(r *reader) {
			r.Session.Store(ctx, backend.Set{Ranges: []backend.Range{{First: 6, Last: 6}}}, backend.StoreAdd, []string{`\Seen`})
		}},
		{"a Store by UID", func(r *reader) {
			r.Session.Store(ctx, backend.Set{UID: true, Ranges: []backend.Range{{First: 106, Last: 106}}}, backend.StoreAdd, []string{`\Seen`})
		}},
		{"a Poll", func(r *reader) {
			r.mu.Lock()
			r.seen[6] = true
			r.mu.Unlock()
			r.Session.Poll(ctx)
		}},
		{"news from the server", func(r *reader) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.seen[6] = true
			r.unsolicited++
		}},
		{"time", func(r *reader) {
			r.mu.Lock()
			r.seen[6] = true
			r.mu.Unlock()
			time.Sleep(300 * time.Millisecond)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, newService(40))
			for n := 1; n <= 4; n++ {
				r.read(false, n, headers)
			}
			r.settle()
			test.news(r)
			check(t, "5", r.read(false, 5, headers).Flags.Seen, false)
			check(t, "6", r.read(false, 6, headers).Flags.Seen, true)
		})
	}
}

// Some calls may change message numbers. They empty the cache.
func TestRenumbered(t *testing.T) {
	for name, do := range map[string]func(r *reader){
		"poll":    func(r *reader) { r.Session.Poll(ctx) },
		"expunge": func(r *reader) { r.Session.Expunge(ctx) },
	} {
		r := newReader(t, newService(40))
		for n := 1; n <= 4; n++ {
			r.read(false, n, fields)
		}
		r.settle()
		r.calls()
		do(r)
		r.read(false, 5, fields)
		check(t, name, r.calls(), []string{name, "fetch 5 [HEADER]"})
	}
}

// Parse errors are reported once, when the message is read.
func TestNotices(t *testing.T) {
	s := newService(40)
	for n := 1; n <= 40; n++ {
		s.notices[n] = fmt.Sprint("notice ", n)
	}
	r := newReader(t, s)
	for n := 1; n <= 5; n++ {
		r.read(false, n, fields)
	}
	r.settle()
	check(t, "notices", r.notices, []string{"notice 1", "notice 2", "notice 3", "notice 4", "notice 5"})

}

// The notice about a message that cannot be read is reported when the caller asks for it,
// and not when it is prefetched.
func TestNoticeOfRefusal(t *testing.T) {
	s := newService(20)
	s.refused = 104
	r := newReader(t, s)
	for uid := 101; uid <= 103; uid++ {
		r.read(true, uid, headers)
		r.settle()
	}
	if calls := s.calls(); !slices.Contains(calls, "fetch 102:121 envelope flags") {
		t.Errorf("not asked for ahead: %q", calls)
	}
	check(t, "notices", r.notices, []string(nil))
	if _, err := r.try(ctx, true, 104, headers); !errors.Is(err, backend.ErrRefused) {
		t.Errorf("error %v", err)
	}
	check(t, "notices", r.notices, []string{"notice"})
}

// Where the session parses messages itself, their parse errors are reported once for the
// header and once for the structure, even if they are prefetched twice.
func TestNoticesOnce(t *testing.T) {
	s := newService(40)
	s.parses = true
	s.notices[6] = "notice"
	r := newReader(t, s)
	envelopes, structures := backend.Items{Envelope: true}, backend.Items{Structure: true}
	for n := 1; n <= 5; n++ {
		r.read(false, n, envelopes)
		r.read(false, n, structures)
	}
	r.settle()
	r.read(false, 30, envelopes)
	r.read(false, 30, structures)
	check(t, "notices", r.notices, []string(nil))
	for _, step := range []struct {
		items backend.Items
		want  int
	}{{envelopes, 1}, {envelopes, 1}, {structures, 2}, {structures, 2}, {envelopes, 2}} {
		r.read(false, 6, step.items)
		check(t, "number of notices", len(r.notices), step.want)
	}
}

// A message that is gone is not returned, and the messages after it are.
func TestGone(t *testing.T) {
	s := newService(40)
	s.gone[5] = true
	r := newReader(t, s)
	for n := 1; n <= 9; n++ {
		msg, err := r.try(ctx, false, n, fields)
		if (n == 5) != (err != nil) || err == nil && msg.Num != n {
			t.Errorf("message %d: %v, %v", n, msg, err)
		}
	}
}

// Calls wait for what is under way. A message that a window lacks is fetched alone, and the
// rest of the window stays.
func TestHole(t *testing.T) {
	r := newReader(t, newService(200))
	r.gone[24], r.gone[45] = true, true
	for n := 1; n <= 60; n++ {
		if msg, err := r.try(ctx, false, n, fields); (err != nil) != r.gone[n] || err == nil && msg.Num != n {
			t.Errorf("message %d: %v, %v", n, msg, err)
		}
		r.settle()
	}
	fetched := make(map[string]int)
	for _, call := range r.calls() {
		fetched[strings.Fields(call)[1]]++
	}
	if fetched["24"] != 1 || fetched["45"] != 1 || len(fetched) > 10 {
		t.Errorf("windows: %v", fetched)
	}
}

func TestOrder(t *testing.T) {
	s := newService(40)
	r := newReader(t, s)
	r.read(false, 1, texts)
	r.read(false, 2, texts)
	r.read(false, 3, texts)
	r.Session.Expunge(ctx)
	log := r.calls()
	stored := slices.IndexFunc(log, func(call string) bool { return strings.HasPrefix(call, "store") })
	if last := len(log) - 1; log[last] != "expunge" || stored < 0 {
		t.Errorf("calls %q", log)
	}
	for n := 2; n <= 3; n++ {
		check(t, fmt.Sprint("seen ", n), s.seen[n], true)
	}
}

// A message that was prefetched along a result is still there when the caller leaves the
// result, or has another one.
func TestLeftOrder(t *testing.T) {
	for name, leave := range map[string]func(r *reader){
		"another result":        func(r *reader) { r.Follow([]int{1, 2}, false) },
		"a result of UIDs":      func(r *reader) { r.Follow([]int{101, 102}, true) },
		"an empty result":       func(r *reader) { r.Follow(nil, false) },
		"a place not in it":     func(r *reader) { r.read(false, 40, fields) },
		"a shorter, same place": func(r *reader) { r.Follow([]int{11}, false) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newReader(t, newService(40))
			r.Follow([]int{5, 9, 2, 30, 17, 11, 8, 20}, false)
			for _, n := range []int{5, 9, 2, 30} {
				r.read(false, n, fields)
			}
			r.settle()
			leave(r)
			r.settle()
			r.calls()
			check(t, "message", r.read(false, 11, fields).Num, 11)
			r.settle()
			for _, n := range []int{40, 11, 12, 2, 101} {
				if msg, err := r.try(ctx, false, n, fields); err == nil && msg.Num != n || (err != nil) != (n == 101) {
					t.Errorf("message %d: %v, %v", n, msg, err)
				}
			}
		})
	}
}

// Each read returns the requested message, in any order of reading and with results in
// between.
func FuzzReading(f *testing.F) {
	f.Add([]byte{0x80, 5, 9, 2, 30, 17, 0x81, 11, 8, 20})
	f.Add([]byte{1, 2, 3, 4, 5, 0x83, 9, 8, 7, 0xc2, 1, 30})
	f.Add([]byte{0x82, 1, 2, 3, 4, 0x80, 1, 3, 5, 7, 0xc1, 0xc1, 39, 40, 41})
	results := [][]int{{5, 9, 2, 30, 17, 11, 8, 20}, {1, 2}, {}, {40, 30, 20, 10, 9, 8, 7, 3, 1}}
	f.Fuzz(func(t *testing.T, calls []byte) {
		r := newReader(t, newService(40))
		for _, call := range calls[:min(len(calls), 200)] {
			if n, result := int(call&0x3f), call&0x80 != 0; result {
				r.Follow(results[n%len(results)], call&0x40 != 0)
			} else if msg, err := r.try(ctx, false, n, fields); (err == nil) != (n >= 1 && n <= 40) || err == nil && msg.Num != n {
				t.Fatalf("message %d: %v, %v", n, msg, err)
			}
		}
		r.settle()
	})
}

// The call ends when ctx ends, also while something is under way.
func TestCancel(t *testing.T) {
	s := newService(40)
	r := newReader(t, s)
	for n := 1; n <= 3; n++ {
		r.read(false, n, fields)
		r.settle()
	}
	s.gate = make(chan struct{})
	for n := 4; n <= 5; n++ {
		r.read(false, n, fields) // the next window waits at the gate
	}
	cancelled, cancel := context.WithCancelCause(ctx)
	enough := errors.New("enough")
	time.AfterFunc(20*time.Millisecond, func() { cancel(enough) })
	var err error
	for n := 6; err == nil && n <= 40; n++ {
		_, err = r.try(cancelled, false, n, fields)
	}
	if !errors.Is(err, backend.ErrConnectionLost) || !errors.Is(err, enough) {
		t.Errorf("error %v", err)
	}
}

// Messages are fetched while the caller works.
func TestOverlap(t *testing.T) {
	s := newService(40)
	r := newReader(t, s)
	for n := 1; n <= 14; n++ {
		r.read(false, n, fields)
		if n == 4 {
			r.settle()
		}
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		if log := s.calls(); slices.Contains(log, "fetch 22:40 [HEADER]") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("nothing is fetched while the caller works")
		}
	}
}

// No goroutine runs after Logout.
func TestNoGoroutineStays(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		r := newReader(t, newService(40))
		for n := 1; n <= 10; n++ {
			r.read(false, n, texts)
		}
		r.Session.Logout(ctx)
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

// When the first structure has brought neighbours, the stream of texts is a message ahead
// when the structures end. Both run together from there on.
func TestTogetherWithNeighbours(t *testing.T) {
	s := newService(100)
	s.roundTrip = 20 * time.Millisecond
	r := newReader(t, s)
	for n := 1; n <= 100; n++ {
		r.read(false, n, backend.Items{UID: true, Structure: true})
		r.read(false, n, peeks)
		r.settle()
	}
	check(t, "calls", r.calls(), []string{"fetch 1:20 structure", "fetch 1 [TEXT]", "fetch 2:100 size", "fetch 2:21 [TEXT]",
		"fetch 21:100 structure [TEXT]"})
}
