package ledgertest

import (
	"fmt"
	"slices"

	"github.com/imapcompat/imapcompat/inbox"
)

var identifyCases = []testCase{
	{"facts", func(s *suite) {
		s.sight(source, ids("1")...)
		r := s.claimOne(source, "a", "k1")
		hint := inbox.Hint{From: "Ann <ann@example.org>", Subject: "hello", MessageID: "<1@example.org>"}
		same, err := s.Identify(s.ctx, []inbox.Identity{{Record: r, Contents: []string{"c"}, Size: 123, Hint: hint}})
		s.must(err)
		if len(same) != 1 || same[0] == nil || len(same[0]) != 0 {
			s.Fatalf("the first message with a content is the same as %v", same)
		}
		got := s.at(source, "1")
		s.equal([]any{got.Size, got.Hint, got.State}, []any{123, hint, inbox.StateClaimed})
	}},
	{"the same content", func(s *suite) {
		s.sight(source, ids("1", "2", "3")...)
		s.sight(other, ids("x", "y")...)
		s.equal(s.identify(s.claimOne(source, "a", "k2"), "c", "d"), "[]")
		s.equal(s.identify(s.claimOne(source, "a", "k1"), "e"), "[]")
		s.equal(s.identify(s.claimOne(other, "a", "kx"), "d", "e"), "[k1 k2]")
		s.equal(s.identify(s.claimOne(other, "a", "ky"), "f"), "[]")
		s.equal(s.identify(s.claimOne(source, "a", "k3"), "f", "c"), "[k2 ky]")
	}},
	{"whatever became of the other", func(s *suite) {
		for i, state := range []inbox.State{inbox.StateDone, inbox.StateFailed, inbox.StateQuarantined, inbox.StateSkipped, inbox.StateGone, inbox.StateNew} {
			first, second := fmt.Sprint(i, "a"), fmt.Sprint(i, "b")
			s.sight(source, ids(first, second)...)
			r := s.claimOne(source, "a", "k"+first)
			s.equal(s.identify(r, first), "[]")
			s.outcome(inbox.Outcome{Record: r, State: state, After: long, Reason: "r"})
			same, err := s.Identify(s.ctx, []inbox.Identity{{Record: s.claimOne(source, "a", "k"+second), Contents: []string{first}}})
			s.must(err)
			s.equal(keys(same[0]), "[k"+first+"]")
			s.equal([]any{same[0][0].State, same[0][0].Box, same[0][0].Place.ID, len(same[0][0].Locations)}, []any{state, box, first, 1})
		}
	}},
	{"only those before", func(s *suite) {
		s.sight(source, ids("1", "2")...)
		first, second := s.claimOne(source, "a", "k1"), s.claimOne(source, "a", "k2")
		s.equal(s.identify(second, "c"), "[]")
		s.equal(s.identify(first, "c"), "[k2]")
		// Noting it once more does not make it later or earlier.
		s.equal(s.identify(second, "c"), "[]")
		s.equal(s.identify(first, "c"), "[k2]")
	}},
	{"within one call", func(s *suite) {
		s.sight(source, ids("1", "2", "3")...)
		var all []inbox.Identity
		for _, key := range []string{"k3", "k1", "k2"} {
			all = append(all, inbox.Identity{Record: s.claimOne(source, "a", key), Contents: []string{"c"}})
		}
		same, err := s.Identify(s.ctx, all)
		s.must(err)
		directions := 0
		for i := range all {
			directions += len(same[i])
		}
		s.equal(directions, 3) // each pair once
	}},
	{"another box", func(s *suite) {
		s.sight(source, ids("1")...)
		s.identify(s.claimOne(source, "a", "k1"), "c")
		scan, err := s.StartScan(s.ctx, "another", source, "scanner", long)
		s.must(err)
		_, err = s.Sight(s.ctx, inbox.Sighting{Scan: scan, Sighted: []inbox.Sighted{{ID: "1", Key: "k1"}}})
		s.must(err)
		records, err := s.Claim(s.ctx, inbox.Claiming{Box: "another", Source: source, Owner: "a", Lease: long, Limit: 1})
		s.must(err)
		s.equal(s.identify(records[0], "c"), "[]")
	}},
	{"lost ones", func(s *suite) {
		s.sight(source, ids("1", "2", "3")...)
		lost := s.claimFor(source, "a", "k1", short)
		s.takeOver(source, "b", "k1")
		mine := s.claimOne(source, "a", "k2")
		same, err := s.Identify(s.ctx, []inbox.Identity{
			{Record: lost, Contents: []string{"c"}, Size: 7},
			{Record: mine, Contents: []string{"c"}}})
		s.must(err)
		if same[0] != nil || same[1] == nil || len(same[1]) > 0 {
			s.Fatalf("Identify of a lost and another message returned %v", same)
		}
		s.equal(s.at(source, "1").Size, 0)
		s.equal(s.identify(s.claimOne(source, "a", "k3"), "c"), "[k2]")
		same, err = s.Identify(s.ctx, nil)
		s.must(err)
		s.equal(len(same), 0)
	}},
	{"many equal ones", func(s *suite) {
		// Those of other sources come first: they may be the message.
		const n = 2 * inbox.MaxSame
		s.sight(source, numbered(n)...)
		s.sight(other, ids("x")...)
		for _, r := range s.claim(source, "a", n) {
			s.identify(r, "c")
			s.finish(r, inbox.StateDone)
		}
		elsewhere := s.claimOne(other, "a", "kx")
		s.identify(elsewhere, "c")
		s.finish(elsewhere, inbox.StateDone)
		s.sight(source, ids("last")...)
		same, err := s.Identify(s.ctx, []inbox.Identity{{Record: s.claimOne(source, "a", "klast"), Contents: []string{"c"}}})
		s.must(err)
		found := keys(same[0])
		if len(same[0]) != inbox.MaxSame || !slices.Contains(found, "kx") {
			s.Fatalf("Identify returned %d records: %q", len(same[0]), found)
		}
	}},
	{"no contents", func(s *suite) {
		s.sight(source, ids("1", "2")...)
		s.equal(s.identify(s.claimOne(source, "a", "k1")), "[]")
		s.equal(s.identify(s.claimOne(source, "a", "k2")), "[]")
	}},
}

var mergeCases = []testCase{
	{"places and contents", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x", "y")...)
		first := s.claimOne(source, "a", "k1")
		s.identify(first, "c")
		s.finish(first, inbox.StateDone)
		second := s.claimOne(other, "a", "kx")
		s.equal(s.identify(second, "c", "d"), "[k1]")
		s.merge(second, s.at(source, "1"))
		r := s.at(other, "x")
		s.equal([]any{r.Key, r.State, len(r.Locations)}, []any{"k1", inbox.StateDone, 2})
		c := s.counts()
		s.equal([]int{c.Done, c.Claimed, c.New}, "[1 0 1]")
		// The place is known from now on.
		s.equal(s.sight(other, ids("x", "y")...), 0)
		// So is the second content.
		s.equal(s.identify(s.claimOne(other, "a", "ky"), "d"), "[k1]")
	}},
	{"into any state", func(s *suite) {
		for i, state := range []inbox.State{inbox.StateNew, inbox.StateClaimed, inbox.StateFailed, inbox.StateQuarantined, inbox.StateDone, inbox.StateSkipped, inbox.StateGone} {
			first, second := fmt.Sprint(i, "a"), fmt.Sprint(i, "b")
			s.sight(source, ids(first, second)...)
			claimed := s.claimOne(source, "b", "k"+first)
			into := s.at(source, first)
			if state != inbox.StateClaimed {
				s.outcome(inbox.Outcome{Record: claimed, State: state, After: long})
			}
			s.merge(s.claimOne(source, "a", "k"+second), into)
			want := state
			if state == inbox.StateGone {
				want = inbox.StateNew
			}
			r := s.at(source, second)
			s.equal([]any{r.Key, r.State}, []any{"k" + first, want})
			if state == inbox.StateClaimed {
				s.equal(r.Owner, "b")
				s.finish(claimed, inbox.StateDone) // its owner still has it
			}
		}
	}},
	{"a message that was gone", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x")...)
		claimed, into := s.claimOne(source, "a", "k1"), s.at(source, "1")
		s.finish(claimed, inbox.StateGone)
		s.merge(s.claimOne(other, "a", "kx"), into)
		s.equal(keys(s.claim(source, "a", 1)), "[]")
		got := s.claim(other, "a", 1)
		s.equal(keys(got), "[k1]")
		s.equal(got[0].Place, inbox.Place{Source: other, ID: "x"})
	}},
	{"errors", func(s *suite) {
		s.sight(source, ids("1", "2", "3")...)
		r := s.claimFor(source, "a", "k1", short)
		two := s.at(source, "2")
		unknown := two
		unknown.Key = "unknown"
		s.is(s.Merge(s.ctx, r, unknown, false), inbox.ErrUnknown)
		s.is(s.Merge(s.ctx, r, s.at(source, "1"), false), inbox.ErrUnknown)
		s.takeOver(source, "b", "k1")
		s.is(s.Merge(s.ctx, r, two, false), inbox.ErrClaimLost)
		s.is(s.Merge(s.ctx, inbox.Record{Box: box, Key: "k3", Owner: "a"}, two, false), inbox.ErrClaimLost)
		s.is(s.Merge(s.ctx, inbox.Record{Box: "no box", Key: "k3", Owner: "a"}, two, false), inbox.ErrClaimLost)
		c := s.counts()
		s.equal([]int{c.New, c.Claimed}, "[2 1]")
	}},
	{"another place meanwhile", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x", "y")...)
		into, y := s.at(source, "1"), s.claimOne(other, "a", "ky")
		s.merge(s.claimOne(other, "a", "kx"), into)
		s.is(s.Merge(s.ctx, y, into, false), inbox.ErrUnknown)
		s.equal(s.at(other, "y").State, inbox.StateClaimed)
		s.merge(y, s.at(source, "1"))
	}},
	{"apart, into a finished one", func(s *suite) {
		for i, state := range []inbox.State{inbox.StateDone, inbox.StateQuarantined, inbox.StateSkipped} {
			first, second := fmt.Sprint(i, "a"), fmt.Sprint(i, "b")
			s.sight(source, ids(first)...)
			s.sight(other, ids(second)...)
			s.finish(s.claimOne(source, "a", "k"+first), state)
			s.mergeApart(s.claimOne(other, "a", "k"+second), s.at(source, first))
			r := s.at(other, second)
			s.equal([]any{r.Key, r.State}, []any{"k" + first, state})
			s.equal(r.Locations, []inbox.Location{
				{Place: inbox.Place{Source: source, ID: first}},
				{Place: inbox.Place{Source: other, ID: second}, Settled: true}})
		}
		s.equal(s.unsettled(other), "[]")
		s.equal(s.unsettled(source), "[k0a k1a]") // what was to be settled still is
		s.equal(s.counts().Unsettled, 2)
	}},
	{"apart, into an open one", func(s *suite) {
		for _, where := range []string{source, other} {
			for _, state := range []inbox.State{inbox.StateDone, inbox.StateQuarantined} {
				first, second := where+string(state), string(state)+where
				s.sight(source, ids(first)...)
				s.sight(other, ids(second)...)
				s.mergeApart(s.claimOne(other, "a", "k"+second), s.at(source, first))
				s.equal(s.at(source, first).State, inbox.StateNew)
				for range 2 { // an attempt that fails changes no place
					s.finish(s.claimOne(where, "a", "k"+first), inbox.StateFailed)
				}
				s.finish(s.claimOne(where, "a", "k"+first), state)
				for _, at := range s.at(source, first).Locations {
					s.equal([]any{at.Settled, at.Vanished}, []any{at.Source != where, false})
				}
			}
		}
		s.equal(len(s.unsettled(source)), 2)
		s.equal(len(s.unsettled(other)), 2)
	}},
	{"apart, into a claimed one", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x", "y")...)
		claimed := s.claimOne(source, "b", "k1")
		s.mergeApart(s.claimOne(other, "a", "kx"), s.at(source, "1"))
		s.finish(claimed, inbox.StateDone)
		s.equal(s.unsettled(source), "[k1]")
		s.equal(s.unsettled(other), "[]")
		s.must(s.Settle(s.ctx, box, []inbox.Place{{Source: source, ID: "1"}}, true))
		s.mergeApart(s.claimOne(other, "a", "ky"), s.at(other, "x"))
		s.equal(s.unsettled(other), "[]")
	}},
	{"apart, into one that was gone", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x")...)
		claimed, into := s.claimOne(source, "a", "k1"), s.at(source, "1")
		s.finish(claimed, inbox.StateGone)
		s.mergeApart(s.claimOne(other, "a", "kx"), into)
		s.finish(s.claimOne(other, "a", "k1"), inbox.StateDone)
		s.equal(s.unsettled(other), "[k1]")
	}},
	{"apart, and settled by its outcome", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x")...)
		s.mergeApart(s.claimOne(other, "a", "kx"), s.at(source, "1"))
		s.outcome(inbox.Outcome{Record: s.claimOne(source, "a", "k1"), State: inbox.StateDone, Settled: true})
		s.equal(s.counts().Unsettled, 0)
	}},
	{"the lane is free", func(s *suite) {
		s.sight(source, ids("0")...)
		s.finish(s.claimOne(source, "a", "k0"), inbox.StateDone)
		s.sight(source, inbox.Sighted{ID: "1", Lane: "l"}, inbox.Sighted{ID: "2", Lane: "l"})
		s.merge(s.claimOne(source, "a", "k1"), s.at(source, "0"))
		s.equal(keys(s.claim(source, "a", 10)), "[k2]")
	}},
}
