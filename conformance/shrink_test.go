package conformance

import (
	"slices"
	"strings"
	"testing"
)

// maxShrinking limits the comparisons to shorten something.
const maxShrinking = 150

// shrink leaves out elements of a list, first many at a time and then fewer, as long as differs
// reports a difference.
func shrink[T any](list []T, differs func([]T) bool) []T {
	tries := 0
	for size := (len(list) + 1) / 2; size > 0; size /= 2 {
		for from := 0; from < len(list) && tries < maxShrinking; {
			tries++
			shorter := slices.Delete(slices.Clone(list), from, min(from+size, len(list)))
			if differs(shorter) {
				list = shorter
			} else {
				from += size
			}
		}
	}
	return list
}

func TestShrink(t *testing.T) {
	differs := func(text []byte) bool {
		return strings.Contains(string(text), "x") && strings.Contains(string(text), "y")
	}
	if got := shrink([]byte("aaaaxaaaaaaaaayaa"), differs); string(got) != "xy" {
		t.Errorf("got %q", got)
	}
}
