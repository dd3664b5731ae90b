package imapbridge

import (
	"context"

	"github.com/imapcompat/imapcompat/backend"
)

// ask sends a command of ours and shows answer each untagged response of a
// name. The responses are read to the end whatever answer returns, so that the
// next command finds its own.
func (s *Session) ask(ctx context.Context, name, text string, answer func(*lexer) error) error {
	return s.run(ctx, func() error {
		cmd, err := s.send(name, text)
		if err != nil {
			return err
		}
		var unreadable error
		for resp := range cmd.responses {
			if resp.tag == cmd.tag {
				if err := s.statusError(resp); err != nil {
					return err
				}
				return unreadable
			}
			if unreadable == nil {
				unreadable = answer(&lexer{b: resp.rest})
			}
		}
		return s.wire.failure()
	})
}

// syntaxError is the error of a response that l could not read, nil if it
// could.
func (l *lexer) syntaxError(response string) error {
	if l.err == nil {
		return nil
	}
	return &backend.Error{Kind: backend.ErrProtocol, Text: response + " response does not parse: " + l.err.Error(), Err: l.err}
}
