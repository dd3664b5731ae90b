package dial_test

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// BenchmarkRead reads from a server on the same machine, with a timeout.
func BenchmarkRead(b *testing.B) {
	const size = 16 << 20
	chunk := strings.Repeat(strings.Repeat("x", 70)+"\r\n", 1000)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		for err == nil {
			_, err = io.WriteString(conn, chunk)
		}
	}()
	c, err := dial.Open(context.Background(), &backend.Config{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, Timeouts: backend.Timeouts{Read: time.Minute},
	}, dial.Ports{})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Abort()
	defer c.Begin(context.Background())()
	b.SetBytes(size)
	for b.Loop() {
		if _, err := io.CopyN(io.Discard, c, size); err != nil {
			b.Fatal(err)
		}
	}
}
