package thread

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/imapcompat/imapcompat/backend"
)

func TestTooManyReferences(t *testing.T) {
	r := newReader(References, func(string) {})
	msg := &backend.Message{Num: 1, Envelope: &backend.Envelope{References: backend.String("<a@x> <b@x>")}}
	r.references = maxReferences - 2
	if err := r.add(msg, false); err != nil {
		t.Fatal(err)
	}
	if err := r.add(msg, false); !errors.Is(err, backend.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// The root finder returns the same root as following the parents.
func TestRootFinder(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(3, seed))
		n := int32(2 + random.IntN(40))
		f := newRootFinder(int(n))
		parents := make([]int32, n)
		for i := range parents {
			parents[i] = none
		}
		root := func(c int32) int32 {
			for parents[c] != none {
				c = parents[c]
			}
			return c
		}
		for range 400 {
			c, other := random.Int32N(n), random.Int32N(n)
			switch {
			case parents[c] == none && root(other) != c:
				parents[c] = other
				f.link(c, other)
			case parents[c] != none && random.IntN(3) == 0:
				parents[c] = none
				f.cut(c)
			}
			if got, want := f.root(other), root(other); got != want {
				t.Fatalf("seed %d: the root of %d is %d, want %d", seed, other, got, want)
			}
		}
	}
}
