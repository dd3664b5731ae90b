package proxy

import (
	"net"
	"sync"
	"time"
)

// chunkSize bounds a single read, in octets.
const chunkSize = 64 << 10

// chunk is data on its way.
type chunk struct {
	data    []byte
	arrival time.Time
	depth   int
}

// maxUnderWay bounds the octets under way in one direction, as TCP's window does. At a round
// trip of 80 ms it allows 1.6 GB/s, which is more than the server sends. It bounds memory if
// the client reads more slowly.
const maxUnderWay = 64 << 20

// line is one direction of a link.
type line struct {
	link Link
	free time.Time // when all data given to the line has been sent

	mu      sync.Mutex
	changed sync.Cond
	queue   []chunk
	octets  int  // in the queue
	ended   bool // nothing more comes in
	broken  bool // nothing more goes out
}

func newLine(link Link) *line {
	l := &line{link: link}
	l.changed.L = &l.mu
	return l
}

// carry moves data until one side ends. It then delivers the data under way and closes both
// sides. It calls sent for each piece that enters the line, and got for each that leaves it.
func (l *line) carry(to, from net.Conn, sent func(octets int) (depth int), got func(depth int, late time.Duration)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.deliver(to, got)
		l.breakDown()
		to.Close()
		from.Close()
	}()
	l.accept(from, sent)
	<-done
}

func (l *line) accept(from net.Conn, sent func(int) int) {
	for {
		buf := make([]byte, chunkSize)
		n, err := from.Read(buf)
		if n > 0 {
			l.put(chunk{buf[:n], l.arrival(time.Now(), n), sent(n)})
		}
		if err != nil {
			break
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended = true
	l.changed.Broadcast()
}

// arrival is the time at which the last of these octets, sent now, arrives.
func (l *line) arrival(now time.Time, octets int) time.Time {
	if l.free.Before(now) {
		l.free = now
	}
	if l.link.Bandwidth > 0 {
		l.free = l.free.Add(time.Duration(octets) * time.Second / time.Duration(l.link.Bandwidth))
	}
	return l.free.Add(l.link.RTT / 2)
}

func (l *line) breakDown() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.broken = true
	l.changed.Broadcast()
}

func (l *line) put(c chunk) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.octets >= maxUnderWay && !l.broken {
		l.changed.Wait()
	}
	l.queue = append(l.queue, c)
	l.octets += len(c.data)
	l.changed.Broadcast()
}

// take waits for the next chunk. It is not ok after the last one.
func (l *line) take() (c chunk, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.queue) == 0 {
		if l.ended {
			return chunk{}, false
		}
		l.changed.Wait()
	}
	c = l.queue[0]
	l.queue[0].data = nil
	l.queue = l.queue[1:]
	l.octets -= len(c.data)
	l.changed.Broadcast()
	return c, true
}

func (l *line) deliver(to net.Conn, got func(int, time.Duration)) {
	for {
		c, ok := l.take()
		if !ok {
			return
		}
		var late time.Duration
		if wait := time.Until(c.arrival); wait > 0 {
			time.Sleep(wait)
			late = time.Since(c.arrival)
		}
		// got is called first, because the other side may answer at once.
		got(c.depth, late)
		if _, err := to.Write(c.data); err != nil {
			return
		}
	}
}
