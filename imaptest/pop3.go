package imaptest

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	maxPOP3Command = 255   // RFC 2449 section 4, with CRLF
	maxSASLLine    = 12288 // RFC 5034 section 4
	maxBadCommands = 20    // in a row
)

// pop3Extensions are the names in Config.Without that concern the POP3 server.
var pop3Extensions = []string{
	"TOP", "UIDL", "CAPA", "USER", "APOP", "AUTH",
	"PIPELINING", "RESP-CODES", "AUTH-RESP-CODE",
}

// servePOP3 talks to a client until the connection ends.
func (s *Server) servePOP3(c *conn) { newPOP3Session(s, c).serve() }

// pop3Session is a connection to the POP3 server.
type pop3Session struct {
	srv       *Server
	conn      *conn
	r         *bufio.Reader
	w         *bufio.Writer
	encrypted bool
	timestamp string // timestamp in the greeting for APOP; "" without APOP
	user      string // argument of USER

	// After the login:
	mailbox   *mailbox
	maildrop  []*message // messages at the login
	deleted   []bool
	retrieved []*message
	quit      bool
}

func newPOP3Session(s *Server, c *conn) *pop3Session {
	p := &pop3Session{srv: s, conn: c, encrypted: s.mode == ImplicitTLS}
	if s.offers("APOP") {
		p.timestamp = newTimestamp()
	}
	p.attach()
	return p
}

// attach starts reading and writing anew. The old reader's data is dropped: what a client sent
// before the TLS handshake must not count (RFC 2595 section 4).
func (p *pop3Session) attach() {
	p.r = bufio.NewReaderSize(p.conn, maxSASLLine+len("\r\n"))
	p.w = bufio.NewWriter(p.conn)
}

func (p *pop3Session) serve() {
	p.greet()
	for bad := 0; !p.quit && !p.conn.cutting; {
		line, err := p.readLine()
		if err != nil {
			return
		}
		if p.obey(line) == nil {
			bad = 0
		} else if bad++; bad > maxBadCommands {
			p.refuse(errTooManyBad)
			break
		}
	}
	p.w.Flush()
}

func (p *pop3Session) greet() {
	err := p.conn.withFaults(Greeting, func() error {
		p.ok("POP3 server ready %s", p.timestamp)
		return nil
	})
	if err != nil {
		p.quit = true
		p.refuse(err)
	}
}

// readLine flushes the answers if no more input is buffered, so the answers to pipelined
// commands go together.
func (p *pop3Session) readLine() (string, error) {
	if p.r.Buffered() == 0 {
		if err := p.w.Flush(); err != nil {
			return "", err
		}
	}
	line, err := p.r.ReadSlice('\n')
	return string(line), err
}

// pop3Error is the text after -ERR, in Dovecot's words: PHP scripts see them in imap_errors.
type pop3Error string

func (e pop3Error) Error() string { return string(e) }

const (
	errUnknownCommand = pop3Error("Unknown command.")
	errNoUser         = pop3Error("No username given.")
	errArguments      = pop3Error("Wrong arguments.")
	errDeletedMessage = pop3Error("Message is deleted.")
	errPOP3Login      = pop3Error("[AUTH] Authentication failed.")
	errMechanism      = pop3Error("[AUTH] Unsupported authentication mechanism.")
	errAborted        = pop3Error("Authentication aborted by client.")
	errBase64         = pop3Error("[AUTH] Invalid base64 in response")
	errTooManyBad     = pop3Error("Too many bad commands.")
	errRenewed        = pop3Error("[SYS/TEMP] The maildrop has changed, no message was removed")
	errNeedTLS        = pop3Error("TLS comes first")
)

// pop3Command is a command line (RFC 1939 section 3).
type pop3Command struct {
	name string // in upper case
	args []string
	rest string // everything after the name
}

// parsePOP3 reads a command line, which ends in CRLF or LF.
func parsePOP3(line string) (pop3Command, error) {
	if len(line) > maxPOP3Command {
		return pop3Command{}, pop3Error("Line too long")
	}
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	for i := range len(line) {
		if line[i] < ' ' || line[i] == 0x7f {
			return pop3Command{}, pop3Error("Control character in command")
		}
	}
	name, rest, _ := strings.Cut(line, " ")
	return pop3Command{strings.ToUpper(name), strings.Fields(rest), rest}, nil
}

// pop3Handler handles a command in one state. As in Dovecot further arguments are ignored.
type pop3Handler struct {
	transaction bool // AUTHORIZATION state otherwise
	run         func(*pop3Session, pop3Command) error
}

var pop3Handlers = map[string]pop3Handler{
	"USER": {false, (*pop3Session).cmdUser},
	"PASS": {false, (*pop3Session).cmdPass},
	"APOP": {false, (*pop3Session).cmdApop},
	"AUTH": {false, (*pop3Session).cmdAuth},
	"STLS": {false, (*pop3Session).cmdStls},
	"STAT": {true, (*pop3Session).cmdStat},
	"LIST": {true, (*pop3Session).cmdList},
	"UIDL": {true, (*pop3Session).cmdUidl},
	"RETR": {true, (*pop3Session).cmdRetr},
	"TOP":  {true, (*pop3Session).cmdTop},
	"DELE": {true, (*pop3Session).cmdDele},
	"RSET": {true, (*pop3Session).cmdRset},
	"NOOP": {true, (*pop3Session).cmdNoop},
}

// obey runs a command and answers it. It returns the error that it has sent to the client.
func (p *pop3Session) obey(line string) error {
	err := p.run(line)
	if err != nil {
		p.refuse(err)
	}
	return err
}

// refuse writes a negative answer.
func (p *pop3Session) refuse(err error) {
	text := err.Error()
	if err == errPOP3Login && !p.srv.offers("AUTH-RESP-CODE") {
		text = strings.TrimPrefix(text, "[AUTH] ")
	}
	fmt.Fprintf(p.w, "-ERR %s\r\n", text)
}

func (p *pop3Session) run(line string) error {
	cmd, err := parsePOP3(line)
	if err != nil {
		return err
	}
	// The answers to earlier commands do not wait for a fault, and are not cut.
	if p.srv.hasFaults() {
		if err := p.w.Flush(); err != nil {
			return err
		}
	}
	err = p.conn.withFaults(cmd.name, func() error { return p.handle(cmd) })
	if errors.As(err, new(refusal)) && cmd.name == "QUIT" {
		p.quit = true
	}
	return err
}

func (p *pop3Session) handle(cmd pop3Command) error {
	// These two commands are allowed in both states.
	switch cmd.name {
	case "CAPA":
		return p.cmdCapa(cmd)
	case "QUIT":
		return p.cmdQuit(cmd)
	}
	handler, ok := pop3Handlers[cmd.name]
	switch {
	case !ok || !p.srv.offers(cmd.name) || cmd.name == "PASS" && !p.srv.offers("USER"),
		handler.transaction != (p.mailbox != nil):
		return p.unknown(cmd)
	}
	return handler.run(p, cmd)
}

// unknown returns the answer to a command that does not exist in this state.
func (p *pop3Session) unknown(cmd pop3Command) error {
	if p.mailbox == nil || cmd.name == "" {
		return errUnknownCommand
	}
	return pop3Error("Unknown command: " + cmd.name)
}

// ok sends the first line of a positive answer, which is often the only line.
func (p *pop3Session) ok(format string, args ...any) {
	line := strings.TrimSpace("+OK " + fmt.Sprintf(format, args...))
	p.w.WriteString(line + "\r\n") // errors show at the next Flush
}

// multiline sends a text with byte-stuffing (RFC 1939 section 3). It changes nothing else: a CR
// that ends no line belongs to the message.
func (p *pop3Session) multiline(text []byte) {
	for line := range bytes.SplitAfterSeq(text, []byte("\r\n")) {
		if bytes.HasPrefix(line, []byte(".")) {
			p.w.WriteByte('.')
		}
		p.w.Write(line)
	}
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\r\n")) {
		p.w.WriteString("\r\n")
	}
	p.w.WriteString(".\r\n")
}

func (p *pop3Session) mayLogin() bool { return p.encrypted || p.srv.mode != RequireTLS }

func (p *pop3Session) offersSTLS() bool {
	return !p.encrypted && p.mailbox == nil && p.srv.tls != nil
}

func (p *pop3Session) cmdCapa(cmd pop3Command) error {
	if !p.srv.offers("CAPA") {
		return p.unknown(cmd)
	}
	list := []string{"CAPA"}
	for _, name := range []string{"TOP", "UIDL", "RESP-CODES", "PIPELINING", "AUTH-RESP-CODE"} {
		if p.srv.offers(name) {
			list = append(list, name)
		}
	}
	if p.offersSTLS() {
		list = append(list, "STLS")
	}
	if p.mailbox == nil && p.mayLogin() && p.srv.offers("USER") {
		list = append(list, "USER")
	}
	if offered := p.srv.offered(p.conn); p.mailbox == nil && p.mayLogin() && p.srv.offers("AUTH") && len(offered) > 0 {
		list = append(list, "SASL "+strings.Join(offered, " "))
	}
	p.ok("")
	p.multiline([]byte(strings.Join(list, "\r\n")))
	return nil
}

func (p *pop3Session) cmdStls(pop3Command) error {
	if !p.offersSTLS() {
		return errUnknownCommand
	}
	p.ok("Begin TLS")
	if err := p.w.Flush(); err != nil {
		return err
	}
	encrypted := tls.Server(p.conn.Conn, p.srv.tls)
	p.conn.Conn = encrypted
	p.encrypted = true
	p.attach()
	return nil
}

func (p *pop3Session) cmdUser(cmd pop3Command) error {
	if !p.mayLogin() {
		return errNeedTLS
	}
	// The server does not reveal before PASS whether the user exists.
	p.user = cmd.rest
	p.ok("")
	return nil
}

func (p *pop3Session) cmdPass(cmd pop3Command) error {
	if p.user == "" {
		return errNoUser
	}
	user := p.user
	p.user = ""
	return p.login(p.srv.checkPassword(user, cmd.rest))
}

func (p *pop3Session) cmdApop(cmd pop3Command) error {
	if !p.mayLogin() {
		return errNeedTLS
	}
	if len(cmd.args) != 2 {
		return errArguments
	}
	return p.login(p.srv.checkAPOP(p.timestamp, cmd.args[0], cmd.args[1]))
}

// login enters the TRANSACTION state if err is nil.
func (p *pop3Session) login(err error) error {
	wrong := err != nil
	err = p.conn.withFaults(loginCommand, func() error {
		if wrong {
			return errLogin
		}
		p.mailbox, p.maildrop = p.srv.store.snapshot("INBOX")
		if limit := p.srv.provider.maxMaildrop; limit > 0 && len(p.maildrop) > limit {
			p.maildrop = p.maildrop[:limit]
		}
		p.deleted = make([]bool, len(p.maildrop))
		p.ok("Logged in.")
		return nil
	})
	if errors.Is(err, errLogin) {
		return errPOP3Login
	}
	return err
}

// cmdAuth without argument lists the mechanisms, as servers did before CAPA. Clients use it if
// there is no CAPA.
func (p *pop3Session) cmdAuth(cmd pop3Command) error {
	if !p.mayLogin() {
		return errNeedTLS
	}
	if len(cmd.args) == 0 {
		p.ok("")
		p.multiline([]byte(strings.Join(p.srv.offered(p.conn), "\r\n")))
		return nil
	}
	exchange, err := p.srv.newExchange("pop3", strings.ToUpper(cmd.args[0]), p.conn)
	if err != nil {
		return errMechanism
	}
	var response []byte
	if len(cmd.args) > 1 {
		if response, err = decodeResponse(cmd.args[1]); err != nil {
			return err
		}
	}
	for {
		challenge, done, err := exchange.Next(response)
		if err != nil || done {
			return p.login(err)
		}
		fmt.Fprintf(p.w, "+ %s\r\n", base64.StdEncoding.EncodeToString(challenge))
		if response, err = p.readResponse(); err != nil {
			return err
		}
	}
}

// decodeResponse reads an initial response. "=" means an empty one (RFC 5034 section 4).
func decodeResponse(s string) ([]byte, error) {
	if s == "=" {
		return []byte{}, nil
	}
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, errBase64
	}
	return b, nil
}

func (p *pop3Session) readResponse() ([]byte, error) {
	line, err := p.readLine()
	if err != nil {
		return nil, err
	}
	line = strings.TrimRight(line, "\r\n")
	if line == "*" {
		return nil, errAborted
	}
	b, err := decodeResponse(line)
	if b == nil && err == nil {
		b = []byte{} // nil means "no response yet" to a sasl.Server
	}
	return b, err
}

// index returns the index of the message that a command names first, and what follows its number.
func (p *pop3Session) index(cmd pop3Command) (index int, rest string, err error) {
	digits, rest := cutDigits(cmd.rest)
	n, err := strconv.ParseUint(digits, 10, 32)
	switch {
	case digits == "":
		return 0, "", pop3Error("Invalid message number: " + rest)
	case err != nil:
		return 0, "", pop3Error("Message number too large: " + rest)
	case n == 0 || n > uint64(len(p.maildrop)):
		return 0, "", pop3Error(fmt.Sprintf("There's no message %d.", n))
	case p.deleted[n-1]:
		return 0, "", errDeletedMessage
	}
	return int(n) - 1, rest, nil
}

// cutDigits returns the digits at the beginning of an argument, and what follows them.
func cutDigits(args string) (digits, rest string) {
	args = strings.TrimLeft(args, " ")
	rest = strings.TrimLeft(args, "0123456789")
	return strings.TrimSuffix(args, rest), rest
}

// only returns the index of the message that is the only argument.
func (p *pop3Session) only(cmd pop3Command) (int, error) {
	i, rest, err := p.index(cmd)
	if err == nil && rest != "" {
		err = noise(rest)
	}
	return i, err
}

func noise(rest string) error { return pop3Error("Noise after message number: " + rest) }

func (p *pop3Session) size() (count, octets int) {
	for i, m := range p.maildrop {
		if !p.deleted[i] {
			count++
			octets += m.maildropOctets()
		}
	}
	return count, octets
}

func (p *pop3Session) cmdStat(pop3Command) error {
	count, octets := p.size()
	p.ok("%d %d", count, octets)
	return nil
}

func (p *pop3Session) cmdList(cmd pop3Command) error {
	count, _ := p.size()
	return p.listing(cmd, fmt.Sprintf("%d messages:", count), func(m *message) string { return strconv.Itoa(m.maildropOctets()) })
}

// cmdUidl builds a unique-id from UID and UIDVALIDITY, unless Config.UIDL does so.
func (p *pop3Session) cmdUidl(cmd pop3Command) error {
	if p.srv.uidl != nil {
		return p.oddUidl(cmd)
	}
	return p.listing(cmd, "", func(m *message) string {
		return fmt.Sprintf("%08x%08x", m.uid, p.mailbox.uidValidity)
	})
}

// oddUidl is UIDL with the lines of Config.UIDL.
func (p *pop3Session) oddUidl(cmd pop3Command) error {
	if len(cmd.args) > 0 {
		i, err := p.only(cmd)
		if err != nil {
			return err
		}
		lines := p.srv.uidl(i+1, int(p.maildrop[i].uid))
		if len(lines) == 0 {
			return pop3Error("No unique-id")
		}
		p.ok("%s", lines[0])
		return nil
	}
	p.ok("")
	var b bytes.Buffer
	for i, m := range p.maildrop {
		if p.deleted[i] {
			continue
		}
		for _, line := range p.srv.uidl(i+1, int(m.uid)) {
			b.WriteString(line + "\r\n")
		}
	}
	p.multiline(b.Bytes())
	return nil
}

// listing answers with a column for one message, or for all under a title.
func (p *pop3Session) listing(cmd pop3Command, title string, column func(*message) string) error {
	if len(cmd.args) > 0 {
		i, err := p.only(cmd)
		if err != nil {
			return err
		}
		p.ok("%d %s", i+1, column(p.maildrop[i]))
		return nil
	}
	p.ok("%s", title)
	var b bytes.Buffer
	for i, m := range p.maildrop {
		if !p.deleted[i] {
			fmt.Fprintf(&b, "%d %s\r\n", i+1, column(m))
		}
	}
	p.multiline(b.Bytes())
	return nil
}

func (p *pop3Session) cmdRetr(cmd pop3Command) error {
	i, err := p.only(cmd)
	if err != nil {
		return err
	}
	m := p.maildrop[i]
	st := p.srv.store
	st.mu.Lock()
	if !st.provider.labels {
		st.setFlags(p.mailbox, m, m.flags.add(flagSet{flagSeen}))
	}
	st.mu.Unlock()
	p.retrieved = append(p.retrieved, m)
	p.ok("%d octets", m.maildropOctets())
	p.multiline(m.maildropText())
	return nil
}

func (p *pop3Session) cmdTop(cmd pop3Command) error {
	i, rest, err := p.index(cmd)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(rest, " ") {
		return noise(rest)
	}
	digits, rest := cutDigits(rest)
	lines, err := strconv.ParseUint(digits, 10, 64)
	switch {
	case digits == "":
		return pop3Error("Invalid size: " + rest)
	case err != nil:
		return pop3Error("Size too large: " + digits)
	case rest != "":
		return pop3Error("Noise after size: " + rest)
	}
	p.ok("")
	p.multiline(topOf(p.maildrop[i].maildropText(), lines))
	return nil
}

// topOf returns a header and the first lines of a body.
func topOf(text []byte, lines uint64) []byte {
	header, _ := splitMessage(text)
	end := len(header)
	for ; lines > 0 && end < len(text); lines-- {
		i := bytes.IndexByte(text[end:], '\n')
		if i < 0 {
			return text
		}
		end += i + 1
	}
	return text[:end]
}

func (p *pop3Session) cmdDele(cmd pop3Command) error {
	i, err := p.only(cmd)
	if err != nil {
		return err
	}
	p.deleted[i] = true
	p.ok("Marked to be deleted.")
	return nil
}

func (p *pop3Session) cmdRset(pop3Command) error {
	clear(p.deleted)
	p.ok("")
	return nil
}

func (p *pop3Session) cmdNoop(pop3Command) error {
	p.ok("")
	return nil
}

// cmdQuit enters the UPDATE state, in which the server removes messages (RFC 1939 section 6).
func (p *pop3Session) cmdQuit(pop3Command) error {
	p.quit = true
	if p.mailbox != nil {
		if err := p.update(); err != nil {
			return err
		}
	}
	switch {
	case p.mailbox == nil:
		p.ok("Logging out")
	case slices.Contains(p.deleted, true):
		p.ok("Logging out, messages deleted.")
	default:
		p.ok("Logging out.")
	}
	return nil
}

func (p *pop3Session) update() error {
	marked := make(map[*message]bool)
	for i, m := range p.maildrop {
		if p.deleted[i] {
			marked[m] = true
		}
	}
	st := p.srv.store
	st.mu.Lock()
	defer st.mu.Unlock()
	if p.mailbox.deleted {
		return errRenewed
	}
	if st.provider.labels {
		st.pop(slices.AppendSeq(p.retrieved, maps.Keys(marked)))
		return nil
	}
	st.remove(p.mailbox, func(m *message) bool { return marked[m] })
	return nil
}
