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

	"github.com/imapcompat/imapcompat/imaptest"
)

// proxy stands before an IMAP server that has not what a test needs: it changes the
// lines with capabilities, and knows COMPRESS.
type proxy struct {
	target string
	change *strings.Replacer
	agreed atomic.Int64 // how many clients compress
}

// newProxy starts a proxy, and returns the name of the server's INBOX behind it. The
// capabilities have replacements by turns, as in strings.NewReplacer.
func newProxy(t *testing.T, srv *imaptest.Server, changes ...string) (p *proxy, name string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	p = &proxy{target: srv.IMAPAddr(), change: strings.NewReplacer(changes...)}
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

func (p *proxy) serve(client net.Conn) {
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
