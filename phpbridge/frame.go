package phpbridge

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// maxRequest bounds a request, in octets: a message for imap_append is in it.
const maxRequest = 1 << 30

// readFrame reads a frame. Memory is taken as the octets come, not as the length
// promises.
func readFrame(r *bufio.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > maxRequest {
		return nil, fmt.Errorf("a request of %d octets", size)
	}
	// Room is made for readGrowth times what has come, and for all of the rest where
	// that is no more than nearRest times as much: each time it grows the frame is in
	// memory twice.
	const (
		step       = 1 << 20
		readGrowth = 8
		nearRest   = 4
	)
	var frame []byte
	for start := 0; start < int(size); start = len(frame) {
		n := int(size) - start
		if trusted := max(step, readGrowth*start); n > nearRest*trusted {
			n = trusted
		}
		frame = slices.Grow(frame, n)[:start+n]
		if _, err := io.ReadFull(r, frame[start:]); err != nil {
			return nil, io.ErrUnexpectedEOF
		}
	}
	return frame, nil
}

// writeFrame writes an answer: its kind and its text.
func writeFrame(w *bufio.Writer, kind byte, text []byte) error {
	if err := writeHead(w, kind, len(text)); err != nil {
		return err
	}
	w.Write(text)
	return w.Flush()
}

// writeText writes an answer that is a text of any length.
func writeText(w *bufio.Writer, text string) error {
	if err := writeHead(w, 't', len(text)); err != nil {
		return err
	}
	w.WriteString(text)
	return w.Flush()
}

func writeHead(w *bufio.Writer, kind byte, size int) error {
	if uint64(size) >= 1<<32-1 {
		return fmt.Errorf("an answer of %d octets", size)
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(size)+1)
	_, err := w.Write(append(head, kind))
	return err
}
