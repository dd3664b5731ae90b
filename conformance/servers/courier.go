package servers

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
)

// startCourier starts Courier's programs as couriertcpd does. The environment has the settings
// of Courier's configuration files, with the values of Debian's package.
func (s *Server) startCourier() error {
	s.Personal, s.Delimiter, s.Keywords = "INBOX.", ".", true
	s.load = s.loadCourier
	s.addUser = func(user string) error { return s.maildir(user, "Maildir") }
	if err := s.patchCourier(); err != nil {
		return err
	}
	if err := s.startAuthdaemon(); err != nil {
		return err
	}
	if err := s.startGamin(); err != nil {
		return err
	}
	imap := []string{"usr/lib/courier/courier/imaplogin", s.installed("usr/bin/imapd"), "Maildir"}
	pop3 := []string{"usr/lib/courier/courier/courierpop3login", s.installed("usr/lib/courier/courier/courierpop3d"), "Maildir"}
	if err := s.listen(s.IMAP, func() *exec.Cmd { return s.courier(s.IMAP, imap) }); err != nil {
		return err
	}
	return s.listen(s.POP3, func() *exec.Cmd { return s.courier(s.POP3, pop3) })
}

func (s *Server) courier(port int, args []string) *exec.Cmd {
	cmd := s.command(args[0], args[1:]...)
	const capability = "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA " +
		"AUTH=CRAM-MD5 AUTH=CRAM-SHA1 AUTH=CRAM-SHA256 IDLE"
	cmd.Env = append(cmd.Env,
		"TCPLOCALPORT="+strconv.Itoa(port), "TCPREMOTEIP=127.0.0.1", "TCPREMOTEPORT=1",
		"IMAP_CAPABILITY="+capability,
		"IMAP_KEYWORDS=1", "IMAP_ACL=1", "IMAP_USELOCKS=1", "IMAP_MAILBOX_SANITY_CHECK=1", "IMAP_TRASHFOLDERNAME=Trash",
		"IMAP_IDLE_TIMEOUT=60", "IMAP_OBSOLETE_CLIENT=0", "IMAP_CHECK_ALL_FOLDERS=0", "MIME_UNICODE_MESSAGE_TYPE=message/global",
		"POP3AUTH=PLAIN LOGIN CRAM-MD5 CRAM-SHA1 CRAM-SHA256",
		"GAM_CLIENT_ID="+s.gaminID(), "GAMIN_DEBUG_SERVER=/bin/false",
	)
	return cmd
}

// startGamin starts gam_server, which reports new mail to Courier. Without it imapd waits for
// seconds at each login.
func (s *Server) startGamin() error {
	cmd := s.command("usr/libexec/gam_server", "--notimeout", s.gaminID())
	var err error
	if cmd.SysProcAttr, err = s.asOwner(); err != nil {
		return err
	}
	process, err := harness.Run(cmd, s.path("gamin"))
	if err != nil {
		return err
	}
	s.stop = append(s.stop, process.Stop)
	return nil
}

// gaminID returns a part of the name of gam_server's socket.
func (s *Server) gaminID() string { return filepath.Base(s.dir) }

// socketPath is the path of authdaemon's socket in the machine code of the authentication
// library. The compiler wrote it as two operands of 16 octets; the second begins with the last
// octet of the first.
const (
	socketPath    = "/run/courier/autthdaemon/socket\x00"
	privateSocket = "auth.sock\x00" // ends within the first operand
)

// patchCourier copies the library, and replaces the path by one relative to the server's
// directory.
func (s *Server) patchCourier() error {
	const name = "libcourierauth.so.0"
	library, err := os.ReadFile(s.installed("usr/lib/" + name))
	if err != nil {
		return err
	}
	at := bytes.Index(library, []byte(socketPath))
	if at < 0 {
		return fmt.Errorf("%s has not the path of a socket that is known", name)
	}
	copy(library[at:], privateSocket)
	return os.WriteFile(s.path(name), library, 0o755)
}

// startAuthdaemon answers the questions of Courier's login programs. Every user exists, with the
// same password and a home directory.
func (s *Server) startAuthdaemon() error {
	l, err := net.Listen("unix", s.path("auth.sock"))
	if err != nil {
		return err
	}
	s.stop = append(s.stop, func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.authenticate(conn)
		}
	}()
	return nil
}

// authenticate answers one question: a line about the client, "AUTH" with the number of octets
// that follow, and in these octets the service, the method and the method's arguments.
func (s *Server) authenticate(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	var length int
	if _, err := fmt.Fscanf(r, "TCPREMOTEIP=127.0.0.1\nAUTH %d\n", &length); err != nil {
		return
	}
	question := make([]byte, length)
	if _, err := io.ReadFull(r, question); err != nil {
		return
	}
	user := authenticated(strings.Split(string(question), "\n"))
	if user == "" {
		fmt.Fprint(conn, "FAIL\n")
		return
	}
	fmt.Fprintf(conn, "ADDRESS=%s\nUID=%s\nGID=%s\nHOME=%s\n.\n", user, s.owner.Uid, s.owner.Gid, s.path("mail", user))
}

// authenticated returns the user of a question with the right password, or "".
func authenticated(question []string) string {
	if len(question) < 4 {
		return ""
	}
	switch first, second := question[2], question[3]; question[1] {
	case "login":
		if second == password {
			return first
		}
	case "cram-md5": // RFC 2195
		challenge, _ := base64.StdEncoding.DecodeString(first)
		response, _ := base64.StdEncoding.DecodeString(second)
		user, digest, _ := strings.Cut(string(response), " ")
		mac := hmac.New(md5.New, []byte(password))
		mac.Write(challenge)
		if digest == hex.EncodeToString(mac.Sum(nil)) {
			return user
		}
	}
	return ""
}

// loadCourier writes an INBOX with Courier's lists of UIDs and of keywords.
func (s *Server) loadCourier(user string, messages []dovecot.Message, keywords []string) error {
	dir := filepath.Join("mail", user, "Maildir")
	if err := s.mailDirs(dir + "/courierimapkeywords"); err != nil {
		return err
	}
	var uids, marks strings.Builder
	next, err := s.fillMaildir(dir, messages, func(m *dovecot.Message, letters string) string {
		base := fileName(*m)
		fmt.Fprintf(&uids, "%d %s\n", m.UID, base)
		if letters != "" {
			var numbers []string
			for _, letter := range letters {
				numbers = append(numbers, strconv.Itoa(int(letter-'a')))
			}
			fmt.Fprintf(&marks, "%s:%s\n", base, strings.Join(numbers, " "))
		}
		return base
	})
	if err != nil {
		return err
	}
	list := fmt.Sprintf("1 %d %d\n%s", dovecot.UIDValidity, next, uids.String())
	if err := s.write(dir+"/courierimapuiddb", list); err != nil {
		return err
	}
	var names string
	for _, k := range keywords {
		names += k + "\n"
	}
	if err := s.write(dir+"/courierimapkeywords/:list", names+"\n"+marks.String()); err != nil {
		return err
	}
	return s.chownAll(dir)
}
