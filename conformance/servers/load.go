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

// flagNames has the flag for each letter in Maildir's file names.
var flagNames = map[rune]string{'D': `\Draft`, 'F': `\Flagged`, 'R': `\Answered`, 'S': `\Seen`, 'T': `\Deleted`}

// Load makes a user if needed, and puts messages into the user's INBOX, which must be empty. It
// loads no other mailbox, because other names depend on the server.
func (s *Server) Load(user, mailbox string, messages []dovecot.Message, keywords ...string) error {
	if err := s.add(user); err != nil {
		return err
	}
	if mailbox != "INBOX" {
		return fmt.Errorf("loading %s: INBOX only", mailbox)
	}
	return s.load(user, messages, keywords)
}

// loadByIMAP appends the messages. Fillers before a message give it its UID; they are removed at
// the end. A filler also replaces a message that the server refuses, so that later messages keep
// their numbers.
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
	// Some servers write the state of a mailbox only when the connection ends.
	_, err = io.Copy(io.Discard, l.R)
	return err
}

// add makes a user that does not exist yet.
func (s *Server) add(user string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[user] {
		return nil
	}
	s.users[user] = true
	return s.addUser(user)
}

// loader is a connection that puts mail into a user's INBOX.
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
			if err := l.reconnect(); err != nil { // some messages crash some servers
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

// filler takes the UIDs that no message has, and the place of a message that the server refuses.
var filler = dovecot.Message{Raw: []byte("Subject: filler\n\n")}

// fill adds n fillers. uid is the UID that the first one gets.
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

// finish removes the messages with the UIDs in gaps, and then sets the flags of the others,
// because not all servers accept them in APPEND. Selecting the mailbox ends the \Recent state of
// its messages.
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

// flags returns the flags and keywords of a message.
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

// crlf returns a message with CRLF line ends.
func crlf(raw []byte) []byte {
	return bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
}

// command sends a command and waits for its tagged response. A literal may follow the command's
// first line.
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
