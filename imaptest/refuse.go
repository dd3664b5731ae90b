package imaptest

import (
	"fmt"
	"slices"
	"strings"
)

// refusal tells what to answer to the next commands of a name.
type refusal struct {
	times int
	text  string // text after NO and -ERR; "" means that of wrong credentials
}

// loginCommand is the name for all logins, including the LOGIN of IMAP.
const loginCommand = "LOGIN"

// RefuseLogins makes the next n logins fail as with a wrong password, whatever the credentials.
func (s *Server) RefuseLogins(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[loginCommand] = refusal{times: n}
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
	name := strings.ToUpper(command)
	_, isIMAP := imapCommands[name]
	_, isPOP3 := pop3Handlers[name]
	// LOGOUT has no NO response (RFC 3501 section 6.1.3).
	if !isIMAP && !isPOP3 && !slices.Contains(refusablePOP3, name) || name == "LOGOUT" {
		return fmt.Errorf("imaptest: no command to refuse: %q", command)
	}
	if err := checkText(text); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[name] = refusal{n, text}
	return nil
}

// checkText requires a text that a line of a response can have.
func checkText(text string) error {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Errorf("imaptest: not a text for a response: %q", text)
	}
	return nil
}

// refusablePOP3 are the POP3 commands without a pop3Handler.
var refusablePOP3 = []string{"CAPA", "QUIT"}

// refused counts a command. If it must be refused, ok is true and text is the reason.
func (s *Server) refused(command string) (text string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.refusals[command]
	if r.times <= 0 {
		return "", false
	}
	r.times--
	s.refusals[command] = r
	return r.text, true
}

// loginError is the reason why a login fails. "" means wrong credentials.
type loginError string

func (e loginError) Error() string { return orElse(string(e), "authentication failed") }

const errLogin = loginError("")

// admit decides a login.
func (s *Server) admit(ok bool) error {
	if text, refused := s.refused(loginCommand); refused {
		return loginError(text)
	}
	if !ok {
		return errLogin
	}
	return nil
}
