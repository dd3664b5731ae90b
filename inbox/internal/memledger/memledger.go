// Package memledger is a ledger in memory, for tests: the documentation of [inbox.Ledger] in
// its plainest form. Its clock can be one that a test sets.
package memledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// Ledger is an [inbox.Ledger] in memory. Many goroutines may use it.
type Ledger struct {
	mu    sync.Mutex
	now   func() time.Time
	boxes map[string]*box
}

// New returns an empty ledger with a clock.
func New(now func() time.Time) *Ledger { return &Ledger{now: now, boxes: map[string]*box{}} }

// box has the records of a box, in their order, and its sources.
type box struct {
	records []*record
	sources map[string]*source
	noted   int // contents
}

type source struct {
	owner  string
	until  time.Time
	fence  int64
	cursor string
	last   time.Time
}

type record struct {
	inbox.Record
	contents map[string]int // when each was noted
}

func (l *Ledger) box(name string) *box {
	b := l.boxes[name]
	if b == nil {
		b = &box{sources: map[string]*source{}}
		l.boxes[name] = b
	}
	return b
}

func (b *box) source(name string) *source {
	s := b.sources[name]
	if s == nil {
		s = &source{}
		b.sources[name] = s
	}
	return s
}

func (b *box) byKey(key string) *record {
	for _, r := range b.records {
		if r.Key == key {
			return r
		}
	}
	return nil
}

// at returns the record at a place, and its location there.
func (b *box) at(p inbox.Place) (*record, *inbox.Location) {
	for _, r := range b.records {
		for i := range r.Locations {
			if at := &r.Locations[i]; at.Place == p && !at.Vanished {
				return r, at
			}
		}
	}
	return nil, nil
}

// in returns the last location of a record in a source that has not vanished, or nil.
func (r *record) in(source string) *inbox.Location {
	for i := len(r.Locations) - 1; i >= 0; i-- {
		if at := &r.Locations[i]; at.Source == source && !at.Vanished {
			return at
		}
	}
	return nil
}

func (r *record) somewhere() bool {
	return slices.ContainsFunc(r.Locations, func(at inbox.Location) bool { return !at.Vanished })
}

func (r *record) open() bool {
	return r.State == inbox.StateNew || r.State == inbox.StateClaimed || r.State == inbox.StateFailed
}

// bury sets a record to Gone that waits for nothing.
func (r *record) bury(now time.Time) {
	waits := r.State == inbox.StateNew || r.State == inbox.StateFailed || r.State == inbox.StateClaimed && !now.Before(r.Due)
	if waits && !r.somewhere() {
		r.change(inbox.StateGone, now)
	}
}

func (r *record) change(s inbox.State, now time.Time) {
	r.State, r.Owner, r.Due, r.LastChange = s, "", time.Time{}, now
}

// view returns a copy for a caller who asked for a source.
func (r *record) view(source string) inbox.Record {
	v := r.Record
	v.Locations = slices.Clone(r.Locations)
	for _, at := range r.Locations {
		if v.Place == (inbox.Place{}) || source == "" || at.Source == source {
			v.Place = at.Place
		}
	}
	return v
}

// claimed returns the record of a claim that its owner still has, or nil.
func (l *Ledger) claimed(c inbox.Record) *record {
	r := l.box(c.Box).byKey(c.Key)
	if r == nil || r.State != inbox.StateClaimed || r.Owner != c.Owner || r.Fence != c.Fence {
		return nil
	}
	return r
}

// StartScan implements [inbox.Ledger].
func (l *Ledger) StartScan(ctx context.Context, box, name, owner string, lease time.Duration) (inbox.Scan, error) {
	if err := ctx.Err(); err != nil {
		return inbox.Scan{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s, now := l.box(box).source(name), l.now()
	if s.owner != owner {
		if s.owner != "" && now.Before(s.until) {
			return inbox.Scan{}, inbox.ErrBusy
		}
		s.owner = owner
		s.fence++
	}
	s.until = now.Add(lease)
	scan := inbox.Scan{Box: box, Source: name, Owner: owner, Fence: s.fence, Cursor: s.cursor}
	if lease == 0 {
		s.owner = ""
	}
	return scan, nil
}

// Sight implements [inbox.Ledger].
func (l *Ledger) Sight(ctx context.Context, s inbox.Sighting) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b, now := l.box(s.Scan.Box), l.now()
	right := b.source(s.Scan.Source)
	if right.owner != s.Scan.Owner || right.fence != s.Scan.Fence {
		return 0, inbox.ErrClaimLost
	}
	right.cursor, right.last = s.Cursor, now
	there := map[string]bool{}
	var fresh []inbox.Sighted
	for _, one := range s.Sighted {
		if there[one.ID] {
			continue
		}
		there[one.ID] = true
		known, at := b.at(inbox.Place{Source: s.Scan.Source, ID: one.ID})
		if known != nil && known.Size != 0 && one.Size != 0 && known.Size != one.Size {
			at.Vanished = true
			known.bury(now)
			known = nil
		}
		if known == nil && !one.Unwanted {
			fresh = append(fresh, one)
		}
	}
	if s.Complete {
		b.vanish(s.Scan.Source, there, now)
	}
	slices.SortStableFunc(fresh, func(x, y inbox.Sighted) int { return cmp.Compare(x.Order, y.Order) })
	for _, one := range fresh {
		b.add(s.Scan, one, now)
	}
	return len(fresh), nil
}

// vanish marks the places of a source that are not there.
func (b *box) vanish(source string, there map[string]bool, now time.Time) {
	for _, r := range b.records {
		for i := range r.Locations {
			if at := &r.Locations[i]; at.Source == source && !there[at.ID] {
				at.Vanished = true
			}
		}
		r.bury(now)
	}
}

func (b *box) add(s inbox.Scan, one inbox.Sighted, now time.Time) {
	key := one.Key
	for n := 2; b.byKey(key) != nil; n++ {
		key = fmt.Sprintf("%s-%d", one.Key, n)
	}
	b.records = append(b.records, &record{
		Record: inbox.Record{
			Box: s.Box, Key: key, State: inbox.StateNew, Lane: one.Lane, Size: one.Size, FirstSeen: now, LastChange: now,
			Locations: []inbox.Location{{Place: inbox.Place{Source: s.Source, ID: one.ID}}},
		},
		contents: map[string]int{},
	})
}

// Lookup implements [inbox.Ledger].
func (l *Ledger) Lookup(ctx context.Context, box, source string, ids []string) ([]inbox.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	records := make([]inbox.Record, len(ids))
	for i, id := range ids {
		place := inbox.Place{Source: source, ID: id}
		if r, _ := l.box(box).at(place); r != nil {
			records[i] = r.view(source)
			records[i].Place = place
		}
	}
	return records, nil
}

// Claim implements [inbox.Ledger].
func (l *Ledger) Claim(ctx context.Context, c inbox.Claiming) ([]inbox.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.Limit < 1 {
		return nil, errors.New("memledger: a claim of no message")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	var claimed []inbox.Record
	taken := map[string]bool{} // lanes
	for _, r := range l.box(c.Box).records {
		if len(claimed) == c.Limit {
			break
		}
		free := r.Lane == "" || !taken[r.Lane]
		if r.open() {
			taken[r.Lane] = true
		}
		at := r.in(c.Source)
		if at == nil || !free || !r.due(now) || c.Key != "" && r.Key != c.Key {
			continue
		}
		if c.IDs != nil && r.State == inbox.StateNew && r.Attempt == 0 && !slices.Contains(c.IDs, at.ID) {
			continue
		}
		r.State, r.Owner, r.Due, r.LastChange = inbox.StateClaimed, c.Owner, now.Add(c.Lease), now
		r.Attempt++
		r.Fence++
		v := r.view(c.Source)
		v.Place, v.Locations = at.Place, nil
		claimed = append(claimed, v)
	}
	return claimed, nil
}

// due reports whether a record may be claimed.
func (r *record) due(now time.Time) bool {
	return r.State == inbox.StateNew || r.open() && !now.Before(r.Due)
}

// Identify implements [inbox.Ledger].
func (l *Ledger) Identify(ctx context.Context, ids []inbox.Identity) ([][]inbox.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	same := make([][]inbox.Record, len(ids))
	for i, id := range ids {
		r := l.claimed(id.Record)
		if r == nil {
			continue
		}
		r.Size, r.Hint = id.Size, id.Hint
		same[i] = []inbox.Record{}
		b := l.box(id.Record.Box)
		for _, c := range id.Contents {
			if r.contents[c] == 0 {
				b.noted++
				r.contents[c] = b.noted
			}
		}
		same[i] = append(same[i], b.same(r, id)...)
	}
	return same, nil
}

// same returns the records that noted a content before another one, MaxSame at most.
func (b *box) same(r *record, id inbox.Identity) []inbox.Record {
	var all []inbox.Record
	for _, other := range b.records {
		if other != r && other.before(r, id.Contents) {
			all = append(all, other.view(""))
		}
	}
	here := func(r inbox.Record) bool {
		return slices.ContainsFunc(r.Locations, func(at inbox.Location) bool {
			return at.Source == id.Record.Place.Source && !at.Vanished
		})
	}
	for i := len(all) - 1; i >= 0 && len(all) > inbox.MaxSame; i-- {
		if here(all[i]) {
			all = slices.Delete(all, i, i+1)
		}
	}
	return all[:min(len(all), inbox.MaxSame)]
}

// before reports whether the record has noted one of the contents before another one.
func (r *record) before(other *record, contents []string) bool {
	return slices.ContainsFunc(contents, func(c string) bool {
		return r.contents[c] != 0 && r.contents[c] < other.contents[c]
	})
}

// Merge implements [inbox.Ledger].
func (l *Ledger) Merge(ctx context.Context, claimed, into inbox.Record, apart bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.claimed(claimed)
	if r == nil {
		return inbox.ErrClaimLost
	}
	b := l.box(claimed.Box)
	other := b.byKey(into.Key)
	if other == nil || other == r || len(other.Locations) != len(into.Locations) {
		return inbox.ErrUnknown
	}
	now := l.now()
	if apart {
		r.settle()
		if other.open() || other.State == inbox.StateGone {
			other.settle()
		}
	}
	b.records = slices.DeleteFunc(b.records, func(x *record) bool { return x == r })
	other.Locations = append(other.Locations, r.Locations...)
	for c, noted := range r.contents {
		if other.contents[c] == 0 {
			other.contents[c] = noted
		}
	}
	other.LastChange = now
	if other.State == inbox.StateGone && other.somewhere() {
		other.change(inbox.StateNew, now)
	}
	return nil
}

// settle settles the places that have not vanished.
func (r *record) settle() {
	for i := range r.Locations {
		if at := &r.Locations[i]; !at.Vanished {
			at.Settled = true
		}
	}
}

// Renew implements [inbox.Ledger].
func (l *Ledger) Renew(ctx context.Context, claimed []inbox.Record, lease time.Duration) (lost []inbox.Record, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range claimed {
		if r := l.claimed(c); r != nil {
			r.Due = l.now().Add(lease)
		} else {
			lost = append(lost, c)
		}
	}
	return lost, nil
}

// Finish implements [inbox.Ledger].
func (l *Ledger) Finish(ctx context.Context, outcomes []inbox.Outcome) (lost []inbox.Record, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	final := []inbox.State{inbox.StateNew, inbox.StateFailed, inbox.StateQuarantined, inbox.StateDone, inbox.StateSkipped, inbox.StateGone}
	for _, o := range outcomes {
		if !slices.Contains(final, o.State) {
			return nil, fmt.Errorf("memledger: %q is no outcome", o.State)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range outcomes {
		if r := l.claimed(o.Record); r != nil {
			r.finish(o, l.now())
		} else {
			lost = append(lost, o.Record)
		}
	}
	return lost, nil
}

func (r *record) finish(o inbox.Outcome, now time.Time) {
	r.change(o.State, now)
	r.Reason = o.Reason
	for i := range r.Locations {
		at := &r.Locations[i]
		here := at.Place == o.Record.Place && !at.Vanished
		switch o.State {
		case inbox.StateDone, inbox.StateQuarantined:
			at.Settled = o.Settled || at.Settled && !here
		case inbox.StateSkipped:
			at.Settled = o.Settled || at.Settled
		case inbox.StateGone:
			at.Vanished = at.Vanished || here
		}
	}
	switch {
	case o.State == inbox.StateFailed:
		r.Due = now.Add(o.After)
		if o.Uncounted {
			r.Attempt--
		}
	case o.State == inbox.StateGone && r.somewhere():
		r.State = inbox.StateNew
		r.Attempt--
	case o.State == inbox.StateNew:
		r.Attempt--
	}
	r.bury(now)
}

// Unsettled implements [inbox.Ledger].
func (l *Ledger) Unsettled(ctx context.Context, box, source, after string, limit int) ([]inbox.Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.box(box)
	rest := b.records
	if after != "" {
		i := slices.IndexFunc(rest, func(r *record) bool { return r.Key == after })
		if i < 0 {
			return nil, inbox.ErrUnknown
		}
		rest = rest[i+1:]
	}
	var found []inbox.Record
	for _, r := range rest {
		if len(found) >= limit {
			break
		}
		if r.State != inbox.StateDone && r.State != inbox.StateQuarantined {
			continue
		}
		for _, at := range r.Locations {
			if at.Source == source && !at.Settled && !at.Vanished {
				v := r.view(source)
				v.Place, v.Locations = at.Place, nil
				found = append(found, v)
			}
		}
	}
	return found, nil
}

// Settle implements [inbox.Ledger].
func (l *Ledger) Settle(ctx context.Context, box string, places []inbox.Place, removed bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range places {
		if _, at := l.box(box).at(p); at != nil {
			at.Settled, at.Vanished, at.Removed = true, removed, removed
		}
	}
	return nil
}

// Counts implements [inbox.Ledger].
func (l *Ledger) Counts(ctx context.Context, box string) (inbox.Counts, error) {
	if err := ctx.Err(); err != nil {
		return inbox.Counts{}, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var c inbox.Counts
	states := map[inbox.State]*int{
		inbox.StateNew: &c.New, inbox.StateClaimed: &c.Claimed, inbox.StateFailed: &c.Failed, inbox.StateQuarantined: &c.Quarantined,
		inbox.StateDone: &c.Done, inbox.StateSkipped: &c.Skipped, inbox.StateGone: &c.Gone,
	}
	for _, r := range l.box(box).records {
		*states[r.State]++
		if r.open() {
			c.Oldest = earlier(c.Oldest, r.FirstSeen)
		}
		if r.State == inbox.StateFailed {
			c.Due = earlier(c.Due, r.Due)
		}
		for _, at := range r.Locations {
			if (r.State == inbox.StateDone || r.State == inbox.StateQuarantined) && !at.Settled && !at.Vanished {
				c.Unsettled++
			}
		}
	}
	for _, s := range l.box(box).sources {
		if s.last.After(c.LastScan) {
			c.LastScan = s.last
		}
	}
	return c, nil
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// Records returns all records of a box, in their order.
func (l *Ledger) Records(box string) []inbox.Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []inbox.Record
	for _, r := range l.box(box).records {
		all = append(all, r.view(""))
	}
	return all
}
