package prove

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"

	"github.com/imapcompat/imapcompat/imaptest"
)

// server is a mail server with the mail of one user. Its sessions are logged in.
type server interface {
	imap() (*session, error)
	pop3() (*session, error)
	Close() error
}

// session is a session with a server.
type session struct {
	conn io.ReadWriteCloser
	r    *bufio.Reader
	// capabilities are those of IMAP after the login.
	capabilities string
	// closeWrite says that no command follows.
	closeWrite func() error
}

func newSession(conn io.ReadWriteCloser, closeWrite func() error) *session {
	return &session{conn: conn, r: bufio.NewReaderSize(conn, 64<<10), closeWrite: closeWrite}
}

func (s *session) Close() error { return s.conn.Close() }

var capabilityCode = regexp.MustCompile(`\[CAPABILITY ([^\]]*)\]`)

// startServer starts a server with mail.
func (r *runner) startServer(folders []Folder) (server, error) {
	var s server
	var err error
	if r.config.Dovecot {
		s, err = r.startDovecot()
	} else {
		s, err = startMemory(folders)
	}
	if err != nil {
		return nil, err
	}
	if err := fill(s, folders, r.config.Dovecot); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// fill subscribes the mailboxes that are to be. With create it also makes them, with their messages.
func fill(s server, folders []Folder, create bool) error {
	i, err := newInspector(s)
	if err != nil {
		return err
	}
	defer i.Close()
	for _, folder := range folders {
		name := quote(wireName(folder.Name))
		if create && folder.Name != "INBOX" {
			if _, err := i.command("CREATE " + name); err != nil {
				return fmt.Errorf("mailbox %s: %w", folder.Name, err)
			}
		}
		for _, m := range folder.Messages {
			if !create {
				break
			}
			text := withCRLF(m.Text)
			command := fmt.Sprintf("APPEND %s (%s) %q {%d+}\r\n%s", name, strings.Join(m.Flags, " "), m.Date.Format("_2-Jan-2006 15:04:05 -0700"), len(text), text)
			if _, err := i.command(command); err != nil {
				return fmt.Errorf("mailbox %s: %w", folder.Name, err)
			}
		}
		if !folder.Unsubscribed {
			if _, err := i.command("SUBSCRIBE " + name); err != nil {
				return fmt.Errorf("mailbox %s: %w", folder.Name, err)
			}
		}
	}
	return nil
}

// memory is a server in this process.
type memory struct{ *imaptest.Server }

func startMemory(folders []Folder) (server, error) {
	srv, err := imaptest.Start(imaptest.Config{Without: []string{"COMPRESS", "APOP"}})
	if err != nil {
		return nil, err
	}
	for _, folder := range folders {
		if folder.Name != "INBOX" {
			err = srv.CreateMailbox(folder.Name, folder.Uses...)
		}
		for _, m := range folder.Messages {
			if err == nil {
				_, err = srv.Append(folder.Name, imaptest.Message{Text: m.Text, Flags: m.Flags, Date: m.Date})
			}
		}
		if err != nil {
			srv.Close()
			return nil, fmt.Errorf("mailbox %s: %w", folder.Name, err)
		}
	}
	return memory{srv}, nil
}

func (m memory) imap() (*session, error) {
	return m.enter(m.IMAPAddr(), "", "p0 LOGIN "+quote(m.User)+" "+quote(m.Password))
}

func (m memory) pop3() (*session, error) {
	return m.enter(m.POP3Addr(), "+OK", "USER "+m.User, "PASS "+m.Password)
}

// enter connects and logs in.
func (m memory) enter(address, prefix string, commands ...string) (*session, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	s := newSession(conn, conn.(*net.TCPConn).CloseWrite)
	line, err := readLine(s.r) // the greeting
	for _, command := range commands {
		if err == nil {
			_, err = io.WriteString(conn, command+"\r\n")
		}
		if err == nil {
			line, err = readLine(s.r)
		}
		if err == nil && !bytes.HasPrefix(line, []byte(prefix)) {
			err = errors.New(strings.TrimSpace(string(line)))
		}
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	if match := capabilityCode.FindSubmatch(line); match != nil {
		s.capabilities = string(match[1])
	}
	return s, nil
}
