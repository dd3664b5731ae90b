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
	// maxAside limits the octets of an exchange that answer nothing. The limit grows by
	// perMessage for each message of the mailbox.
	maxAside   = 16 << 20
	perMessage = 4 * perResponse
	// perResponse is the least that a response counts.
	perResponse = 256
	// maxAnswers limits the answers to a command other than FETCH, in octets. They are read one
	// by one, but the results add up.
	maxAnswers = maxLine
)

// wire is the connection to the server. The goroutine that waits for an answer reads it,
// because waking another goroutine takes longer than reading a response: for a command of this
// package that is the caller. For a command of go-imap see [goIMAP].
//
// What the server sends while nobody waits is read with the next answer.
type wire struct {
	*dial.Conn
	r       *bufio.Reader // nil while nothing is read: see dial.Conn.Borrow
	last    response      // the last response
	limit   int           // limit for the literals of a FETCH
	observe func(*response) error
	unasked func()            // called for a FETCH that answers no FETCH command
	odd     func(text string) // called for what is skipped
	trace   func(line string) // may be nil
	secrets *sasl.Concealed

	ahead   string // a command to send together with the next one, or ""
	ignored string // the tag of that command, whose outcome is ignored

	ended chan struct{} // closed when the connection has ended

	mu      sync.Mutex
	allowed int   // octets that may still answer nothing in this exchange
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

// next reads a response and passes it to observe. cmd is the current command, nil for one of
// go-imap. The response is valid until the next call.
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
		case resp.tag == done: // the server had already ended IDLE, and took DONE for a tag
		case w.ignored != "" && resp.answers(w.ignored):
		case resp.isUntagged("FETCH") && (cmd == nil || cmd.name != "FETCH"):
			w.unasked()
		default:
			return resp, nil
		}
	}
}

// allow begins an exchange on a mailbox of some messages. Until the next exchange, it limits
// what may come: a server that sends without end makes progress, so no timeout ends it.
func (w *wire) allow(messages int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allowed = maxAside + perMessage*messages
}

// count counts a response against the limit. A response to FETCH counts in full only if it
// brought nothing; see waste.
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

// fail ends the connection and records the reason. It may be called from any goroutine.
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

// failure returns why the connection ended, or nil.
func (w *wire) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// aborted reports whether this side closed the connection.
func (w *wire) aborted() bool { return w.failure() == net.ErrClosed }

// sendLiteral sends a literal, for which the server is ready, and the syntax after it. The
// literal is not traced. If it cannot be read to its end, the connection ends, since the server
// waits for the rest.
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

// literalPart is the size of the pieces in which a literal is sent, in octets.
const literalPart = 32 << 10

// writers lends buffers for literals.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, literalPart) }}

func lendWriter(w io.Writer) (writer *bufio.Writer, giveBack func()) {
	writer = writers.Get().(*bufio.Writer)
	writer.Reset(w)
	return writer, func() {
		writer.Reset(nil)
		writers.Put(writer)
	}
}

// Write sends a command or a part of one. If it fails, the connection ends before the next
// command can begin.
func (w *wire) Write(p []byte) (int, error) {
	if w.trace != nil {
		if w.ahead != "" {
			w.trace("C: " + firstLine([]byte(w.ahead)))
		}
		w.trace("C: " + firstLine(p))
	}
	ahead := w.ahead
	if ahead != "" { // one write, for one packet
		p, w.ahead = append([]byte(ahead), p...), ""
	}
	n, err := w.Conn.Write(p)
	if err != nil {
		w.fail(err)
	}
	return max(n-len(ahead), 0), err
}

// sendAhead sends a command together with the next one, and before it. The server's answer
// changes nothing.
func (w *wire) sendAhead(tag, text string) {
	w.ahead, w.ignored = tag+" "+text+"\r\n", tag
}

// firstLine returns a command or response without its literals.
func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\r\n"))
	return string(line)
}
