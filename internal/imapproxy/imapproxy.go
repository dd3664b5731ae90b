// Package imapproxy is for tests. It changes the capabilities of an imaptest IMAP server.
package imapproxy

import (
	"bufio"
	"compress/flate"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/imapcompat/imapcompat/imaptest"
)

// Proxy forwards connections to an IMAP server. It changes the lines with capabilities, and
// implements COMPRESS (RFC 4978).
type Proxy struct {
	target string
	change *strings.Replacer
	agreed atomic.Int64
}

// New starts a proxy, which ends with the test, and returns the name of the server's INBOX
// through the proxy. changes alternates old and new texts of the capabilities, as in
// strings.NewReplacer.
func New(t testing.TB, srv *imaptest.Server, changes ...string) (p *Proxy, name string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p = &Proxy{target: srv.IMAPAddr(), change: strings.NewReplacer(changes...)}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return p, strings.Replace(srv.IMAP(), srv.IMAPAddr(), l.Addr().String(), 1)
}

// Compressing returns how many clients have turned on compression.
func (p *Proxy) Compressing() int { return int(p.agreed.Load()) }

func (p *Proxy) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.target)
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
			if strings.Contains(line, "CAPABILITY IMAP4rev1 ") {
				line = p.change.Replace(line)
			}
			answer(line)
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
		p.agreed.Add(1)
	}
}
