// Package ledgertest tests implementations of [inbox.Ledger].
package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/inbox"
)

// Run tests what the documentation of [inbox.Ledger] says. Each of its subtests calls open
// once, which returns an empty ledger and ends the test if it cannot. A cleanup of open closes
// the ledger. The subtests run in parallel.
func Run(t *testing.T, open func(t *testing.T) inbox.Ledger) {
	for _, group := range []struct {
		name  string
		cases []testCase
	}{
		{"Scan", scanCases},
		{"Sight", sightCases},
		{"Lookup", lookupCases},
		{"Claim", claimCases},
		{"Identify", identifyCases},
		{"Merge", mergeCases},
		{"Renew", renewCases},
		{"Finish", finishCases},
		{"Settle", settleCases},
		{"Counts", countsCases},
		{"Texts", textCases},
		{"Contexts", contextCases},
		{"Concurrent", concurrentCases},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, c := range group.cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					l := open(t)
					c.run(&suite{T: t, ctx: t.Context(), Ledger: l, scans: make(map[string]inbox.Scan)})
				})
			}
		})
	}
}

type testCase struct {
	name string
	run  func(*suite)
}

// A lease of long does not end during a test. One of short ends soon; a test waits for
// the effect and not for a time.
const (
	long  = time.Hour
	short = 20 * time.Millisecond
)

const (
	box    = "tickets"
	source = "{mail.example.org/imap/user=ann}INBOX;UIDVALIDITY=1"
	other  = "{mail.example.org/pop3/user=ann}INBOX"
)

// suite is a test with a ledger.
type suite struct {
	*testing.T
	ctx context.Context
	inbox.Ledger
	scans map[string]inbox.Scan
}

func (s *suite) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// is fails the test if an error is not the one that was asked for.
func (s *suite) is(err, want error) {
	s.Helper()
	if !errors.Is(err, want) {
		s.Fatalf("error %v, want %v", err, want)
	}
}

func (s *suite) equal(got, want any) {
	s.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		s.Fatalf("got %s, want %s", g, w)
	}
}

// scan takes the right to scan a source, as "scanner".
func (s *suite) scan(source string) inbox.Scan {
	s.Helper()
	scan, err := s.StartScan(s.ctx, box, source, "scanner", long)
	s.must(err)
	return scan
}

// sight sights messages of a source, and returns how many are new. The key of a message
// that has none is "k" and the ID.
func (s *suite) sight(source string, messages ...inbox.Sighted) int {
	s.Helper()
	return s.sighting(source, false, messages...)
}

// complete is sight of all messages that there are.
func (s *suite) complete(source string, messages ...inbox.Sighted) int {
	s.Helper()
	return s.sighting(source, true, messages...)
}

func (s *suite) sighting(source string, complete bool, messages ...inbox.Sighted) int {
	s.Helper()
	for i := range messages {
		if messages[i].Key == "" {
			messages[i].Key = "k" + messages[i].ID
		}
		if messages[i].Order == 0 {
			messages[i].Order = int64(i)
		}
	}
	n, err := s.Sight(s.ctx, inbox.Sighting{Scan: s.scan(source), Sighted: messages, Complete: complete})
	s.must(err)
	return n
}

// ids returns messages with IDs.
func ids(all ...string) []inbox.Sighted {
	var messages []inbox.Sighted
	for _, id := range all {
		messages = append(messages, inbox.Sighted{ID: id})
	}
	return messages
}

// numbered returns n messages, 1 to n.
func numbered(n int) []inbox.Sighted {
	var messages []inbox.Sighted
	for i := range n {
		messages = append(messages, inbox.Sighted{ID: fmt.Sprint(i + 1)})
	}
	return messages
}

// claim claims messages for an owner.
func (s *suite) claim(source, owner string, limit int) []inbox.Record {
	s.Helper()
	records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: owner, Lease: long, Limit: limit})
	s.must(err)
	return records
}

// claimOne claims a message by its key.
func (s *suite) claimOne(source, owner, key string) inbox.Record {
	s.Helper()
	return s.claimFor(source, owner, key, long)
}

func (s *suite) claimFor(source, owner, key string, lease time.Duration) inbox.Record {
	s.Helper()
	records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: owner, Lease: lease, Limit: 1, Key: key})
	s.must(err)
	if len(records) != 1 {
		s.Fatalf("%d messages with the key %q could be claimed", len(records), key)
	}
	return records[0]
}

// takeOver claims a message whose lease is ending.
func (s *suite) takeOver(source, owner, key string) inbox.Record {
	s.Helper()
	var got inbox.Record
	s.eventually(func() bool {
		records, err := s.Claim(s.ctx, inbox.Claiming{Box: box, Source: source, Owner: owner, Lease: long, Limit: 1, Key: key})
		s.must(err)
		if len(records) == 1 {
			got = records[0]
		}
		return len(records) == 1
	})
	return got
}

// eventually waits until something has happened.
func (s *suite) eventually(happened func() bool) {
	s.Helper()
	for end := time.Now().Add(time.Minute); !happened(); time.Sleep(short / 4) {
		if time.Now().After(end) {
			s.Fatal("it has not happened within a minute")
		}
	}
}

// finish records an outcome of a claimed message.
func (s *suite) finish(record inbox.Record, state inbox.State) {
	s.Helper()
	s.outcome(inbox.Outcome{Record: record, State: state})
}

func (s *suite) outcome(o inbox.Outcome) {
	s.Helper()
	lost, err := s.Finish(s.ctx, []inbox.Outcome{o})
	s.must(err)
	if len(lost) > 0 {
		s.Fatalf("the claim of %q was lost", o.Record.Key)
	}
}

// at returns the record at a place, the zero Record if there is none.
func (s *suite) at(source, id string) inbox.Record {
	s.Helper()
	records, err := s.Lookup(s.ctx, box, source, []string{id})
	s.must(err)
	if len(records) != 1 {
		s.Fatalf("Lookup of 1 ID returned %d records", len(records))
	}
	return records[0]
}

// identify notes contents of a claimed message, and returns the keys of the others.
func (s *suite) identify(record inbox.Record, contents ...string) []string {
	s.Helper()
	same, err := s.Identify(s.ctx, []inbox.Identity{{Record: record, Contents: contents}})
	s.must(err)
	if len(same) != 1 || same[0] == nil {
		s.Fatalf("Identify of a claimed message returned %v", same)
	}
	return keys(same[0])
}

// merge merges a claimed record into another one.
func (s *suite) merge(claimed, other inbox.Record) {
	s.Helper()
	s.must(s.Merge(s.ctx, claimed, other, false))
}

// mergeApart merges a claimed record into one whose message may be another one.
func (s *suite) mergeApart(claimed, other inbox.Record) {
	s.Helper()
	s.must(s.Merge(s.ctx, claimed, other, true))
}

func (s *suite) unsettled(source string) []string {
	s.Helper()
	records, err := s.Unsettled(s.ctx, box, source, "", 1000)
	s.must(err)
	return keys(records)
}

func (s *suite) counts() inbox.Counts {
	s.Helper()
	c, err := s.Counts(s.ctx, box)
	s.must(err)
	return c
}

func keys(records []inbox.Record) []string {
	var all []string
	for _, r := range records {
		all = append(all, r.Key)
	}
	return all
}

// ended returns a context that has ended.
func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}
