package ledgertest

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

var errForgotten = errors.New("not all messages were claimed within a minute")

var concurrentCases = []testCase{
	{"claims", func(s *suite) {
		const messages, workers = 200, 8
		deadline := time.Now().Add(time.Minute)
		s.sight(source, numbered(messages)...)
		var (
			mu    sync.Mutex
			got   = make(map[string]int)
			total int
		)
		s.together(workers, func(worker int) error {
			for {
				mu.Lock()
				all := total == messages
				mu.Unlock()
				if all {
					return nil
				}
				if time.Now().After(deadline) {
					return errForgotten
				}
				records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: fmt.Sprint("worker ", worker), Lease: long, Limit: 3})
				if err != nil {
					return err
				}
				mu.Lock()
				for _, r := range records {
					got[r.Key]++
				}
				total += len(records)
				mu.Unlock()
				for _, r := range records {
					if lost, err := s.Finish(s.ctx, []inbox.Outcome{{Record: r, State: inbox.StateDone}}); err != nil || len(lost) > 0 {
						return fmt.Errorf("lost by Finish: %v, %w", lost, err)
					}
				}
			}
		})
		for key, n := range got {
			if n != 1 {
				s.Errorf("%q was claimed %d times", key, n)
			}
		}
		s.equal(len(got), messages)
		s.equal(s.counts().Done, messages)
	}},
	{"claims of leases that are over", func(s *suite) {
		const workers = 8
		s.sight(source, ids("1")...)
		var mu sync.Mutex
		fences := make(map[int64]bool)
		s.together(workers, func(worker int) error {
			for range 20 {
				records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: "the same", Lease: 1, Limit: 1})
				if err != nil {
					return err
				}
				for _, r := range records {
					mu.Lock()
					twice := fences[r.Fence]
					fences[r.Fence] = true
					mu.Unlock()
					if twice {
						return fmt.Errorf("two claims with the fence %d", r.Fence)
					}
				}
			}
			return nil
		})
	}},
	{"lanes", func(s *suite) {
		// Messages of one sender arrive while the earlier ones are handled: one at a time, in order, and
		// none is forgotten.
		const messages, workers = 60, 4
		deadline := time.Now().Add(time.Minute)
		var (
			mu   sync.Mutex
			done int
			busy int
		)
		scan := s.scan(source)
		s.together(workers+1, func(worker int) error {
			if worker == workers {
				for i := range messages {
					one := inbox.Sighted{ID: fmt.Sprint(i), Key: fmt.Sprint("k", i), Lane: "ann"}
					if _, err := s.Sight(s.ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{one}}); err != nil {
						return err
					}
				}
				return nil
			}
			for {
				records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: fmt.Sprint("worker ", worker), Lease: long, Limit: 3})
				if err != nil {
					return err
				}
				mu.Lock()
				busy += len(records)
				many, all := busy, done == messages
				if len(records) == 1 && records[0].Key != fmt.Sprint("k", done) {
					err = fmt.Errorf("%q was claimed after %d messages", records[0].Key, done)
				}
				mu.Unlock()
				if all || err != nil {
					return err
				}
				if time.Now().After(deadline) {
					return errForgotten
				}
				if many > 1 {
					return fmt.Errorf("%d messages of a lane are handled at the same time", many)
				}
				for _, r := range records {
					mu.Lock()
					busy--
					done++
					mu.Unlock()
					if _, err := s.Finish(s.ctx, []inbox.Outcome{{Record: r, State: inbox.StateDone}}); err != nil {
						return err
					}
				}
			}
		})
		s.equal(s.counts().Done, messages)
	}},
	{"scans", func(s *suite) {
		const workers = 8
		var mu sync.Mutex
		scanning := 0
		s.together(workers, func(worker int) error {
			for range 10 {
				scan, err := s.StartScan(s.ctx, box, source, fmt.Sprint("worker ", worker), long)
				if err != nil {
					continue // busy
				}
				mu.Lock()
				scanning++
				many := scanning
				mu.Unlock()
				if many > 1 {
					return fmt.Errorf("%d scan at the same time", many)
				}
				if _, err := s.Sight(s.ctx, inbox.Sighting{Scan: scan, Sighted: ids("1", "2")}); err != nil {
					return err
				}
				mu.Lock()
				scanning--
				mu.Unlock()
				if _, err := s.StartScan(s.ctx, box, source, fmt.Sprint("worker ", worker), 0); err != nil {
					return err
				}
			}
			return nil
		})
		s.equal(s.counts().New, 2)
	}},
	{"keys", func(s *suite) {
		const workers, each = 8, 5
		s.together(workers, func(worker int) error {
			source := fmt.Sprint("source ", worker)
			scan, err := s.StartScan(s.ctx, box, source, "scanner", long)
			if err != nil {
				return err
			}
			for i := range each {
				if _, err := s.Sight(s.ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{{ID: fmt.Sprint(i), Key: "key"}}}); err != nil {
					return err
				}
			}
			return nil
		})
		got := make(map[string]bool)
		for worker := range workers {
			for _, r := range s.claim(fmt.Sprint("source ", worker), "a", 100) {
				got[r.Key] = true
			}
		}
		for i := range workers * each {
			key := "key"
			if i > 0 {
				key = fmt.Sprint("key-", i+1)
			}
			if !got[key] {
				s.Errorf("no record has the key %q", key)
			}
		}
		s.equal(len(got), workers*each)
	}},
	{"the same content", func(s *suite) {
		const workers, rounds = 8, 5
		for round := range rounds {
			var claimed []inbox.Record
			for worker := range workers {
				id := fmt.Sprint(round, "-", worker)
				s.sight(source, ids(id)...)
				claimed = append(claimed, s.claimOne(source, "a", "k"+id))
			}
			found := make([][]inbox.Record, workers)
			s.together(workers, func(worker int) error {
				// Half of them note the two contents in the other order.
				contents := []string{fmt.Sprint("x", round), fmt.Sprint("y", round)}
				if worker%2 == 1 {
					contents[0], contents[1] = contents[1], contents[0]
				}
				same, err := s.Identify(s.ctx, []inbox.Identity{{Record: claimed[worker], Contents: contents}})
				if err == nil {
					found[worker] = same[0]
				}
				return err
			})
			sees := make(map[string]bool)
			for worker, same := range found {
				for _, r := range same {
					sees[claimed[worker].Key+" "+r.Key] = true
				}
			}
			for i, a := range claimed {
				for _, b := range claimed[:i] {
					if sees[a.Key+" "+b.Key] == sees[b.Key+" "+a.Key] {
						s.Fatalf("%s and %s have the same content: each sees the other is %v", a.Key, b.Key, sees[a.Key+" "+b.Key])
					}
				}
			}
		}
	}},
	{"merges and outcomes", func(s *suite) {
		const workers = 8
		s.sight(source, numbered(workers)...)
		s.sight(other, numbered(workers)...)
		left, right := s.claim(source, "a", workers), s.claim(other, "b", workers)
		into, err := s.Lookup(s.ctx, box, source, []string{"1", "2", "3", "4", "5", "6", "7", "8"})
		s.must(err)
		s.together(2*workers, func(worker int) error {
			i := worker / 2
			if worker%2 == 0 {
				_, err := s.Finish(s.ctx, []inbox.Outcome{{Record: left[i], State: inbox.StateDone}})
				return err
			}
			return s.Merge(s.ctx, right[i], into[i], false)
		})
		c := s.counts()
		s.equal([]int{c.Done, c.Open(), c.Unsettled}, []int{workers, 0, 2 * workers})
		s.equal(len(s.unsettled(other)), workers)
	}},
	{"merges into one", func(s *suite) {
		// Two places that are the same message as a third one need not be the same as each other:
		// whoever comes second has to look again.
		const workers = 8
		s.sight(source, ids("1")...)
		s.sight(other, numbered(workers)...)
		claimed, into := s.claim(other, "a", workers), s.at(source, "1")
		errs := make([]error, workers)
		s.together(workers, func(worker int) error {
			errs[worker] = s.Merge(s.ctx, claimed[worker], into, false)
			return nil
		})
		merged := 0
		for _, err := range errs {
			if err == nil {
				merged++
			} else if !errors.Is(err, inbox.ErrUnknown) {
				s.Fatal(err)
			}
		}
		s.equal(merged, 1)
		s.equal(s.counts().Open(), workers)
	}},
	{"a message is one of two that are each other's", func(s *suite) {
		s.sight(source, ids("1", "2")...)
		s.claim(source, "a", 2)
		both := []inbox.Record{s.at(source, "1"), s.at(source, "2")}
		errs := make([]error, 2)
		s.together(2, func(worker int) error {
			errs[worker] = s.Merge(s.ctx, both[worker], both[1-worker], false)
			return nil
		})
		if (errs[0] == nil) == (errs[1] == nil) {
			s.Fatalf("each was merged into the other: %v", errs)
		}
		s.equal(s.counts().Open(), 1)
	}},
}

// together calls f in goroutines, and fails the test with one of their errors.
func (s *suite) together(workers int, f func(worker int) error) {
	s.Helper()
	errs := make(chan error, workers)
	for worker := range workers {
		go func() { errs <- f(worker) }()
	}
	for range workers {
		if err := <-errs; err != nil {
			s.Error(err)
		}
	}
	if s.Failed() {
		s.FailNow()
	}
}
