package servers

import (
	"bytes"
	"fmt"
	"io"
	"net/textproto"
	"strings"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
)

// flagNames are the flags of the letters of a Maildir.
var flagNames = map[rune]string{'D': `\Draft`, 'F': `\Flagged`, 'R': `\Answered`, 'S': `\Seen`, 'T': `\Deleted`}

// Load makes a user, if need be, and puts messages into his INBOX, which must be
// empty. It is the only mailbox that is loaded: the names of others are the
// server's.
func (s *Server) Load(user, mailbox string, messages []dovecot.Message, keywords ...string) error {
	if err := s.add(user); err != nil {
		return err
	}
	if mailbox != "INBOX" {
		return fmt.Errorf("loading %s: INBOX only", mailbox)
	}
	return s.load(user, messages, keywords)
}

// loadByIMAP appends the messages. One gets its UID by messages before it that
// are removed again; one that the server refuses is another one here, so that
// those behind it keep their numbers.
func (s *Server) loadByIMAP(user string, messages []dovecot.Message, keywords []string) error {
	l, err := s.login(user)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.load(messages, keywords); err != nil {
		return fmt.Errorf("loading the INBOX of %s: %w", user, err)
	}
	if err := l.command("LOGOUT"); err != nil {
		return err
	}
	// Some servers write what they know of a mailbox at the very end.
	_, err = io.Copy(io.Discard, l.R)
	return err
}

// add makes a user, unless he is there.
func (s *Server) add(user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[user] {
		return nil
	}
	s.users[user] = true
	return s.addUser(user)
}

// loader is a connection that puts a user's mail into mailboxes.
type loader struct {
	*textproto.Conn
	server *Server
	user   string
}

func (s *Server) login(user string) (*loader, error) {
	l := &loader{server: s, user: user}
	return l, l.connect()
}

func (l *loader) connect() error {
	var err error
	if l.Conn, err = textproto.Dial("tcp", harness.Address(l.server.IMAP)); err != nil {
		return err
	}
	if _, err := l.ReadLine(); err != nil {
		l.Close()
		return err
	}
	if err := l.command("LOGIN %s %s", l.user, password); err != nil {
		l.Close()
		return err
	}
	return nil
}

func (l *loader) reconnect() error {
	l.Close()
	return l.connect()
}

func (l *loader) load(messages []dovecot.Message, keywords []string) error {
	next := 1
	var gaps, marks []string
	for i, m := range messages {
		if m.UID > next {
			if err := l.fill(next, m.UID-next); err != nil {
				return err
			}
			gaps = append(gaps, fmt.Sprintf("%d:%d", next, m.UID-1))
			next = m.UID
		}
		if err := l.append(m); err != nil {
			if err := l.reconnect(); err != nil { // some servers die of some messages
				return err
			}
			if err := l.append(filler); err != nil {
				return err
			}
		}
		next++
		if flags := l.flags(m, keywords); len(flags) > 0 {
			marks = append(marks, fmt.Sprintf("STORE %d +FLAGS.SILENT (%s)", i+1, strings.Join(flags, " ")))
		}
	}
	if len(messages) == 0 || messages[0].Recent && len(gaps) == 0 {
		return nil
	}
	return l.finish(gaps, marks)
}

// filler stands where no message is to be, or where one should that the server
// refuses.
var filler = dovecot.Message{Raw: []byte("Subject: filler\n\n")}

// fill adds n messages, the first of which gets a UID that is known.
func (l *loader) fill(uid, n int) error {
	if err := l.append(filler); err != nil {
		return err
	}
	for done := 1; done < n; {
		if err := l.command("SELECT INBOX"); err != nil {
			return err
		}
		more := min(done, n-done)
		if err := l.command("UID COPY %d:%d INBOX", uid, uid+more-1); err != nil {
			return err
		}
		done += more
	}
	return nil
}

// finish removes the messages with the UIDs in gaps, and then gives the others
// their flags: not all servers take them from APPEND. Selecting the mailbox
// takes the mark off that a message is new.
func (l *loader) finish(gaps, marks []string) error {
	commands := []string{"SELECT INBOX"}
	if len(gaps) > 0 {
		commands = append(commands, fmt.Sprintf(`UID STORE %s +FLAGS.SILENT (\Deleted)`, strings.Join(gaps, ",")), "EXPUNGE")
	}
	for _, command := range append(commands, marks...) {
		if err := l.command("%s", command); err != nil {
			return err
		}
	}
	return nil
}

// flags are a message's.
func (l *loader) flags(m dovecot.Message, keywords []string) []string {
	var list []string
	for _, letter := range m.Flags {
		if name, ok := flagNames[letter]; ok {
			list = append(list, name)
		} else {
			list = append(list, keywords[letter-'a'])
		}
	}
	return list
}

func (l *loader) append(m dovecot.Message) error {
	date := m.Date
	if date.IsZero() {
		date = dovecot.Epoch
	}
	raw := crlf(m.Raw)
	return l.command("APPEND INBOX \"%s\" {%d}\r\n%s",
		date.Format("02-Jan-2006 15:04:05 -0700"), len(raw), raw)
}

// crlf is a message with the line ends of the wire.
func crlf(raw []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}

// command sends a command, which may have a literal behind its first line, and
// waits for its end.
func (l *loader) command(format string, args ...any) error {
	line, literal, found := strings.Cut(fmt.Sprintf(format, args...), "}\r\n")
	if found {
		line += "}"
	}
	if err := l.PrintfLine("a %s", line); err != nil {
		return err
	}
	for {
		answer, err := l.ReadLine()
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(answer, "+"):
			if err := l.PrintfLine("%s", literal); err != nil {
				return err
			}
		case strings.HasPrefix(answer, "a OK"):
			return nil
		case strings.HasPrefix(answer, "a "):
			return fmt.Errorf("%.60s: %s", line, answer)
		}
	}
}
