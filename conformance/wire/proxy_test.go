package wire_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"slices"
	"testing"

	"github.com/imapcompat/imapcompat/conformance/wire"
)

func TestProxy(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		io.WriteString(conn, "hello\r\n")
		for lines := bufio.NewScanner(conn); lines.Scan(); {
			fmt.Fprintf(conn, "you said\r\n%s\r\n", lines.Text())
		}
	}()
	p, err := wire.NewProxy(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", p.Port()))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	server := bufio.NewScanner(conn)
	expect := func(want ...string) {
		t.Helper()
		for _, w := range want {
			if server.Scan(); server.Text() != w {
				t.Fatalf("got %q, want %q", server.Text(), w)
			}
		}
	}
	expect("hello")
	io.WriteString(conn, "one ")
	io.WriteString(conn, "line\r\n")
	expect("you said", "one line")
	want := []string{"S: hello", "C: one line", "S: you said", "S: one line"}
	if got := p.Take(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := p.Take(); len(got) != 0 {
		t.Errorf("taken twice: %q", got)
	}
	p.Cut()
	if server.Scan() {
		t.Errorf("still connected: %q", server.Text())
	}
}
