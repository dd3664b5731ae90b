package conformance

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/php"
)

const (
	// casesVariable is the least number of cases that TestDifferential compares.
	casesVariable     = "IMAPCOMPAT_CASES"
	differentialCases = 20000
	// perBatch is the number of inputs that one PHP compares over one connection, and batches
	// the number of concurrent batches.
	perBatch, batches = 100, 8
	// differentialWorkers is the number of PHP processes. They live as long as the test.
	differentialWorkers = 4
	// maxShrunk limits the inputs of a run that are shortened.
	maxShrunk = 12
)

// TestDifferential compares what both sides parse from random texts: of package generate, of
// package mutate, and of tests. A case is a call with its outcome.
func TestDifferential(t *testing.T) {
	d := newDifferential(t)
	if one := setting(t, oneVariable, -1); one >= 0 {
		d.batch(t, one, 1)
		return
	}
	cases := int64(setting(t, casesVariable, differentialCases*setting(t, manyVariable, 100)/100))
	for first := 0; d.cases.Load() < cases; first += batches * perBatch {
		t.Run(fmt.Sprintf("from %d", first), func(t *testing.T) {
			for i := range batches {
				t.Run(fmt.Sprint(i), func(t *testing.T) {
					t.Parallel()
					d.batch(t, first+i*perBatch, perBatch)
				})
			}
		})
		d.inputs += batches * perBatch
	}
	tally.remark("differential: seed %d, %d inputs, %d cases", d.seed, d.inputs, d.cases.Load())
}

// differential is one run of the test.
type differential struct {
	seed    uint64
	texts   *seedTexts
	workers chan *php.Worker
	inputs  int
	cases   atomic.Int64
	shrunk  atomic.Int64
}

func newDifferential(t *testing.T) *differential {
	d := &differential{seed: seed(t), texts: readSeedTexts(t), workers: make(chan *php.Worker, differentialWorkers)}
	for range differentialWorkers {
		d.workers <- newWorker(t)
	}
	return d
}

// input is one text.
type input struct {
	kind kind
	text []byte
}

// input returns the input with that number.
func (d *differential) input(number int) input {
	r := rand.New(rand.NewPCG(d.seed, uint64(number)))
	k := kinds[r.IntN(len(kinds))]
	return input{k, k.text(d.texts, r)}
}

// batch compares some inputs.
func (d *differential) batch(t *testing.T, first, many int) {
	w := <-d.workers
	defer func() { d.workers <- w }()
	list := make([]input, many)
	for i := range list {
		list[i] = d.input(first + i)
	}
	for _, i := range d.different(t, w, list) {
		in := list[i]
		t.Logf("seed %d input %d, %s: %.2000q", d.seed, first+i, in.kind.name, in.text)
		if d.shrunk.Add(1) <= maxShrunk {
			d.shrink(t, w, in)
		}
		t.Logf("alone: %s=%d %s=%d conformance/run -test.run TestDifferential", seedVariable, d.seed, oneVariable, first+i)
	}
}

// different returns the inputs for which the sides differ.
func (d *differential) different(t *testing.T, w *php.Worker, list []input) (numbers []int) {
	m := newMaildrop(t, w, list...)
	defer m.close()
	for i, in := range list {
		if !d.compare(t, m, i, in) {
			numbers = append(numbers, i)
		}
	}
	return numbers
}

// compare compares the outcomes for an input, the i-th of a maildrop.
func (d *differential) compare(t *testing.T, m *maildrop, i int, in input) bool {
	same := true
	for _, c := range m.play(i, in) {
		reason := c.excuse(in.text)
		if c.died == "" {
			d.count(c, reason)
		}
		switch {
		case c.died == "" && c.equal():
		case reason != "":
			tally.occurred(fmt.Sprintf("%s %s: %s", c.fn, c.happened(), reason))
		default:
			same = false
			t.Errorf("%.300v %s:\nPHP  %s\nours %s", c, c.happened(), excerpt(c.want, c.got), excerpt(c.got, c.want))
		}
	}
	return same
}

// count counts a case.
func (d *differential) count(c played, reason string) {
	d.cases.Add(1)
	var entries []string
	if reason != "" {
		entries = append(entries, reason)
	}
	tally.count("differential/"+c.fn+"/", c.equal(), entries)
}

// shrink shows the shortest text found for which the sides differ.
func (d *differential) shrink(t *testing.T, w *php.Worker, in input) {
	different := func(text []byte) []played {
		one := input{in.kind, text}
		m := newMaildrop(t, w, one)
		defer m.close()
		return slices.DeleteFunc(m.play(0, one), func(c played) bool {
			return c.died == "" && c.equal() || c.excuse(text) != ""
		})
	}
	text := shrink(in.text, func(text []byte) bool { return len(different(text)) > 0 })
	t.Logf("shorter: %.2000q", text)
	list := different(text)
	if len(list) == 0 {
		t.Log("it is not the same again")
	}
	for _, c := range list[:min(len(list), 2)] {
		t.Logf("%v %s:\nPHP  %s\nours %s", c, c.happened(), excerpt(c.want, c.got), excerpt(c.got, c.want))
	}
}
