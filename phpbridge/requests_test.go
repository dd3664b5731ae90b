package phpbridge

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat/imaptest"
)

// Requests keep their order, whether or not they are read during a long call.
func TestRequestsInOrder(t *testing.T) {
	in, php := io.Pipe()
	gone := make(chan struct{})
	r := &requests{in: bufio.NewReader(in), gone: func() { close(gone) }}
	want := []string{"a", "bb", "ccc", "dddd", "eeeee"}
	go func() {
		for _, text := range want {
			io.WriteString(php, "\x00\x00\x00"+string(rune(len(text)))+text)
		}
		php.Close()
	}()
	for i, text := range want {
		got, err := r.next()
		if err != nil || string(got) != text {
			t.Fatalf("request %d: %q, %v, want %q", i, got, err, text)
		}
		if i%2 == 1 {
			time.Sleep(3 * longCall) // the next request may be read meanwhile
		}
	}
	if got, err := r.next(); err != io.EOF {
		t.Errorf("at the end: %q, %v", got, err)
	}
	<-gone
}

// If a script dies while it waits for a server, Serve ends.
func TestDeathDuringCall(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	srv := imaptest.NewServer(t, message)
	c := newClient(t, nil)
	c.check("v b:1;", "imap_open", 1, srv.IMAP(), srv.User, srv.Password)
	c.check("v i:1;", "imap_num_msg", 1)
	name := strings.Replace(srv.IMAP(), srv.IMAPAddr(), silent.Addr().String(), 1)
	c.send(request(list("imap_open", 2, name, srv.User, srv.Password)))
	conn, err := silent.Accept() // the call is under way
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c.conn.Close()
	c.wait() // fails after half of the timeout of imap_open
}
