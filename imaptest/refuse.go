package imaptest

import (
	"fmt"
	"slices"
	"strings"
)

// refusal is what is to become of the next commands of a name.
type refusal struct {
	times int
	text  string // behind NO and -ERR; "" is that of wrong credentials
}

// loginCommand is what all logins are called, beside the LOGIN of IMAP.
const loginCommand = "LOGIN"

// RefuseLogins makes the next n logins fail as with a wrong password, whatever their
// credentials.
func (s *Server) RefuseLogins(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[loginCommand] = refusal{times: n}
}

// Refuse makes the servers refuse the next n commands of a name, "APPEND" or "RETR",
// whatever their arguments: with NO and the text on IMAP, with -ERR and the text on
// POP3. A response code is the beginning of the text:
//
//	srv.Refuse("APPEND", 1, "[OVERQUOTA] The mailbox is full")
//
// A refused command has no effect and no untagged responses. FETCH, SEARCH, STORE, COPY,
// MOVE and EXPUNGE are also their forms with UID. LOGIN is every way to log in: on IMAP
// LOGIN and AUTHENTICATE, on POP3 PASS, APOP and AUTH, each refused at its end, right
// credentials or not; AUTHENTICATE and AUTH by name are refused before their first
// challenge. A refused QUIT removes nothing and ends the connection (RFC 1939 section 6).
//
// The count is that of both servers together. A later Refuse of the same command takes
// the place of an earlier one, so n of 0 takes it back. The name of a command that
// neither server has is an error, and so is a text that is empty or not printable ASCII.
func (s *Server) Refuse(command string, n int, text string) error {
	name := strings.ToUpper(command)
	_, isPOP3 := pop3Handlers[name]
	if !isPOP3 && !slices.Contains(refusableIMAP, name) && !slices.Contains(refusablePOP3, name) {
		return fmt.Errorf("imaptest: no command to refuse: %q", command)
	}
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
		return fmt.Errorf("imaptest: not a text for a refusal: %q", text)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[name] = refusal{n, text}
	return nil
}

// refusableIMAP are the commands of IMAP but LOGOUT, which has no NO (RFC 3501 section
// 6.1.3).
var refusableIMAP = []string{
	"CAPABILITY", "NOOP", "ID", "STARTTLS", "AUTHENTICATE", loginCommand, "ENABLE", "NAMESPACE",
	"SELECT", "EXAMINE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "LIST", "LSUB",
	"STATUS", "APPEND", "IDLE", "CHECK", "CLOSE", "UNSELECT", "EXPUNGE", "SEARCH", "FETCH", "STORE",
	"COPY", "MOVE",
}

// refusablePOP3 are the commands of POP3 that have no pop3Handler.
var refusablePOP3 = []string{"CAPA", "QUIT"}

// refused counts a command, and says with which text it is to be refused.
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

// loginError is why a login fails. Its text is "" where the credentials were wrong.
type loginError string

func (e loginError) Error() string { return orElse(string(e), "authentication failed") }

const errLogin = loginError("")

// admit has the last word on a login.
func (s *Server) admit(ok bool) error {
	if text, refused := s.refused(loginCommand); refused {
		return loginError(text)
	}
	if !ok {
		return errLogin
	}
	return nil
}
