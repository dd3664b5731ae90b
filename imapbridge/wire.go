package imapbridge

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"sync"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

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

// wire is the connection to the server, and whoever waits for an answer reads from it: the
// caller himself for a command of this package. To wake another goroutine takes longer than
// to read a response. For a command of go-imap's see [goIMAP].
//
// What a server says when nobody waits for anything is read with the next answer.
type wire struct {
	*dial.Conn
	r       *bufio.Reader // nil while nothing is read: see dial.Conn.Borrow
	last    response      // what was read last
	limit   int           // for the literals of a FETCH
	observe func(*response) error
	unasked func()            // called for a FETCH that answers no FETCH command
	odd     func(text string) // called for what is passed over
	trace   func(line string) // may be nil
	secrets *sasl.Concealed

	ahead   string // a command that is sent together with the next one, "" for none
	ignored string // the tag of that command, whose outcome is of no interest

	ended chan struct{} // closed when the connection has ended

	mu      sync.Mutex
	allowed int   // octets until the next exchange that answer nothing
	err     error // why the connection ended
}

func newWire(conn *dial.Conn, cfg *backend.Config, secrets *sasl.Concealed, observe func(*response) error, unasked func(), odd func(string)) *wire {
	return &wire{
		Conn:    conn,
		limit:   cfg.MaxLiteral,
		observe: observe,
		unasked: unasked,
		odd:     odd,
		trace:   cfg.Trace,
		secrets: secrets,
		allowed: maxAside,
		ended:   make(chan struct{}),
	}
}

// next reads a response and shows it to observe. cmd is the command that is on its
// way, nil for one of go-imap's. The response is there until the next.
func (w *wire) next(cmd *command) (*response, error) {
	for {
		var err error
		if w.r, err = w.Borrow(dial.GiveBack(w.r)); err != nil {
			return nil, err
		}
		if w.last, err = readResponse(w.r, w.limit, cmd.elsewhere()); err != nil {
			return nil, err
		}
		resp := &w.last
		conceal(w.secrets, resp)
		if w.trace != nil {
			w.trace("S: " + w.secrets.Text(firstLine(resp.raw)))
		}
		if err := w.count(resp, cmd); err != nil {
			return nil, err
		}
		if err := w.observe(resp); err != nil {
			return nil, err
		}
		if resp.isUntagged("BYE") {
			w.Hurry()
		}
		switch {
		case resp.tag == done: // the server had ended IDLE already, and took it for a tag
		case w.ignored != "" && resp.answers(w.ignored):
		case resp.isUntagged("FETCH") && (cmd == nil || cmd.name != "FETCH"):
			w.unasked()
		default:
			return resp, nil
		}
	}
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
func (w *wire) count(resp *response, cmd *command) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case cmd == nil || !resp.isUntagged(cmd.name):
		w.allowed -= max(resp.octets(), perResponse)
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

// waste counts octets of FETCH responses that brought nothing.
func (w *wire) waste(octets int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allowed -= octets
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

// sendLiteral sends a literal of a command of ours, which the server is ready
// for, and the syntax that follows it. The literal is not traced. When it cannot
// be read to its end the connection ends, since the server waits for the rest.
func (w *wire) sendLiteral(literal io.Reader, rest string) error {
	writer, giveBack := lendWriter(w.Conn)
	defer giveBack()
	resume := w.Suspend()
	_, err := io.Copy(writer, literal)
	resume()
	if err == nil {
		if w.trace != nil {
			w.trace("C: " + rest)
		}
		writer.WriteString(rest + "\r\n")
		err = writer.Flush()
	}
	if err != nil {
		w.fail(err)
	}
	return err
}

// literalPart is how much of a literal is sent at a time, in octets.
const literalPart = 32 << 10

// writers are lent for literals.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, literalPart) }}

func lendWriter(w io.Writer) (writer *bufio.Writer, giveBack func()) {
	writer = writers.Get().(*bufio.Writer)
	writer.Reset(w)
	return writer, func() {
		writer.Reset(nil)
		writers.Put(writer)
	}
}

// Write sends a command, or a part of one. What cannot be sent ends the
// connection before anybody can begin the next command.
func (w *wire) Write(p []byte) (int, error) {
	if w.trace != nil {
		if w.ahead != "" {
			w.trace("C: " + firstLine([]byte(w.ahead)))
		}
		w.trace("C: " + firstLine(p))
	}
	ahead := w.ahead
	if ahead != "" { // one write, so that it is one packet
		p, w.ahead = append([]byte(ahead), p...), ""
	}
	n, err := w.Conn.Write(p)
	if err != nil {
		w.fail(err)
	}
	return max(n-len(ahead), 0), err
}

// sendAhead has a command sent together with the next one, and before it. Whatever the
// server answers changes nothing.
func (w *wire) sendAhead(tag, text string) {
	w.ahead, w.ignored = tag+" "+text+"\r\n", tag
}

// firstLine is a command or response without its literals.
func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\r\n"))
	return string(line)
}
