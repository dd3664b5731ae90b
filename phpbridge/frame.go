package phpbridge

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"unsafe"
)

// maxRequest limits a request, in octets. The longest contains a message for imap_append.
const maxRequest = 1 << 30

// readFrame reads a frame.
func readFrame(r *bufio.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:])
	if size > maxRequest {
		return nil, fmt.Errorf("a request of %d octets", size)
	}
	// A usual frame gets its whole buffer at once: a growing buffer is in memory twice. The
	// unused part of it is not resident.
	const step = 64 << 20
	var frame []byte
	for start := 0; start < int(size); start = len(frame) {
		n := min(int(size)-start, max(step, start))
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
func writeText(w *bufio.Writer, text longText) error {
	if err := writeHead(w, 't', text.octets); err != nil {
		return err
	}
	if err := text.write(w); err != nil {
		return err
	}
	return w.Flush()
}

// writeString writes a long text as an answer, in pieces that a pipe holds. Only the first
// piece is copied, into the free part of w's buffer.
func writeString(w *bufio.Writer, text string) error {
	if err := writeHead(w, 't', len(text)); err != nil {
		return err
	}
	octets := unsafe.Slice(unsafe.StringData(text), len(text)) // never written to
	first := min(len(octets), w.Available())
	w.Write(octets[:first])
	for piece := range slices.Chunk(octets[first:], 64<<10) {
		w.Write(piece)
	}
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
