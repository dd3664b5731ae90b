package dovecot

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/imapcompat/imapcompat/conformance/harness"
)

// Epoch is the internal date of a message without one: 17-Jul-2023 02:44:25 +0000.
var Epoch = time.Date(2023, time.July, 17, 2, 44, 25, 0, time.UTC)

// UIDValidity is the UIDVALIDITY of every mailbox that Load makes.
const UIDValidity = 1700000000

// Message is a message to put into a mailbox.
type Message struct {
	// Raw is the file, byte by byte. Dovecot sends a bare LF as CRLF.
	Raw []byte
	// Flags are Maildir's letters: D(raft), F(lagged), R(eplied), S(een),
	// T(rashed), and a to z for the keywords of the mailbox.
	Flags string
	// UID, if 0, is one more than that of the message before.
	UID int
	// Date is the internal date; Epoch if zero.
	Date time.Time
	// Recent marks a message that no session has seen.
	Recent bool
}

// Load makes a mailbox of a user with messages. The running server is not told. The mailbox
// must not exist. Its name is INBOX, or folders separated by dots. keywords are those of the
// mailbox, in the order of the letters a to z.
func (s *Server) Load(user, mailbox string, messages []Message, keywords ...string) error {
	m := maildir{dir: s.folder(user, mailbox)}
	if err := m.create(); err != nil {
		return err
	}
	for _, msg := range messages {
		if err := m.add(msg); err != nil {
			return err
		}
	}
	if err := m.finish(keywords); err != nil {
		return err
	}
	return s.give(user)
}

// folder returns the directory of a mailbox.
func (s *Server) folder(user, mailbox string) string {
	dir := s.path("mail", user, "Maildir")
	if mailbox != "INBOX" {
		dir = filepath.Join(dir, "."+mailbox)
	}
	return dir
}

// Replicate makes an INBOX of a user with n messages: those of another user's INBOX, which Load
// made, in order and repeatedly. The messages are hard links, which take little time and space.
func (s *Server) Replicate(user, from string, n int) error {
	m := maildir{dir: s.path("mail", user, "Maildir")}
	if err := m.create(); err != nil {
		return err
	}
	source := s.path("mail", from, "Maildir", "cur")
	files, err := os.ReadDir(source) // in the order of their names, which is that of UIDs
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: no messages", source)
	}
	for i := range n {
		file := files[i%len(files)].Name()
		_, flags, _ := strings.Cut(file, ":2,")
		target := filepath.Join(m.dir, "cur", baseName(i+1)+":2,"+flags)
		if err := os.Link(filepath.Join(source, file), target); err != nil {
			return err
		}
		m.enter(i + 1)
	}
	if err := m.finish(nil); err != nil {
		return err
	}
	return s.give(user)
}

// Count returns the number of messages in the INBOX of a user.
func (s *Server) Count(user string) (int, error) {
	files, err := s.Files(user, "INBOX")
	return len(files), err
}

// Files returns the files of the messages in a mailbox of a user's, in no order.
func (s *Server) Files(user, mailbox string) (names []string, err error) {
	for _, sub := range []string{"cur", "new"} {
		dir := filepath.Join(s.folder(user, mailbox), sub)
		files, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			names = append(names, filepath.Join(dir, file.Name()))
		}
	}
	return names, nil
}

// Remove deletes a user's mail. No session may be open.
func (s *Server) Remove(user string) error { return os.RemoveAll(s.path("mail", user)) }

// give makes the mail of a user readable for Dovecot.
func (s *Server) give(user string) error {
	return filepath.Walk(s.path("mail", user), func(name string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		return harness.ChownMail(name)
	})
}

// maildir writes a Maildir, with Dovecot's list of UIDs.
type maildir struct {
	dir     string
	lastUID int
	list    strings.Builder
}

func (m *maildir) create() error {
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(m.dir, sub), 0o755); err != nil {
			return err
		}
	}
	if _, err := os.Stat(filepath.Join(m.dir, "dovecot-uidlist")); err == nil {
		return fmt.Errorf("%s: mailbox exists", m.dir)
	}
	return nil
}

func (m *maildir) add(msg Message) error {
	if msg.UID == 0 {
		msg.UID = m.lastUID + 1
	}
	if msg.UID <= m.lastUID {
		return fmt.Errorf("UID %d after %d", msg.UID, m.lastUID)
	}
	if err := msg.Write(m.dir, baseName(msg.UID)); err != nil {
		return err
	}
	m.enter(msg.UID)
	return nil
}

// Write writes the message to a Maildir. base is its name without the flags.
func (msg Message) Write(dir, base string) error {
	if msg.Date.IsZero() {
		msg.Date = Epoch
	}
	name := filepath.Join(dir, "cur", base+":2,"+msg.Flags)
	if msg.Recent {
		if msg.Flags != "" {
			return fmt.Errorf("UID %d: flags on a message in new/", msg.UID)
		}
		name = filepath.Join(dir, "new", base)
	}
	if err := os.WriteFile(name, msg.Raw, 0o644); err != nil {
		return err
	}
	return os.Chtimes(name, msg.Date, msg.Date)
}

// baseName returns the name of a message without its flags. It contains the time, by which
// Dovecot sorts.
func baseName(uid int) string { return fmt.Sprintf("%d.M%06dP1.test", Epoch.Unix(), uid) }

// enter adds the next message to the list.
func (m *maildir) enter(uid int) {
	m.lastUID = uid
	fmt.Fprintf(&m.list, "%d :%s\n", uid, baseName(uid))
}

func (m *maildir) finish(keywords []string) error {
	// Version 3 of the format, with UIDVALIDITY, the next UID and a GUID.
	head := fmt.Sprintf("3 V%d N%d G%032x\n", UIDValidity, m.lastUID+1, UIDValidity)
	if err := m.write("dovecot-uidlist", head+m.list.String()); err != nil {
		return err
	}
	var lines strings.Builder
	for i, k := range keywords {
		fmt.Fprintf(&lines, "%d %s\n", i, k)
	}
	return m.write("dovecot-keywords", lines.String())
}

func (m *maildir) write(name, text string) error {
	return os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o644)
}
