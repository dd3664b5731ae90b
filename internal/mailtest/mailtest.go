// Package mailtest is for tests. It has the small messages, servers and checks that the tests of
// the facade share.
package mailtest

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// Texts returns n messages. The subject of each is its number.
func Texts(n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("Subject: %d\nFrom: a@example.org\n\nbody %d\n", i+1, i+1))
	}
	return list
}

// Both runs a test over IMAP and over POP3, each on a server of its own. name is the server's
// INBOX.
func Both(t *testing.T, messages []string, test func(t *testing.T, srv *imaptest.Server, name string)) {
	t.Helper()
	for _, service := range []string{"IMAP", "POP3"} {
		t.Run(service, func(t *testing.T) {
			srv := imaptest.NewServer(t, messages...)
			name := srv.IMAP()
			if service == "POP3" {
				name = srv.POP3()
			}
			test(t, srv, name)
		})
	}
}

// Open opens a mailbox of a server until the test ends.
func Open(t *testing.T, srv *imaptest.Server, name string, opts ...imapcompat.Option) *imapcompat.Connection {
	t.Helper()
	mbox, err := imapcompat.Open(name, srv.User, srv.Password, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mbox.Close() })
	return mbox
}

// Must ends the test at an error.
func Must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Listen serves connections, one after the other, until the test ends.
func Listen(t *testing.T, serve func(net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	Must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serve(conn)
			conn.Close()
		}
	}()
	return l.Addr().String()
}

// Soon returns a context for a wait that should end by itself.
func Soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}
