package harness

import (
	"os"
	"os/exec"
)

// GiveHome makes a folder the home of PHP, where c-client keeps the subscriptions of POP3
// mailboxes, in .mailboxlist. For root c-client uses the home "/", whatever HOME says. So a PHP
// started by root runs as nobody, with root's access to files.
func GiveHome(cmd *exec.Cmd, dir string) error {
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "HOME="+dir)
	if os.Geteuid() != 0 {
		return nil
	}
	setpriv, err := exec.LookPath("setpriv") // of util-linux
	if err != nil {
		return err
	}
	const access = "+dac_override,+fowner" // capabilities(7)
	cmd.Args = append([]string{setpriv, "--reuid=nobody", "--regid=nogroup", "--clear-groups",
		"--inh-caps=" + access, "--ambient-caps=" + access, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = setpriv
	return nil
}
