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

// Append implements [backend.Appender]. The command is ours because go-imap
// ends the connection when a server refuses to have the literal.
//
// The literal waits for the server's consent, unless it is short and the server has just
// taken another message with the same flags for the same mailbox. What is refused need not
// be sent then, and what follows a command that a server calls BAD (Dovecot, for a flag
// that it does not know) is never there to be taken for other commands.
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
			// What is sent in part ends the connection, and no message comes
			// of it (RFC 9051 section 6.3.12).
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

// maxUnasked is how long a literal may be that does not wait for the server's consent,
// where it takes any (LITERAL+), and maxShort where it takes short ones (LITERAL-), in
// octets (RFC 7888). Any socket's buffers hold it.
const (
	maxUnasked = 64 << 10
	maxShort   = 4096
)

// takesUnasked reports whether a literal need not wait for the server's consent.
func (s *Session) takesUnasked(size int64) bool {
	switch {
	case s.caps["LITERAL+"]:
		return size <= maxUnasked
	case s.caps["LITERAL-"], s.caps["IMAP4REV2"]:
		return size <= maxShort
	}
	return false
}

// isDateTime reports whether a date, if there is one, is such that no server calls it BAD
// (RFC 9051, date-time).
func isDateTime(date string) bool {
	_, err := time.Parse("_2-Jan-2006 15:04:05 -0700", date)
	return date == "" || err == nil
}

// appendCommand is APPEND up to the literal: with the mailbox and the flags, and the date.
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

// giveUp ends the connection over what the server does.
func (s *Session) giveUp(text string) error {
	err := &backend.Error{Kind: backend.ErrProtocol, Text: text}
	s.wire.fail(err)
	return err
}

// exactReader reads a message of a size that was announced, and fails when it
// has fewer octets or more. Its last octet comes after the end was seen: some
// servers store a literal once they have all of it, without waiting for the end
// of the command.
type exactReader struct {
	r    *bufio.Reader
	left int64
	done bool // all of it was read
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

// explain is what an error of the message means before its last octet.
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
