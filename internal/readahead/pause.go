package readahead

import (
	"context"
	"sync/atomic"
	"time"
)

// minPause is the least length of a pause. On fast links it collects effects for one command.
const minPause = time.Millisecond

// pause is a time in which a job does nothing, because its effects may soon be sent together
// with a window. The caller ends it with skip or with end.
type pause struct {
	state atomic.Int32
	over  chan struct{} // closed when the caller ends the pause
}

const (
	notTaken int32 = iota
	taken
	skipped // the job must apply its effects at once
	ended   // the job must end
)

// take waits for a round trip. It returns false when the job must leave its effects pending,
// after end or when ctx ends.
func (p *pause) take(ctx context.Context, roundTrip time.Duration) bool {
	if !p.state.CompareAndSwap(notTaken, taken) {
		return p.state.Load() == skipped
	}
	timer := time.NewTimer(max(roundTrip, minPause))
	defer timer.Stop()
	select {
	case <-timer.C:
		return p.state.CompareAndSwap(taken, notTaken) || p.state.Load() == skipped
	case <-p.over:
		return p.state.Load() == skipped
	case <-ctx.Done():
		return false
	}
}

func (p *pause) isTaken() bool { return p.state.Load() == taken }

// skip makes the job apply its effects without a pause.
func (p *pause) skip() {
	for !p.state.CompareAndSwap(notTaken, skipped) {
		if p.state.CompareAndSwap(taken, skipped) {
			close(p.over)
		}
		if state := p.state.Load(); state == skipped || state == ended {
			return
		}
	}
}

// end makes the job leave its effects pending instead of a pause.
func (p *pause) end() {
	if p.state.Swap(ended) == taken {
		close(p.over)
	}
}
