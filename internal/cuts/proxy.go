package cuts

import (
	"io"
	"net"
	"sync"
	"time"
)

// Direction is the direction of octets.
type Direction string

// The directions.
const (
	ToServer Direction = "to the server"
	ToClient Direction = "to the client"
)

// cutter forwards one connection to a server, and cuts it after some octets in one Direction.
// The server receives what was sent before, and may take its time with it.
type cutter struct {
	net.Listener
	target string
	dir    Direction
	after  int // octets; negative means never

	done   sync.WaitGroup
	passed map[Direction]int // valid after wait
}

func newCutter(target string, dir Direction, after int) (*cutter, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &cutter{Listener: l, target: target, dir: dir, after: after, passed: make(map[Direction]int)}
	c.done.Add(1)
	go c.serve()
	return c, nil
}

// wait waits until the server has seen the end of the connection and has processed all that
// came before.
func (c *cutter) wait() {
	c.Listener.Close()
	c.done.Wait()
}

func (c *cutter) serve() {
	defer c.done.Done()
	conn, err := c.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	upstream, err := net.Dial("tcp", c.target)
	if err != nil {
		return
	}
	defer upstream.Close()
	client, server := conn.(*net.TCPConn), upstream.(*net.TCPConn)
	if c.after%2 == 1 {
		client.SetLinger(0) // a reset instead of an orderly end
	}
	var up int
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		var cut bool
		if up, cut = pass(server, client, c.limit(ToServer)); cut {
			client.Close()
		}
		server.CloseWrite()
	}()
	down, _ := pass(client, server, c.limit(ToClient))
	client.Close()
	server.SetReadDeadline(time.Now().Add(10 * time.Second))
	io.Copy(io.Discard, server)
	<-ended
	c.passed[ToServer], c.passed[ToClient] = up, down
}

func (c *cutter) limit(dir Direction) int {
	if dir == c.dir {
		return c.after
	}
	return -1
}

// pass copies until one side ends, or the limit is reached.
func pass(to, from net.Conn, limit int) (passed int, cut bool) {
	buf := make([]byte, 4096)
	for limit < 0 || passed < limit {
		n, err := from.Read(buf)
		if limit >= 0 {
			n = min(n, limit-passed)
		}
		if n, failed := to.Write(buf[:n]); failed != nil || err != nil {
			return passed + n, false
		}
		passed += n
	}
	return passed, true
}
