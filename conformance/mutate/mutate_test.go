package mutate_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/mutate"
)

var donors = [][]byte{[]byte("donor"), nil}

func mutated(seed uint64, text string) []byte {
	return mutate.Mutate(rand.New(rand.NewPCG(seed, 0)), []byte(text), donors)
}

func TestDeterministic(t *testing.T) {
	different := make(map[string]bool)
	for seed := range uint64(1000) {
		a, b := mutated(seed, "Subject: x\r\n\r\n"), mutated(seed, "Subject: x\r\n\r\n")
		if !bytes.Equal(a, b) {
			t.Fatalf("seed %d: %q and %q", seed, a, b)
		}
		different[string(a)] = true
	}
	if len(different) < 700 {
		t.Errorf("%d texts of 1000 seeds", len(different))
	}
}

func TestTextIsKept(t *testing.T) {
	text := []byte("Subject: x")
	for seed := range uint64(1000) {
		mutate.Mutate(rand.New(rand.NewPCG(seed, 0)), text, donors)
		if string(text) != "Subject: x" || string(donors[0]) != "donor" {
			t.Fatalf("seed %d: the text is %q, the donor %q", seed, text, donors[0])
		}
	}
}

func TestSize(t *testing.T) {
	long := string(bytes.Repeat([]byte("x"), mutate.MaxSize+10))
	for seed := range uint64(1000) {
		if got := mutated(seed, ""); len(got) > mutate.MaxSize {
			t.Fatalf("seed %d: %d octets of none", seed, len(got))
		}
		if got := mutated(seed, long); len(got) > len(long) {
			t.Fatalf("seed %d: %d octets of %d", seed, len(got), len(long))
		}
	}
}
