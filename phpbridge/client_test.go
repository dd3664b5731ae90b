package phpbridge

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/imapcompat/imapcompat"
)

// client is the PHP side of the protocol.
type client struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
	done chan error // what Serve returned
}

func newClient(t *testing.T, environment map[string]string, options ...imapcompat.Option) *client {
	t.Helper()
	ours, theirs := net.Pipe()
	c := &client{t: t, conn: ours, in: bufio.NewReader(ours), done: make(chan error, 1)}
	getenv := func(name string) string { return environment[name] }
	go func() {
		c.done <- Serve(context.Background(), theirs, theirs, getenv, options...)
		theirs.Close()
	}()
	t.Cleanup(func() { ours.Close() })
	ours.SetDeadline(time.Now().Add(30 * time.Second))
	return c
}

// send sends a request of any kind.
func (c *client) send(text []byte) {
	c.t.Helper()
	head := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	if _, err := c.conn.Write(append(head, text...)); err != nil {
		c.t.Fatal(err)
	}
}

// receive returns an answer: its kind and its text.
func (c *client) receive() (kind byte, text string) {
	c.t.Helper()
	answer, err := readFrame(c.in)
	if err != nil || len(answer) == 0 {
		c.t.Fatalf("no answer: %v", err)
	}
	return answer[0], string(answer[1:])
}

// call makes a call and returns the answer with its kind, "v b:1;".
func (c *client) call(fn string, args ...any) string {
	c.t.Helper()
	c.send(request(list(append([]any{fn}, args...)...)))
	kind, text := c.receive()
	return string(kind) + " " + text
}

// goodbye sends the goodbye and waits for the end of Serve.
func (c *client) goodbye() {
	c.t.Helper()
	c.send(nil)
	if err := c.wait(); err != nil {
		c.t.Error(err)
	}
}

func (c *client) wait() error {
	c.t.Helper()
	select {
	case err := <-c.done:
		return err
	case <-time.After(30 * time.Second):
		c.t.Fatal("Serve goes on")
		return nil
	}
}

// check makes a call and compares its answer.
func (c *client) check(want, fn string, args ...any) {
	c.t.Helper()
	if got := c.call(fn, args...); got != want {
		c.t.Errorf("%s%.300v: got %.300s, want %.300s", fn, args, got, want)
	}
}

// str returns PHP's serialize of a text.
func str(s string) string { return fmt.Sprintf(`s:%d:"%s";`, len(s), s) }

// list returns an array with the keys 0, 1 and so on.
func list(values ...any) array {
	a := make(array, len(values))
	for i, v := range values {
		a[i] = element{i, v}
	}
	return a
}

// request returns PHP's serialize of a value.
func request(v any) []byte {
	var b strings.Builder
	write(&b, v)
	return []byte(b.String())
}

func write(b *strings.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("N;")
	case bool:
		b.WriteString(map[bool]string{true: "b:1;", false: "b:0;"}[v])
	case int:
		b.WriteString("i:" + strconv.Itoa(v) + ";")
	case string:
		b.WriteString(str(v))
	case array:
		fmt.Fprintf(b, "a:%d:{", len(v))
		for _, e := range v {
			write(b, e.key)
			write(b, e.value)
		}
		b.WriteString("}")
	}
}
