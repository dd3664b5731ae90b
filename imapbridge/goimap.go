package imapbridge

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// goIMAP runs go-imap's client for one command that changes messages or mailboxes. Only
// this file uses go-imap. The client is told of no capability but IMAP4rev1, so it sends
// mailbox names in modified UTF-7.
//
// go-imap reads in its own goroutine. The goroutine first reads a generated greeting, then
// waits until the command was sent, and ends after the tagged response. go-imap ends the
// connection when it cannot read a response. So it gets only generated responses, without
// any text of the server: which messages were expunged, and how its command ended.
type goIMAP struct {
	*wire            // this package alone uses its Read, Write and Close
	pass      []byte // what go-imap has not read yet
	sent      chan struct{}
	dismissed chan struct{}

	mu     sync.Mutex
	tag    string    // of the command, "" until the command is sent
	status *response // the tagged response
}

// theirRefusal is the error of a go-imap command that the server did not answer with OK.
type theirRefusal struct{ status *response }

func (r *theirRefusal) Error() string { return string(r.status.rest) }

// goIMAP runs a command of go-imap.
func (w *wire) goIMAP(command func(*imapclient.Client) error) error {
	g := &goIMAP{
		wire: w, pass: []byte("* PREAUTH [CAPABILITY IMAP4rev1] logged in\r\n"),
		sent: make(chan struct{}), dismissed: make(chan struct{}),
	}
	client := imapclient.New(g, nil)
	_ = client.WaitGreeting() // the command returns the same error
	err := command(client)
	close(g.dismissed)
	client.Close() // waits for the client's goroutine
	var refused *imap.Error
	if g.status != nil && errors.As(err, &refused) {
		return &theirRefusal{g.status}
	}
	return err
}

func (w *wire) copy(set wireSet, mailbox string) error {
	return w.goIMAP(func(c *imapclient.Client) error {
		_, err := c.Copy(numSetOf(set), mailbox).Wait()
		return err
	})
}

// expunge returns how many messages the server has reported expunged, also with an error.
func (w *wire) expunge() (removed int, err error) {
	return w.expungeBy(func(c *imapclient.Client) *imapclient.ExpungeCommand { return c.Expunge() })
}

// expungeUIDs is expunge for the messages of a set of UIDs.
func (w *wire) expungeUIDs(set wireSet) (removed int, err error) {
	uids := numSetOf(set).(imap.UIDSet)
	return w.expungeBy(func(c *imapclient.Client) *imapclient.ExpungeCommand { return c.UIDExpunge(uids) })
}

func (w *wire) expungeBy(command func(*imapclient.Client) *imapclient.ExpungeCommand) (removed int, err error) {
	err = w.goIMAP(func(c *imapclient.Client) error {
		cmd := command(c)
		for cmd.Next() != 0 {
			removed++
		}
		return cmd.Close()
	})
	return removed, err
}

func (w *wire) createMailbox(name string) error {
	return w.goIMAP(func(c *imapclient.Client) error { return c.Create(name, nil).Wait() })
}

func (w *wire) deleteMailbox(name string) error {
	return w.goIMAP(func(c *imapclient.Client) error { return c.Delete(name).Wait() })
}

func (w *wire) renameMailbox(name, to string) error {
	return w.goIMAP(func(c *imapclient.Client) error { return c.Rename(name, to, nil).Wait() })
}

func (w *wire) subscribe(mailbox string) error {
	return w.goIMAP(func(c *imapclient.Client) error { return c.Subscribe(mailbox).Wait() })
}

func (w *wire) unsubscribe(mailbox string) error {
	return w.goIMAP(func(c *imapclient.Client) error { return c.Unsubscribe(mailbox).Wait() })
}

// numSetOf converts a set to go-imap's type, in which 0 stands for "*".
func numSetOf(w wireSet) imap.NumSet {
	stop := func(n int) uint32 {
		if n >= backend.Max {
			return 0
		}
		return uint32(n)
	}
	if w.uid {
		var set imap.UIDSet
		for _, r := range w.ranges {
			set = append(set, imap.UIDRange{Start: imap.UID(stop(r.First)), Stop: imap.UID(stop(r.Last))})
		}
		return set
	}
	var set imap.SeqSet
	for _, r := range w.ranges {
		set = append(set, imap.SeqRange{Start: stop(r.First), Stop: stop(r.Last)})
	}
	return set
}

// Read returns the generated responses to go-imap.
func (g *goIMAP) Read(p []byte) (int, error) {
	for len(g.pass) == 0 {
		if g.atEnd() {
			return 0, io.EOF
		}
		resp, err := g.next(nil)
		if err != nil {
			g.fail(err)
			return 0, io.EOF
		}
		g.pass = g.show(resp)
	}
	n := copy(p, g.pass)
	g.pass = g.pass[n:]
	return n, nil
}

// atEnd waits until the command was sent, because only one of the two goroutines may use
// the wire at a time. It reports whether there is nothing more to read.
func (g *goIMAP) atEnd() bool {
	select {
	case <-g.sent:
	case <-g.dismissed:
		return true
	case <-g.ended:
		return true
	}
	return g.isEnded()
}

// show returns what go-imap reads in place of a response, or nil for nothing.
func (g *goIMAP) show(resp *response) []byte {
	switch {
	case resp.isUntagged("EXPUNGE") && resp.caller > 0:
		return fmt.Appendf(nil, "* %d EXPUNGE\r\n", resp.num)
	case resp.answers(g.tag):
		status := parseResponse(bytes.Clone(resp.raw))
		return g.end(&status)
	case resp.tag == "+":
		return g.end(unasked(resp))
	case resp.tag != "*":
		g.odd(unexpectedTag + dial.Cut(string(resp.raw), 80))
	}
	return nil
}

// end returns the tagged response that go-imap reads.
func (g *goIMAP) end(status *response) []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.status = status
	name := "BAD"
	if status.name == "OK" || status.name == "NO" {
		name = status.name
	}
	return fmt.Appendf(nil, "%s %s done\r\n", g.tag, name)
}

// Write sends the command and records its tag.
func (g *goIMAP) Write(p []byte) (int, error) {
	n, err := g.wire.Write(p)
	if g.tag == "" {
		tag, _, _ := bytes.Cut(p, []byte(" "))
		g.tag = string(tag)
		close(g.sent)
	}
	return n, err
}

// Close ends the connection when go-imap stops reading before the end of its command,
// because it cannot read a response.
func (g *goIMAP) Close() error {
	select {
	case <-g.dismissed:
	default:
		if !g.isEnded() {
			g.fail(errNotRead)
		}
	}
	return nil
}

func (g *goIMAP) isEnded() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.status != nil
}

var errNotRead = errors.New("a response that cannot be read")
