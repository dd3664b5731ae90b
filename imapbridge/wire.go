package imapbridge

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"slices"
	"strings"
	"sync"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
	"github.com/imapcompat/imapcompat/internal/sasl"
)

const (
	// maxAside bounds the octets in an exchange that answer nothing. perMessage for each
	// message is added, because the server may send news of each.
	maxAside   = 16 << 20
	perMessage = 4 * perResponse
	// perResponse is the least that a response counts.
	perResponse = 256
	// maxAnswers bounds the answers to a command other than FETCH, in octets. They are
	// processed one by one, but the values read from them accumulate.
	maxAnswers = maxLine
)

// wire is the connection to the server. The goroutine that waits for an answer reads it:
// waking another goroutine takes longer than reading a response. For a command of go-imap
// see [goIMAP].
//
// A response that arrives while no command is pending is read with the next answer.
type wire struct {
	*dial.Conn
	r       *bufio.Reader // nil between two reads, see dial.Conn.Borrow
	last    response      // the last response
	limit   int           // of the literals of a FETCH
	observe func(*response) error
	unasked func()            // called for a FETCH response while no FETCH command is pending
	odd     func(text string) // called for what is skipped
	trace   func(line string) // may be nil
	secrets *sasl.Concealed

	ahead   string   // commands to send together with the next one, "" for none
	ignored []string // the tags of such commands, whose answers are ignored

	ended chan struct{} // closed when the connection has ended

	mu      sync.Mutex
	allowed int   // octets that may still answer nothing until the next exchange
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

// next reads a response and passes it to observe. cmd is the pending command, or nil for
// one of go-imap. The response is valid until the next call.
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
		case resp.tag == done: // the server had ended IDLE before and took DONE for a tag
		case w.ignores(resp):
		case resp.isUntagged("FETCH") && (cmd == nil || cmd.name != "FETCH"):
			w.unasked()
		default:
			return resp, nil
		}
	}
}

// allow begins an exchange on a mailbox with some messages. It bounds what the server may
// send that answers nothing, because no timeout ends a server that keeps sending.
func (w *wire) allow(messages int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allowed = maxAside + perMessage*messages
}

// count charges a response to the bound of the exchange. It charges perResponse for an
// answer to FETCH, and waste charges the octets of one that brought nothing.
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

// waste charges the octets of FETCH responses that brought nothing.
func (w *wire) waste(octets int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.allowed -= octets
}

// fail ends the connection and records the cause. Any goroutine may call it.
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

// failure returns why the connection ended, or nil while it has not.
func (w *wire) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

// aborted reports whether this side ended the connection.
func (w *wire) aborted() bool { return w.failure() == net.ErrClosed }

// sendLiteral sends a literal that the server is ready for, and the syntax after it. It
// does not trace the literal. If the literal cannot be read to its end, the connection
// ends, because the server waits for the rest.
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

// literalPart is how many octets of a literal are written at a time.
const literalPart = 32 << 10

// writers are buffers for literals.
var writers = sync.Pool{New: func() any { return bufio.NewWriterSize(nil, literalPart) }}

func lendWriter(w io.Writer) (writer *bufio.Writer, giveBack func()) {
	writer = writers.Get().(*bufio.Writer)
	writer.Reset(w)
	return writer, func() {
		writer.Reset(nil)
		writers.Put(writer)
	}
}

// Write sends a command or a part of one. If it fails, it ends the connection, so that no
// further command begins.
func (w *wire) Write(p []byte) (int, error) {
	if w.trace != nil {
		for line := range strings.Lines(w.ahead) {
			w.trace("C: " + firstLine([]byte(line)))
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

// maxIgnored bounds the commands whose answers are ignored and have not arrived. Some servers
// may never answer one.
const maxIgnored = 16

// sendAhead queues a command to be sent before and together with the next one. The server's
// answer is ignored.
func (w *wire) sendAhead(tag, text string) {
	w.ahead += tag + " " + text + "\r\n"
	w.ignored = append(w.ignored, tag)
}

// ignores reports whether a response is the answer to a command of sendAhead.
func (w *wire) ignores(resp *response) bool {
	i := slices.IndexFunc(w.ignored, resp.answers)
	if i >= 0 {
		w.ignored = slices.Delete(w.ignored, i, i+1)
	}
	return i >= 0
}

// firstLine returns a command or response up to its first line break, without literals.
func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\r\n"))
	return string(line)
}
