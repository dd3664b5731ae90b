package conformance

import (
	"slices"
	"strings"
	"testing"
)

// maxShrinking bounds how often something is compared again to make it shorter.
const maxShrinking = 150

// shrink leaves out elements of a list, many at a time and then fewer, as long as
// differs says that the sides differ.
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
