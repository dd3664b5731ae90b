package sequence_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/sequence"
)

// observation is what PHP 8.2 did with a set in a mailbox of five messages, on
// Dovecot 2.3. The file testdata/sets.json was written by a script that called,
// each on a new connection,
//
//	imap_fetch_overview($imap, $set)
//	imap_fetch_overview($imap, $set, FT_UID)
//	imap_setflag_full($imap, $set, '\Deleted')
//	imap_setflag_full($imap, $set, '\Deleted', ST_UID)
//
// and noted the messages that came or were changed, and the last of imap_errors.
// Over IMAP the messages had the UIDs 1, 3, 4, 6 and 7.
type observation struct {
	Service     string
	Set         string
	Overview    outcome
	OverviewUID outcome `json:"overview_uid"`
	SetFlag     outcome `json:"setflag"`
	SetFlagUID  outcome `json:"setflag_uid"`
}

type outcome struct {
	Messages []int
	Error    string
}

var (
	imapUIDs = []int{1, 3, 4, 6, 7}
	pop3UIDs = []int{1, 2, 3, 4, 5}
)

func observations(t testing.TB) []observation {
	data, err := os.ReadFile("testdata/sets.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []observation
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// chosen returns the numbers of the messages in the set.
func chosen(set backend.Set, ids []int) []int {
	last := ids[len(ids)-1]
	var numbers []int
	for i, id := range ids {
		if slices.ContainsFunc(set.Ranges, func(r backend.Range) bool {
			if r.Last == backend.Max { // RFC 9051: "*" is always in the range
				return id >= r.First || id == last
			}
			return r.First <= id && id <= r.Last
		}) {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}

func same(t *testing.T, what string, o observation, want outcome, set backend.Set, err error, ids []int) {
	t.Helper()
	if err != nil || want.Error != "" {
		if err == nil || err.Error() != want.Error || !errors.Is(err, backend.ErrInvalidArgument) {
			t.Errorf("%s %s %q: %v, PHP says %q", o.Service, what, o.Set, err, want.Error)
		}
		return
	}
	if got := chosen(set, ids); !slices.Equal(got, want.Messages) {
		t.Errorf("%s %s %q: %v, PHP has %v", o.Service, what, o.Set, got, want.Messages)
	}
}

// differs are sets of UIDs for which c-client wraps around, or asks the server about an
// impossible UID.
var differs = []string{"1:-1", "4294967296", "4294967297", "2:4294967296"}

func TestLocalAsPHP(t *testing.T) {
	five := []int{1, 2, 3, 4, 5}
	for _, o := range observations(t) {
		uids := pop3UIDs
		if o.Service == "imap" {
			uids = imapUIDs
		}
		set, err := sequence.Numbers(o.Set, 5)
		same(t, "overview", o, o.Overview, set, err, five)
		if o.Service == "pop3" { // c-client parses for itself
			same(t, "setflag", o, o.SetFlag, set, err, five)
		}
		if slices.Contains(differs, o.Set) {
			continue
		}
		set, err = sequence.UIDs(o.Set, uids[4])
		same(t, "overview by UID", o, o.OverviewUID, set, err, uids)
		if o.Service == "pop3" {
			same(t, "setflag by UID", o, o.SetFlagUID, set, err, uids)
		}
	}
}

// laxServer are sets that Dovecot accepts and this package refuses: the saved result of RFC
// 5182, which nobody has saved, and numbers of more than 32 bits, which wrap around on Dovecot,
// so that 4294967297 is message 1.
var laxServer = []string{
	"$", "4294967297", "18446744073709551615", "18446744073709551617",
	"99999999999999999999999", "1:99999999999999999999999",
}

// A set that the server accepted must be accepted with the same meaning. One that it refused
// for its syntax must be refused. One that it refused because the message does not exist may be
// accepted.
func TestServerAsPHP(t *testing.T) {
	five := []int{1, 2, 3, 4, 5}
	for _, o := range observations(t) {
		if o.Service != "imap" || slices.Contains(laxServer, o.Set) {
			continue
		}
		numbers, err := sequence.ServerNumbers(o.Set)
		if o.SetFlag.Error == "" {
			same(t, "setflag", o, o.SetFlag, numbers, err, five)
		}
		uids, err := sequence.ServerUIDs(o.Set)
		if o.SetFlagUID.Error == "" {
			same(t, "setflag by UID", o, o.SetFlagUID, uids, err, imapUIDs)
		} else if err == nil {
			t.Errorf("%q gets through, the server says %q", o.Set, o.SetFlagUID.Error)
		}
	}
}

func TestServerRefuses(t *testing.T) {
	for s, want := range map[string]string{
		"":              "Syntax error in sequence",
		"   ":           "Syntax error in sequence",
		"$":             "Syntax error in sequence",
		"\t4":           "Syntax error in sequence",
		"0":             "Sequence out of range",
		"4294967296":    "Sequence out of range",
		"1:4294967296":  "Sequence range invalid",
		"1: 3":          "Sequence range invalid",
		"1:+3":          "Sequence range invalid",
		"1:2:3":         "Sequence range syntax error",
		"1\r\n":         "Sequence syntax error",
		"1:2\r\na NOOP": "Sequence range syntax error",
		"1\x00":         "Sequence syntax error",
	} {
		for _, parse := range []func(string) (backend.Set, error){sequence.ServerNumbers, sequence.ServerUIDs} {
			if set, err := parse(s); err == nil || err.Error() != want {
				t.Errorf("%q: %v, %v, want %q", s, set, err, want)
			}
		}
	}
}

// The errors in an empty mailbox are PHP's, and the same over IMAP and POP3.
func TestEmptyMailbox(t *testing.T) {
	for s, want := range map[string]string{
		"*":   "No messages, so no maximum message number",
		"*:*": "No messages, so no maximum message number",
		"1:*": "Sequence out of range",
		"1,*": "Sequence out of range",
		"1":   "Sequence out of range",
		"":    "",
	} {
		set, err := sequence.Numbers(s, 0)
		if len(set.Ranges) != 0 || (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("%q: %v, %v, want %q", s, set, err, want)
		}
		if set, err := sequence.UIDs(s, 0); err != nil || len(set.Ranges) != 0 || !set.UID {
			t.Errorf("UIDs %q: %v, %v", s, set, err)
		}
	}
}

func TestRanges(t *testing.T) {
	type ranges = []backend.Range
	for _, c := range []struct {
		s    string
		want ranges
	}{
		{"5:2", ranges{{First: 2, Last: 5}}},
		{"7,1,3:2,4", ranges{{First: 1, Last: 4}, {First: 7, Last: 7}}},
		{"1:3,2:4", ranges{{First: 1, Last: 4}}},
		{"*", ranges{{First: backend.Max, Last: backend.Max}}},
		{"*:9,3", ranges{{First: 3, Last: 3}, {First: 9, Last: backend.Max}}},
		{strconv.Itoa(backend.Max - 1), ranges{{First: backend.Max - 1, Last: backend.Max - 1}}},
		{"   4", ranges{{First: 4, Last: 4}}},
	} {
		set, err := sequence.ServerUIDs(c.s)
		if err != nil || !set.UID || !slices.Equal(set.Ranges, c.want) {
			t.Errorf("%q: %+v, %v, want %v", c.s, set, err, c.want)
		}
	}
	for s, want := range map[string]ranges{
		"4294967296":              nil,
		"4294967296:4294967299":   nil,
		"99999999999999999999:2":  {{First: 2, Last: backend.Max - 1}},
		"1,18446744073709551617,": {{First: 1, Last: 1}},
	} {
		if set, err := sequence.UIDs(s, 7); err != nil || !slices.Equal(set.Ranges, want) {
			t.Errorf("%q: %+v, %v, want %v", s, set, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, o := range observations(f) {
		f.Add(o.Set)
	}
	f.Fuzz(func(t *testing.T, s string) {
		local, localErr := sequence.Numbers(s, 5)
		check(t, s, local, 5)
		uids, _ := sequence.UIDs(s, 7)
		check(t, s, uids, backend.Max-1)
		remote, err := sequence.ServerNumbers(s)
		check(t, s, remote, backend.Max)
		if err != nil {
			return
		}
		if strings.Trim(s, "0123456789:,* ") != "" {
			t.Errorf("%q gets through", s)
		}
		// A set without "*" that both accept means the same to both.
		if localErr == nil && !strings.Contains(s, "*") && !slices.Equal(local.Ranges, remote.Ranges) {
			t.Errorf("%q: %v here, %v for a server", s, local, remote)
		}
	})
}

// check checks that the ranges ascend without overlaps, within bounds.
func check(t *testing.T, s string, set backend.Set, highest int) {
	t.Helper()
	previous := 0
	for _, r := range set.Ranges {
		if r.First <= previous || r.Last < r.First || r.Last > highest {
			t.Errorf("%q: %v", s, set)
		}
		previous = r.Last
	}
}

func BenchmarkNumbers(b *testing.B) {
	var list strings.Builder
	for n := 1; n < 20_000; n += 2 {
		fmt.Fprintf(&list, "%d,", n)
	}
	for name, set := range map[string]string{
		"One": "4711", "All": "1:*", "TenThousand": strings.TrimSuffix(list.String(), ","),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(set)))
			for b.Loop() {
				if _, err := sequence.Numbers(set, 20_000); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
