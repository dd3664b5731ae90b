package dovecot

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/imapcompat/imapcompat/conformance/harness"
)

// Password is the password of every user.
const Password = "secret"

// ErrMissing means that Dovecot is not installed.
var ErrMissing = errors.New("no Dovecot installed: apt-get install dovecot-imapd dovecot-pop3d")

// Server is a running Dovecot.
type Server struct {
	harness.Access

	dir     string
	tokens  *tokenServer
	process *harness.Process
}

// Available returns why a server cannot be started here, an error that is [ErrMissing], or nil.
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

// Start starts a server and waits until it answers. settings are lines of dovecot.conf, which
// override the package's own.
func Start(settings ...string) (*Server, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "imapcompat-dovecot-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir}
	if err := s.start(settings); err != nil {
		s.Close()
		return nil, fmt.Errorf("starting Dovecot: %w", err)
	}
	return s, nil
}

func (s *Server) start(settings []string) error {
	// The mail user must enter the directory; only the test's user may list it.
	if err := os.Chmod(s.dir, 0o711); err != nil {
		return err
	}
	if err := os.Mkdir(s.path("mail"), 0o755); err != nil {
		return err
	}
	if err := harness.ChownMail(s.path("mail")); err != nil {
		return err
	}
	var err error
	if s.Access, err = harness.NewAccess(s.dir); err != nil {
		return err
	}
	s.tokens = newTokenServer()
	if err := writeConfig(s, settings); err != nil {
		return err
	}
	return s.run()
}

// run starts the processes.
func (s *Server) run() error {
	cmd := exec.Command("dovecot", "-F", "-c", s.path("dovecot.conf"))
	cmd.Env = append(os.Environ(), "TZ=UTC")
	var err error
	if s.process, err = harness.Run(cmd, s.path("output")); err != nil {
		return err
	}
	if err := s.process.Await(s.IMAP, s.POP3); err != nil {
		return fmt.Errorf("%w: %s", err, s.Log())
	}
	return nil
}

// Crash kills all processes of the server at once (SIGKILL), and starts it again.
func (s *Server) Crash() error {
	text, err := os.ReadFile(s.path("run", "master.pid"))
	if err != nil {
		return err
	}
	master, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return err
	}
	if err := harness.Kill(master); err != nil {
		return err
	}
	s.process.Stop()
	if err := os.RemoveAll(s.path("run")); err != nil { // with the sockets that it would take for another server's
		return err
	}
	return s.run()
}

// Close stops the server and removes all its mail.
func (s *Server) Close() error {
	if s.process != nil {
		s.process.Stop()
	}
	if s.tokens != nil {
		s.tokens.Close()
	}
	return os.RemoveAll(s.dir)
}

// Log returns the server's log, for the message of a failed test.
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
