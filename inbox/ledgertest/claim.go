package ledgertest

import (
	"fmt"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

var claimCases = []testCase{
	{"new messages in order", func(s *suite) {
		s.sight(source, numbered(5)...)
		got := s.claim(source, "a", 2)
		s.equal(keys(got), "[k1 k2]")
		r := got[0]
		s.equal([]any{r.Box, r.State, r.Attempt, r.Owner, r.Place.Source, r.Place.ID}, []any{box, inbox.StateClaimed, 1, "a", source, "1"})
		s.equal(keys(s.claim(source, "a", 2)), "[k3 k4]")
		s.equal(keys(s.claim(source, "b", 2)), "[k5]")
		s.equal(keys(s.claim(source, "b", 2)), "[]")
	}},
	{"none", func(s *suite) {
		s.equal(keys(s.claim(source, "a", 1)), "[]")
		s.sight(other, ids("1")...)
		s.equal(keys(s.claim(source, "a", 1)), "[]")
	}},
	{"bad arguments", func(s *suite) {
		s.sight(source, ids("1")...)
		records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: "a", Lease: long, Limit: 0})
		if err == nil && len(records) > 0 {
			s.Fatal("a claim of at most 0 messages got one")
		}
		s.equal(s.at(source, "1").State, inbox.StateNew)
	}},
	{"one message", func(s *suite) {
		s.sight(source, ids("1", "2", "3")...)
		s.equal(s.claimOne(source, "a", "k2").Place.ID, "2")
		for _, key := range []string{"k2", "k4"} {
			records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: "a", Lease: long, Limit: 5, Key: key})
			s.must(err)
			s.equal(keys(records), "[]")
		}
		records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: other, Owner: "a", Lease: long, Limit: 5, Key: "k1"})
		s.must(err)
		s.equal(keys(records), "[]")
	}},
	{"certain new messages", func(s *suite) {
		s.sight(source, numbered(6)...)
		s.claimFor(source, "a", "k1", time.Nanosecond)
		s.finish(s.claimOne(source, "a", "k2"), inbox.StateFailed)
		s.finish(s.claimOne(source, "a", "k3"), inbox.StateDone)
		claim := func(ids []string) string {
			records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: "b", Lease: long, Limit: 10, IDs: ids})
			s.must(err)
			return fmt.Sprint(keys(records))
		}
		// k2 has failed, and the lease of k1 is over: both are due.
		s.equal(claim([]string{"5", "3", "7"}), "[k1 k2 k5]")
		s.equal(claim([]string{}), "[]")
		s.equal(keys(s.claim(source, "c", 1)), "[k4]")
	}},
	{"certain new messages and one that was tried and given back", func(s *suite) {
		s.sight(source, numbered(3)...)
		s.finish(s.claimOne(source, "a", "k2"), inbox.StateFailed)
		s.finish(s.takeOver(source, "a", "k2"), inbox.StateNew)
		records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: "b", Lease: long, Limit: 10, IDs: []string{"3"}})
		s.must(err)
		s.equal(keys(records), "[k2 k3]")
	}},
	{"the lease", func(s *suite) {
		s.sight(source, ids("1")...)
		first := s.claimFor(source, "a", "k1", short)
		second := s.takeOver(source, "b", "k1")
		s.equal([]any{second.Attempt, second.Owner, second.State}, []any{2, "b", inbox.StateClaimed})
		if second.Fence <= first.Fence {
			s.Fatalf("the fence is %d after %d", second.Fence, first.Fence)
		}
		lost, err := s.Finish(s.ctx, []inbox.Outcome{{Record: first, State: inbox.StateDone}})
		s.must(err)
		s.equal(keys(lost), "[k1]")
		s.equal(s.at(source, "1").State, inbox.StateClaimed)
		s.finish(second, inbox.StateDone)
	}},
	{"the lease of the same owner", func(s *suite) {
		s.sight(source, ids("1")...)
		first := s.claimFor(source, "a", "k1", short)
		second := s.takeOver(source, "a", "k1")
		lost, err := s.Finish(s.ctx, []inbox.Outcome{{Record: first, State: inbox.StateDone}})
		s.must(err)
		s.equal(keys(lost), "[k1]")
		s.finish(second, inbox.StateDone)
	}},
	{"a lease that is over and a message nobody has taken", func(s *suite) {
		s.sight(source, ids("1")...)
		r := s.claimFor(source, "a", "k1", time.Nanosecond)
		s.finish(r, inbox.StateDone)
		s.equal(s.at(source, "1").State, inbox.StateDone)
	}},
	{"a failed message", func(s *suite) {
		s.sight(source, ids("1", "2")...)
		s.outcome(inbox.Outcome{Record: s.claimOne(source, "a", "k1"), State: inbox.StateFailed, After: long})
		s.equal(keys(s.claim(source, "a", 9)), "[k2]")
		s.outcome(inbox.Outcome{Record: s.claimOne2(source, "k2"), State: inbox.StateFailed, After: short})
		r := s.takeOver(source, "b", "k2")
		s.equal(r.Attempt, 2)
	}},
	{"the order of failed and new messages", func(s *suite) {
		s.sight(source, numbered(6)...)
		for _, r := range s.claim(source, "a", 4) {
			state := inbox.StateFailed
			if r.Key == "k2" {
				state = inbox.StateDone
			}
			s.finish(r, state)
		}
		s.eventually(func() bool { // until the failed ones are due
			got := s.claim(source, "b", 4)
			for _, r := range got {
				s.finish(r, inbox.StateNew)
			}
			return fmt.Sprint(keys(got)) == "[k1 k3 k4 k5]"
		})
	}},
	{"finished messages", func(s *suite) {
		for i, state := range []inbox.State{inbox.StateDone, inbox.StateQuarantined, inbox.StateSkipped, inbox.StateGone} {
			id := fmt.Sprint(i)
			s.sight(source, ids(id)...)
			s.finish(s.claimOne(source, "a", "k"+id), state)
		}
		s.equal(keys(s.claim(source, "a", 10)), "[]")
	}},
	{"lanes", func(s *suite) {
		s.sight(source,
			inbox.Sighted{ID: "1", Lane: "ann"}, inbox.Sighted{ID: "2", Lane: "ann"},
			inbox.Sighted{ID: "3", Lane: "bob"}, inbox.Sighted{ID: "4"}, inbox.Sighted{ID: "5"},
			inbox.Sighted{ID: "6", Lane: "ann"})
		got := s.claim(source, "a", 10)
		s.equal(keys(got), "[k1 k3 k4 k5]")
		s.equal(keys(s.claim(source, "b", 10)), "[]")
		records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: "b", Lease: long, Limit: 1, Key: "k2"})
		s.must(err)
		s.equal(keys(records), "[]")
		// A failed message keeps the lane.
		s.outcome(inbox.Outcome{Record: got[0], State: inbox.StateFailed, After: long})
		s.equal(keys(s.claim(source, "b", 10)), "[]")
	}},
	{"a lane is free again", func(s *suite) {
		for n, state := range []inbox.State{inbox.StateDone, inbox.StateQuarantined, inbox.StateSkipped, inbox.StateGone} {
			first, second := fmt.Sprint(n, "a"), fmt.Sprint(n, "b")
			lane := fmt.Sprint(n)
			s.sight(source, inbox.Sighted{ID: first, Lane: lane}, inbox.Sighted{ID: second, Lane: lane})
			got := s.claim(source, "a", 10)
			s.equal(keys(got), "[k"+first+"]")
			s.finish(got[0], state)
			got = s.claim(source, "b", 10)
			s.equal(keys(got), "[k"+second+"]")
			s.finish(got[0], inbox.StateDone)
		}
	}},
	{"a lane goes through all sources of a box", func(s *suite) {
		s.sight(source, inbox.Sighted{ID: "1", Lane: "ann"})
		s.sight(other, inbox.Sighted{ID: "2", Lane: "ann"})
		s.equal(keys(s.claim(other, "a", 1)), "[]")
		s.finish(s.claim(source, "a", 1)[0], inbox.StateDone)
		s.equal(keys(s.claim(other, "a", 1)), "[k2]")
		// Another box has lanes of its own.
		scan, err := s.StartScan(s.ctx, "another", source, "scanner", long)
		s.must(err)
		_, err = s.Sight(s.ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{{ID: "3", Key: "k3", Lane: "ann"}}})
		s.must(err)
		records, err := s.Claim(s.ctx, inbox.Claiming{Box: "another", Source: source, Owner: "a", Lease: long, Limit: 1})
		s.must(err)
		s.equal(keys(records), "[k3]")
	}},
	{"a lane of many", func(s *suite) {
		var all []inbox.Sighted
		for i := range 300 {
			all = append(all, inbox.Sighted{ID: fmt.Sprintf("%03d", i), Lane: "list"})
		}
		all = append(all, inbox.Sighted{ID: "last"})
		s.sight(source, all...)
		s.equal(keys(s.claim(source, "a", 2)), "[k000 klast]")
		s.finish(s.at(source, "000"), inbox.StateDone)
		s.equal(keys(s.claim(source, "a", 2)), "[k001]")
	}},
	{"a message at several places", func(s *suite) {
		s.sight(source, ids("1", "2")...)
		s.sight(other, ids("x")...)
		s.merge(s.claimOne(source, "a", "k2"), s.at(source, "1"))
		s.merge(s.claimOne(other, "a", "kx"), s.at(source, "1"))
		got := s.claim(source, "a", 10)
		s.equal(keys(got), "[k1]")
		s.equal(got[0].Place.ID, "2") // the last one of the source
		s.equal(keys(s.claim(other, "a", 10)), "[]")
		s.finish(got[0], inbox.StateNew)
		s.equal(s.claim(other, "a", 10)[0].Place.ID, "x")
	}},
}

// claimOne2 returns the record with a key that was claimed before.
func (s *suite) claimOne2(source, key string) inbox.Record {
	s.Helper()
	return s.at(source, key[1:])
}

var renewCases = []testCase{
	{"a longer lease", func(s *suite) {
		s.sight(source, ids("1")...)
		r := s.claimFor(source, "a", "k1", time.Minute)
		before := s.at(source, "1")
		lost, err := s.Renew(s.ctx, []inbox.Record{r}, long)
		s.must(err)
		s.equal(keys(lost), "[]")
		after := s.at(source, "1")
		s.equal([]any{after.Fence, after.Attempt, after.Owner}, []any{before.Fence, before.Attempt, before.Owner})
		s.equal(keys(s.claim(source, "b", 1)), "[]")
		s.finish(r, inbox.StateDone)
	}},
	{"a shorter lease", func(s *suite) {
		s.sight(source, ids("1")...)
		r := s.claimFor(source, "a", "k1", long)
		lost, err := s.Renew(s.ctx, []inbox.Record{r}, short)
		s.must(err)
		s.equal(keys(lost), "[]")
		s.takeOver(source, "b", "k1")
	}},
	{"a lease that is over and a message nobody has taken", func(s *suite) {
		s.sight(source, ids("1")...)
		r := s.claimFor(source, "a", "k1", time.Nanosecond)
		lost, err := s.Renew(s.ctx, []inbox.Record{r}, long)
		s.must(err)
		s.equal(keys(lost), "[]")
		s.equal(keys(s.claim(source, "b", 1)), "[]")
	}},
	{"an earlier claim of the same owner", func(s *suite) {
		s.sight(source, ids("1")...)
		first := s.claimFor(source, "a", "k1", short)
		second := s.takeOver(source, "a", "k1")
		lost, err := s.Renew(s.ctx, []inbox.Record{first}, 0)
		s.must(err)
		s.equal(keys(lost), "[k1]")
		s.equal(s.at(source, "1").Due, second.Due)
		s.equal(keys(s.claim(source, "b", 1)), "[]")
	}},
	{"lost ones", func(s *suite) {
		s.sight(source, ids("1", "2", "3", "4")...)
		expired, done := s.claimFor(source, "a", "k1", short), s.claimOne(source, "a", "k2")
		mine := s.claimFor(source, "a", "k3", long)
		foreign := mine
		foreign.Owner = "b"
		unknown := mine
		unknown.Key = "unknown"
		s.takeOver(source, "b", "k1")
		s.finish(done, inbox.StateDone)
		lost, err := s.Renew(s.ctx, []inbox.Record{expired, mine, done, foreign, unknown}, long)
		s.must(err)
		s.equal(keys(lost), "[k1 k2 k3 unknown]")
		s.equal(lost[2].Owner, "b")
		s.equal(s.at(source, "2").State, inbox.StateDone)
		lost, err = s.Renew(s.ctx, nil, long)
		s.must(err)
		s.equal(keys(lost), "[]")
	}},
}
