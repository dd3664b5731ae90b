package ledgertest

import (
	"fmt"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

var finishCases = []testCase{
	{"states", func(s *suite) {
		for i, state := range []inbox.State{inbox.StateFailed, inbox.StateQuarantined, inbox.StateDone, inbox.StateSkipped} {
			id := fmt.Sprint(i)
			s.sight(source, ids(id)...)
			s.outcome(inbox.Outcome{Record: s.claimOne(source, "a", "k"+id), State: state, Reason: "because of " + id, After: long})
			r := s.at(source, id)
			s.equal([]any{r.State, r.Reason, r.Attempt, r.Place.ID}, []any{state, "because of " + id, 1, id})
		}
		c := s.counts()
		s.equal([]int{c.New, c.Claimed, c.Failed, c.Quarantined, c.Done, c.Skipped, c.Gone}, "[0 0 1 1 1 1 0]")
	}},
	{"no outcomes", func(s *suite) {
		s.sight(source, ids("1")...)
		r := s.claimOne(source, "a", "k1")
		for _, state := range []inbox.State{inbox.StateClaimed, "", "finished"} {
			if _, err := s.Finish(s.ctx, []inbox.Outcome{{Record: r, State: state}}); err == nil {
				s.Errorf("%q is an outcome", state)
			}
		}
		s.equal(s.at(source, "1").State, inbox.StateClaimed)
		lost, err := s.Finish(s.ctx, nil)
		s.must(err)
		s.equal(len(lost), 0)
	}},
	{"when it is tried again", func(s *suite) {
		s.sight(source, ids("1")...)
		r := s.claimOne(source, "a", "k1")
		s.outcome(inbox.Outcome{Record: r, State: inbox.StateFailed, After: 2 * long})
		failed := s.at(source, "1")
		if d := failed.Due.Sub(failed.LastChange); d < 2*long-time.Second || d > 2*long+time.Second {
			s.Errorf("due after %v, want %v", d, 2*long)
		}
	}},
	{"given back", func(s *suite) {
		s.sight(source, ids("1")...)
		first := s.claimOne(source, "a", "k1")
		s.finish(first, inbox.StateNew)
		r := s.at(source, "1")
		s.equal([]any{r.State, r.Attempt}, []any{inbox.StateNew, 0})
		second := s.claimOne(source, "b", "k1")
		s.equal(second.Attempt, 1)
		if second.Fence <= first.Fence {
			s.Fatalf("the fence is %d after %d", second.Fence, first.Fence)
		}
	}},
	{"an attempt that does not count", func(s *suite) {
		s.sight(source, ids("1")...)
		r := s.claimOne(source, "a", "k1")
		s.outcome(inbox.Outcome{Record: r, State: inbox.StateFailed, After: long, Uncounted: true})
		failed := s.at(source, "1")
		s.equal([]any{failed.State, failed.Attempt}, []any{inbox.StateFailed, 0})
		if d := failed.Due.Sub(failed.LastChange); d < long-time.Second {
			s.Errorf("due after %v, want %v", d, long)
		}
	}},
	{"lost ones among others", func(s *suite) {
		s.sight(source, numbered(6)...)
		expired := s.claimFor(source, "a", "k1", short)
		s.takeOver(source, "b", "k1")
		done := s.claimOne(source, "a", "k2")
		s.finish(done, inbox.StateDone)
		mine := s.claimOne(source, "a", "k3")
		foreign := s.claimOne(source, "b", "k4")
		foreign.Owner = "a"
		never := inbox.Record{Box: box, Key: "k5", Owner: "a", Fence: 1, State: inbox.StateClaimed}
		unknown := inbox.Record{Box: "no box", Key: "k6", Owner: "a", Fence: 1}
		var outcomes []inbox.Outcome
		for _, r := range []inbox.Record{expired, done, mine, foreign, never, unknown} {
			outcomes = append(outcomes, inbox.Outcome{Record: r, State: inbox.StateQuarantined})
		}
		lost, err := s.Finish(s.ctx, outcomes)
		s.must(err)
		s.equal(keys(lost), "[k1 k2 k4 k5 k6]")
		var states []inbox.State
		for i := range 5 {
			states = append(states, s.at(source, fmt.Sprint(i+1)).State)
		}
		s.equal(states, "[claimed done quarantined claimed new]")
	}},
	{"twice in one call", func(s *suite) {
		s.sight(source, ids("1")...)
		r := s.claimOne(source, "a", "k1")
		lost, err := s.Finish(s.ctx, []inbox.Outcome{{Record: r, State: inbox.StateDone}, {Record: r, State: inbox.StateFailed}})
		s.must(err)
		s.equal(keys(lost), "[k1]")
		s.equal(s.at(source, "1").State, inbox.StateDone)
	}},
	{"gone", func(s *suite) {
		s.sight(source, ids("1")...)
		s.finish(s.claimOne(source, "a", "k1"), inbox.StateGone)
		s.equal(s.at(source, "1").Key, "")
		s.equal(s.counts().Gone, 1)
		// The place means another message when it comes back.
		s.equal(s.sight(source, ids("1")...), 1)
		s.equal(s.at(source, "1").Key, "k1-2")
	}},
	{"gone from one of its places", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x")...)
		s.merge(s.claimOne(other, "a", "kx"), s.at(source, "1"))
		r := s.claimOne(other, "a", "k1")
		s.equal(r.Attempt, 1)
		s.finish(r, inbox.StateGone)
		s.equal(s.at(other, "x").Key, "")
		left := s.at(source, "1")
		s.equal([]any{left.Key, left.State}, []any{"k1", inbox.StateNew})
		s.equal(keys(s.claim(other, "a", 1)), "[]")
		s.equal(keys(s.claim(source, "a", 1)), "[k1]")
	}},
	{"gone from one of its places, and done at another", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x")...)
		s.merge(s.claimOne(other, "a", "kx"), s.at(source, "1"))
		s.outcome(inbox.Outcome{Record: s.claimOne(other, "a", "k1"), State: inbox.StateGone, Settled: true})
		s.finish(s.claimOne(source, "a", "k1"), inbox.StateDone)
		s.equal(s.unsettled(source), "[k1]")
	}},
	{"settled with the outcome", func(s *suite) {
		s.sight(source, ids("1", "2")...)
		s.outcome(inbox.Outcome{Record: s.claimOne(source, "a", "k1"), State: inbox.StateDone, Settled: true})
		s.outcome(inbox.Outcome{Record: s.claimOne(source, "a", "k2"), State: inbox.StateDone})
		s.equal(s.unsettled(source), "[k2]")
		s.equal(s.at(source, "1").Locations[0].Settled, true)
		s.equal(s.at(source, "2").Locations[0].Settled, false)
	}},
	{"many", func(s *suite) {
		s.sight(source, numbered(1200)...)
		var outcomes []inbox.Outcome
		for _, r := range s.claim(source, "a", 1200) {
			outcomes = append(outcomes, inbox.Outcome{Record: r, State: inbox.StateDone})
		}
		s.equal(len(outcomes), 1200)
		lost, err := s.Finish(s.ctx, outcomes)
		s.must(err)
		s.equal(len(lost), 0)
		c := s.counts()
		s.equal([]int{c.Done, c.Unsettled}, "[1200 1200]")
	}},
}

var settleCases = []testCase{
	{"what is to be settled", func(s *suite) {
		s.sight(source, numbered(7)...)
		for i, state := range []inbox.State{inbox.StateDone, inbox.StateQuarantined, inbox.StateSkipped, inbox.StateFailed, inbox.StateGone} {
			s.outcome(inbox.Outcome{Record: s.claimOne(source, "a", fmt.Sprint("k", i+1)), State: state, After: long})
		}
		s.claimOne(source, "a", "k6")
		s.equal(s.unsettled(source), "[k1 k2]")
		s.equal(s.unsettled(other), "[]")
		records, err := s.Unsettled(s.ctx, box, source, "", 1)
		s.must(err)
		s.equal([]any{records[0].Place, records[0].State}, []any{inbox.Place{Source: source, ID: "1"}, inbox.StateDone})
		s.equal(s.counts().Unsettled, 2)
	}},
	{"pages", func(s *suite) {
		s.sight(source, numbered(10)...)
		for _, r := range s.claim(source, "a", 10) {
			s.finish(r, inbox.StateDone)
		}
		var all []string
		for after := ""; ; {
			page, err := s.Unsettled(s.ctx, box, source, after, 3)
			s.must(err)
			if len(page) > 3 {
				s.Fatalf("a page of %d records", len(page))
			}
			if len(page) == 0 {
				break
			}
			all = append(all, keys(page)...)
			after = page[len(page)-1].Key
		}
		s.equal(all, "[k1 k2 k3 k4 k5 k6 k7 k8 k9 k10]")
	}},
	{"pages and places", func(s *suite) {
		s.sight(source, ids("1", "2", "3")...)
		s.merge(s.claimOne(source, "a", "k2"), s.at(source, "1"))
		for _, r := range s.claim(source, "a", 10) {
			s.finish(r, inbox.StateDone)
		}
		var all []string
		for after := ""; ; {
			page, err := s.Unsettled(s.ctx, box, source, after, 1)
			s.must(err)
			if len(page) == 0 {
				break
			}
			for _, r := range page {
				all = append(all, r.Key+" "+r.Place.ID)
			}
			after = page[len(page)-1].Key
		}
		s.equal(strings.Join(all, ", "), "k1 1, k1 2, k3 3")
	}},
	{"settled", func(s *suite) {
		s.sight(source, ids("1", "2", "3")...)
		s.sight(other, ids("1")...)
		for _, r := range append(s.claim(source, "a", 3), s.claim(other, "a", 1)...) {
			s.finish(r, inbox.StateDone)
		}
		places := []inbox.Place{{Source: source, ID: "1"}, {Source: source, ID: "3"}, {Source: source, ID: "unknown"}, {Source: "unknown", ID: "1"}}
		for range 2 { // once more changes nothing
			s.must(s.Settle(s.ctx, box, places, false))
			s.equal(s.unsettled(source), "[k2]")
			s.equal(s.unsettled(other), "[k1-2]")
			s.equal(s.at(source, "1").Locations, []inbox.Location{{Place: places[0], Settled: true}})
		}
		s.must(s.Settle(s.ctx, "another", []inbox.Place{{Source: source, ID: "2"}}, true))
		s.must(s.Settle(s.ctx, box, nil, true))
		s.equal(s.unsettled(source), "[k2]")
	}},
	{"removed", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x")...)
		s.merge(s.claimOne(other, "a", "kx"), s.at(source, "1"))
		s.finish(s.claimOne(source, "a", "k1"), inbox.StateDone)
		s.must(s.Settle(s.ctx, box, []inbox.Place{{Source: source, ID: "1"}}, true))
		s.equal(s.at(source, "1").Key, "")
		r := s.at(other, "x")
		s.equal(r.State, inbox.StateDone)
		s.equal(r.Locations, []inbox.Location{
			{Place: inbox.Place{Source: source, ID: "1"}, Settled: true, Vanished: true, Removed: true},
			{Place: inbox.Place{Source: other, ID: "x"}}})
		s.equal(s.unsettled(other), "[k1]")
		s.equal(s.sight(source, ids("1")...), 1)
	}},
	{"vanished before it is settled", func(s *suite) {
		s.complete(source, ids("1")...)
		s.finish(s.claimOne(source, "a", "k1"), inbox.StateDone)
		s.complete(source)
		s.equal(s.unsettled(source), "[]")
		s.equal(s.counts().Unsettled, 0)
	}},
	{"a new place of a settled message", func(s *suite) {
		s.sight(source, ids("1")...)
		s.outcome(inbox.Outcome{Record: s.claimOne(source, "a", "k1"), State: inbox.StateDone, Settled: true})
		s.sight(other, ids("x")...)
		s.merge(s.claimOne(other, "a", "kx"), s.at(source, "1"))
		s.equal(s.unsettled(source), "[]")
		s.equal(s.unsettled(other), "[k1]")
	}},
}

var countsCases = []testCase{
	{"nothing", func(s *suite) {
		s.equal(s.counts(), inbox.Counts{})
	}},
	{"states and times", func(s *suite) {
		s.sight(source, numbered(9)...)
		for i, state := range []inbox.State{inbox.StateDone, inbox.StateDone, inbox.StateQuarantined, inbox.StateSkipped, inbox.StateFailed, inbox.StateGone} {
			s.outcome(inbox.Outcome{Record: s.claimOne(source, "a", fmt.Sprint("k", i+1)), State: state, After: long})
		}
		s.claimOne(source, "a", "k7")
		scan, err := s.StartScan(s.ctx, "another", source, "scanner", long)
		s.must(err)
		_, err = s.Sight(s.ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{{ID: "3", Key: "k3", Lane: "ann"}}})
		s.must(err)
		c := s.counts()
		s.equal([]int{c.New, c.Claimed, c.Failed, c.Quarantined, c.Done, c.Skipped, c.Gone, c.Unsettled}, "[2 1 1 1 2 1 1 3]")
		s.equal(c.Open(), 4)
		s.equal(c.Oldest, s.at(source, "5").FirstSeen)
		s.equal(c.Due, s.at(source, "5").Due)
		if d := c.LastScan.Sub(c.Oldest); d < -time.Minute || d > time.Minute {
			s.Errorf("the last scan was at %v, and found messages at %v", c.LastScan, c.Oldest)
		}
	}},
}
