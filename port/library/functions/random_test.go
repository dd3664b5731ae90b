package functions

import (
	"slices"
	"testing"
)

// shuffle and array_rand are random. What they choose from stays what it was.
func TestRandomOrder(t *testing.T) {
	list := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	orders := map[string]bool{}
	for range 20 {
		shuffled := slices.Clone(list)
		shuffle(&shuffled)
		orders[phpSerialize(anyList(shuffled))] = true
		slices.Sort(shuffled)
		if !slices.Equal(shuffled, list) {
			t.Errorf("got %v", shuffled)
		}
	}
	if len(orders) < 2 {
		t.Error("the order is always the same")
	}
	keys := map[any]bool{}
	a := mapOf(pair[int]{"a", 1}, pair[int]{"b", 2})
	for range 200 {
		keys[arrayRand(a)] = true
	}
	if len(keys) != 2 || !keys["a"] || !keys["b"] {
		t.Errorf("got %v", keys)
	}
}
