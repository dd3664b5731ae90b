package ledgertest

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/imapcompat/imapcompat/inbox"
)

// hostile are texts that mail may hold and that databases like to refuse, or to change.
var hostile = []string{
	"\x00", "\xff\xfe", "a\x00b", "\xc3\x28", `\x00`, `\x5c78`, "'; DROP TABLE inbox_records; --", `"quoted"`, "%_",
	"ünïcode", "\ufeff", "A", "a", "a ", " a", "\n", "\\", "\\\\", "1e3", "1000", "01", "null", "\u2028", "\x7f\x1b[0m",
	"e\u0301", "\u00e9", strings.Repeat("long", 200), strings.Repeat("\xff", 600),
}

var textCases = []testCase{
	{"exact ones", func(s *suite) {
		for _, text := range hostile {
			scan, err := s.StartScan(s.ctx, text, text, text, long)
			s.must(err)
			var messages []inbox.Sighted
			for _, id := range hostile {
				messages = append(messages, inbox.Sighted{ID: id, Key: id, Lane: id})
			}
			n, err := s.Sight(s.ctx, inbox.Sighting{Scan: scan, Sighted: messages, Complete: true, Cursor: text})
			s.must(err)
			s.equal(n, len(hostile))
			n, err = s.Sight(s.ctx, inbox.Sighting{Scan: scan, Sighted: messages, Complete: true, Cursor: text})
			s.must(err)
			s.equal(n, 0)
		}
		for _, text := range hostile {
			records, err := s.Claim(s.ctx, inbox.Claiming{Box: text, Source: text, Owner: text, Lease: long, Limit: 1000})
			s.must(err)
			s.equal(len(records), len(hostile))
			var contents []inbox.Identity
			var places []inbox.Place
			for _, r := range records {
				if r.Box != text || r.Owner != text || r.Place.Source != text || r.Place.ID != r.Key || r.Lane != r.Key {
					s.Fatalf("box %q, owner %q, source %q, ID %q, key %q, lane %q, want %q", r.Box, r.Owner, r.Place.Source, r.Place.ID, r.Key, r.Lane, text)
				}
				contents = append(contents, inbox.Identity{Record: r, Contents: []string{r.Key}})
				places = append(places, r.Place)
			}
			same, err := s.Identify(s.ctx, contents)
			s.must(err)
			var outcomes []inbox.Outcome
			for i, other := range same {
				if other == nil || len(other) > 0 {
					s.Fatalf("the content %q is the same as %v", contents[i].Contents, other)
				}
				outcomes = append(outcomes, inbox.Outcome{Record: records[i], State: inbox.StateDone})
			}
			lost, err := s.Finish(s.ctx, outcomes)
			s.must(err)
			s.equal(len(lost), 0)
			records, err = s.Unsettled(s.ctx, text, text, hostile[0], 1000)
			s.must(err)
			s.equal(len(records), len(hostile)-1)
			s.must(s.Settle(s.ctx, text, places, false))
			scan, err := s.StartScan(s.ctx, text, text, text, long)
			s.must(err)
			s.equal(fmt.Sprintf("%q", scan.Cursor), fmt.Sprintf("%q", text))
		}
	}},
	{"order of IDs", func(s *suite) {
		// A complete sighting is compared with the places, in whatever order the database has them.
		var odd, all []inbox.Sighted
		for i, id := range hostile {
			all = append(all, inbox.Sighted{ID: id})
			if i%2 == 1 {
				odd = append(odd, inbox.Sighted{ID: id})
			}
		}
		s.equal(s.complete(source, odd...), len(odd))
		s.equal(s.complete(source, all...), len(all)-len(odd))
		s.equal(s.complete(source, odd...), 0)
		s.equal(s.counts().Gone, len(all)-len(odd))
	}},
	{"the other ones", func(s *suite) {
		for i, text := range append(hostile, strings.Repeat("\x00", 1<<20), strings.Repeat("é", 1<<19)) {
			id := fmt.Sprint(i)
			s.sight(source, ids(id)...)
			r := s.claimOne(source, "a", "k"+id)
			_, err := s.Identify(s.ctx, []inbox.Identity{{Record: r, Hint: inbox.Hint{From: text, Subject: text, MessageID: text}}})
			s.must(err)
			s.outcome(inbox.Outcome{Record: r, State: inbox.StateSkipped, Reason: text})
			got := s.at(source, id)
			s.equal(got.State, inbox.StateSkipped)
			if !utf8.ValidString(text) || strings.Contains(text, "\x00") || len(text) > 500 {
				continue
			}
			s.equal([]any{got.Reason, got.Hint}, []any{text, inbox.Hint{From: text, Subject: text, MessageID: text}})
		}
	}},
}

var contextCases = []testCase{
	{"that have ended", func(s *suite) {
		s.sight(source, ids("1", "2")...)
		r := s.claimOne(source, "a", "k1")
		scan := s.scan(source)
		ctx := ended()
		for name, err := range map[string]error{
			"StartScan": second(s.StartScan(ctx, box, source, "scanner", 0)),
			"Sight":     second(s.Sight(ctx, inbox.Sighting{Scan: scan, Sighted: ids("3"), Cursor: "c"})),
			"Lookup":    second(s.Lookup(ctx, box, source, []string{"1"})),
			"Claim":     second(s.Claim(ctx, inbox.Claiming{Box: box, Source: source, Owner: "a", Lease: long, Limit: 1})),
			"Identify":  second(s.Identify(ctx, []inbox.Identity{{Record: r, Size: 9}})),
			"Merge":     s.Merge(ctx, r, s.at(source, "2"), false),
			"Renew":     second(s.Renew(ctx, []inbox.Record{r}, 0)),
			"Finish":    second(s.Finish(ctx, []inbox.Outcome{{Record: r, State: inbox.StateDone}})),
			"Unsettled": second(s.Unsettled(ctx, box, source, "", 1)),
			"Settle":    s.Settle(ctx, box, []inbox.Place{r.Place}, true),
			"Counts":    second(s.Counts(ctx, box)),
		} {
			if err == nil {
				s.Errorf("%s succeeded with a context that has ended", name)
			}
		}
		s.equal(s.scan(source).Cursor, "")
		c := s.counts()
		s.equal([]int{c.New, c.Claimed, c.Open()}, "[1 1 2]")
		s.equal(s.at(source, "1").Size, 0)
		s.finish(r, inbox.StateDone)
	}},
}

func second[T any](_ T, err error) error { return err }
