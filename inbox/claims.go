package inbox

import (
	"context"
	"sync"
	"time"
)

// claims are the messages that a worker has, whose leases it renews until it drops them.
type claims struct {
	ledger Ledger
	lease  time.Duration
	onLost func(Record)

	mu   sync.Mutex
	held map[string]held

	stop func()
	done chan struct{}
}

// held is a claim, and what is to be stopped when it is lost.
type held struct {
	Record
	stop func()
}

// keep returns an empty set of claims, whose leases are renewed until end is called.
func keep(ctx context.Context, ledger Ledger, lease time.Duration, onLost func(Record)) *claims {
	c := &claims{ledger: ledger, lease: lease, onLost: onLost, held: map[string]held{}, done: make(chan struct{})}
	ctx, c.stop = context.WithCancel(context.WithoutCancel(ctx))
	go c.run(ctx)
	return c
}

func (c *claims) run(ctx context.Context) {
	defer close(c.done)
	tick := time.NewTicker(c.lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			c.renew(ctx)
		}
	}
}

// renew extends all leases. If the ledger fails, the next tick tries again: a third of the
// lease is left then.
func (c *claims) renew(ctx context.Context) {
	list := c.list()
	if len(list) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, c.lease/3)
	defer cancel()
	lost, err := c.ledger.Renew(ctx, list, c.lease)
	if err != nil {
		return
	}
	for _, r := range lost {
		if stop, ok := c.take(r); ok {
			c.onLost(r)
			if stop != nil {
				stop()
			}
		}
	}
}

func (c *claims) list() []Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]Record, 0, len(c.held))
	for _, h := range c.held {
		list = append(list, h.Record)
	}
	return list
}

func (c *claims) add(records []Record) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range records {
		c.held[r.Key] = held{Record: r}
	}
}

// onLoss has stop called when the renewing finds that a claim was lost.
func (c *claims) onLoss(r Record, stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if h, ok := c.held[r.Key]; ok && h.Fence == r.Fence {
		h.stop = stop
		c.held[r.Key] = h
	}
}

// drop forgets a claim.
func (c *claims) drop(r Record) { c.take(r) }

// take removes a claim, and reports whether it was held.
func (c *claims) take(r Record) (stop func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	h, ok := c.held[r.Key]
	if !ok || h.Fence != r.Fence {
		return nil, false
	}
	delete(c.held, r.Key)
	return h.stop, true
}

// end stops the renewing, and gives back what is still held: nobody waits for its lease.
func (c *claims) end(ctx context.Context) error {
	c.stop()
	<-c.done
	var outcomes []Outcome
	for _, r := range c.list() {
		outcomes = append(outcomes, Outcome{Record: r, State: StateNew})
	}
	if len(outcomes) == 0 {
		return nil
	}
	ctx, cancel := recording(ctx)
	defer cancel()
	_, err := c.ledger.Finish(ctx, outcomes)
	return err
}
