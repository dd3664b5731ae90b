package pop3bridge

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.SectionWriter = (*Session)(nil)

const (
	// maxStreamed bounds a text that is not held in memory, in octets. c-client has the
	// same bound.
	maxStreamed = 1<<31 - 1
	// maxUnwanted bounds how much of a text is read after its writer has failed, in octets.
	// After a shorter rest, the session can continue.
	maxUnwanted = 1 << 20
	// streamStep is how much is written at a time, in octets.
	streamStep = 32 << 10
)

var errUnwanted = errors.New("too much is left of a message that cannot be written")

// WriteSection implements [backend.SectionWriter]. It writes a message, its header or its
// text as it arrives. For a part, the message is held in memory, and is kept as after a
// Fetch.
func (s *Session) WriteSection(ctx context.Context, set backend.Set, section backend.Section, w io.Writer) (found bool, err error) {
	indexes := s.drop.resolve(set)
	if len(indexes) == 0 {
		return false, s.closed()
	}
	m := &s.drop.messages[indexes[0]]
	if !passes(section.Name) || s.drop.texts.find(m.num) != nil {
		return s.writeFetched(ctx, set, section, w)
	}
	out := &stream{w: bufio.NewWriterSize(w, streamStep), section: section.Name}
	if err := s.run(ctx, func(c *conn) error { return s.pass(c, m, out) }); err != nil {
		return true, err
	}
	if !section.Peek && isReading(section.Name, nil) {
		m.flags |= seen
	}
	return true, out.w.Flush()
}

// passes reports whether a section can be written as it arrives, because only the end of
// the header divides it from the rest of the message.
func passes(section string) bool {
	return section == "" || section == "HEADER" || section == "TEXT"
}

func (s *Session) writeFetched(ctx context.Context, set backend.Set, section backend.Section, w io.Writer) (found bool, err error) {
	for msg, err := range s.Fetch(ctx, set, backend.Items{Sections: []backend.Section{section}}) {
		if err != nil {
			return true, err
		}
		_, err = w.Write(msg.Sections[0])
		return true, err
	}
	return false, nil
}

// pass writes a message as it arrives, or only its header if the server has TOP. If the
// server refuses TOP and then sends the message, it has no TOP, whatever it announced.
func (s *Session) pass(c *conn, m *message, out *stream) error {
	triedTOP := out.section == "HEADER" && s.caps.top
	if triedTOP {
		if _, err := out.read(c, top(m.num)); !isRefusal(err) {
			return err
		}
	}
	if m.size >= maxStreamed { // an int of 32 bits counts no further
		return errTextTooLong
	}
	size, err := out.read(c, retr(m.num))
	if err != nil {
		return err
	}
	m.retrieve(size)
	s.caps.top = s.caps.top && !triedTOP
	return nil
}

// stream writes a section as it arrives.
type stream struct {
	w        *bufio.Writer
	section  string
	header   headerScanner
	unwanted int // octets received after w had failed
}

// read reads the answer to TOP or RETR, and returns its size.
func (o *stream) read(c *conn, command string) (size int, err error) {
	if err := c.send(command); err != nil {
		return 0, err
	}
	if _, err := c.status(); err != nil {
		return 0, err
	}
	return c.scanText(maxStreamed, o.take)
}

// take writes what a part of the message has of the section.
func (o *stream) take(part []byte) error {
	header := 0
	if o.section != "" {
		header = o.header.scan(part)
	}
	wanted := part[header:]
	if o.section == "HEADER" {
		wanted = part[:header]
	}
	_, err := o.w.Write(wanted)
	if err == nil {
		return nil
	}
	if o.unwanted += len(part); o.unwanted > maxUnwanted {
		return fmt.Errorf("%w: %w", errUnwanted, err)
	}
	return nil
}

// headerScanner finds the end of a header in a text that arrives in parts. The empty line
// belongs to the header. As in c-client, only CRLF ends a line.
type headerScanner struct{ state headerState }

type headerState int

const (
	lineStart headerState = iota
	lineStartCR
	withinLine
	withinLineCR
	behindHeader
)

// scan returns how many octets of the next part belong to the header.
func (h *headerScanner) scan(part []byte) int {
	for i := 0; i < len(part); i++ {
		switch h.state {
		case behindHeader:
			return i
		case withinLine: // only a CR changes this state
			next := bytes.IndexByte(part[i:], '\r')
			if next < 0 {
				return len(part)
			}
			i += next
		}
		h.state = h.state.next(part[i])
	}
	return len(part)
}

func (s headerState) next(c byte) headerState {
	switch {
	case c == '\r' && s == lineStart:
		return lineStartCR
	case c == '\r':
		return withinLineCR
	case c == '\n' && s == lineStartCR:
		return behindHeader
	case c == '\n' && s == withinLineCR:
		return lineStart
	}
	return withinLine
}
