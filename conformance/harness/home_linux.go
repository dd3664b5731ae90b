package harness

import (
	"os"
	"os/exec"
	"os/user"
)

// Capabilities of Linux (capabilities(7)).
const (
	capDACOverride = 1 // reads and writes any file
	capFowner      = 3 // changes the mode of any file
)

// GiveHome makes a folder the home of a program that uses c-client: the file of POP3
// subscriptions, .mailboxlist, lives there. c-client gives root the home "/", whatever
// HOME says. So a program that root starts runs as nobody, with root's access to files.
func GiveHome(cmd *exec.Cmd, dir string) error {
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "HOME="+dir)
	if os.Geteuid() != 0 {
		return nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		return err
	}
	if cmd.SysProcAttr, err = Credential(nobody); err != nil {
		return err
	}
	cmd.SysProcAttr.AmbientCaps = []uintptr{capDACOverride, capFowner}
	return nil
}
