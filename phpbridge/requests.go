package phpbridge

import (
	"bufio"
	"sync"
	"time"
)

// requests reads PHP's requests. The goroutine that answers them also reads them, because
// waking another one takes longer than most calls. During a long call another goroutine reads,
// to notice the end of PHP.
type requests struct {
	in   *bufio.Reader
	gone func() // called when PHP no longer waits for an answer

	mu      sync.Mutex
	calls   int        // calls so far
	calling bool       // the last call is under way
	watched bool       // watch is running
	early   chan frame // request that is read during a call, or nil
}

// frame is a request. The last one has no octets.
type frame struct {
	octets []byte
	err    error
}

// next returns the next request. Its call is under way until next is called again.
func (r *requests) next() ([]byte, error) {
	r.mu.Lock()
	early := r.early
	r.calling, r.early = false, nil
	r.mu.Unlock()
	var f frame
	if early != nil {
		f = <-early
	} else {
		f = r.read()
	}
	if f.err != nil {
		return nil, f.err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	r.calling = true
	if !r.watched {
		r.watched = true
		go r.watch()
	}
	return f.octets, nil
}

func (r *requests) read() frame {
	octets, err := readFrame(r.in)
	if err != nil {
		r.gone()
	}
	return frame{octets, err}
}

// longCall is the interval of watch. A call that lasts between one and two intervals counts as
// long.
const longCall = 50 * time.Millisecond

// watch waits for a long call, or for an interval without calls.
func (r *requests) watch() {
	for seen := 0; ; {
		time.Sleep(longCall)
		r.mu.Lock()
		if r.calls == seen {
			break
		}
		seen = r.calls
		r.mu.Unlock()
	}
	defer r.mu.Unlock()
	r.watched = false
	if r.calling && r.early == nil {
		early := make(chan frame, 1)
		r.early = early
		go func() { early <- r.read() }()
	}
}
