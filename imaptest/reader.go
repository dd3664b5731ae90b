package imaptest

import (
	"bufio"
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"
)

const (
	maxCommand = 64 << 10  // octets of a command, with its literals
	maxMessage = 100 << 20 // octets of the message of an APPEND
	maxLists   = 100       // lists within lists
)

// syntaxError says what is wrong with a command, in Dovecot's words.
type syntaxError string

func (e syntaxError) Error() string { return string(e) }

const (
	errInvalidArguments = syntaxError("Invalid arguments.")
	errMissingArguments = syntaxError("Missing arguments.")
	errTooLong          = syntaxError("Too long argument.")
)

// argumentKind is the form of an argument.
type argumentKind int

const (
	atomArgument   argumentKind = iota
	stringArgument              // a quoted string or a literal
	listArgument
)

// argument is an argument of a command. Like Dovecot, the server first reads all arguments, and
// then looks what they are, so "BODY[HEADER.FIELDS (DATE)]" is an atom, a list and an atom.
type argument struct {
	kind argumentKind
	text string
	list []argument
}

// literal is the announcement of a literal (RFC 3501 section 4.3, RFC 7888).
type literal struct {
	octets int64
	waits  bool // the client waits for a continuation request
}

// commandReader reads the commands of a client. What it keeps of a command is bounded.
type commandReader struct {
	r *bufio.Reader

	// ask sends a continuation request.
	ask func() error

	// nonSync allows literals for which the client does not wait (RFC 7888).
	nonSync bool

	used   int  // octets read of the command
	atEnd  bool // the line end was read
	passed bool // the command ended with a literal that the client has not sent
}

func newCommandReader(r io.Reader, nonSync bool, ask func() error) *commandReader {
	return &commandReader{r: bufio.NewReader(r), nonSync: nonSync, ask: ask}
}

// begin prepares for the next command.
func (c *commandReader) begin() { c.used, c.atEnd, c.passed = 0, false, false }

// next returns the next octet of a line, which may be its end.
func (c *commandReader) next() (byte, error) {
	if c.used == maxCommand {
		return 0, errTooLong
	}
	b, err := c.r.ReadByte()
	if err != nil {
		return 0, err
	}
	c.used++
	c.atEnd = b == '\n'
	return b, nil
}

// back returns the last octet to the line.
func (c *commandReader) back() {
	c.r.UnreadByte() // follows a ReadByte, so it cannot fail
	c.used--
	c.atEnd = false
}

// word reads up to a blank, which it consumes, or up to the end of the line.
func (c *commandReader) word() (string, error) {
	var word []byte
	for {
		switch b, err := c.next(); {
		case err != nil:
			return "", err
		case b == ' ':
			return string(word), nil
		case b == '\r' || b == '\n':
			c.back()
			return string(word), nil
		default:
			word = append(word, b)
		}
	}
}

// blanks skips blanks, and returns the octet after them, which it leaves.
func (c *commandReader) blanks() (byte, error) {
	for {
		switch b, err := c.next(); {
		case err != nil:
			return 0, err
		case b != ' ':
			c.back()
			return b, nil
		}
	}
}

// arguments reads the rest of a command.
func (c *commandReader) arguments() ([]argument, error) {
	args, err := c.sequence(0)
	if err == nil {
		err = c.end()
	}
	return args, err
}

// sequence reads arguments up to the end of the line, or of the list if depth is not 0.
func (c *commandReader) sequence(depth int) ([]argument, error) {
	args := []argument{}
	for {
		switch b, err := c.blanks(); {
		case err != nil:
			return nil, err
		case (b == '\r' || b == '\n') && depth > 0:
			return nil, syntaxError("Missing ')'")
		case b == '\r' || b == '\n':
			return args, nil
		case b == ')' && depth == 0:
			return nil, syntaxError("Unexpected ')'")
		case b == ')':
			c.next()
			return args, nil
		}
		arg, err := c.argument(depth)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
}

// argument reads an argument. The octet that it begins with is none that ends a sequence.
func (c *commandReader) argument(depth int) (argument, error) {
	b, err := c.next()
	if err != nil {
		return argument{}, err
	}
	switch b {
	case '(':
		if depth == maxLists {
			return argument{}, syntaxError("Too many '('")
		}
		args, err := c.sequence(depth + 1)
		return argument{kind: listArgument, list: args}, err
	case '"':
		s, err := c.quoted()
		return argument{kind: stringArgument, text: s}, err
	case '{':
		lit, err := c.announced()
		if err != nil {
			return argument{}, err
		}
		s, err := c.literal(lit)
		return argument{kind: stringArgument, text: s}, err
	}
	c.back()
	s, err := c.atom()
	return argument{kind: atomArgument, text: s}, err
}

// atom reads as many octets as Dovecot reads for an atom, which are more than RFC 3501 allows:
// the items of FETCH, flags and message sets are atoms.
func (c *commandReader) atom() (string, error) {
	var s []byte
	for {
		switch b, err := c.next(); {
		case err != nil:
			return "", err
		case b == ' ' || b == ')' || b == '\r' || b == '\n':
			c.back()
			return string(s), nil
		case b >= 0x80:
			return "", syntaxError("8bit data in atom")
		case b < ' ' || b == 0x7f || strings.IndexByte(`({"`, b) >= 0:
			return "", syntaxError("Invalid characters in atom")
		default:
			s = append(s, b)
		}
	}
}

// quoted reads a quoted string after its first quote.
func (c *commandReader) quoted() (string, error) {
	var s []byte
	for {
		b, err := c.next()
		if err == nil && b == '\\' {
			b, err = c.next()
		} else if err == nil && b == '"' {
			return string(s), nil
		}
		switch {
		case err != nil:
			return "", err
		case b == '\r' || b == '\n':
			c.back()
			return "", syntaxError(`Missing '"'`)
		case b == 0:
			return "", syntaxError("NULs not allowed in strings")
		}
		s = append(s, b)
	}
}

// announced reads the announcement of a literal after its brace, with the end of the line.
func (c *commandReader) announced() (literal, error) {
	lit := literal{waits: true}
	digits := 0
	for {
		b, err := c.next()
		switch {
		case err != nil:
			return literal{}, err
		case b == '}' && digits > 0:
			return lit, c.lineEnd()
		case !lit.waits:
			c.back()
			return literal{}, syntaxError("Expecting '}' after '+'")
		case b == '+' && digits > 0 && c.nonSync:
			lit.waits = false
			continue
		case b < '0' || b > '9':
			c.back()
			return literal{}, syntaxError("Invalid literal size")
		case lit.octets > (math.MaxInt64-9)/10:
			return literal{}, syntaxError("Literal size too large")
		}
		digits++
		lit.octets = lit.octets*10 + int64(b-'0')
	}
}

// lineEnd reads CRLF or LF.
func (c *commandReader) lineEnd() error {
	b, err := c.next()
	if err == nil && b == '\r' {
		b, err = c.next()
	}
	switch {
	case err != nil:
		return err
	case b != '\n':
		c.back()
		return syntaxError("Missing LF after literal size")
	}
	c.atEnd = false // the command goes on after the literal
	return nil
}

// literal reads a literal that is an argument.
func (c *commandReader) literal(lit literal) (string, error) {
	if lit.octets > int64(maxCommand-c.used) {
		return "", c.refuse(lit, syntaxError("Literal size too large"))
	}
	b, err := c.octets(lit)
	c.used += len(b)
	if err == nil && bytes.IndexByte(b, 0) >= 0 {
		err = syntaxError("NULs not allowed in strings")
	}
	return string(b), err
}

// octets reads a literal of any size.
func (c *commandReader) octets(lit literal) ([]byte, error) {
	if lit.waits {
		if err := c.ask(); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if _, err := io.CopyN(&b, c.r, lit.octets); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// refuse leaves a literal unread and returns the reason. If the client does not wait, its octets
// are skipped, so that they do not pass for commands.
func (c *commandReader) refuse(lit literal, reason error) error {
	if lit.waits {
		c.passed = true
		return reason
	}
	if _, err := io.CopyN(io.Discard, c.r, lit.octets); err != nil {
		return err
	}
	return reason
}

// message returns the announcement of the literal that comes next, or false if the next argument
// is none. "~{5}" is a literal of RFC 3516.
func (c *commandReader) message() (lit literal, ok bool, err error) {
	b, err := c.blanks()
	if err != nil || b != '{' && b != '~' {
		return literal{}, false, err
	}
	if b == '~' {
		c.next()
	}
	if b, err = c.next(); err == nil && b != '{' {
		err = errInvalidArguments
	}
	if err != nil {
		return literal{}, false, err
	}
	lit, err = c.announced()
	return lit, true, err
}

// end reads the end of a command.
func (c *commandReader) end() error {
	b, err := c.blanks()
	if err == nil && b != '\r' && b != '\n' {
		return errInvalidArguments
	}
	for err == nil && !c.atEnd {
		b, err = c.next()
		if err == nil && b != '\r' && b != '\n' {
			return syntaxError("CR sent without LF")
		}
	}
	return err
}

// skip reads the rest of a command that was answered before its end. Literals that the client
// sends without waiting belong to it. The client does not send a literal for which it waits.
func (c *commandReader) skip() error {
	for !c.atEnd && !c.passed {
		tail, err := c.tail()
		if err != nil {
			return err
		}
		lit, ok := literalAt(tail)
		if !ok || lit.waits || !c.nonSync {
			continue
		}
		c.atEnd = false
		if _, err := io.CopyN(io.Discard, c.r, lit.octets); err != nil {
			return err
		}
	}
	return nil
}

// tail reads up to the end of the line, and returns its last octets.
func (c *commandReader) tail() ([]byte, error) {
	const kept = len("{9223372036854775807+}\r\n")
	var tail []byte
	for {
		b, err := c.r.ReadByte()
		if err != nil {
			return nil, err
		}
		if len(tail) == kept {
			tail = tail[1:]
		}
		tail = append(tail, b)
		if b == '\n' {
			c.atEnd = true
			return tail, nil
		}
	}
}

// literalAt finds the announcement of a literal at the end of a line.
func literalAt(line []byte) (lit literal, ok bool) {
	s, ok := bytes.CutSuffix(bytes.TrimRight(line, "\r\n"), []byte("}"))
	s, doesNotWait := bytes.CutSuffix(s, []byte("+"))
	i := bytes.LastIndexByte(s, '{')
	if !ok || i < 0 {
		return literal{}, false
	}
	octets, err := strconv.ParseUint(string(s[i+1:]), 10, 63)
	return literal{int64(octets), !doesNotWait}, err == nil
}

// line reads a line that is no command: a response of SASL, or DONE.
func (c *commandReader) line() (string, error) {
	c.begin()
	var line []byte
	for {
		b, err := c.next()
		if err != nil {
			return "", err
		}
		if b == '\n' {
			return strings.TrimSuffix(string(line), "\r"), nil
		}
		line = append(line, b)
	}
}
