package servers

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
)

// mailutilsConfig is the configuration of both Mailutils servers.
const mailutilsConfig = `logging { syslog no; }
auth {
  authentication generic;
  authorization virtdomain;
}
gsasl { enable no; } # it offers what it cannot do
virtdomain { passwd-dir %[1]s/domains; }
mailbox {
  mailbox-type maildir;
  mailbox-pattern "maildir://%[1]s/mail/${user}/INBOX";
}
tls {
  ssl-certificate-file %[1]s/cert.pem;
  ssl-key-file %[1]s/key.pem;
}
tls-file-checks { key-file none; cert-file none; ca-file none; }
locking { type null; }
mandatory-locking { lock-directory %[1]s/locks; }
mode inetd;
tls-mode %[2]s;
`

// mailutilsFolders is the additional configuration of the IMAP server.
const mailutilsFolders = `namespace personal {
  prefix "" {
    directory "%[1]s/mail/${user}";
    delimiter "/";
    mailbox-type maildir;
  }
}
`

const mailutilsDomain = "mailutils.test"

// passwordHash is the crypt hash of the password.
const passwordHash = "$5$imapcompat$5WPYxhlmGhtn0w28xd9IDUu/NBe2Bjdn.0dCJ9Bd72A"

func (s *Server) startMailutils() error {
	s.Delimiter, s.Domain, s.TLS = "/", "@"+mailutilsDomain, true
	s.addUser, s.load = s.addMailutilsUser, s.loadMailutils
	if err := os.Mkdir(s.path("domains"), 0o755); err != nil {
		return err
	}
	if err := s.mailDirs("locks"); err != nil {
		return err
	}
	for _, listener := range []struct {
		port         int
		program, tls string
	}{
		{s.IMAP, "imap4d", "ondemand"}, {s.IMAPS, "imap4d", "connection"},
		{s.POP3, "pop3d", "ondemand"}, {s.POP3S, "pop3d", "connection"},
	} {
		config := fmt.Sprintf(mailutilsConfig, s.dir, listener.tls)
		if listener.program == "imap4d" {
			config += fmt.Sprintf(mailutilsFolders, s.dir)
		}
		file := listener.program + "-" + listener.tls + ".conf"
		if err := s.write(file, config); err != nil {
			return err
		}
		err := s.listen(listener.port, func() *exec.Cmd {
			return s.command(filepath.Join("usr/sbin", listener.program), "--config-file="+s.path(file))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// addMailutilsUser adds a user to the virtual domain.
func (s *Server) addMailutilsUser(user string) error {
	name, _, _ := strings.Cut(user, "@")
	if err := s.maildir(name, "INBOX"); err != nil {
		return err
	}
	f, err := os.OpenFile(s.path("domains", mailutilsDomain), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = fmt.Fprintf(f, "%s:%s:%s:%s::%s:/bin/false\n", name, passwordHash, s.owner.Uid, s.owner.Gid, s.path("mail", name))
	return err
}

// loadMailutils writes an INBOX. File names contain the UID and attributes; the attribute O
// (old) has no flag in IMAP. There are no keywords. There are no \Deleted flags either, because
// the POP3 server numbers a message that has the flag, but refuses to send it.
func (s *Server) loadMailutils(user string, messages []dovecot.Message, _ []string) error {
	name, _, _ := strings.Cut(user, "@")
	dir := filepath.Join("mail", name, "INBOX")
	next, err := s.fillMaildir(dir, messages, func(m *dovecot.Message, _ string) string {
		m.Flags = strings.ReplaceAll(m.Flags, "T", "")
		attributes := "O"
		if m.Recent {
			attributes = ""
		}
		return fmt.Sprintf("%s,a=%s,u=%d", fileName(*m), attributes, m.UID)
	})
	if err != nil {
		return err
	}
	properties := fmt.Sprintf("uidnext: %d\nversion: 3.15\nuid-validity: %d\n", next, dovecot.UIDValidity)
	if err := s.write(dir+"/.mu-prop", properties); err != nil {
		return err
	}
	return s.chownAll(dir)
}
