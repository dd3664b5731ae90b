package imapcompat_test

import (
	"bufio"
	"compress/flate"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// compressor stands before an IMAP server and gives it COMPRESS=DEFLATE.
type compressor struct {
	target string
	agreed atomic.Int64 // how many clients compress
}

// listen serves clients and returns where.
func (c *compressor) listen(t *testing.T) net.Addr {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go c.serve(client)
		}
	}()
	return l.Addr()
}

func (c *compressor) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", c.target)
	if err != nil {
		return
	}
	defer server.Close()
	var mu sync.Mutex
	answer := func(text string) { io.WriteString(client, text) }
	go func() {
		defer client.Close()
		for r := bufio.NewReader(server); ; {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			mu.Lock()
			answer(strings.Replace(line, "CAPABILITY IMAP4rev1", "CAPABILITY IMAP4rev1 COMPRESS=DEFLATE", 1))
			mu.Unlock()
		}
	}()
	for r := bufio.NewReader(client); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		tag, command, _ := strings.Cut(line, " ")
		if command != "COMPRESS DEFLATE\r\n" {
			io.WriteString(server, line)
			continue
		}
		mu.Lock()
		answer(tag + " OK compressing\r\n")
		r = bufio.NewReader(flate.NewReader(r))
		w, _ := flate.NewWriter(client, flate.BestSpeed)
		answer = func(text string) { io.WriteString(w, text); w.Flush() }
		mu.Unlock()
		c.agreed.Add(1)
	}
}

// What is read, written and waited for over a compressed connection is what it is
// without.
func TestCompression(t *testing.T) {
	srv := imaptest.NewServer(t, texts(40)...)
	c := &compressor{target: srv.IMAPAddr()}
	name := strings.Replace(srv.IMAP(), srv.IMAPAddr(), c.listen(t).String(), 1)
	plain, compressed := open(t, srv, name), open(t, srv, name, imapcompat.WithCompression())
	if n := c.agreed.Load(); n != 1 {
		t.Fatalf("%d connections are compressed", n)
	}
	result := make(chan error, 1)
	go func() { result <- compressed.Wait(soon(t)) }()
	must(t, plain.Append(name, "Subject: long\r\n\r\n"+strings.Repeat("text\r\n", 50_000)))
	must(t, <-result)
	must(t, compressed.Append(name, "Subject: short\r\n\r\n"))
	must(t, plain.Ping())
	must(t, compressed.Ping())
	read := func(mbox *imapcompat.Connection, num int) string {
		body, err := mbox.Body(num, imapcompat.FT_PEEK)
		must(t, err)
		structure, err := mbox.FetchStructure(num)
		must(t, err)
		text, err := structure.MarshalJSON()
		must(t, err)
		return string(text) + body
	}
	for num := 1; num <= 42; num++ {
		if want, got := read(plain, num), read(compressed, num); got != want {
			t.Fatalf("message %d: got %.100q, want %.100q", num, got, want)
		}
	}
}
