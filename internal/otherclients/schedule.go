package otherclients

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// Schedule is one run. Both connections must have the same empty INBOX open, and nobody else
// may change it.
type Schedule struct {
	Seed  uint64
	Steps int

	// Caller is the connection under test, on IMAP or POP3. Run closes it.
	Caller *imapcompat.Connection
	// Other is the other client, over IMAP, and Ref its server, "{host/imap}". The server has a
	// mailbox Elsewhere.
	Other *imapcompat.Connection
	Ref   string
	// POP3 tells that the caller's marks are its own until it closes.
	POP3 bool
}

// Run runs the schedule. The error says what happened to which message, and in which step.
func (s Schedule) Run() error {
	m := &model{
		Schedule: s, r: rand.New(rand.NewPCG(s.Seed, 0)),
		byNumber: map[int]string{}, byUID: map[int]string{}, doomed: map[string]bool{},
	}
	err := m.run()
	if err != nil {
		return fmt.Errorf("seed %d: %w, after\n\t%s", s.Seed, err, strings.Join(m.log, "\n\t"))
	}
	return nil
}

// pop3Name returns the name with which a connection's mailbox was opened.
func pop3Name(c *imapcompat.Connection) string {
	check, err := c.Check()
	if err != nil {
		return ""
	}
	return check.Mailbox
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// tolerated returns err, or nil if err may answer a call about a message that others may have
// removed.
func tolerated(err error) error {
	if errors.Is(err, imapcompat.ErrConnectionLost) {
		return err
	}
	for _, kind := range []error{imapcompat.ErrBadMessageNumber, imapcompat.ErrRefused, imapcompat.ErrInvalidArgument} {
		if errors.Is(err, kind) {
			return nil
		}
	}
	return err
}
