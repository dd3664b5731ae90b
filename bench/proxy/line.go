package proxy

import (
	"net"
	"sync"
	"time"
)

// chunkSize is how much is read from a side at a time, in octets.
const chunkSize = 64 << 10

// chunk is data on its way.
type chunk struct {
	data    []byte
	arrival time.Time
	depth   int
}

// maxUnderWay bounds what is on its way in one direction, as TCP's window does,
// in octets. At a round trip of 80 ms it allows 1.6 GB/s, more than a server
// here sends; it is there for clients that read slower than that.
const maxUnderWay = 64 << 20

// line is one direction of a link.
type line struct {
	link Link
	free time.Time // when the line has sent all that it was given

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

// carry moves data until one side ends, then delivers what is on its way and
// ends both. Sent and got are told of each piece as it enters and leaves the line.
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

// arrival is when the last of so many octets, sent now, is at the other end.
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

// take waits for the next chunk; ok is false after the last.
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
		// Told before the other side can answer.
		got(c.depth, late)
		if _, err := to.Write(c.data); err != nil {
			return
		}
	}
}
