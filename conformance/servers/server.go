package servers

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/imapcompat/imapcompat/conformance/dovecot"
	"github.com/imapcompat/imapcompat/conformance/harness"
)

// Variable names the folder with the unpacked packages of the servers.
const Variable = "IMAPCOMPAT_SERVERS"

// ErrMissing means that the servers are not there.
var ErrMissing = errors.New("no servers in $" + Variable + ": run conformance/servers/run")

// Server is a running server.
type Server struct {
	harness.Access

	// Personal is the prefix of a user's mailboxes other than INBOX.
	Personal string
	// Delimiter is the hierarchy delimiter.
	Delimiter string
	// Domain is the suffix of user names.
	Domain string
	// Keywords reports whether messages may have keywords.
	Keywords bool
	// TLS reports whether the server has TLS. Courier's programs need a user "courier" for it,
	// which the installation of the package creates.
	TLS bool

	dir, root string
	stop      []func()
	owner     *user.User              // of the mail
	addUser   func(user string) error // to do before the first login
	load      func(user string, messages []dovecot.Message, keywords []string) error

	mu    sync.Mutex
	users map[string]bool
}

// programs has the function that starts each server.
var programs = map[string]func(*Server) error{
	"courier":   (*Server).startCourier,
	"cyrus":     (*Server).startCyrus,
	"mailutils": (*Server).startMailutils,
}

// Start starts one of the servers, "courier", "cyrus" or "mailutils", and waits until it
// answers.
func Start(name string) (*Server, error) {
	start, ok := programs[name]
	if !ok {
		return nil, fmt.Errorf("no server %q", name)
	}
	root := os.Getenv(Variable)
	if _, err := os.Stat(filepath.Join(root, "usr")); root == "" || err != nil {
		return nil, ErrMissing
	}
	dir, err := os.MkdirTemp("", "imapcompat-"+name+"-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, root: root, addUser: func(string) error { return nil }, users: make(map[string]bool)}
	s.load = s.loadByIMAP
	if err := s.prepare(start); err != nil {
		s.Close()
		return nil, fmt.Errorf("starting %s: %w: %s", name, err, s.Log())
	}
	return s, nil
}

func (s *Server) prepare(start func(*Server) error) error {
	// The mail user must enter the directory; only the test's user may list it.
	if err := os.Chmod(s.dir, 0o711); err != nil {
		return err
	}
	var err error
	if s.owner, err = mailOwner(); err != nil {
		return err
	}
	if err := s.mailDirs("mail"); err != nil {
		return err
	}
	if s.Access, err = harness.NewAccess(s.dir); err != nil {
		return err
	}
	return start(s)
}

// mailDirs makes directories that belong to the owner of the mail.
func (s *Server) mailDirs(names ...string) error {
	for _, name := range names {
		if err := os.Mkdir(s.path(name), 0o755); err != nil {
			return err
		}
		if err := s.chown(name); err != nil {
			return err
		}
	}
	return nil
}

// chown gives a file to the owner of the mail.
func (s *Server) chown(name string) error {
	if os.Getuid() != 0 {
		return nil
	}
	uid, _ := strconv.Atoi(s.owner.Uid)
	gid, _ := strconv.Atoi(s.owner.Gid)
	return os.Chown(s.path(name), uid, gid)
}

// asOwner returns the attributes of a process of the mail's owner.
func (s *Server) asOwner() (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	return harness.Credential(s.owner)
}

// mailOwner returns the owner of the mail. Servers do not serve mail as root.
func mailOwner() (*user.User, error) {
	if os.Getuid() == 0 {
		return user.Lookup("mail")
	}
	return user.Current()
}

// command returns a program of the packages, with their libraries.
func (s *Server) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(s.installed(program), args...)
	cmd.Dir = s.dir
	libraries := []string{s.dir, s.installed("usr/lib"), s.installed("usr/lib/x86_64-linux-gnu"), s.installed("lib/x86_64-linux-gnu")}
	cmd.Env = []string{"TZ=UTC", "PATH=" + os.Getenv("PATH"), "LD_LIBRARY_PATH=" + strings.Join(libraries, ":")}
	return cmd
}

// Close stops the server and removes all its mail.
func (s *Server) Close() error {
	for _, stop := range slices.Backward(s.stop) {
		stop()
	}
	return os.RemoveAll(s.dir)
}

// Log returns what the server has printed.
func (s *Server) Log() string {
	text, _ := os.ReadFile(s.path("output"))
	return string(text)
}

func (s *Server) path(elem ...string) string {
	return filepath.Join(append([]string{s.dir}, elem...)...)
}

func (s *Server) installed(name string) string { return filepath.Join(s.root, name) }

// write writes a file that all may read.
func (s *Server) write(name, text string) error {
	return os.WriteFile(s.path(name), []byte(text), 0o644)
}

// password is the password of every user.
const password = dovecot.Password
