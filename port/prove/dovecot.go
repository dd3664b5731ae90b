package prove

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// ErrNoDovecot says that Dovecot is not installed.
var ErrNoDovecot = errors.New("there is no Dovecot here (its programs imap and pop3)")

// dovecot runs Dovecot's programs imap and pop3 on a folder of mail. They need no running Dovecot,
// and no login: they serve the user who starts them.
type dovecot struct{ folder, programs string }

// mailID is the user and group id of the mail if this process is root, whose mail Dovecot does not
// serve. The id needs no entry in passwd.
const mailID = 5990

const dovecotConfig = `base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
protocols = imap pop3
import_environment = TZ=UTC
mail_location = maildir:%[1]s/mail:LAYOUT=fs:INBOX=%[1]s/inbox
ssl = no
first_valid_uid = 1
first_valid_gid = 1
namespace inbox {
  inbox = yes
  separator = /
}
`

// findDovecot returns the folder of Dovecot's programs.
func findDovecot() (string, error) {
	for _, folder := range []string{"/usr/lib/dovecot", "/usr/libexec/dovecot", "/usr/local/libexec/dovecot", "/opt/homebrew/libexec/dovecot"} {
		_, imap := os.Stat(filepath.Join(folder, "imap"))
		_, pop3 := os.Stat(filepath.Join(folder, "pop3"))
		if imap == nil && pop3 == nil {
			return folder, nil
		}
	}
	return "", ErrNoDovecot
}

func (r *runner) startDovecot() (server, error) {
	programs, err := findDovecot()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp(r.base, "dovecot-*")
	if err != nil {
		return nil, err
	}
	config := fmt.Sprintf(dovecotConfig, folder)
	if os.Getuid() == 0 {
		config += fmt.Sprintf("mail_uid = %d\nmail_gid = %[1]d\n", mailID)
		err = errors.Join(os.Chmod(r.base, 0o711), os.Chown(folder, mailID, mailID))
	}
	err = errors.Join(err, os.WriteFile(filepath.Join(folder, "dovecot.conf"), []byte(config), 0o644))
	if err != nil {
		return nil, err
	}
	return dovecot{folder, programs}, nil
}

func (d dovecot) Close() error { return os.RemoveAll(d.folder) }

func (d dovecot) imap() (*session, error) {
	s, greeting, err := d.start("imap", "")
	if err != nil {
		return nil, err
	}
	match := capabilityCode.FindStringSubmatch(greeting)
	if !strings.HasPrefix(greeting, "* PREAUTH") || match == nil {
		s.Close()
		return nil, d.failure(greeting)
	}
	s.capabilities = match[1]
	return s, nil
}

// pop3 asks for an answer, because the program has no greeting.
func (d dovecot) pop3() (*session, error) {
	s, answer, err := d.start("pop3", "NOOP\r\n")
	if err == nil && !strings.HasPrefix(answer, "+OK") {
		s.Close()
		return nil, d.failure(answer)
	}
	return s, err
}

// failure is the error of a program that does not begin as it should.
func (d dovecot) failure(greeting string) error {
	log, _ := os.ReadFile(filepath.Join(d.folder, "log"))
	return fmt.Errorf("dovecot: %s %s", strings.TrimSpace(greeting), strings.TrimSpace(string(log)))
}

// start starts a program, sends a command, and returns the first line that the program says.
func (d dovecot) start(program, command string) (*session, string, error) {
	cmd := exec.Command(filepath.Join(d.programs, program), "-c", filepath.Join(d.folder, "dovecot.conf"))
	cmd.Env = []string{"USER=user", "HOME=" + d.folder, "TZ=UTC", "PATH=" + os.Getenv("PATH")}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, "", err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	s := newSession(&processConn{in, out, cmd}, in.Close)
	// A program that says nothing is ended.
	defer time.AfterFunc(inspectTimeout, func() { cmd.Process.Kill() }).Stop()
	var line []byte
	if _, err = io.WriteString(in, command); err == nil {
		line, err = readLine(s.r)
	}
	if err != nil {
		s.Close()
		return nil, "", d.failure(err.Error())
	}
	return s, string(line), nil
}

// processConn is the standard input and output of a process.
type processConn struct {
	io.WriteCloser
	io.Reader
	cmd *exec.Cmd
}

// Close ends the process, which has written all that it was asked to.
func (p *processConn) Close() error {
	err := p.WriteCloser.Close()
	if errors.Is(err, fs.ErrClosed) {
		err = nil
	}
	p.cmd.Process.Kill()
	p.cmd.Wait()
	return err
}
