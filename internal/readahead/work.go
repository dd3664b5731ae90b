package readahead

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

// work is what is done in the background: what is owed, and fetching a window.
type work struct {
	streams []*stream // whose windows are fetched, none when there is nothing to fetch
	list    []int     // the window, in the order of the run
	awaited bool      // the caller waits for the first of it

	sized   *stream // whose sizes matter, nil when none do
	horizon []int   // the messages whose sizes to ask for first

	untraced bool // the service is to take no note of the messages

	cancel context.CancelCauseFunc
	out    delivery

	// What the caller has done meanwhile: flags that are under way may be older.
	seen    map[int]bool // read, by message number
	changed []backend.Set

	// To be looked at when out is over.
	sizes   map[int]int
	refused error // a Store for which the caller did not wait
	err     error // the connection is lost
}

// begin starts to fetch a window of streams that run together, when what is under way
// is done.
func (s *Session) begin(ctx context.Context, streams []*stream, list []int) {
	s.finish(ctx)
	if s.failed != nil || len(list) == 0 {
		return
	}
	streams = lacking(streams, list)
	w := &work{streams: streams, list: list, awaited: list[0] == streams[0].last, untraced: s.leavesTrace(streams[0])}
	if i := slices.IndexFunc(streams, func(st *stream) bool { return s.isHeavy(st.items) }); i >= 0 {
		w.sized = streams[i]
		s.measure(w)
	}
	s.start(w)
}

// measure finds out of which messages the sizes are to be asked for.
func (s *Session) measure(w *work) {
	known := w.sized.sizes
	w.sizes = known
	if w.sized.knowsSizes(w.list) {
		return
	}
	w.horizon = slices.Concat(w.list, s.following(w.streams[0], w.list[0], maxMessages))
	w.sizes = make(map[int]int, len(w.horizon))
	w.horizon = slices.DeleteFunc(w.horizon, func(n int) bool {
		size, ok := known[n]
		if ok {
			w.sizes[n] = size
		}
		return ok
	})
}

// isHeavy reports whether these items of a message may be very long.
func (s *Session) isHeavy(items backend.Items) bool {
	return items.Structure && s.State().SizesKnown ||
		slices.ContainsFunc(items.Sections, func(sec backend.Section) bool { return sec.Name != "HEADER" })
}

func (st *stream) knowsSizes(list []int) bool {
	_, ok := st.sizes[list[len(list)-1]]
	return ok
}

func (s *Session) start(w *work) {
	var ctx context.Context
	ctx, w.cancel = context.WithCancelCause(context.Background())
	w.out.news = make(chan struct{}, 1)
	w.seen = make(map[int]bool)
	s.work = w
	s.debts.attend()
	go func() {
		defer w.out.end()
		w.err = s.do(ctx, w)
	}()
}

// do does the work, and returns an error if the connection is lost.
func (s *Session) do(ctx context.Context, w *work) error {
	defer s.debts.desert()
	err := s.pay(ctx, w)
	if err == nil && len(w.streams) > 0 {
		err = s.fetch(ctx, w)
	}
	for err == nil && ctx.Err() == nil && !s.debts.leave() {
		err = s.pay(ctx, w)
	}
	return err
}

// lost is err if it is the end of the connection. Any other will come again when
// the caller asks for the same.
func lost(err error) error {
	if errors.Is(err, backend.ErrConnectionLost) {
		return err
	}
	return nil
}

// fetch fetches a window, as far as it is not too long. The first message of one
// that the caller waits for always is.
func (s *Session) fetch(ctx context.Context, w *work) error {
	if len(w.horizon) > 0 {
		if err := s.fetchSizes(ctx, w); err != nil {
			return err
		}
	}
	list := w.fitting()
	if len(list) == 0 {
		return nil
	}
	items := union(w.streams)
	items.UID = items.UID || items.Flags // a Store may be by UID
	items.Untraced = w.untraced
	messages, octets := 0, 0
	for msg, err := range s.Session.Fetch(ctx, backend.SetOf(w.uid(), list), items) {
		if msg == nil {
			return lost(err)
		}
		r := ready{Message: msg, failed: err, length: length(msg), untraced: w.untraced}
		if items.Flags {
			r.at, r.changes = time.Now(), s.State().Changes
		}
		messages++
		if octets += r.length; messages > len(list) || octets > 8*maxOctets {
			return nil // the server sends what nobody asked for
		}
		w.out.add(r)
	}
	return nil
}

func (s *Session) fetchSizes(ctx context.Context, w *work) error {
	for msg, err := range s.Session.Fetch(ctx, backend.SetOf(w.uid(), w.horizon), backend.Items{Size: true}) {
		if msg == nil {
			return lost(err)
		}
		w.sizes[numberOf(msg, w.uid())] = msg.Size
	}
	return nil
}

func (w *work) uid() bool { return w.streams[0].uid }

// fitting is the beginning of a window that is not too long.
func (w *work) fitting() []int {
	octets := 0
	for i, n := range w.list {
		if octets += w.sizes[n]; octets > maxOctets && (i > 0 || !w.awaited) {
			return w.list[:i]
		}
	}
	return w.list
}

// isBusy reports whether anything is under way, and takes in what has arrived.
func (s *Session) isBusy() bool {
	if s.work != nil {
		s.accept(s.work.out.take())
	}
	return s.work != nil
}

// await waits for a message if it is under way.
func (s *Session) await(ctx context.Context, st *stream, n int) {
	for s.isBusy() && !st.has(n) && slices.Contains(s.work.streams, st) && slices.Contains(s.work.list, n) {
		s.receive(ctx)
	}
}

// finish waits until nothing is under way.
func (s *Session) finish(ctx context.Context) {
	for s.work != nil {
		s.receive(ctx)
	}
}

// wait waits until nothing is under way or owed.
func (s *Session) wait(ctx context.Context) {
	s.finish(ctx)
	for s.failed == nil && ctx.Err() == nil && s.debts.len() > 0 {
		s.start(&work{})
		s.finish(ctx)
	}
}

// idle waits until nothing is under way or owed, and returns how that went wrong. When
// ctx ends before, nothing else is to be done either: a message number that is owed
// something would come to mean another message.
func (s *Session) idle(ctx context.Context) error {
	s.wait(ctx)
	if err := s.failed; err != nil {
		s.failed = nil
		return err
	}
	if s.debts.len() > 0 {
		return ctx.Err()
	}
	return nil
}

// receive waits for more messages, or the end of the work. When ctx ends before,
// the connection is dropped.
func (s *Session) receive(ctx context.Context) {
	select {
	case <-s.work.out.news:
	case <-ctx.Done():
		s.work.cancel(context.Cause(ctx))
		<-s.work.out.news
	}
	s.accept(s.work.out.take())
}

// accept takes in what came from the work: messages, and its end.
func (s *Session) accept(list []ready, over bool) {
	w := s.work
	for _, r := range list {
		r.Flags.Seen = r.Flags.Seen || w.seen[r.Num]
		if slices.ContainsFunc(w.changed, func(set backend.Set) bool { return contains(set, r.Message) }) {
			r.at = time.Time{}
		}
		if len(w.streams) == 1 {
			w.streams[0].accept(r)
			continue
		}
		for _, st := range w.streams {
			if numberOf(r.Message, st.uid) != st.done {
				st.accept(r.of(st))
			}
		}
	}
	w.out.recycle(list)
	if !over {
		return
	}
	w.cancel(nil)
	if w.sized != nil {
		w.sized.sizes = w.sizes
	}
	s.work = nil
	s.failed = cmp.Or(w.err, s.failed)
	s.refused = cmp.Or(s.refused, w.refused)
	if w.refused != nil {
		s.accepted = nil
	}
}

// delivery hands messages over to the caller, by as many as there are: to wake a
// goroutine for each takes longer than to read one.
type delivery struct {
	news chan struct{} // has a token when there is something to take

	mu   sync.Mutex
	list []ready
	over bool

	spare []ready // room for the next list
}

func (d *delivery) add(r ready) {
	d.mu.Lock()
	d.list = append(d.list, r)
	d.mu.Unlock()
	d.tell()
}

func (d *delivery) end() {
	d.mu.Lock()
	d.over = true
	d.mu.Unlock()
	d.tell()
}

func (d *delivery) tell() {
	select {
	case d.news <- struct{}{}:
	default: // not taken yet
	}
}

// take returns what there is, and whether there is no more to come. It is over once.
func (d *delivery) take() (list []ready, over bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	list, d.list, d.spare = d.list, d.spare, nil
	return list, d.over
}

// recycle takes back a list that was looked through.
func (d *delivery) recycle(list []ready) {
	clear(list)
	d.spare = list[:0]
}
