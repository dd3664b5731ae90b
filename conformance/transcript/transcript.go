// Package transcript plays the responses that mail servers are reported to send. A transcript
// is a small text file:
//
//	# What the server does, and who is reported to do it.
//	imap
//	greeting: * OK ready
//	C: SELECT
//	S: * 3 EXISTS
//	S: %s OK [READ-WRITE] selected
//	message 2
//	FLAGS (\Seen OIB-Seen-[Gmail]/Sent)
//
// The first line after the comments names the protocol, imap or pop3. Everything else is
// optional: what the transcript leaves out, a correct server with three messages answers.
//
//   - "greeting:", "capability:" and "messages:" set the greeting, the capabilities (POP3: the
//     lines of CAPA, separated by blanks) and the number of messages.
//   - "fetch:" is the form of an answer to FETCH: %n is the message number, %u the UID, and %i
//     are the data items. The default is "* %n FETCH (%i)". Below "message" it applies to that
//     message.
//   - "range:" sets the answer to a partial FETCH: "whole" ignores the range, and a number
//     limits the octets that the server sends.
//   - "message N" begins the description of one message, "message *" that of all. Lines with
//     the prefix "| " are its text. Any other line has the name of a data item and the value
//     that the server sends for it. A value that begins with "!" replaces the item, including
//     its name. The answer leaves out an item without a value.
//   - "gone:" below "message" marks a message that another client has removed. The answers to
//     NOOP and CHECK report the removal. Before that the answer to FETCH leaves the message
//     out ("nothing"), is NO, or has what Dovecot makes up ("NIL").
//   - "C:" is a regular expression for the beginning of a command, without its tag. The "S:"
//     lines below it are the answer. If several have the same expression, the second answers
//     the second such command, and the last all that follow. A message for which an answer
//     says EXPUNGE is removed.
//
// In answers and values %s is the tag. %default is the usual answer, %untagged the usual answer
// without its tagged line, and %close ends the connection; each is a line of its own. %{text}
// is a literal with its length, and %XX the octet with that hexadecimal number. %- at the end
// of a line leaves out the line end, and %% is a per cent sign.
package transcript

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Transcript is a server as a file describes it.
type Transcript struct {
	Name     string // of the file, without its extension
	Protocol string // "imap" or "pop3"

	greeting   string
	capability string
	fetchForm  string
	partial    string
	answers    []*answer
	messages   []*message
}

// answer has the server's answer to the commands that match a pattern.
type answer struct {
	pattern *regexp.Regexp
	turns   [][]string
}

// message is a message of the mailbox.
type message struct {
	uid   int
	raw   string
	items map[string]string // values that take the place of the usual ones
	flags string
}

const usualMessages = 3

// idle is the time after which the server ends a conversation in which the client sends
// nothing, so that a waiting client goes on.
const idle = 5 * time.Second

// ReadDir reads the transcripts of a folder.
func ReadDir(dir string) ([]*Transcript, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	var list []*Transcript
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		tr, err := Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		tr.Name = strings.TrimSuffix(filepath.Base(file), ".txt")
		list = append(list, tr)
	}
	return list, nil
}

// Parse reads a transcript.
func Parse(text string) (*Transcript, error) {
	p := parser{Transcript: &Transcript{greeting: "", fetchForm: "* %n FETCH (%i)"}}
	for number, line := range strings.Split(text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := p.line(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", number+1, err)
		}
	}
	if p.Protocol == "" {
		return nil, errors.New("no protocol")
	}
	p.finish()
	return p.Transcript, nil
}

type parser struct {
	*Transcript
	answer *answer
	texts  [][]string                // of the messages
	items  map[int]map[string]string // by message number, 0 for all
	number int                       // of the message that is being described, -1 for none
	count  int
}

func (p *parser) line(line string) error {
	key, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch {
	case p.Protocol == "":
		if line != "imap" && line != "pop3" {
			return fmt.Errorf("%q is no protocol", line)
		}
		p.Protocol, p.number, p.count, p.items = line, -1, usualMessages, make(map[int]map[string]string)
	case key == "C":
		return p.command(value)
	case key == "S":
		if p.answer == nil {
			return errors.New("an answer to nothing")
		}
		last := len(p.answer.turns) - 1
		p.answer.turns[last] = append(p.answer.turns[last], value)
	case key == "greeting":
		p.greeting = value
	case key == "capability":
		p.capability = value
	case key == "gone" && p.number >= 0:
		if !slices.Contains([]string{"nothing", "NIL", "NO"}, value) {
			return fmt.Errorf("%q is nothing that a server does", value)
		}
		p.items[p.number]["gone:"] = value
	case key == "fetch" && p.number >= 0:
		p.items[p.number]["fetch:"] = value
	case key == "fetch":
		p.fetchForm = value
	case key == "range":
		p.partial = value
	case key == "messages":
		count, err := strconv.Atoi(value)
		p.count = count
		return err
	case strings.HasPrefix(line, "message "):
		return p.message(strings.TrimPrefix(line, "message "))
	case p.number < 0:
		return fmt.Errorf("unexpected %q", line)
	case strings.HasPrefix(line, "|"):
		if p.number == 0 {
			return errors.New("a text of all messages")
		}
		for len(p.texts) < p.number {
			p.texts = append(p.texts, nil)
		}
		p.texts[p.number-1] = append(p.texts[p.number-1], strings.TrimPrefix(line[1:], " "))
	default:
		name, value := cutItem(line)
		p.items[p.number][name] = value
	}
	return nil
}

// cutItem cuts a data item from its value.
func cutItem(line string) (name, value string) {
	if open := strings.IndexByte(line, '['); open > 0 && !strings.ContainsAny(line[:open], " ") {
		end := open + strings.IndexByte(line[open:], ']') + 1
		return line[:end], strings.TrimPrefix(line[end:], " ")
	}
	name, value, _ = strings.Cut(line, " ")
	return name, value
}

func (p *parser) command(pattern string) error {
	p.number = -1
	expression, err := regexp.Compile("(?i)^(?:" + pattern + ")")
	if err != nil {
		return err
	}
	for _, a := range p.answers {
		if a.pattern.String() == expression.String() {
			a.turns = append(a.turns, nil)
			p.answer = a
			return nil
		}
	}
	p.answer = &answer{expression, [][]string{nil}}
	p.answers = append(p.answers, p.answer)
	return nil
}

func (p *parser) message(number string) error {
	p.answer, p.number = nil, 0
	if number != "*" {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no message number", number)
		}
		p.number = n
	}
	if p.items[p.number] == nil {
		p.items[p.number] = make(map[string]string)
	}
	return nil
}

// finish makes the messages.
func (p *parser) finish() {
	for i := range p.count {
		m := &message{uid: 11 + i, raw: usualText(i + 1), flags: "()", items: make(map[string]string)}
		if i < len(p.texts) && p.texts[i] != nil {
			m.raw = expand(strings.Join(p.texts[i], "\r\n")+"\r\n", "")
		}
		for _, number := range []int{0, i + 1} {
			for name, value := range p.items[number] {
				m.items[name] = value
			}
		}
		if uid, err := strconv.Atoi(m.items["UID"]); err == nil {
			m.uid = uid
		}
		if flags := m.items["FLAGS"]; flags != "" && flags[0] != '!' {
			m.flags = flags
			delete(m.items, "FLAGS")
		}
		p.messages = append(p.messages, m)
	}
}

// usualText returns the text of a message that the transcript does not describe. The second of
// three messages has parts.
func usualText(number int) string {
	header := fmt.Sprintf("From: Anna <anna@example.org>\r\nTo: bob@example.com\r\nSubject: message %d\r\n"+
		"Date: Mon, %d Jul 2023 02:44:25 +0000\r\nMessage-ID: <%d@example.org>\r\n", number, 16+number, number)
	if number%3 != 2 {
		return header + fmt.Sprintf("\r\nhello %d\r\n", number)
	}
	return header + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n" +
		"--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: attachment; filename=a.pdf\r\n\r\nJVBERg==\r\n--b--\r\n"
}

// Serve serves the transcript until l is closed. Each connection starts anew.
func (t *Transcript) Serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			s := newSession(t, conn)
			if t.Protocol == "pop3" {
				(&pop3{session: s}).serve()
				return
			}
			(&imap{session: s}).serve()
		}()
	}
}

var percent = regexp.MustCompile(`%(?:%|s|\{[^}]*\}|[0-9A-F]{2})`)

// expand replaces the sequences that begin with a per cent sign.
func expand(text, tag string) string {
	return percent.ReplaceAllStringFunc(text, func(match string) string {
		switch match[1] {
		case '%':
			return "%"
		case 's':
			return tag
		case '{':
			text := expand(match[2:len(match)-1], tag)
			return fmt.Sprintf("{%d}\r\n%s", len(text), text)
		}
		octet, _ := strconv.ParseUint(match[1:], 16, 8)
		return string([]byte{byte(octet)})
	})
}
