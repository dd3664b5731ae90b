package proxy_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/bench/proxy"
)

// patience bounds a test that waits for something.
const patience = 30 * time.Second

// serve starts a server that greets, and answers each line with the same line.
// "quit" ends the connection.
func serve(t *testing.T) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				fmt.Fprint(conn, "hello\n")
				for lines := bufio.NewScanner(conn); lines.Scan() && lines.Text() != "quit"; {
					fmt.Fprintf(conn, "%s\n", lines.Text())
				}
			}()
		}
	}()
	return l.Addr().String()
}

func start(t *testing.T, target string, link proxy.Link) *proxy.Proxy {
	t.Helper()
	p, err := proxy.New(target, link)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func dial(t *testing.T, p *proxy.Proxy) (net.Conn, *bufio.Reader) {
	t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p.Port())))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(patience))
	return conn, bufio.NewReader(conn)
}

func expect(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	got, err := r.ReadString('\n')
	if err != nil || got != want+"\n" {
		t.Fatalf("got %q, %v, want %q", got, err, want)
	}
}

// No answer arrives before one round trip, and no greeting before two.
func TestDelay(t *testing.T) {
	const rtt = 50 * time.Millisecond
	p := start(t, serve(t), proxy.Link{RTT: rtt})
	began := time.Now()
	conn, r := dial(t, p)
	for i, want := range []struct {
		line string
		rtts time.Duration
	}{{"hello", 2}, {"one", 3}, {"two", 4}} {
		if i > 0 {
			fmt.Fprintf(conn, "%s\n", want.line)
		}
		expect(t, r, want.line)
		if took := time.Since(began); took < want.rtts*rtt {
			t.Errorf("%q was there after %v, before %d round trips were over", want.line, took, want.rtts)
		}
	}
	// A timer may fire late, but never early.
	if late := p.Since(proxy.Mark{}).Late; late <= 0 {
		t.Errorf("the proxy was %v late", late)
	}
}

// since is the traffic without Late, which depends on the machine.
func since(p *proxy.Proxy, m proxy.Mark) proxy.Traffic {
	traffic := p.Since(m)
	traffic.Late = 0
	return traffic
}

// The proxy counts the octets of both directions, and the round trips for which the client
// waited.
func TestTraffic(t *testing.T) {
	p := start(t, serve(t), proxy.Link{RTT: 20 * time.Millisecond})
	conn, r := dial(t, p)
	expect(t, r, "hello")
	if got, want := since(p, proxy.Mark{}), (proxy.Traffic{Received: 6, RoundTrips: 2}); got != want {
		t.Errorf("after the greeting %+v, want %+v", got, want)
	}
	before := p.Mark()
	for i := range 3 {
		fmt.Fprintf(conn, "%d\n", i)
		expect(t, r, strconv.Itoa(i))
	}
	if got, want := since(p, before), (proxy.Traffic{Sent: 6, Received: 6, RoundTrips: 3}); got != want {
		t.Errorf("three lines one by one: %+v, want %+v", got, want)
	}
	before = p.Mark()
	fmt.Fprint(conn, "a\nb\nc\n")
	for _, want := range []string{"a", "b", "c"} {
		expect(t, r, want)
	}
	if got, want := since(p, before), (proxy.Traffic{Sent: 6, Received: 6, RoundTrips: 1}); got != want {
		t.Errorf("three lines at once: %+v, want %+v", got, want)
	}
	before = p.Mark()
	_, second := dial(t, p)
	expect(t, second, "hello")
	if got, want := since(p, before), (proxy.Traffic{Received: 6, RoundTrips: 2}); got != want {
		t.Errorf("a second connection: %+v, want %+v", got, want)
	}
}

// Pieces that are sent together arrive together, because their delays overlap. The deadline
// would pass if each piece waited for the previous one.
func TestDelayIsNoLimit(t *testing.T) {
	const lines = 2000
	p := start(t, serve(t), proxy.Link{RTT: 100 * time.Millisecond})
	conn, r := dial(t, p)
	expect(t, r, "hello")
	go func() {
		for i := range lines {
			fmt.Fprintf(conn, "%d\n", i)
		}
	}()
	for i := range lines {
		expect(t, r, strconv.Itoa(i))
	}
}

// A long answer arrives whole, and ends when the server closes the connection.
func TestOrderAndEnd(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	text := []byte(strings.Repeat("0123456789abcde\n", 1<<18))
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		conn.Write(text)
		conn.Close()
	}()
	p := start(t, l.Addr().String(), proxy.Link{RTT: 10 * time.Millisecond})
	_, r := dial(t, p)
	got, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d octets arrived, %v, want %d", len(got), err, len(text))
	}
	if got := since(p, proxy.Mark{}).Received; got != int64(len(text)) {
		t.Errorf("%d octets were counted, want %d", got, len(text))
	}
}

// A link of 100,000 octets per second takes at least 200 ms for 20,000 octets.
func TestBandwidth(t *testing.T) {
	p := start(t, serve(t), proxy.Link{Bandwidth: 100_000})
	conn, r := dial(t, p)
	expect(t, r, "hello")
	began := time.Now()
	line := strings.Repeat("x", 20_000)
	fmt.Fprintf(conn, "%s\n", line)
	expect(t, r, line)
	// The line goes there and back.
	if took := time.Since(began); took < 400*time.Millisecond {
		t.Errorf("took %v, want 400ms at least", took)
	}
}

// If the client closes its connection, the proxy closes the one to the server.
func TestClientLeaves(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p := start(t, l.Addr().String(), proxy.Link{RTT: time.Millisecond})
	conn, _ := dial(t, p)
	fmt.Fprint(conn, "bye\n")
	conn.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	server.SetDeadline(time.Now().Add(patience))
	if got, err := io.ReadAll(server); err != nil || string(got) != "bye\n" {
		t.Errorf("the server got %q, %v", got, err)
	}
}
