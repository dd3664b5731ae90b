package readahead_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/readahead"
)

var structures = backend.Items{UID: true, Structure: true}

// distant is a reader over a service with a long round trip.
func distant(t *testing.T, messages int) *reader {
	s := newService(messages)
	s.roundTrip = 3 * time.Millisecond
	return newReader(t, s)
}

// On a slow link, each message that is read out of order brings its neighbours. No message
// is fetched twice.
func TestScattered(t *testing.T) {
	r := distant(t, 100)
	for _, n := range []int{50, 10, 30, 32, 49, 40, 30, 25, 95, 97} {
		if msg := r.read(false, n, structures); msg.Num != n {
			t.Errorf("message %d is %d", n, msg.Num)
		}
	}
	r.settle()
	check(t, "fetched", r.calls(), []string{
		"fetch 50:69 structure", "fetch 10:29 structure", "fetch 30:49 structure", "fetch 95:100 structure",
	})
}

func TestScatteredUIDs(t *testing.T) {
	r := distant(t, 100)
	for _, uid := range []int{150, 110, 130, 132, 149} {
		if msg := r.read(true, uid, structures); msg.UID != uid {
			t.Errorf("UID %d is %d", uid, msg.UID)
		}
	}
	r.settle()
	check(t, "fetched", r.calls(), []string{"fetch 150:169 structure", "fetch 110:129 structure", "fetch 130:149 structure"})
}

// A run among fetched neighbours continues with a full window.
func TestRunAfterScattered(t *testing.T) {
	r := distant(t, 200)
	for _, n := range []int{50, 10, 30, 99} {
		r.read(false, n, structures)
	}
	r.calls()
	for n := 100; n <= 180; n++ {
		if msg := r.read(false, n, structures); msg.Num != n {
			t.Errorf("message %d is %d", n, msg.Num)
		}
	}
	r.settle()
	check(t, "the first of the run", r.calls()[0], "fetch 119:200 structure")
}

// On a slow link the neighbours of the first message are the first window of a loop.
func TestRunFromNeighbours(t *testing.T) {
	r := distant(t, 500)
	for n := 1; n <= 500; n++ {
		r.read(false, n, structures)
	}
	r.settle()
	check(t, "fetched", r.calls(), []string{"fetch 1:20 structure", "fetch 21:500 structure"})
}

// The first message of a result is fetched alone: its neighbours are in another order.
func TestResultFromFar(t *testing.T) {
	r := distant(t, 100)
	list := []int{40, 7, 90, 12, 55}
	r.Session.Follow(list, false)
	for _, n := range list {
		r.read(false, n, structures)
	}
	r.settle()
	check(t, "fetched", r.calls(), []string{"fetch 40 structure", "fetch 7,12,55,90 structure"})
}

// No neighbours are fetched on a fast link, where the session parses messages itself, for
// texts, and with reading ahead turned off.
func TestNotScattered(t *testing.T) {
	jumps := []int{50, 10, 30, 32, 49, 40}
	for name, test := range map[string]struct {
		items  backend.Items
		extent readahead.Extent
		set    func(r *reader)
	}{
		"near":    {structures, readahead.Untraced, func(r *reader) { r.roundTrip = 0 }},
		"parses":  {structures, readahead.Untraced, func(r *reader) { r.parses = true }},
		"texts":   {peeks, readahead.Untraced, func(*reader) {}},
		"nothing": {structures, readahead.Nothing, func(*reader) {}},
	} {
		r := distant(t, 100)
		test.set(r)
		r.extend(test.extent)
		for _, n := range jumps {
			r.read(false, n, test.items)
		}
		r.settle()
		for i, call := range r.calls() {
			if !strings.HasPrefix(call, fmt.Sprintf("fetch %d ", jumps[i])) {
				t.Errorf("%s: %s for message %d", name, call, jumps[i])
			}
		}
	}
}

// The flags of neighbours that were kept are renewed like any others.
func TestScatteredFlags(t *testing.T) {
	r := distant(t, 100)
	for _, n := range []int{50, 10, 30} {
		r.read(false, n, headers)
	}
	r.settle()
	r.calls()
	r.mu.Lock()
	r.seen[35], r.seen[36] = true, true
	r.unsolicited++
	r.mu.Unlock()
	check(t, "35", r.read(false, 35, headers).Flags.Seen, true)
	check(t, "40", r.read(false, 40, headers).Flags.Seen, false)
	check(t, "36", r.read(false, 36, headers).Flags.Seen, true)
	check(t, "fetched", r.calls(), []string{"fetch 10:69 flags"})
}

// The messages that are kept are bounded.
func TestScatteredIsBounded(t *testing.T) {
	r := distant(t, 5000)
	r.roundTrip = 2 * time.Millisecond
	for n := 5000; n > 0; n -= 50 {
		r.read(false, n, structures)
	}
	r.settle()
	r.calls()
	r.read(false, 5000, structures)
	r.settle()
	check(t, "fetched again", r.calls(), []string{"fetch 5000 structure"})
}

// A caller that reads prefetched messages slowly asks the server for news. It need not ask
// when it has asked for something else meanwhile.
func TestAskForNews(t *testing.T) {
	const age = 250 * time.Millisecond // flags may be as old
	for _, test := range []struct {
		name string
		ask  func(r *reader)
		news []string
	}{
		{"nothing else", func(*reader) {}, []string{"fetch 4 "}},
		{"a message alone", func(r *reader) { r.read(false, 30, structures) }, nil},
		{"the session beneath", func(r *reader) { r.Session.Beneath(ctx) }, nil},
		{"a change", func(r *reader) { r.add(1) }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			for took := age; took >= age; {
				r := newReader(t, newService(40))
				for n := 1; n <= 3; n++ {
					r.read(false, n, fields)
					r.settle()
				}
				time.Sleep(age + age/5)
				start := time.Now()
				test.ask(r)
				r.calls()
				r.read(false, 4, fields)
				if took = time.Since(start); took < age || test.news != nil {
					r.settle()
					check(t, "asked", r.calls(), test.news)
					return
				}
			}
		})
	}
}

// A message that is requested twice in a run is fetched once, and its flags are fresh.
func TestAgain(t *testing.T) {
	r := newReader(t, newService(40))
	r.read(false, 1, headers)
	for n := 2; n <= 40; n++ {
		r.read(false, n, headers)
		if n%7 == 0 {
			r.mu.Lock()
			r.seen[n] = true
			r.unsolicited++
			r.mu.Unlock()
		}
		msg := r.read(false, n, headers)
		if msg.Num != n || msg.Flags.Seen != (n%7 == 0) {
			t.Errorf("message %d again: %d, seen %v", n, msg.Num, msg.Flags.Seen)
		}
	}
	r.settle()
	fetched := 0
	for _, call := range r.calls() {
		if strings.Contains(call, "envelope") {
			fetched++
		}
	}
	if fetched > 8 {
		t.Errorf("%d windows for 40 messages", fetched)
	}
}

// A long text is not kept.
func TestLongTextAgain(t *testing.T) {
	s := newService(10)
	s.size = 300 << 10
	r := newReader(t, s)
	for n := 1; n <= 4; n++ {
		r.read(false, n, peeks)
		r.settle()
	}
	r.calls()
	r.read(false, 4, peeks)
	r.settle()
	check(t, "fetched again", r.calls(), []string{"fetch 4 [TEXT]"})
}
