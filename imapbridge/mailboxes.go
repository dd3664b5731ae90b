package imapbridge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/imapcompat/imapcompat/backend"
)

var (
	_ backend.MailboxManager = (*Session)(nil)
	_ backend.Appender       = (*Session)(nil)
	_ backend.Copier         = (*Session)(nil)
)

// CreateMailbox implements [backend.MailboxManager].
func (s *Session) CreateMailbox(ctx context.Context, name string) error {
	return s.manage(ctx, name, func(name string) *imapclient.Command { return s.client.Create(name, nil) })
}

// DeleteMailbox implements [backend.MailboxManager].
func (s *Session) DeleteMailbox(ctx context.Context, name string) error {
	return s.manage(ctx, name, s.client.Delete)
}

// RenameMailbox implements [backend.MailboxManager].
func (s *Session) RenameMailbox(ctx context.Context, name, newName string) error {
	newName, err := decodeMailbox(newName)
	if err != nil {
		return err
	}
	return s.manage(ctx, name, func(name string) *imapclient.Command { return s.client.Rename(name, newName, nil) })
}

// Subscribe implements [backend.MailboxManager].
func (s *Session) Subscribe(ctx context.Context, name string) error {
	return s.manage(ctx, name, s.client.Subscribe)
}

// Unsubscribe implements [backend.MailboxManager].
func (s *Session) Unsubscribe(ctx context.Context, name string) error {
	return s.manage(ctx, name, s.client.Unsubscribe)
}

// manage runs a command that takes a mailbox and answers with nothing but a
// status.
func (s *Session) manage(ctx context.Context, name string, command func(name string) *imapclient.Command) error {
	name, err := decodeMailbox(name)
	if err != nil {
		return err
	}
	return s.run(ctx, func() error { return command(name).Wait() })
}

// Append implements [backend.Appender]. The command is ours because go-imap
// ends the connection when a server refuses to have the literal.
//
// The literal waits for the server's consent, LITERAL+ or not: what is refused
// then need not be sent.
func (s *Session) Append(ctx context.Context, mailbox string, msg backend.NewMessage) error {
	text, err := appendCommand(mailbox, msg)
	if err != nil {
		return err
	}
	if err := s.closed(); err != nil {
		return err
	}
	sent := false
	err = s.run(ctx, func() error {
		cmd, err := s.send("", text)
		if err != nil {
			return err
		}
		for resp := range cmd.responses {
			switch {
			case resp.tag == cmd.tag:
				return s.statusError(resp)
			case sent:
				return s.giveUp("Second continuation request in APPEND")
			}
			// What is sent in part ends the connection, and no message comes
			// of it (RFC 9051 section 6.3.12).
			if err := s.wire.sendLiteral(msg.Text, ""); err != nil {
				return err
			}
			sent = true
		}
		return s.wire.failure()
	})
	switch {
	case !errors.Is(err, backend.ErrConnectionLost):
		return err
	case sent:
		return fmt.Errorf("%w: the message may have been appended or not", err)
	}
	return fmt.Errorf("%w: the message was not appended", err)
}

// appendCommand is APPEND up to the literal.
func appendCommand(mailbox string, msg backend.NewMessage) (string, error) {
	if _, err := decodeMailbox(mailbox); err != nil {
		return "", err
	}
	command := "APPEND " + quote(mailbox)
	for _, flag := range msg.Flags {
		if !isAtom(strings.TrimPrefix(flag, `\`)) {
			return "", &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Invalid flag"}
		}
	}
	if len(msg.Flags) > 0 {
		command += " (" + strings.Join(msg.Flags, " ") + ")"
	}
	if msg.InternalDate != "" {
		if !isPrintable(msg.InternalDate) {
			return "", &backend.Error{Kind: backend.ErrInvalidArgument, Text: "Bad date in append"}
		}
		command += " " + quote(msg.InternalDate)
	}
	return fmt.Sprintf("%s {%d}", command, len(msg.Text)), nil
}

// giveUp ends the connection over what the server does.
func (s *Session) giveUp(text string) error {
	err := &backend.Error{Kind: backend.ErrProtocol, Text: text}
	s.wire.fail(err)
	return err
}

// Copy implements [backend.Copier]. A server may report an expunge during a COPY
// (RFC 9051 section 7.5.1), so each command's numbers are found just before it.
func (s *Session) Copy(ctx context.Context, set backend.Set, mailbox string) error {
	name, err := decodeMailbox(mailbox)
	if err != nil {
		return err
	}
	if err := s.closed(); err != nil {
		return err
	}
	copied := false
	for ranges := range slices.Chunk(set.Ranges, maxRanges) {
		for _, part := range s.wireSets(backend.Set{UID: set.UID, Ranges: ranges}) {
			err := s.run(ctx, func() error {
				_, err := s.client.Copy(part.numSet(), name).Wait()
				return err
			})
			if err != nil {
				return copyError(err, copied)
			}
			copied = true
		}
	}
	return nil
}

// copyError is the error of a COPY, after others had succeeded or not. A COPY
// copies all or nothing (RFC 9051 section 6.4.7).
func copyError(err error, copied bool) error {
	lost := errors.Is(err, backend.ErrConnectionLost)
	switch {
	case lost && copied:
		return fmt.Errorf("%w: some messages had been copied, and others may have been", err)
	case lost:
		return fmt.Errorf("%w: the messages may have been copied or not", err)
	case copied:
		return fmt.Errorf("%w: some messages had been copied", err)
	}
	return err
}
