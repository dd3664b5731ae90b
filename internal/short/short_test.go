package short_test

import (
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat/internal/short"
)

func TestSample(t *testing.T) {
	list := []int{0, 1, 2, 3, 4, 5, 6}
	want := list
	if testing.Short() {
		want = []int{0, 3, 6}
	}
	if got := short.Sample(list, 3); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := short.Sample(list[:1], 3); !slices.Equal(got, list[:1]) {
		t.Errorf("of one element %v", got)
	}
}
