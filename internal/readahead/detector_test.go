package readahead

import (
	"reflect"
	"testing"
)

// TestDetector fetches each window at once, and the next one when the last message of a
// window is asked for.
func TestDetector(t *testing.T) {
	list := result{list: []int{40, 7, 8, 3, 90, 12}}
	const last = 2000
	for _, test := range []struct {
		name    string
		uid     bool
		asked   []int
		most    int   // of a window, 0 for no bound
		windows []int // their sizes
	}{
		{name: "one", asked: []int{5}},
		{name: "jumps", asked: []int{5, 90, 30, 61}},
		{name: "up", asked: numbers(1, 60, 1), windows: []int{20, 1024}},
		{name: "down", asked: numbers(60, 1, -1), windows: []int{20, 39}},
		{name: "a short run", asked: numbers(1, 5, 1), windows: []int{20}},
		{name: "large messages", asked: numbers(1, 10, 1), most: 3, windows: []int{3, 3, 3}},
		{name: "along a result", asked: []int{40, 7, 8, 3}, windows: []int{5}},
		{name: "back in a result", asked: []int{12, 90, 3}, windows: []int{5}},
		{name: "the middle of a result", asked: []int{8, 3, 90}, windows: []int{3}},
		{name: "into a result", asked: []int{500, 8, 3, 90}, windows: []int{3}},
		{name: "out of a result", asked: []int{40, 7, 1000, 1001}, windows: []int{5, 2}},
		{name: "the other way round", asked: []int{100, 101, 100, 99, 98}, windows: []int{20, 2, 20}},
		{name: "UIDs with gaps", uid: true, asked: []int{100, 110, 120, 136, 137}, windows: []int{20, 1024}},
		{name: "UIDs too far apart", uid: true, asked: []int{100, 117, 134}},
		{name: "pairs", asked: []int{100, 101, 300, 301, 500, 501, 700, 701}, windows: []int{20, 2, 2, 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			most := test.most
			if most == 0 {
				most = maxMessages
			}
			d := &detector{}
			ahead := map[int]bool{}
			var windows []int
			for _, n := range test.asked {
				for gone := d.last + 1; test.uid && gone < n; gone++ {
					delete(ahead, gone) // no message has that UID
				}
				inRun := d.observe(n, test.uid, list)
				switch {
				case ahead[n]:
					d.used++
					delete(ahead, n)
				case inRun:
					d.skipped += len(ahead)
					window := d.following(n, d.grow(most), last, list)
					windows = append(windows, len(window))
					ahead = map[int]bool{}
					for _, m := range window[1:] {
						ahead[m] = true
					}
				default:
					d.skipped += len(ahead)
					d.window = 0
					clear(ahead)
				}
			}
			if !reflect.DeepEqual(windows, test.windows) {
				t.Errorf("windows %v, want %v", windows, test.windows)
			}
		})
	}
}

// numbers returns the numbers from first to last.
func numbers(first, last, by int) (list []int) {
	for n := first; n != last+by; n += by {
		list = append(list, n)
	}
	return list
}

func TestGrow(t *testing.T) {
	for _, test := range []struct {
		name          string
		window        int
		direction     direction
		used, skipped int
		most          int
		want          int
	}{
		{name: "the first", most: 1024, want: 20},
		{name: "the second", window: 20, used: 19, most: 1024, want: 1024},
		{name: "no more than fits", window: 20, used: 19, most: 333, want: 333},
		{name: "at least one", window: 20, used: 19, most: 0, want: 1},
		{name: "the first of a result", direction: along, most: 1024, want: 1024},
		{name: "the first after waste", skipped: 19, most: 1024, want: 2},
		{name: "in a result, too", direction: along, skipped: 19, most: 1024, want: 2},
		{name: "half of a wasted one", window: 100, used: 10, skipped: 89, most: 1024, want: 50},
		{name: "every other one is used", window: 100, used: 50, skipped: 50, most: 1024, want: 1024},
		{name: "after a small one", window: 2, used: 1, most: 1024, want: 20},
	} {
		d := &detector{window: test.window, direction: test.direction, used: test.used, skipped: test.skipped}
		if got := d.grow(test.most); got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func TestIsEnd(t *testing.T) {
	o := result{list: []int{4, 9, 2}}
	for _, test := range []struct {
		direction direction
		n         int
		want      bool
	}{
		{up, 9, false}, {up, 10, true}, {down, 2, false}, {down, 1, true},
		{along, 9, false}, {along, 2, true}, {back, 9, false}, {back, 4, true},
	} {
		d := &detector{direction: test.direction}
		if got := d.isEnd(test.n, 10, o); got != test.want {
			t.Errorf("direction %d, %d: %v", test.direction, test.n, got)
		}
	}
}
