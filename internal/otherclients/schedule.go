package otherclients

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/imapcompat/imapcompat"
)

// Schedule is one run. The two connections are to have the same INBOX open, which is
// empty, and nobody else is to change it.
type Schedule struct {
	Seed  uint64
	Steps int

	// Caller is the connection under test, on IMAP or POP3. Run closes it.
	Caller *imapcompat.Connection
	// Other is the other client, over IMAP, and Ref its server, "{host/imap}". There
	// is a mailbox Elsewhere.
	Other *imapcompat.Connection
	Ref   string
	// POP3 says that the caller's marks are its own until it closes.
	POP3 bool
}

// Run plays the schedule. The error says what happened to which message, and in which
// step.
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

// pop3Name is the mailbox of a connection, as it was opened.
func pop3Name(c *imapcompat.Connection) string {
	check, err := c.Check()
	if err != nil {
		return ""
	}
	return check.Mailbox
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// tolerated is an error that is no answer to a call about a message which others may
// have removed.
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
