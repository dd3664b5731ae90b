package imapbridge

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// goIMAP is go-imap's client, which does what changes messages and mailboxes, and NOOP.
// This file is all that knows of it. What it does needs nothing but IMAP4rev1, in which it
// sends the names of mailboxes in modified UTF-7.
//
// go-imap reads in a goroutine of its own. That one waits in Read until a command was
// sent, and the tagged response ends its turn. It is shown that a message
// was expunged and how its command ended, in words of this package: it ends the connection
// at what it cannot read, so nothing that a server has chosen is in them.
type goIMAP struct {
	*wire // of which Read and Write are for this package
	pass  []byte
	turns chan struct{} // has a token when a turn begins

	mu     sync.Mutex
	client *imapclient.Client // nil before its first command
	turn   bool               // it is go-imap's turn to read
	tag    string             // of its command, "" until that is sent
	status *response          // the tagged response to its last command
}

func newGoIMAP(w *wire) *goIMAP { return &goIMAP{wire: w, turns: make(chan struct{}, 1)} }

// theirRefusal is a command of go-imap's to which the server did not answer OK.
type theirRefusal struct{ status *response }

func (r *theirRefusal) Error() string { return string(r.status.rest) }

// result is the error of a command.
func (g *goIMAP) result(err error) error {
	var refused *imap.Error
	if !errors.As(err, &refused) {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return &theirRefusal{g.status}
}

func (g *goIMAP) noop() error { return g.result(g.begin().Noop().Wait()) }

func (g *goIMAP) copy(set wireSet, mailbox string) error {
	_, err := g.begin().Copy(numSetOf(set), mailbox).Wait()
	return g.result(err)
}

// expunge returns how many messages the server has reported removed, with an error too.
func (g *goIMAP) expunge() (removed int, err error) {
	cmd := g.begin().Expunge()
	for cmd.Next() != 0 {
		removed++
	}
	return removed, g.result(cmd.Close())
}

func (g *goIMAP) create(mailbox string) error { return g.result(g.begin().Create(mailbox, nil).Wait()) }
func (g *goIMAP) delete(mailbox string) error { return g.result(g.begin().Delete(mailbox).Wait()) }
func (g *goIMAP) rename(mailbox, to string) error {
	return g.result(g.begin().Rename(mailbox, to, nil).Wait())
}
func (g *goIMAP) subscribe(mailbox string) error {
	return g.result(g.begin().Subscribe(mailbox).Wait())
}
func (g *goIMAP) unsubscribe(mailbox string) error {
	return g.result(g.begin().Unsubscribe(mailbox).Wait())
}

// numSetOf is a set as go-imap has it, where 0 is "*".
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

// begin is the client for one command, whose answer it reads. It starts with a greeting
// made up for it.
func (g *goIMAP) begin() *imapclient.Client {
	if g.client == nil {
		g.pass = []byte("* PREAUTH [CAPABILITY IMAP4rev1] logged in\r\n")
		client := imapclient.New(g, nil)
		g.mu.Lock()
		g.client = client
		g.mu.Unlock()
		go g.watch(client)
		_ = client.WaitGreeting() // an error of which is that of the command, too
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.tag = ""
	return g.client
}

// watch ends the session when go-imap has stopped reading: at the end of the
// connection, or at a response that it cannot read.
func (g *goIMAP) watch(client *imapclient.Client) {
	<-client.Closed()
	g.fail(unreadable(cmp.Or(client.Close(), io.EOF)))
}

// close waits for the end of go-imap's goroutine. The wire has ended by then.
func (g *goIMAP) close() {
	g.mu.Lock()
	client := g.client
	g.mu.Unlock()
	if client != nil {
		client.Close()
	}
}

// Read gives go-imap what it needs to know.
func (g *goIMAP) Read(p []byte) (int, error) {
	for len(g.pass) == 0 {
		if !g.awaitTurn() {
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

// awaitTurn waits until it is go-imap's turn, or reports that the connection has
// ended.
func (g *goIMAP) awaitTurn() bool {
	for !g.hasTurn() {
		select {
		case <-g.turns: // maybe that of a turn that was over before anybody waited for it
		case <-g.ended:
			return false
		}
	}
	return true
}

func (g *goIMAP) hasTurn() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.turn
}

// show is what go-imap is shown of a response, nil for nothing.
func (g *goIMAP) show(resp *response) []byte {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case resp.isUntagged("EXPUNGE") && resp.caller > 0:
		return fmt.Appendf(nil, "* %d EXPUNGE\r\n", resp.num)
	case resp.answers(g.tag):
		status := parseResponse(bytes.Clone(resp.raw))
		return g.endTurn(&status)
	case resp.tag == "+" && g.tag != "":
		return g.endTurn(unasked(resp))
	case resp.tag != "*":
		g.odd(unexpectedTag + dial.Cut(string(resp.raw), 80))
	}
	return nil
}

// endTurn is what go-imap is shown of the status of its command. g.mu is held.
func (g *goIMAP) endTurn(status *response) []byte {
	g.status, g.turn = status, false
	name := "BAD"
	if status.name == "OK" || status.name == "NO" {
		name = status.name
	}
	return fmt.Appendf(nil, "%s %s done\r\n", g.tag, name)
}

// Write sends a command of go-imap's, and then it is its turn to read: of two goroutines
// one at a time uses the wire.
func (g *goIMAP) Write(p []byte) (int, error) {
	n, err := g.wire.Write(p)
	tag, _, _ := bytes.Cut(p, []byte(" "))
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.tag == "" {
		g.turn, g.tag = true, string(tag)
		select {
		case g.turns <- struct{}{}:
		default: // the last one was not taken: the connection has ended
		}
	}
	return n, err
}
