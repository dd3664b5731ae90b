package imapbridge

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/backend"
)

var _ backend.Appender = (*Session)(nil)

// Append implements [backend.Appender]. The package sends the command itself, because
// go-imap ends the connection when a server refuses the literal.
//
// The literal usually waits for the server's continuation request, so that a refused
// message is not sent, and no server can read it as commands after BAD (Dovecot answers BAD
// to a flag that it does not know). It does not wait if it is short and the server has just
// accepted another message with the same flags for the same mailbox.
func (s *Session) Append(ctx context.Context, mailbox string, msg backend.NewMessage) error {
	target, date, err := appendCommand(mailbox, msg)
	if err != nil {
		return err
	}
	size := fmt.Sprintf(" {%d}", msg.Size)
	unasked := s.appended == target && isDateTime(msg.InternalDate) && s.takesUnasked(msg.Size)
	if unasked {
		size = fmt.Sprintf(" {%d+}", msg.Size)
	}
	s.appended = ""
	if err := s.closed(); err != nil {
		return err
	}
	literal := &exactReader{r: bufio.NewReader(msg.Text), left: msg.Size}
	asked := false
	sendText := func() error {
		asked = true
		return s.wire.sendLiteral(literal, "")
	}
	err = s.run(ctx, func() error {
		cmd, err := s.send("", target+date+size)
		if err == nil && unasked {
			err = sendText()
		}
		if err != nil {
			return err
		}
		for resp := range cmd.responses() {
			switch {
			case resp.tag == cmd.tag:
				return s.statusError(resp)
			case asked:
				return s.giveUp("Second continuation request in APPEND")
			}
			// A literal that is sent in part ends the connection. The server must not
			// append it (RFC 9051 section 6.3.12).
			if err := sendText(); err != nil {
				return err
			}
		}
		return s.wire.failure()
	})
	switch {
	case err == nil:
		s.appended = target
		return nil
	case !errors.Is(err, backend.ErrConnectionLost):
		return err
	case literal.done:
		return fmt.Errorf("%w: the message may have been appended or not", err)
	}
	return fmt.Errorf("%w: the message was not appended", err)
}

// maxUnasked bounds a non-synchronizing literal on a server with LITERAL+, in octets.
// maxShort bounds one on a server with LITERAL- (RFC 7888). Both fit in any socket's
// buffers.
const (
	maxUnasked = 64 << 10
	maxShort   = 4096
)

// takesUnasked reports whether a literal may be non-synchronizing.
func (s *Session) takesUnasked(size int64) bool {
	switch {
	case s.caps["LITERAL+"]:
		return size <= maxUnasked
	case s.caps["LITERAL-"], s.caps["IMAP4REV2"]:
		return size <= maxShort
	}
	return false
}

// isDateTime reports whether a date is empty or a date-time of RFC 9051, so that no server
// answers BAD.
func isDateTime(date string) bool {
	_, err := time.Parse("_2-Jan-2006 15:04:05 -0700", date)
	return date == "" || err == nil
}

// appendCommand returns APPEND up to the literal: target has the mailbox and the flags,
// date the date-time.
func appendCommand(mailbox string, msg backend.NewMessage) (target, date string, err error) {
	if _, err := decodeMailbox(mailbox); err != nil {
		return "", "", err
	}
	if msg.Size < 0 {
		return "", "", &backend.Error{Kind: backend.ErrInvalidArgument, Text: "The size of a message is negative"}
	}
	target = "APPEND " + quote(mailbox)
	for _, flag := range msg.Flags {
		if !isFlag(flag) {
			return "", "", &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Invalid flag"}
		}
	}
	if len(msg.Flags) > 0 {
		target += " (" + strings.Join(msg.Flags, " ") + ")"
	}
	if msg.InternalDate != "" {
		if !isPrintable(msg.InternalDate) {
			return "", "", &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Bad date in append"}
		}
		date = " " + quote(msg.InternalDate)
	}
	return target, date, nil
}

// giveUp ends the connection because of a protocol error of the server.
func (s *Session) giveUp(text string) error {
	err := &backend.Error{Kind: backend.ErrProtocol, Text: text}
	s.wire.fail(err)
	return err
}

// exactReader reads a message of the announced size, and fails when the message is shorter
// or longer. It returns the last octet only after it has seen the end: some servers store a
// message once they have its whole literal, without waiting for the end of the command.
type exactReader struct {
	r    *bufio.Reader
	left int64
	done bool // the whole message was read
}

func (e *exactReader) Read(p []byte) (int, error) {
	if e.left > 1 {
		n, err := e.r.Read(p[:min(int64(len(p)), e.left-1)])
		e.left -= int64(n)
		return n, e.explain(err)
	}
	last, err := e.r.Peek(int(e.left) + 1)
	switch {
	case err == nil:
		return 0, messageError("The message is longer than was announced", nil)
	case err != io.EOF || int64(len(last)) < e.left:
		return 0, e.explain(err)
	}
	n := copy(p, last)
	e.left -= int64(n)
	e.done = true
	return n, io.EOF
}

// explain converts an error of the message's reader, where io.EOF comes too early.
func (e *exactReader) explain(err error) error {
	switch err {
	case nil:
		return nil
	case io.EOF:
		return messageError(fmt.Sprintf("The message ends %d octets before the announced size", e.left), nil)
	}
	return messageError("Failed to read the message: "+err.Error(), err)
}

func messageError(text string, cause error) error {
	return &backend.Error{Kind: backend.ErrInvalidArgument, Text: text, Err: cause}
}
