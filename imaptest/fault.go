package imaptest

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// Greeting is the name for the greeting in Fault.Command.
const Greeting = "GREETING"

// Fault is something that goes wrong with certain commands. Each field adds an effect, and the
// zero Fault has none. [Server.Fail] switches a Fault on.
//
//	Fault{Command: "LOGIN", Refuse: "[IN-USE] The maildrop is locked"}    a locked maildrop
//	Fault{Command: "FETCH", Skip: 2, Refuse: "[SERVERBUG] Try again"}     NO to the third FETCH
//	Fault{Command: "EXPUNGE", Drop: DropAnswer}                           done, but not answered
//	Fault{Command: "RETR", Drop: DropAnswer, Octets: 100}                 a cut in the text
//	Fault{Command: "SELECT", Silent: true}                                no answer ever
//	Fault{Times: -1, Delay: 100 * time.Millisecond}                       a slow server
//	Fault{Command: "STORE", Before: func() { srv.Remove("INBOX", 3) }}    another client is faster
//	Fault{Command: "SELECT", Before: func() { srv.RenewUIDs("INBOX") }}   a new UIDVALIDITY
//
// An expired OAuth2 token is [Server.SetToken] with another one: the client receives the JSON of
// XOAUTH2 or OAUTHBEARER as a challenge, and then the refusal. A message that is larger than
// announced is [Message].Size.
type Fault struct {
	// Command is the name of the commands, as in Server.Refuse. "LOGIN" means the end of every
	// login, and "GREETING" the greeting. "" means every command by its own name, but neither
	// the greeting nor logins as such.
	Command string

	// Skip is the number of these commands that are answered as usual first.
	Skip int

	// Times is the number of commands that fail after that. 0 means one, and a negative number
	// all.
	Times int

	// Delay is the time by which the command is run later than it arrives.
	Delay time.Duration

	// Before is called before the command is run, in the server's goroutine. It may call all
	// methods of the Server but Close, and must not end the test.
	Before func()

	// After is Before for the moment when the command has been run, and nothing of the tagged
	// response was sent. A refused command has none.
	After func()

	// Refuse is the text after NO and -ERR. The command has no other effect. A refused greeting
	// ends the connection; it is BYE on IMAP.
	Refuse string

	// Silent leaves the command unanswered and without effect. The connection stays open and
	// answers nothing any more.
	Silent bool

	// Drop closes the connection.
	Drop Drop

	// Octets is the number of octets of the answer that DropAnswer still sends.
	Octets int

	wrongPassword bool // the login fails as with wrong credentials
	fromRefuse    bool // Server.Refuse made it, and replaces it
	happened      bool // to a command
}

// Drop tells when a Fault closes the connection.
type Drop int

const (
	NoDrop     Drop = iota
	DropBefore      // before the command is run
	DropAnswer      // when the command has been run, before the end of its answer
)

// Fail switches a Fault on. Faults that are on already stay. If several concern a command, each
// counts it and all have their effects; of several refusals the first counts. Both servers share
// the count. Fail returns an error if neither server has the command, if a number or the
// combination of fields makes no sense, or if the text is not printable ASCII.
func (s *Server) Fail(f Fault) error {
	f.Command = strings.ToUpper(f.Command)
	if err := f.check(); err != nil {
		return err
	}
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
	return nil
}

func (f Fault) check() error {
	if f.Command != "" && f.Command != Greeting && !isCommand(f.Command) {
		return unknownCommand(f.Command)
	}
	if f.Refuse != "" {
		if err := f.checkRefuse(); err != nil {
			return err
		}
	}
	unanswered := f.Silent || f.Drop == DropBefore
	switch {
	case f.Skip < 0 || f.Delay < 0 || f.Octets < 0 || f.Drop < NoDrop || f.Drop > DropAnswer:
		return fmt.Errorf("imaptest: no such fault: %+v", f)
	case f.Octets > 0 && f.Drop != DropAnswer:
		return fmt.Errorf("imaptest: Octets are those of DropAnswer")
	case unanswered && (f.Refuse != "" || f.After != nil) || f.Silent && f.Drop != NoDrop || f.Refuse != "" && f.After != nil:
		return fmt.Errorf("imaptest: effects that exclude each other: %+v", f)
	}
	return nil
}

func (f Fault) checkRefuse() error {
	// LOGOUT has no NO response (RFC 3501 section 6.1.3).
	if f.Command == "LOGOUT" {
		return fmt.Errorf("imaptest: no command to refuse: %q", f.Command)
	}
	return checkText(f.Refuse)
}

// unknownCommand is the error about a name that is no command, such as a function's or UID FETCH.
func unknownCommand(name string) error {
	return fmt.Errorf("imaptest: neither server has a command %q: "+
		"names are those of IMAP and POP3, such as FETCH, which includes UID FETCH", name)
}

// isCommand reports whether one of the servers has a command.
func isCommand(name string) bool {
	_, isIMAP := imapCommands[name]
	_, isPOP3 := pop3Handlers[name]
	return isIMAP || isPOP3 || slices.Contains(pop3Anytime, name)
}

// Heal switches all faults off, those of Refuse and RefuseLogins too.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// strike counts a command, and returns the faults that it has.
func (s *Server) strike(command string) (faults []Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := &s.faults[i]
		every := f.Command == "" && command != Greeting && command != loginCommand
		if !every && f.Command != command {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		if f.Times != 0 {
			f.happened = true
			faults = append(faults, *f)
			f.Times = max(f.Times-1, -1)
		}
	}
	s.faults = slices.DeleteFunc(s.faults, func(f Fault) bool { return f.Times == 0 })
	return faults
}

// unmet returns the commands of the faults that are on and have not happened.
func (s *Server) unmet() (commands []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if !f.happened {
			commands = append(commands, cmp.Or(f.Command, "any command"))
		}
	}
	return commands
}

// refusal is the text of a refused command.
type refusal string

func (r refusal) Error() string { return string(r) }

// withFaults runs a command. If a fault refuses it, the error is a refusal or errLogin. Other
// errors of faults end the connection.
func (c *conn) withFaults(command string, run func() error) error {
	faults := c.srv.strike(command)
	if err := c.before(faults); err != nil {
		return err
	}
	for _, f := range faults {
		if f.Drop == DropAnswer {
			c.cutAnswer(f.Octets)
		}
	}
	for _, f := range faults {
		switch {
		case f.wrongPassword:
			return errLogin
		case f.Refuse != "":
			return refusal(f.Refuse)
		}
	}
	err := run()
	for _, f := range faults {
		if f.After != nil {
			f.After()
		}
	}
	return err
}

// before has the effects before a command.
func (c *conn) before(faults []Fault) error {
	for _, f := range faults {
		if err := c.srv.sleep(f.Delay); err != nil {
			return err
		}
		if f.Before != nil {
			f.Before()
		}
		if f.Silent {
			io.Copy(io.Discard, c) // until the client gives up
		}
		if f.Silent || f.Drop == DropBefore {
			c.tcp.Close()
			return net.ErrClosed
		}
	}
	return nil
}

// sleep waits, at most until the server closes.
func (s *Server) sleep(d time.Duration) error {
	if d == 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-s.closing:
		return net.ErrClosed
	}
}

// cutAnswer closes the connection after so many more octets.
func (c *conn) cutAnswer(octets int) {
	if !c.cutting || octets < c.octetsLeft {
		c.cutting, c.octetsLeft = true, octets
	}
}

// allow returns how many of n octets may be sent, and whether the connection must then be closed.
func (c *conn) allow(n int) (allowed int, drop bool) {
	allowed, drop = c.srv.allow(n)
	if !c.cutting {
		return allowed, drop
	}
	if allowed > c.octetsLeft {
		allowed, drop = c.octetsLeft, true
	}
	c.octetsLeft -= allowed
	return allowed, drop
}

// RenewUIDs gives a mailbox a new UIDVALIDITY and its messages new UIDs from 1, as after the
// repair of a mailbox. IMAP sessions that have it selected end with BYE at their next command,
// because UIDs keep their meaning in a session (RFC 9051 section 2.3.1.1). A POP3 session whose
// maildrop it is removes nothing any more.
func (s *Server) RenewUIDs(name string) error {
	st := s.store
	st.mu.Lock()
	defer st.mu.Unlock()
	old, err := st.mailbox(name)
	if err != nil {
		return fmt.Errorf("imaptest: %w", err)
	}
	renewed := st.addMailbox(canonicalName(name))
	renewed.specialUse, renewed.acl, renewed.keywords = old.specialUse, old.acl, old.keywords
	for _, m := range old.messages {
		st.copy(renewed, m, m.flags)
	}
	old.deleted = true
	st.touch(old)
	return nil
}

func (s *Server) hasFaults() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults) > 0
}
