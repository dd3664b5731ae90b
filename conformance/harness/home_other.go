//go:build !linux

package harness

import (
	"os"
	"os/exec"
)

// GiveHome makes a folder the home of a program that uses c-client: the file of POP3
// subscriptions, .mailboxlist, lives there.
func GiveHome(cmd *exec.Cmd, dir string) error {
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "HOME="+dir)
	return nil
}
