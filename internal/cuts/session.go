package cuts

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat"
)

// These are messages of INBOX at the start of a session, by number, that it removes, copies and
// moves. The mailboxes Archive and Sent are empty.
const (
	removed = iota + 1 // is marked and expunged
	copied
	moved                 // and those up to lastMoved, one by one
	lastMoved = moved + 5 // several of them by one command

	Messages = 9
	appended = 12
)

// Text returns a message.
func Text(n int) string {
	return fmt.Sprintf("From: sender%d@example.org\r\nSubject: message %d\r\n\r\n%s\r\n", n, n, strings.Repeat(strconv.Itoa(n), 40))
}

// Session is a session to cut.
type Session struct {
	Name     string
	Protocol string // "imap" or "pop3"
	Options  []imapcompat.Option
	UIDs     bool // uses the functions of UIDPLUS
}

// Sessions returns all sessions.
func Sessions() []Session {
	return []Session{
		{Name: "IMAP", Protocol: "imap"},
		{Name: "IMAP with MOVE", Protocol: "imap", Options: []imapcompat.Option{imapcompat.WithMove()}},
		{Name: "IMAP with UIDs", Protocol: "imap", UIDs: true},
		{Name: "IMAP with MOVE and UIDs", Protocol: "imap", Options: []imapcompat.Option{imapcompat.WithMove()}, UIDs: true},
		{Name: "POP3", Protocol: "pop3"},
	}
}

// Every returns the distance between two cuts: usual, or the value of the environment variable
// IMAPCOMPAT_CUT_EVERY.
func Every(usual int) (int, error) {
	text := os.Getenv("IMAPCOMPAT_CUT_EVERY")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("IMAPCOMPAT_CUT_EVERY is %q", text)
	}
	return n, nil
}

// Account is the account that a session runs on.
type Account struct {
	Addr           string // of the server, for the session's protocol
	User, Password string
	// Look returns the texts of the messages of a mailbox, over another connection.
	Look func(mailbox string) ([]string, error)
}

// patience limits the wait for an octet. It should never pass.
const patience = time.Minute

// Run runs the session in an account, and cuts its connection after some octets in a direction,
// or never if after is negative.
func (s Session) Run(a Account, dir Direction, after int) (*Outcome, error) {
	c, err := newCutter(a.Addr, dir, after)
	if err != nil {
		return nil, err
	}
	r := &running{ref: fmt.Sprintf("{%s/%s/notls}", c.Addr(), s.Protocol), begun: make(map[string]bool), told: make(map[int]bool)}
	failure := r.do(step{"open", func() (err error) {
		r.m, err = imapcompat.Open(r.ref+"INBOX", a.User, a.Password,
			append(s.Options, imapcompat.WithTimeout(imapcompat.IMAP_READTIMEOUT, patience))...)
		return err
	}})
	if failure == nil {
		failure = r.do(r.script(s)...)
	}
	if r.m != nil && !r.began("close") {
		failure = errors.Join(failure, r.m.Close())
	}
	c.wait()
	o := &Outcome{Passed: c.passed}
	switch {
	case failure == nil, errors.Is(failure, imapcompat.ErrConnectionLost):
	case r.m == nil && errors.Is(failure, imapcompat.ErrConnect): // cut before it was open
	default:
		o.fault("the error does not match ErrConnectionLost: %v", failure)
	}
	if failure == nil && !r.begun["close"] {
		o.fault("success without an end")
	}
	return o, o.check(a, r, s.Protocol)
}

// running is the state of a session.
type running struct {
	m     *imapcompat.Connection
	ref   string          // the name of the server
	begun map[string]bool // steps that were requested, and whether they were acknowledged
	told  map[int]bool    // messages for whose copies the server has sent UIDs
}

// step is one call of a session.
type step struct {
	name string
	do   func() error
}

// do makes the calls up to the first that fails.
func (r *running) do(steps ...step) error {
	for _, step := range steps {
		r.begun[step.name] = false
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		r.begun[step.name] = true
	}
	return nil
}

func (r *running) began(step string) bool {
	_, ok := r.begun[step]
	return ok
}

// script returns the calls of the session.
func (r *running) script(s Session) []step {
	m := r.m
	if s.UIDs {
		return r.scriptWithUIDs()
	}
	steps := []step{{"read", func() error { return readAll(m) }}}
	if s.Protocol == "imap" {
		steps = append(steps,
			step{"flag", func() error { return m.SetFlagFull("1:3", `\Flagged`) }},
			step{"copy", func() error { return m.MailCopy(imapcompat.SequenceOf(copied), "Archive") }},
			step{"move", func() error { return moveAll(m) }},
			step{"append", func() error { return m.Append(r.ref+"Sent", Text(appended)) }})
	}
	return append(steps,
		step{"delete", func() error { return m.Delete(imapcompat.SequenceOf(removed)) }},
		step{"expunge", m.Expunge},
		step{"close", func() error { return m.Close() }})
}

// scriptWithUIDs returns the same calls with the functions of UIDPLUS.
func (r *running) scriptWithUIDs() []step {
	m := r.m
	return []step{
		{"read", func() error { return readAll(m) }},
		{"flag", func() error { return m.SetFlagFull("1:3", `\Flagged`) }},
		{"copy", func() error { return r.tell(copied, m.MailCopyUIDs) }},
		{"move", func() error {
			for n := moved; n <= lastMoved; n++ {
				if err := r.tell(n, m.MailMoveUIDs); err != nil {
					return err
				}
			}
			return nil
		}},
		{"append", func() error {
			text := Text(appended)
			told, err := m.AppendUID(r.ref+"Sent", strings.NewReader(text), int64(len(text)))
			if err == nil && told.UID != 1 {
				err = fmt.Errorf("the new message has UID %d", told.UID)
			}
			return err
		}},
		{"delete", func() error { return m.Delete(imapcompat.SequenceOf(removed)) }},
		{"expunge", func() error { return m.ExpungeUIDs("1:*") }},
		{"close", func() error { return m.Close() }},
	}
}

// tell copies or moves a message, and records whether the server has sent the UID of the copy.
func (r *running) tell(n int, do func(imapcompat.Sequence, string, ...imapcompat.CopyFlag) (imapcompat.Copied, error)) error {
	result, err := do(imapcompat.SequenceOf(n), "Archive")
	r.told[n] = len(result.Messages) == 1 && result.Messages[0].CopyUID > 0
	if err == nil && !r.told[n] {
		err = fmt.Errorf("the server tells %+v of message %d", result, n)
	}
	return err
}

func moveAll(m *imapcompat.Connection) error {
	for n := moved; n <= lastMoved; n++ {
		if err := m.MailMove(imapcompat.SequenceOf(n), "Archive"); err != nil {
			return err
		}
	}
	return nil
}

func isMoved(n int) bool { return moved <= n && n <= lastMoved }

// readAll reads message after message, and checks that each is the right one.
func readAll(m *imapcompat.Connection) error {
	for n := 1; n <= Messages; n++ {
		h, err := m.HeaderInfo(n)
		if err != nil {
			return err
		}
		body, err := m.Body(n)
		if err != nil {
			return err
		}
		if _, want, _ := strings.Cut(Text(n), "\r\n\r\n"); h.Subject != fmt.Sprint("message ", n) || body != want {
			return fmt.Errorf("message %d is %q with %q", n, h.Subject, body)
		}
	}
	return nil
}
