package promises_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
	"github.com/imapcompat/imapcompat/imaptest"
)

// texts returns messages whose subject is the number.
func texts(n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("Subject: %d\nFrom: a@example.org\n\nbody %d\n", i+1, i+1))
	}
	return list
}

// both runs a test over IMAP and over POP3, each on a server of its own.
func both(t *testing.T, messages []string, test func(t *testing.T, srv *imaptest.Server, name string)) {
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

func open(t *testing.T, srv *imaptest.Server, name string, opts ...imapcompat.Option) *imapcompat.Connection {
	t.Helper()
	mbox, err := imapcompat.Open(name, srv.User, srv.Password, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mbox.Close() })
	return mbox
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// second returns the error of a result.
func second[T any](_ T, err error) error { return err }

// listen serves connections, one after the other, until the test ends.
func listen(t *testing.T, serve func(net.Conn)) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
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

// soon returns a context for a Wait that should end by itself.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// outbox keeps the messages that it should send.
type outbox struct {
	messages []string
	err      error
}

func (o *outbox) Send(_ context.Context, message []byte) error {
	o.messages = append(o.messages, string(message))
	return o.err
}
