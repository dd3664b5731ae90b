package pop3bridge

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/imapcompat/imapcompat/backend"
	"github.com/imapcompat/imapcompat/internal/dial"
)

// maxLine limits a line of an answer. RFC 1939 section 3 allows 512 octets.
const maxLine = dial.LentBuffer

// maxListing limits the answers to LIST and UIDL, in octets.
const maxListing = 128 << 20

var (
	errLineTooLong   = errors.New("a line of an answer is too long")
	errAnswerTooLong = errors.New("an answer is too long")
	errOutOfStep     = errors.New("the server says what is no answer to anything")
	errTextTooLong   = fmt.Errorf("a message is %w", backend.ErrTooLarge)
)

// wire is the network connection. It reads lines, listings and texts of messages, all
// bounded, and records why the connection ended.
type wire struct {
	*dial.Conn
	r *bufio.Reader // nil between two reads, see dial.Conn.Borrow

	scratch []byte // buffer for texts of unknown size

	upgraded bool // TLS began after STLS

	mu  sync.Mutex // guards err
	err error      // why the connection ended
}

func newWire(conn *dial.Conn) *wire {
	return &wire{Conn: conn}
}

// Write implements [net.Conn]. It records a failure.
func (w *wire) Write(p []byte) (int, error) {
	n, err := w.Conn.Write(p)
	if err != nil {
		return n, w.fail(err)
	}
	return n, nil
}

// borrow waits until there is something to read, and borrows a reader if there is none.
func (w *wire) borrow() (err error) {
	w.r, err = w.Borrow(w.r)
	return err
}

// isSilent reports whether all received octets were read.
func (w *wire) isSilent() bool { return w.r == nil || w.r.Buffered() == 0 }

// readLine reads a line with its line break. The result is valid until the next read.
func (w *wire) readLine() ([]byte, error) {
	if err := w.borrow(); err != nil {
		return nil, w.fail(err)
	}
	line, err := w.r.ReadSlice('\n')
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, w.fail(errLineTooLong)
	case err != nil:
		return nil, w.fail(err)
	}
	return line, nil
}

func trimBreak(line []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
}

// lines reads the lines of a listing up to the line that ends it. That line may have blanks
// after its dot. In c-client, any line that begins with a dot ends the listing.
func (w *wire) lines(each func(line string)) error {
	for size := 0; ; {
		line, err := w.readLine()
		if err != nil {
			return err
		}
		if size += len(line); size > maxListing {
			return w.fail(errAnswerTooLong)
		}
		text := string(trimBreak(line))
		if strings.TrimRight(text, " \t") == "." {
			return nil
		}
		each(text)
	}
}

// text reads the text of a message of at most limit octets. expected is its expected size,
// 0 if unknown. A text longer than expected probably has length octets. If the text is
// too long, the error is [errTextTooLong]. A text of up to twice the limit is still read to
// its end, so that the session can continue.
func (w *wire) text(expected, length, limit int) ([]byte, error) {
	text := w.scratch[:0]
	if expected > 0 {
		text = []byte{}
	}
	likely := expected
	size, err := w.scanText(2*limit, func(part []byte) error {
		if len(text) >= max(likely, dial.FirstRoom) {
			likely = length
		}
		if len(text)+len(part) <= limit {
			text = append(makeRoom(text, len(part), likely), part...)
		}
		return nil
	})
	if expected == 0 && (len(text) <= dial.FirstRoom || len(text) < cap(text)/2) {
		w.scratch = text[:0:min(cap(text), dial.FirstRoom)]
		text = append([]byte{}, text...)
	}
	if err == nil && size > limit {
		err = errTextTooLong
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}

// makeRoom makes room in a text for n octets, and for those expected after them.
func makeRoom(text []byte, n, expected int) []byte {
	if n <= cap(text)-len(text) {
		return text
	}
	return slices.Grow(text, max(n, dial.Room(len(text), expected-len(text))))
}

// scanText reads the text of a message up to the line that ends it, and removes the
// byte-stuffing (RFC 1939 section 3). It calls each with parts of the text, which are valid
// only during the call, and returns the total size. The connection ends when each returns
// an error, or when the text has more than limit octets.
//
// As in c-client, only CRLF ends a line. A lone CR or LF is part of the text, and ".\n"
// does not end it: the author of the message could have written a forged answer after it.
// go-pop3's ReadAll would take it for the end.
func (w *wire) scanText(limit int, each func(part []byte) error) (size int, err error) {
	if err := w.borrow(); err != nil {
		return 0, w.fail(err)
	}
	lineStart, afterCR := true, false
	cutter := nulCutter{each: each}
	for came := 0; ; {
		part, err := w.r.Peek(max(w.r.Buffered(), 1))
		if err != nil {
			return cutter.kept, w.fail(err)
		}
		if lineStart && part[0] == '.' {
			if ended, err := w.endsText(); ended || err != nil {
				return cutter.kept, err
			}
			lineStart = false
			continue
		}
		part = part[:upToDot(part, afterCR)]
		if came += len(part); came > limit {
			return cutter.kept, w.fail(errTextTooLong)
		}
		if err := cutter.take(part); err != nil {
			return cutter.kept, w.fail(err)
		}
		lineStart = bytes.HasSuffix(part, []byte("\r\n")) || afterCR && string(part) == "\n"
		afterCR = bytes.HasSuffix(part, []byte("\r"))
		w.r.Discard(len(part)) // the part is buffered
	}
}

// endsText consumes the dot at the start of a line. If the line ends the text, it consumes
// the whole line.
func (w *wire) endsText() (bool, error) {
	const end = ".\r\n"
	next, err := w.r.Peek(len(end))
	if err != nil {
		return false, w.fail(err)
	}
	ended := string(next) == end
	if ended {
		w.r.Discard(len(end))
	} else {
		w.r.Discard(len("."))
	}
	return ended, nil
}

// upToDot returns how many octets of a part come before a line that begins with a dot. It
// returns all when there is no such line.
func upToDot(part []byte, afterCR bool) int {
	if afterCR && part[0] == '\n' {
		return 1
	}
	if i := bytes.Index(part, []byte("\r\n.")); i >= 0 {
		return i + len("\r\n")
	}
	return len(part)
}

// startTLS starts TLS. It fails if octets that arrived in the clear were not read: they
// would be taken for an encrypted answer.
func (w *wire) startTLS(ctx context.Context) error {
	if !w.isSilent() {
		return w.fail(&backend.Error{Kind: backend.ErrProtocol,
			Text: "TLS/SSL failure for " + w.Host() + ": data in the clear before the negotiation"})
	}
	if err := w.StartTLS(ctx); err != nil {
		return w.fail(err)
	}
	w.upgraded = true
	return nil
}

// fail ends the connection and records the cause, unless there is one already. It returns
// the first cause. Any goroutine may call it.
func (w *wire) fail(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
		_ = w.Abort()
	}
	return w.err
}

// failure returns why the connection ended, or nil while it has not.
func (w *wire) failure() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}
