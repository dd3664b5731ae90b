package ledgertest

import "github.com/imapcompat/imapcompat/inbox"

var scanCases = []testCase{
	{"one owner at a time", func(s *suite) {
		first, err := s.StartScan(s.ctx, box, source, "a", long)
		s.must(err)
		s.equal(first.Box+first.Source+first.Owner, box+source+"a")
		_, err = s.StartScan(s.ctx, box, source, "b", long)
		s.is(err, inbox.ErrBusy)
		_, err = s.StartScan(s.ctx, box, source, "b", 0)
		s.is(err, inbox.ErrBusy)
	}},
	{"sources and boxes are free of each other", func(s *suite) {
		for _, at := range [][2]string{{box, source}, {box, other}, {"another box", source}} {
			_, err := s.StartScan(s.ctx, at[0], at[1], "owner of "+at[0]+at[1], long)
			s.must(err)
		}
	}},
	{"the owner renews", func(s *suite) {
		first, err := s.StartScan(s.ctx, box, source, "a", short)
		s.must(err)
		second, err := s.StartScan(s.ctx, box, source, "a", long)
		s.must(err)
		s.equal(second.Fence, first.Fence)
		_, err = s.StartScan(s.ctx, box, source, "b", long)
		s.is(err, inbox.ErrBusy)
	}},
	{"the owner gives it up", func(s *suite) {
		first, err := s.StartScan(s.ctx, box, source, "a", long)
		s.must(err)
		_, err = s.StartScan(s.ctx, box, source, "a", 0)
		s.must(err)
		second, err := s.StartScan(s.ctx, box, source, "b", long)
		s.must(err)
		if second.Fence <= first.Fence {
			s.Fatalf("the fence is %d after %d", second.Fence, first.Fence)
		}
		_, err = s.Sight(s.ctx, inbox.Sighting{Scan: first, Sighted: ids("1")})
		s.is(err, inbox.ErrClaimLost)
	}},
	{"a lease that is over", func(s *suite) {
		first, err := s.StartScan(s.ctx, box, source, "a", short)
		s.must(err)
		s.eventually(func() bool {
			_, err = s.StartScan(s.ctx, box, source, "b", long)
			return err == nil
		})
		n, err := s.Sight(s.ctx, inbox.Sighting{Scan: first, Sighted: ids("1"), Cursor: "lost"})
		s.is(err, inbox.ErrClaimLost)
		s.equal(n, 0)
		s.equal(s.at(source, "1").Key, "")
		second, err := s.StartScan(s.ctx, box, source, "b", long)
		s.must(err)
		s.equal(second.Cursor, "")
		_, err = s.Sight(s.ctx, inbox.Sighting{Scan: second, Sighted: ids("1")})
		s.must(err)
	}},
	{"an owner that comes back", func(s *suite) {
		first, err := s.StartScan(s.ctx, box, source, "a", long)
		s.must(err)
		_, err = s.StartScan(s.ctx, box, source, "a", 0)
		s.must(err)
		_, err = s.StartScan(s.ctx, box, source, "b", long)
		s.must(err)
		_, err = s.StartScan(s.ctx, box, source, "b", 0)
		s.must(err)
		_, err = s.StartScan(s.ctx, box, source, "a", long)
		s.must(err)
		_, err = s.Sight(s.ctx, inbox.Sighting{Scan: first, Sighted: ids("1")})
		s.is(err, inbox.ErrClaimLost)
	}},
	{"a scan that nobody has begun", func(s *suite) {
		_, err := s.Sight(s.ctx, inbox.Sighting{Scan: inbox.Scan{Box: box, Source: source, Owner: "a", Fence: 1}, Sighted: ids("1")})
		s.is(err, inbox.ErrClaimLost)
	}},
	{"cursor", func(s *suite) {
		scan := s.scan(source)
		s.equal(scan.Cursor, "")
		_, err := s.Sight(s.ctx, inbox.Sighting{Scan: scan, Cursor: "uid 7"})
		s.must(err)
		s.equal(s.scan(source).Cursor, "uid 7")
		s.equal(s.scan(other).Cursor, "")
		_, err = s.Sight(s.ctx, inbox.Sighting{Scan: scan})
		s.must(err)
		s.equal(s.scan(source).Cursor, "")
	}},
}

var sightCases = []testCase{
	{"new messages", func(s *suite) {
		n := s.sight(source,
			inbox.Sighted{ID: "1", Key: "first", Size: 100, Lane: "ann"},
			inbox.Sighted{ID: "2", Key: "second"})
		s.equal(n, 2)
		r := s.at(source, "1")
		s.equal([]any{r.Box, r.Key, r.State, r.Attempt, r.Size, r.Lane}, []any{box, "first", inbox.StateNew, 0, 100, "ann"})
		s.equal(r.Place, inbox.Place{Source: source, ID: "1"})
		s.equal(r.Locations, []inbox.Location{{Place: r.Place}})
		if r.FirstSeen.IsZero() || r.LastChange.IsZero() {
			s.Fatalf("first seen %v, last change %v", r.FirstSeen, r.LastChange)
		}
		s.equal(s.at(source, "2").Lane, "")
	}},
	{"known places", func(s *suite) {
		s.sight(source, inbox.Sighted{ID: "1", Size: 100})
		s.equal(s.sight(source, inbox.Sighted{ID: "1", Key: "another", Size: 100}, inbox.Sighted{ID: "2"}), 1)
		s.equal(s.at(source, "1").Key, "k1")
		s.equal(s.counts().New, 2)
		s.finish(s.claimOne(source, "a", "k1"), inbox.StateDone)
		s.equal(s.sight(source, ids("1", "2")...), 0)
		s.equal(s.at(source, "1").State, inbox.StateDone)
	}},
	{"an ID twice", func(s *suite) {
		s.equal(s.sight(source, inbox.Sighted{ID: "1", Key: "a", Order: 1, Size: 1}, inbox.Sighted{ID: "1", Key: "b", Order: 2, Size: 2}), 1)
		s.equal(s.at(source, "1").Key, "a")
	}},
	{"order", func(s *suite) {
		s.sight(source, inbox.Sighted{ID: "9", Order: 3}, inbox.Sighted{ID: "5", Order: 1}, inbox.Sighted{ID: "7", Order: 2})
		s.sight(source, inbox.Sighted{ID: "1", Order: 1})
		s.equal(keys(s.claim(source, "a", 10)), "[k5 k7 k9 k1]")
	}},
	{"another size", func(s *suite) {
		s.sight(source, inbox.Sighted{ID: "1", Key: "old", Size: 100})
		s.equal(s.sight(source, inbox.Sighted{ID: "1", Key: "new", Size: 101}), 1)
		s.equal(s.at(source, "1").Key, "new")
		// The old record has no place: nobody can handle it.
		s.equal(keys(s.claim(source, "a", 10)), "[new]")
		s.equal(s.counts().Gone, 1)
	}},
	{"an unknown size", func(s *suite) {
		s.sight(source, inbox.Sighted{ID: "1", Size: 100}, inbox.Sighted{ID: "2"})
		s.equal(s.sight(source, inbox.Sighted{ID: "1"}, inbox.Sighted{ID: "2", Size: 100}), 0)
	}},
	{"unwanted", func(s *suite) {
		s.sight(source, inbox.Sighted{ID: "1", Size: 100}, inbox.Sighted{ID: "2"})
		s.equal(s.complete(source, inbox.Sighted{ID: "1", Unwanted: true}, inbox.Sighted{ID: "3", Unwanted: true}), 0)
		s.equal(s.at(source, "1").State, inbox.StateNew)
		s.equal(s.at(source, "2").Key+s.at(source, "3").Key, "")
		s.equal(s.complete(source, ids("1", "3")...), 1)
		s.equal(s.complete(source, inbox.Sighted{ID: "1", Size: 101, Unwanted: true}, inbox.Sighted{ID: "3"}), 0)
		s.equal(s.at(source, "1").Key, "")
	}},
	{"keys that are taken", func(s *suite) {
		same := func(from, to int) (all []inbox.Sighted) {
			for i := from; i <= to; i++ {
				all = append(all, inbox.Sighted{ID: string(rune('a' + i)), Key: "key", Order: int64(i)})
			}
			return all
		}
		s.sight(source, same(0, 0)...)
		s.sight(source, same(1, 2)...)
		s.sight(other, same(0, 6)...)
		s.equal(keys(s.claim(source, "a", 10)), "[key key-2 key-3]")
		s.equal(keys(s.claim(other, "a", 10)), "[key-4 key-5 key-6 key-7 key-8 key-9 key-10]")
		s.sight(source, inbox.Sighted{ID: "x", Key: "key-2"})
		s.equal(s.at(source, "x").Key, "key-2-2")
		// In another box the key is free.
		scan, err := s.StartScan(s.ctx, "another", source, "scanner", long)
		s.must(err)
		_, err = s.Sight(s.ctx, inbox.Sighting{Scan: scan, Sighted: same(0, 0)})
		s.must(err)
		r, err := s.Lookup(s.ctx, "another", source, []string{"a"})
		s.must(err)
		s.equal(keys(r), "[key]")
	}},
	{"complete", func(s *suite) {
		s.complete(source, ids("1", "2", "3", "10", "20")...)
		s.sight(other, ids("1")...)
		s.equal(s.complete(source, ids("20", "2", "30")...), 1)
		var there []string
		for _, id := range []string{"1", "2", "3", "10", "20", "30"} {
			if s.at(source, id).Key != "" {
				there = append(there, id)
			}
		}
		s.equal(there, "[2 20 30]")
		s.equal(s.at(other, "1").State, inbox.StateNew)
		s.equal(s.counts().Gone, 3)
		s.equal(keys(s.claim(source, "a", 10)), "[k2 k20 k30]")
	}},
	{"not complete", func(s *suite) {
		s.sight(source, ids("1", "2")...)
		s.sight(source, ids("3")...)
		s.equal(len(s.claim(source, "a", 10)), 3)
	}},
	{"none left", func(s *suite) {
		s.complete(source, ids("1", "2")...)
		s.equal(s.complete(source), 0)
		s.equal(s.counts().Gone, 2)
	}},
	{"a place that comes back", func(s *suite) {
		s.complete(source, ids("1")...)
		s.finish(s.claimOne(source, "a", "k1"), inbox.StateDone)
		s.complete(source)
		s.equal(s.complete(source, ids("1")...), 1)
		r := s.at(source, "1")
		s.equal([]any{r.Key, r.State}, []any{"k1-2", inbox.StateNew})
		s.equal(s.counts().Done, 1)
	}},
	{"a claimed message vanishes", func(s *suite) {
		s.complete(source, ids("1", "2")...)
		done, back := s.claimOne(source, "a", "k1"), s.claimOne(source, "a", "k2")
		s.complete(source)
		s.equal(s.counts().Claimed, 2)
		s.finish(done, inbox.StateDone)
		s.finish(back, inbox.StateFailed) // there is nothing to try again
		c := s.counts()
		s.equal([]int{c.Done, c.Gone, c.Unsettled}, []int{1, 1, 0})
	}},
	{"a claimed message vanishes with its owner", func(s *suite) {
		s.complete(source, inbox.Sighted{ID: "1", Lane: "l"}, inbox.Sighted{ID: "2", Lane: "l"})
		s.claimFor(source, "a", "k1", short)
		s.eventually(func() bool {
			s.complete(source, ids("2")...)
			return s.counts().Gone == 1
		})
		s.equal(keys(s.claim(source, "b", 10)), "[k2]")
	}},
	{"a failed message vanishes", func(s *suite) {
		s.complete(source, ids("1", "2")...)
		s.outcome(inbox.Outcome{Record: s.claimOne(source, "a", "k1"), State: inbox.StateFailed, After: long})
		s.complete(source, ids("2")...)
		s.equal(s.counts().Gone, 1)
	}},
	{"many", func(s *suite) {
		s.equal(s.complete(source, numbered(2500)...), 2500)
		s.equal(s.complete(source, numbered(2600)...), 100)
		s.equal(s.sight(source, numbered(2700)...), 100)
		s.equal(s.complete(source, numbered(10)...), 0)
		c := s.counts()
		s.equal([]int{c.New, c.Gone}, []int{10, 2690})
	}},
}

var lookupCases = []testCase{
	{"in the order of the IDs", func(s *suite) {
		s.sight(source, ids("1", "2", "3")...)
		s.sight(other, ids("4")...)
		records, err := s.Lookup(s.ctx, box, source, []string{"3", "4", "1", "3", ""})
		s.must(err)
		s.equal(len(records), 5)
		s.equal(keys(records), "[k3  k1 k3 ]")
		s.equal(records[0].Place, inbox.Place{Source: source, ID: "3"})
	}},
	{"nothing", func(s *suite) {
		records, err := s.Lookup(s.ctx, box, source, nil)
		s.must(err)
		s.equal(len(records), 0)
		s.equal(s.at(source, "1").Key, "")
		records, err = s.Lookup(s.ctx, "no box", "no source", []string{"1"})
		s.must(err)
		s.equal(keys(records), "[]")
	}},
	{"vanished", func(s *suite) {
		s.complete(source, ids("1")...)
		s.complete(source)
		s.equal(s.at(source, "1").Key, "")
	}},
	{"locations", func(s *suite) {
		s.sight(source, ids("1")...)
		s.sight(other, ids("x")...)
		s.merge(s.claimOne(other, "a", "kx"), s.at(source, "1"))
		want := []inbox.Location{{Place: inbox.Place{Source: source, ID: "1"}}, {Place: inbox.Place{Source: other, ID: "x"}}}
		s.equal(s.at(source, "1").Locations, want)
		s.equal(s.at(source, "1").Place, want[0].Place)
		s.equal(s.at(other, "x").Place, want[1].Place)
	}},
}
