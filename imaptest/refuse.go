package imaptest

import (
	"fmt"
	"slices"
	"strings"
)

// loginCommand is the name for all logins, including the LOGIN of IMAP.
const loginCommand = "LOGIN"

// RefuseLogins makes the next n logins fail as with a wrong password, whatever the credentials.
func (s *Server) RefuseLogins(n int) {
	s.replace(Fault{Command: loginCommand, Times: n, wrongPassword: true})
}

// Refuse makes the servers refuse the next n commands of a name, such as "APPEND" or "RETR",
// whatever their arguments. The answer is NO and the text on IMAP, and -ERR and the text on
// POP3. The text may begin with a response code:
//
//	srv.Refuse("APPEND", 1, "[OVERQUOTA] The mailbox is full")
//
// A refused command has no effect and no untagged responses. FETCH, SEARCH, STORE, COPY, MOVE
// and EXPUNGE include their forms with UID. LOGIN means every way to log in: on IMAP LOGIN and
// AUTHENTICATE, on POP3 PASS, APOP and AUTH. Each is refused at its end, with right credentials
// or wrong ones. AUTHENTICATE and AUTH by name are refused before their first challenge. A
// refused QUIT removes nothing and ends the connection (RFC 1939 section 6).
//
// Both servers share the count. A later Refuse of the same command replaces an earlier one, so
// n = 0 cancels it. Refuse returns an error if neither server has the command, or if the text
// is empty or not printable ASCII.
func (s *Server) Refuse(command string, n int, text string) error {
	f := Fault{Command: strings.ToUpper(command), Times: n, Refuse: text}
	if !isCommand(f.Command) {
		return unknownCommand(command)
	}
	if err := f.checkRefuse(); err != nil {
		return err
	}
	s.replace(f)
	return nil
}

// replace switches a refusal on, and an earlier one of the same command off.
func (s *Server) replace(f Fault) {
	f.fromRefuse = true
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(old Fault) bool { return old.fromRefuse && old.Command == f.Command })
	if f.Times > 0 {
		s.faults = append(s.faults, f)
	}
}

// checkText requires a text that a line of a response can have.
func checkText(text string) error {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Errorf("imaptest: not a text for a response: %q", text)
	}
	return nil
}

// pop3Anytime are the POP3 commands that both states have.
var pop3Anytime = []string{"CAPA", "QUIT"}
