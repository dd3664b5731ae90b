package servers

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

// maildir makes a new user's directory, and an empty Maildir in it.
func (s *Server) maildir(user, name string) error {
	dir := filepath.Join("mail", user)
	box := filepath.Join(dir, name)
	return s.mailDirs(dir, box, box+"/cur", box+"/new", box+"/tmp")
}

// fillMaildir writes messages to a Maildir, and returns the next UID. The beginning of a file
// name, before the flags, depends on the server: name returns it for a message with its UID.
// letters are the letters of the message's keywords; they are not in its flags.
func (s *Server) fillMaildir(dir string, messages []dovecot.Message, name func(m *dovecot.Message, letters string) string) (next int, err error) {
	next = 1
	for _, m := range messages {
		m.UID = max(m.UID, next)
		next = m.UID + 1
		var letters string
		m.Flags = strings.Map(func(letter rune) rune {
			if letter < 'a' {
				return letter
			}
			letters += string(letter)
			return -1
		}, m.Flags)
		m.Raw = bytes.ReplaceAll(m.Raw, []byte("\r\n"), []byte("\n")) // as in files
		if err := m.Write(s.path(dir), name(&m, letters)); err != nil {
			return 0, err
		}
	}
	return next, nil
}

// fileName returns the beginning of the name of a message's file. The order of the names is that
// of the UIDs, because some servers sort by name.
func fileName(m dovecot.Message) string {
	return fmt.Sprintf("%d.M%06dP1.test", dovecot.Epoch.Unix(), m.UID)
}

// chownAll gives a folder and its content to the owner of the mail.
func (s *Server) chownAll(dir string) error {
	return filepath.Walk(s.path(dir), func(name string, _ os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(s.dir, name)
		if err != nil {
			return err
		}
		return s.chown(rel)
	})
}
