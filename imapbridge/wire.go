package imapbridge

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"net"
	"slices"
	"strconv"
	"sync"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// passedOn are the untagged responses that answer a command of go-imap's. It ends
// the connection at one that it does not know, and reads lists within lists to any
// depth.
var passedOn = map[string]bool{
	"OK": true, "NO": true, "BAD": true, "BYE": true,
	"FLAGS": true, "EXISTS": true, "EXPUNGE": true,
}

const (
	// maxAside bounds what comes in an exchange and answers nothing, in octets. It
	// is more when there are many messages to tell of, by perMessage for each.
	maxAside   = 16 << 20
	perMessage = 4 * perResponse
	// perResponse is what a response costs at least.
	perResponse = 256
	// maxAnswers bounds the answers to a command of ours other than FETCH, in
	// octets. They are gone over one by one, but what is read from them adds up.
	maxAnswers = maxLine
)

// wire is the connection between go-imap and the server. go-imap reads from it
// in a goroutine of its own, always; there every response is read, shown to
// observe, and then either passed on to go-imap or given to the command of
// ours that it answers.
type wire struct {
	*dial.Conn
	r       *bufio.Reader
	limit   int // for the literals of a FETCH
	observe func(*response) error
	unasked func()            // called for a FETCH that answers no FETCH command
	trace   func(line string) // may be nil

	literals *bufio.Writer // for the literals of commands of ours, nil before the first

	pass  []byte        // what go-imap has yet to read
	ended chan struct{} // closed when the connection has ended

	mu      sync.Mutex
	allowed int // octets until the next exchange that answer nothing
	command *command
	status  *response // the last tagged response passed on to go-imap
	err     error     // why the connection ended
}

// command is a command of ours on its way.
//
// Its answers are handed over by as many as there are when go-imap's goroutine
// is about to wait for the network, and not one by one: to wake another goroutine
// takes longer than to read a response.
type command struct {
	tag     string
	name    string           // of the untagged responses that answer it, beside "+"
	arrived []*response      // not handed over yet
	batches chan []*response // closed after the tagged response or when the connection ends
	batch   []*response      // handed over, and not read yet
	octets  int              // of the answers so far
}

// responses are the answers that were not read yet, the tagged one at the end
// unless the connection ends before. It may be iterated over in several pieces.
func (c *command) responses() iter.Seq[*response] {
	return func(yield func(*response) bool) {
		for ok := true; ok; c.batch, ok = <-c.batches {
			for len(c.batch) > 0 {
				resp := c.batch[0]
				c.batch = c.batch[1:]
				if !yield(resp) {
					return
				}
			}
		}
	}
}

// isOver reports whether the tagged response was handed over and is not read yet.
func (c *command) isOver() bool {
	return slices.ContainsFunc(c.batch, func(resp *response) bool { return resp.tag == c.tag })
}

func newWire(conn *dial.Conn, cfg *backend.Config, observe func(*response) error, unasked func()) *wire {
	w := &wire{
		Conn:    conn,
		limit:   cfg.MaxLiteral,
		observe: observe,
		unasked: unasked,
		trace:   cfg.Trace,
		allowed: maxAside,
		ended:   make(chan struct{}),
	}
	w.r = bufio.NewReaderSize((*network)(w), readBuffer)
	return w
}

// readBuffer is how much of what has arrived is read at once, in octets. It
// bounds a batch, too.
const readBuffer = 64 << 10

// network is what a wire reads from.
type network wire

func (n *network) Read(p []byte) (int, error) {
	(*wire)(n).handOver()
	return n.Conn.Read(p)
}

// Read gives go-imap the responses that are for it.
func (w *wire) Read(p []byte) (int, error) {
	for len(w.pass) == 0 {
		resp, err := w.next()
		if err != nil {
			w.handOver()
			w.fail(err)
			return 0, io.EOF
		}
		if w.forGoIMAP(resp) {
			w.pass = resp.raw
		}
	}
	n := copy(p, w.pass)
	w.pass = w.pass[n:]
	return n, nil
}

// next reads a response and shows it to observe.
func (w *wire) next() (*response, error) {
	resp, err := readResponse(w.r, w.limit)
	if err != nil {
		return nil, err
	}
	if w.trace != nil {
		w.trace("S: " + firstLine(resp.raw))
	}
	if err := w.count(resp); err != nil {
		return nil, err
	}
	return resp, w.observe(resp)
}

// allow begins an exchange on a mailbox of some messages. Until the next one, no
// more may come than there can be reason for: a server that goes on and on makes
// progress, so that no timeout ends it.
func (w *wire) allow(messages int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allowed = maxAside + perMessage*messages
}

// count counts a response against what is allowed. What answers FETCH counts in
// full only if it is of no use; see waste.
func (w *wire) count(resp *response) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	cmd := w.command
	switch {
	case cmd == nil || resp.tag != "*" || resp.name != cmd.name:
		w.allowed -= max(len(resp.raw), perResponse)
	case resp.name == "FETCH":
		w.allowed -= perResponse
	default:
		if cmd.octets += len(resp.raw); cmd.octets > maxAnswers {
			return &backend.Error{Kind: backend.ErrTooLarge, Text: "Answer to " + cmd.name + " too long"}
		}
	}
	if w.allowed < 0 {
		return &backend.Error{Kind: backend.ErrProtocol, Text: "Too many responses that nobody asked for"}
	}
	return nil
}

// waste counts a FETCH response that brought nothing.
func (w *wire) waste(resp *response) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allowed -= len(resp.raw)
}

// forGoIMAP hands a response to the command of ours that it answers, or
// reports that go-imap is to read it.
func (w *wire) forGoIMAP(resp *response) bool {
	w.mu.Lock()
	cmd := w.command
	ours := cmd != nil && resp.tag == cmd.tag
	if ours {
		w.command = nil
	}
	if !ours && resp.tag != "*" && resp.tag != "+" {
		w.status = resp
	}
	w.mu.Unlock()

	switch {
	case ours:
		cmd.arrived = append(cmd.arrived, resp)
		w.deliver(cmd)
		close(cmd.batches)
		return false
	case cmd != nil && (resp.tag == "+" || resp.tag == "*" && resp.name == cmd.name):
		cmd.arrived = append(cmd.arrived, resp)
		return false
	case resp.tag == "*" && resp.name == "FETCH":
		w.unasked()
		return false
	case resp.tag == "*":
		return passedOn[resp.name]
	case resp.tag == done:
		return false // the server had ended IDLE already, and took it for a tag
	}
	return true
}

// handOver delivers what has arrived.
func (w *wire) handOver() {
	if cmd := w.current(); cmd != nil && len(cmd.arrived) > 0 {
		w.deliver(cmd)
	}
}

// current is the command of ours that is on its way.
func (w *wire) current() *command {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.command
}

// deliver hands over what has arrived for a command, unless the connection ends
// before anybody takes it.
func (w *wire) deliver(cmd *command) {
	select {
	case cmd.batches <- cmd.arrived:
	case <-w.ended:
	}
	cmd.arrived = nil
}

// endCommand ends the command of ours that is on its way when the connection
// does. The channel is closed when go-imap's goroutine, which sends on it, is no
// more.
func (w *wire) endCommand() {
	w.mu.Lock()
	cmd := w.command
	w.command = nil
	w.mu.Unlock()
	if cmd != nil {
		close(cmd.batches)
	}
}

// fail ends the connection and notes why. It may be called from any goroutine.
func (w *wire) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return
	}
	w.err = err
	close(w.ended)
	w.Conn.Abort()
}

// failure is why the connection ended, nil while it has not.
func (w *wire) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// aborted reports whether it was this side that dropped the connection.
func (w *wire) aborted() bool { return w.failure() == net.ErrClosed }

// lastStatus is the last tagged response to a command of go-imap's.
func (w *wire) lastStatus() *response {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status
}

// send sends a command of ours. go-imap must be idle.
func (w *wire) send(tag int, name, text string) (*command, error) {
	cmd := &command{tag: "I" + strconv.Itoa(tag), name: name, batches: make(chan []*response, 1)}
	w.mu.Lock()
	err := w.err
	if err == nil {
		w.command = cmd
	}
	w.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, cmd.tag+" "+text+"\r\n"); err != nil {
		w.fail(err)
		return nil, err
	}
	return cmd, nil
}

// sendLiteral sends a literal of a command of ours, which the server is ready
// for, and the syntax that follows it. The literal is not traced. When it cannot
// be read to its end the connection ends, since the server waits for the rest.
func (w *wire) sendLiteral(literal io.Reader, rest string) error {
	if w.literals == nil {
		w.literals = bufio.NewWriterSize(w.Conn, literalPart)
	}
	resume := w.Suspend()
	_, err := io.Copy(w.literals, literal)
	resume()
	if err == nil {
		if w.trace != nil {
			w.trace("C: " + rest)
		}
		w.literals.WriteString(rest + "\r\n")
		err = w.literals.Flush()
	}
	if err != nil {
		w.fail(err)
	}
	return err
}

// literalPart is how much of a literal is sent at a time, in octets.
const literalPart = 32 << 10

// Write sends what go-imap or a command of ours has to say.
func (w *wire) Write(p []byte) (int, error) {
	if w.trace != nil {
		w.trace("C: " + firstLine(p))
	}
	return w.Conn.Write(p)
}

// firstLine is a command or response without its literals.
func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\r\n"))
	return string(line)
}
