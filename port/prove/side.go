package prove

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// side is one of the two runs: its servers, and what it has done.
type side struct {
	config *Config
	start  func([]Folder) (server, error)
	mail   map[string][]Folder // by user; "" for all others
	known  map[string]bool     // digests of the messages in mail
	trace  *trace

	mu       sync.Mutex
	accounts map[string]*account
	effects  []Effect
	sent     []Sent
	commands int
	sessions int
	servers  map[string]Service // that were connected to
	refused  []string           // addresses of unknown services
	err      error              // the first failure of prove's own
}

// account is a user of a side.
type account struct {
	user      string
	server    server
	mu        sync.Mutex
	inspector *inspector
	last      state
}

func newSide(config *Config, start func([]Folder) (server, error), mail map[string][]Folder, t *trace) *side {
	s := &side{config: config, start: start, mail: mail, trace: t, known: map[string]bool{}, accounts: map[string]*account{}, servers: map[string]Service{}}
	for _, folders := range mail {
		for _, folder := range folders {
			for _, m := range folder.Messages {
				s.known[digestOf(withCRLF(m.Text))] = true
			}
		}
	}
	return s
}

func withCRLF(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

var errLogin = errors.New("authentication failed")

// login returns the account of a user, and the number of the session. With Config.Users only these have one, with their
// passwords. Else each user has one, with any password.
func (s *side) login(user, password string) (*account, int, error) {
	if len(s.config.Users) > 0 {
		want, ok := s.config.Users[user]
		if !ok || want != "" && want != password {
			return nil, 0, errLogin
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions++
	if a := s.accounts[user]; a != nil {
		return a, s.sessions, nil
	}
	a, err := s.newAccount(user)
	if err != nil {
		s.err = cmpErr(s.err, err)
		return nil, 0, err
	}
	s.accounts[user] = a
	return a, s.sessions, nil
}

func cmpErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

func (s *side) newAccount(user string) (*account, error) {
	folders, ok := s.mail[user]
	if !ok {
		folders = s.mail[""]
	}
	srv, err := s.start(folders)
	if err != nil {
		return nil, err
	}
	a := &account{user: user, server: srv}
	if a.inspector, err = newInspector(srv); err == nil {
		a.last, err = a.inspector.state()
	}
	if err != nil {
		srv.Close()
		return nil, err
	}
	return a, nil
}

// count counts a command.
func (s *side) count() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands++
}

func (s *side) send(m Sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, m)
}

// fail notes a failure of prove's own.
func (s *side) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = cmpErr(s.err, err)
}

// refuse notes an address whose service is not known.
func (s *side) refuse(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.refused, address) {
		s.refused = append(s.refused, address)
	}
}

// connected notes an address of a mail server.
func (s *side) connected(address string, service Service) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.servers[strings.ToLower(address)] = service
}

// completed notes what a command has changed, or that it was refused.
func (s *side) completed(a *account, session int, command, refusal string) {
	call := s.trace.last()
	a.mu.Lock()
	defer a.mu.Unlock()
	now, err := a.inspector.state()
	if err != nil {
		s.fail(fmt.Errorf("reading the mailboxes of %s: %w", a.user, err))
		return
	}
	effects := a.last.effects(now)
	a.last = now
	if refusal != "" {
		effects = append(effects, Effect{kind: refused, What: refusalOf(command, refusal)})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range effects {
		e.Command, e.Call = strings.ToValidUTF8(command, "?"), call
		e.User, e.Session = a.user, session
		s.effects = append(s.effects, e)
	}
}

// refused is the kind of an effect that is a refusal.
const refused = "refused"

// refusalOf describes a refused command without message numbers: a program may ask for several
// messages in one command or in several.
func refusalOf(command, refusal string) string {
	name, args := commandName(command)
	switch strings.TrimPrefix(name, "UID ") {
	case "COPY", "MOVE":
		_, target := word(args)
		mailbox, _ := word(target)
		name += " to " + plainName(mailbox)
	case "STORE", "FETCH", "EXPUNGE":
	default:
		mailbox, _ := word(args)
		name += " " + plainName(mailbox)
	}
	status, _ := word(refusal)
	return strings.TrimSpace(name) + " was refused: " + status
}

// effectsOnce returns the effects, with equal refusals that follow each other as one.
func (s *side) effectsOnce() []Effect {
	return slices.CompactFunc(s.effects, func(a, b Effect) bool {
		return a.kind == refused && a.Session == b.Session && a.What == b.What
	})
}

// finish reads all mailboxes, and ends the servers.
func (s *side) finish(o *Observation) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o.Effects, o.Sent, o.Sessions, o.Commands, o.servers = s.effectsOnce(), append(s.sent, o.Sent...), s.sessions, s.commands, s.servers
	err := s.err
	for _, a := range s.accounts {
		account, failed := a.inspector.account(a.user, s.known)
		err = cmpErr(err, failed)
		o.Accounts = append(o.Accounts, account)
		a.inspector.Close()
		err = cmpErr(err, a.server.Close())
	}
	slices.SortFunc(o.Accounts, func(a, b Account) int { return strings.Compare(a.User, b.User) })
	o.Refused = s.refused
	if len(s.refused) > 0 && s.sessions == 0 {
		err = cmpErr(err, &UnknownServiceError{s.refused[0]})
	}
	return err
}

// UnknownServiceError says that the original logs in nowhere and connects to a port that is not that of
// a mail service. [Config.Servers] says what is there.
type UnknownServiceError struct{ Address string }

func (e *UnknownServiceError) Error() string {
	return fmt.Sprintf("the script connects to %s, and the port does not say which service is there", e.Address)
}
