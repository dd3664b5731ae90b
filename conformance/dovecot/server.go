package dovecot

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// Password is the password of every user.
const Password = "secret"

// mailID is the user and group id of the mail when the server runs as root.
// Dovecot refuses to serve mail as root, and wants no entry in passwd.
const mailID = 5990

// startTimeout bounds the wait for the greeting of a new server.
const startTimeout = 10 * time.Second

// ErrMissing is Dovecot not being installed.
var ErrMissing = errors.New("no Dovecot installed: apt-get install dovecot-imapd dovecot-pop3d")

// Server is a running Dovecot.
type Server struct {
	// Ports on 127.0.0.1.
	IMAP, IMAPS, POP3, POP3S int

	// CAFile holds the certificate that signed the server's, in PEM. The
	// server's is valid for localhost and 127.0.0.1.
	CAFile string
	// CAs is the same for a tls.Config.
	CAs *x509.CertPool

	dir    string
	tokens *tokenServer
	alive  io.Closer // closing it stops the server
	exited chan struct{}
}

// Available reports why a server cannot be started here: an error that is
// [ErrMissing], or nil.
func Available() error {
	if _, err := exec.LookPath("dovecot"); err != nil {
		return ErrMissing
	}
	for _, service := range []string{"imap", "pop3"} {
		if _, err := os.Stat(filepath.Join("/usr/lib/dovecot", service)); err != nil {
			return ErrMissing
		}
	}
	return nil
}

// Start starts a server and waits until it answers. Settings are lines of
// dovecot.conf that come after the package's own, and win over them.
func Start(settings ...string) (*Server, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "imapcompat-dovecot-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, CAFile: filepath.Join(dir, "ca.pem")}
	if err := s.start(settings); err != nil {
		s.Close()
		return nil, fmt.Errorf("starting Dovecot: %w", err)
	}
	return s, nil
}

func (s *Server) start(settings []string) error {
	// The mail user has to pass through, the test's user alone may list.
	if err := os.Chmod(s.dir, 0o711); err != nil {
		return err
	}
	if err := os.Mkdir(s.path("mail"), 0o755); err != nil {
		return err
	}
	if err := chownMail(s.path("mail")); err != nil {
		return err
	}
	var err error
	if s.CAs, err = writeCertificates(s.dir); err != nil {
		return err
	}
	s.tokens = newTokenServer()
	if err := s.choosePorts(); err != nil {
		return err
	}
	if err := writeConfig(s, settings); err != nil {
		return err
	}
	if err := s.launch(); err != nil {
		return err
	}
	return s.awaitGreeting()
}

// guard runs Dovecot, and ends it when the standard input ends: that is when
// the server is closed, or when the process that started it is no more.
const guard = `exec 3<&0
dovecot -F -c "$1" & server=$!
{ cat <&3 >/dev/null; kill $server; } 2>/dev/null &
wait $server`

func (s *Server) launch() error {
	cmd := exec.Command("/bin/sh", "-c", guard, "dovecot", s.path("dovecot.conf"))
	cmd.Env = append(os.Environ(), "TZ=UTC")
	output, err := os.Create(s.path("output"))
	if err != nil {
		return err
	}
	defer output.Close()
	cmd.Stdout, cmd.Stderr = output, output
	if s.alive, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.exited = make(chan struct{})
	go func() {
		cmd.Wait()
		close(s.exited)
	}()
	return nil
}

func (s *Server) awaitGreeting() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for _, port := range []int{s.IMAP, s.POP3} {
		for !greets(port) {
			select {
			case <-s.exited:
				return fmt.Errorf("it ended at once: %s", s.Log())
			case <-ctx.Done():
				return fmt.Errorf("no greeting within %v: %s", startTimeout, s.Log())
			case <-time.After(10 * time.Millisecond):
			}
		}
	}
	return nil
}

func greets(port int) bool {
	conn, err := net.DialTimeout("tcp", Address(port), time.Second)
	if err != nil {
		return false
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(startTimeout))
	_, err = conn.Read(make([]byte, 1))
	return err == nil
}

// Address is a port of the server as net.Dial wants it.
func Address(port int) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

// choosePorts finds four free ports. Somebody else may take one before Dovecot
// does; that shows as a server that ends at once.
func (s *Server) choosePorts() error {
	for _, port := range []*int{&s.IMAP, &s.IMAPS, &s.POP3, &s.POP3S} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		// All are held until all are chosen, so that they differ.
		defer l.Close()
		*port = l.Addr().(*net.TCPAddr).Port
	}
	return nil
}

// Close stops the server and removes all its mail.
func (s *Server) Close() error {
	if s.alive != nil {
		s.alive.Close()
		if s.exited != nil {
			<-s.exited
		}
	}
	if s.tokens != nil {
		s.tokens.Close()
	}
	return os.RemoveAll(s.dir)
}

// Log is what the server has written to its log, for the message of a test
// that fails.
func (s *Server) Log() string {
	var log bytes.Buffer
	for _, name := range []string{"output", "log"} {
		text, _ := os.ReadFile(s.path(name))
		log.Write(text)
	}
	return log.String()
}

func (s *Server) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

// chownMail gives a file to the user that Dovecot reads mail as.
func chownMail(name string) error {
	if os.Getuid() != 0 {
		return nil
	}
	return os.Chown(name, mailID, mailID)
}
