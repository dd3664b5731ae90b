package phpbridge

import (
	"bufio"
	"sync"
	"time"
)

// requests reads what PHP sends. The goroutine that answers reads, too: to wake another one
// takes longer than most calls. Beside a call that takes long another one does, to hear
// when PHP is gone.
type requests struct {
	in   *bufio.Reader
	gone func() // called when nobody waits for an answer any more

	mu      sync.Mutex
	calls   int        // so far
	calling bool       // the last one is under way
	watched bool       // somebody looks whether it takes long
	early   chan frame // of the request that is read beside a call, nil if none is
}

// frame is a request, without octets for the goodbye.
type frame struct {
	octets []byte
	err    error
}

// next returns the next request. The call that it asks for is under way until the next
// next.
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

// longCall is when a call takes long: after one to two of it.
const longCall = 50 * time.Millisecond

// watch waits for a call that takes long, or for a time without calls.
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
