package imaptest

import (
	"bufio"
	"errors"
	"strings"
)

// imapState is what a connection must have done before a command.
type imapState int

const (
	anyState         imapState = iota
	notAuthenticated           // only before the login
	authenticated
	selected // a mailbox
)

// newsPolicy tells what a session hears of its mailbox before the end of a command.
type newsPolicy int

const (
	noNews       newsPolicy = iota
	holdExpunges            // no EXPUNGE, which would change the numbers that the client uses
	allNews
)

// imapCommand describes a command.
type imapCommand struct {
	state imapState
	needs string // capability without which the command does not exist
	byUID bool   // there is a form with UID
	uid   string // capability without which that form does not exist
	news  newsPolicy
	run   func(*imapSession, *command) (reply, error)
}

var imapCommands = map[string]imapCommand{
	"CAPABILITY": {state: anyState, run: (*imapSession).capability},
	"NOOP":       {state: anyState, news: allNews, run: (*imapSession).noop},
	"LOGOUT":     {state: anyState, run: (*imapSession).logout},
	"ID":         {state: anyState, needs: "ID", run: (*imapSession).id},

	"STARTTLS":     {state: notAuthenticated, run: (*imapSession).startTLS},
	"AUTHENTICATE": {state: notAuthenticated, run: (*imapSession).authenticate},
	loginCommand:   {state: notAuthenticated, run: (*imapSession).login},

	"ENABLE":      {state: authenticated, needs: "ENABLE", run: (*imapSession).enable},
	"NAMESPACE":   {state: authenticated, needs: "NAMESPACE", run: (*imapSession).namespace},
	"SELECT":      {state: authenticated, run: (*imapSession).selectMailbox},
	"EXAMINE":     {state: authenticated, run: (*imapSession).selectMailbox},
	"CREATE":      {state: authenticated, run: (*imapSession).create},
	"DELETE":      {state: authenticated, run: (*imapSession).delete},
	"RENAME":      {state: authenticated, run: (*imapSession).rename},
	"SUBSCRIBE":   {state: authenticated, run: (*imapSession).subscribe},
	"UNSUBSCRIBE": {state: authenticated, run: (*imapSession).unsubscribe},
	"LIST":        {state: authenticated, run: (*imapSession).list},
	"LSUB":        {state: authenticated, run: (*imapSession).lsub},
	"STATUS":      {state: authenticated, run: (*imapSession).status},
	"APPEND":      {state: authenticated, news: allNews, run: (*imapSession).append},
	"IDLE":        {state: authenticated, needs: "IDLE", news: allNews, run: (*imapSession).idle},
	"COMPRESS":    {state: authenticated, needs: "COMPRESS=DEFLATE", run: (*imapSession).compress},

	"GETQUOTA":     {state: authenticated, needs: "QUOTA", run: (*imapSession).getQuota},
	"GETQUOTAROOT": {state: authenticated, needs: "QUOTA", run: (*imapSession).getQuotaRoot},
	"SETQUOTA":     {state: authenticated, needs: "QUOTA", run: (*imapSession).setQuota},
	"GETACL":       {state: authenticated, needs: "ACL", run: (*imapSession).getACL},
	"SETACL":       {state: authenticated, needs: "ACL", run: (*imapSession).setACL},
	"DELETEACL":    {state: authenticated, needs: "ACL", run: (*imapSession).deleteACL},
	"LISTRIGHTS":   {state: authenticated, needs: "ACL", run: (*imapSession).listRights},
	"MYRIGHTS":     {state: authenticated, needs: "ACL", run: (*imapSession).myRights},

	"CHECK":    {state: selected, news: allNews, run: (*imapSession).check},
	"CLOSE":    {state: selected, run: (*imapSession).closeMailbox},
	"UNSELECT": {state: selected, needs: "UNSELECT", run: (*imapSession).unselect},
	"EXPUNGE":  {state: selected, byUID: true, uid: "UIDPLUS", news: allNews, run: (*imapSession).expunge},
	"SEARCH":   {state: selected, byUID: true, news: holdExpunges, run: (*imapSession).search},
	"SORT":     {state: selected, needs: "SORT", byUID: true, news: holdExpunges, run: (*imapSession).sort},
	"THREAD":   {state: selected, byUID: true, news: holdExpunges, run: (*imapSession).thread},
	"FETCH":    {state: selected, byUID: true, news: holdExpunges, run: (*imapSession).fetch},
	"STORE":    {state: selected, byUID: true, news: holdExpunges, run: (*imapSession).store},
	"COPY":     {state: selected, byUID: true, news: allNews, run: (*imapSession).copy},
	"MOVE":     {state: selected, needs: "MOVE", byUID: true, news: allNews, run: (*imapSession).move},
}

// The numbers of bad commands in a row at which Dovecot closes the connection.
const (
	maxBadBeforeLogin = 3
	maxBadIMAP        = 21
)

// errDeleted ends a session whose mailbox was deleted, as it does in Dovecot.
var errDeleted = errors.New("the selected mailbox was deleted")

const errUnknown = syntaxError("Unknown command")

const deletedText = "Selected mailbox was deleted, have to disconnect."

// command is a command of a client.
type command struct {
	tag   string
	name  string // in upper case, without UID
	byUID bool
	news  newsPolicy // of the imapCommand, unless the command changes it

	malformed   bool
	newsHaveUID bool // FETCH responses about changed flags have the UID
}

// fullName returns the name as texts have it.
func (c *command) fullName() string {
	if c.byUID {
		return "UID " + c.name
	}
	return c.name
}

// imapSession is a connection to the IMAP server.
type imapSession struct {
	srv  *Server
	conn *conn
	in   *commandReader
	out  *bufio.Writer

	encrypted     bool
	authenticated bool
	compressed    bool
	condstore     bool
	view          *view                // nil while no mailbox is selected
	badCommands   int                  // in a row
	identified    bool                 // by ID
	named         map[*mailbox]flagSet // keywords that the session has learnt

	unconnectedCommands int  // of a user without a mailbox
	isUnconnected       bool // the user has no mailbox

	alerted int // number of the server's alerts that the client has had
	ended   bool
	then    func() error // called once after the tagged response
}

// serveIMAP talks to a client until the connection ends.
func (s *Server) serveIMAP(c *conn) {
	session := &imapSession{srv: s, conn: c, encrypted: s.mode == ImplicitTLS, named: make(map[*mailbox]flagSet)}
	session.attach()
	if session.greet() != nil {
		return
	}
	for !session.ended && !c.cutting {
		if session.next() != nil {
			break
		}
	}
	if session.authenticated {
		s.dismiss()
	}
}

func (s *imapSession) greet() error {
	err := s.conn.withFaults(Greeting, func() error {
		s.untagged("%s", ok(orElse(s.srv.provider.greeting, "imaptest ready.")).with(s.capabilities()).line())
		return s.out.Flush()
	})
	var refused refusal
	if errors.As(err, &refused) {
		return s.bye(string(refused))
	}
	return err
}

// attach starts reading and writing anew. What the client has sent too early is forgotten: an
// attacker may have sent it before the TLS handshake (RFC 3501 section 6.2.1).
func (s *imapSession) attach() {
	s.in = newCommandReader(s.conn, s.offers("LITERAL+"), func() error { return s.ask("OK") })
	s.out = bufio.NewWriter(s.conn)
}

// next reads and runs a command. An error ends the connection.
func (s *imapSession) next() error {
	s.in.begin()
	c, r, err := s.obey()
	switch {
	case errors.Is(err, errDeleted):
		return s.bye(deletedText)
	case err != nil:
		return err
	}
	if s.tooBad(c) {
		return s.bye("Too many invalid IMAP commands.")
	}
	s.alert()
	if r.status == "OK" || r.code == expungeIssued {
		s.tell(c.news, c.newsHaveUID)
	}
	if err := s.tagged(c.tag, r); err != nil {
		return err
	}
	if then := s.then; then != nil {
		s.then = nil
		return then()
	}
	return s.in.skip()
}

// bye ends the connection.
func (s *imapSession) bye(text string) error {
	s.ended = true
	s.untagged("BYE %s", text)
	return s.out.Flush()
}

// obey returns a command and how it ended.
func (s *imapSession) obey() (*command, reply, error) {
	c := &command{tag: "*"}
	r, err := s.run(c)
	var answered reply
	var refused refusal
	var syntax syntaxError
	switch {
	case errors.As(err, &answered):
		return c, answered, nil
	case errors.As(err, &refused):
		return c, reply{status: "NO", text: string(refused)}, nil
	case errors.As(err, &syntax):
		c.malformed = true
		return c, s.blame(c, syntax), nil
	}
	return c, r, err
}

func (s *imapSession) run(c *command) (r reply, err error) {
	if err := s.readName(c); err != nil {
		return reply{}, err
	}
	known, err := s.find(c)
	if err != nil {
		return reply{}, err
	}
	err = s.conn.withFaults(faultName(c.name), func() error {
		if err := s.checkState(c, known); err != nil {
			return err
		}
		r, err = known.run(s, c)
		return err
	})
	return r, err
}

// checkState reports a command that needs a mailbox.
func (s *imapSession) checkState(c *command, known imapCommand) error {
	wrongState := s.srv.provider.wrongState
	switch {
	case s.isUnconnected && known.state >= authenticated:
		return s.unconnected()
	case known.state != selected || s.view != nil:
		return nil
	case wrongState != nil:
		return wrongState(c.name)
	}
	return bad("No mailbox selected.")
}

// faultName returns the name of a command for faults. Those of logins wait for the end of the
// login.
func faultName(command string) string {
	if command == loginCommand {
		return ""
	}
	return command
}

// blame returns the BAD for a syntax error, in Dovecot's words.
func (s *imapSession) blame(c *command, err syntaxError) reply {
	reason := strings.TrimSuffix(string(err), ".") + "."
	switch p := s.srv.provider; {
	case p.badLength != "" && err == errTooLong:
		return bad(p.badLength)
	case p.badArguments != "" && c.name != "" && err != errUnknown:
		return bad(p.badArguments)
	case !s.authenticated:
		return bad("Error in IMAP command received by server.")
	case c.tag == "*":
		return bad("Error in IMAP tag: " + reason)
	case c.name == "":
		return bad("Error in IMAP command: " + reason)
	}
	return bad("Error in IMAP command " + c.fullName() + ": " + reason)
}

// readName reads the tag and the name of a command.
func (s *imapSession) readName(c *command) error {
	tag, err := s.in.word()
	if err != nil {
		return err
	}
	if !isTag(tag) {
		return syntaxError("Invalid tag")
	}
	c.tag = tag
	c.name, err = s.commandName()
	if err == nil && c.name == "UID" {
		c.byUID = true
		c.name, err = s.commandName()
	}
	return err
}

// find looks a command up, and decides which news the client hears before its end.
func (s *imapSession) find(c *command) (imapCommand, error) {
	if s.view != nil && s.srv.store.isDeleted(s.view.mailbox) {
		return imapCommand{}, errDeleted
	}
	known, exists := imapCommands[c.name]
	isLate := known.state == notAuthenticated && s.authenticated
	isEarly := known.state >= authenticated && !s.authenticated
	isOffered := s.has(known.needs) && (!c.byUID || known.byUID && s.has(known.uid))
	if !exists || !isOffered || isLate || isEarly {
		return imapCommand{}, errUnknown
	}
	c.news = known.news
	if c.byUID {
		c.news = allNews
	}
	return known, nil
}

func (s *imapSession) commandName() (string, error) {
	name, err := s.in.word()
	if err == nil && name == "" {
		return "", syntaxError("Invalid command name")
	}
	return strings.ToUpper(name), err
}

func isTag(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`(){%*"\+`, r)
	})
}

// tooBad reports whether a client sends only malformed commands. The response to the last of them
// is BYE.
func (s *imapSession) tooBad(c *command) bool {
	if !c.malformed {
		s.badCommands = 0
		return false
	}
	s.badCommands++
	limit := maxBadBeforeLogin
	if s.authenticated {
		limit = maxBadIMAP
	}
	return s.badCommands == limit
}

// strings reads the arguments of a command that takes so many strings. Dovecot ignores further
// arguments.
func (s *imapSession) strings(count int) ([]string, error) {
	args, err := s.in.arguments()
	if err != nil {
		return nil, err
	}
	if len(args) < count {
		return nil, errMissingArguments
	}
	var list []string
	for _, arg := range args[:count] {
		if arg.kind == listArgument {
			return nil, errInvalidArguments
		}
		list = append(list, arg.text)
	}
	return list, nil
}

// nothing reads to the end of a command without arguments. Dovecot ignores arguments there.
func (s *imapSession) nothing() error { return s.in.skip() }

// mailboxName reads the name of a mailbox as the client sends it, with the provider's delimiter.
func (s *imapSession) mailboxName(sent string) (string, error) {
	name, err := mailboxName(sent)
	return s.srv.provider.stored(name), err
}

// mailboxName reads the name of a mailbox in modified UTF-7.
func mailboxName(sent string) (string, error) {
	name, ok := decodeName(sent)
	if !ok {
		return "", no("", "Mailbox name is not valid mUTF-7.")
	}
	return canonicalName(name), nil
}

// offers reports whether the server has a capability.
func (s *imapSession) offers(capability string) bool {
	return isCapability(capability) && s.srv.offers(capability)
}

// has reports whether the server has what a command needs, which may be nothing.
func (s *imapSession) has(needed string) bool { return needed == "" || s.offers(needed) }

func (s *imapSession) noop(*command) (reply, error) {
	return ok("NOOP completed."), s.nothing()
}

func (s *imapSession) check(*command) (reply, error) {
	return ok("Check completed."), s.nothing()
}

func (s *imapSession) logout(*command) (reply, error) {
	if err := s.nothing(); err != nil {
		return reply{}, err
	}
	s.ended = true
	s.untagged("BYE Logging out")
	return ok("Logout completed."), nil
}

// selectedBy reports whether the session has a mailbox selected.
func (s *imapSession) selectedBy(mb *mailbox) bool { return s.view != nil && s.view.mailbox == mb }
